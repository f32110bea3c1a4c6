package config

import (
	"strconv"
	"strings"
)

// Fault is one thing that is wrong with the configuration. Value is empty for
// secrets and for what is missing.
type Fault struct {
	Where string // file:line:column, or "environment"
	Key   string // as in aval.yaml, or the variable's name
	Value string
	Rule  string // what is demanded, and by whom
	Mend  string // what to write instead
}

// Faults is every fault of a configuration, in the order of reading. An empty
// list means that the configuration is good.
type Faults []Fault

// maxShown bounds a value in a fault: a pasted certificate must not fill the
// screen. It counts runes.
const maxShown = 60

// String is the fault on one line.
func (f Fault) String() string {
	var b strings.Builder
	b.WriteString(f.Where + ": ")
	if f.Key != "" {
		b.WriteString(f.Key)
		if f.Value != "" {
			b.WriteString(" = " + strconv.Quote(cut(f.Value)))
		}
		b.WriteString(": ")
	}
	b.WriteString(f.Rule)
	if f.Mend != "" {
		b.WriteString("; " + f.Mend)
	}
	return strings.Join(strings.Fields(b.String()), " ")
}

// Error is all faults, one a line.
func (fs Faults) Error() string {
	lines := make([]string, len(fs))
	for i, f := range fs {
		lines[i] = f.String()
	}
	return strings.Join(lines, "\n")
}

func cut(s string) string {
	runes := []rune(s)
	if len(runes) <= maxShown {
		return s
	}
	return string(runes[:maxShown]) + "…"
}
