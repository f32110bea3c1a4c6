package flows

import (
	"fmt"
	"sort"
	"strings"
)

// Fault is something that keeps a flow from being published: where it is, and
// a sentence for the person who wrote the file.
type Fault struct {
	File         string
	Line, Column int
	Text         string
}

// String is the usual "file:line:column: sentence".
func (f Fault) String() string {
	return fmt.Sprintf("%s:%d:%d: %s", f.File, f.Line, f.Column, f.Text)
}

// Faults are all that was found, in the order of the files.
type Faults []Fault

// Error lists the faults, one a line.
func (f Faults) Error() string {
	lines := make([]string, len(f))
	for i, fault := range f {
		lines[i] = fault.String()
	}
	return strings.Join(lines, "\n")
}

func (f *Faults) add(file string, at spot, format string, args ...any) {
	*f = append(*f, Fault{file, at.line, at.column, fmt.Sprintf(format, args...)})
}

func (f Faults) sorted() Faults {
	sort.SliceStable(f, func(i, j int) bool {
		a, b := f[i], f[j]
		if a.File != b.File {
			return a.File < b.File
		}
		if a.Line != b.Line {
			return a.Line < b.Line
		}
		return a.Column < b.Column
	})
	return f
}

// didYouMean offers the nearest known word, or all of them when none is near.
func didYouMean(word string, known []string) string {
	best, at := "", 3
	for _, k := range known {
		if d := distance(word, k); d < at && d < len(k) {
			best, at = k, d
		}
	}
	if best != "" {
		return "Did you mean '" + best + "'?"
	}
	if len(known) == 0 {
		return "There are none yet."
	}
	return "Choose: " + strings.Join(known, ", ") + "."
}

// distance counts the single-letter changes between two words, a swap of
// neighbours being one. Words are short: names are bounded by maxName.
func distance(a, b string) int {
	x, y := []rune(cut(a, maxName)), []rune(cut(b, maxName))
	var before []int
	last := make([]int, len(y)+1)
	for j := range last {
		last[j] = j
	}
	for i := range x {
		row := make([]int, len(y)+1)
		row[0] = i + 1
		for j := range y {
			same := 1
			if x[i] == y[j] {
				same = 0
			}
			row[j+1] = min(last[j]+same, last[j+1]+1, row[j]+1)
			if i > 0 && j > 0 && x[i] == y[j-1] && x[i-1] == y[j] {
				row[j+1] = min(row[j+1], before[j-1]+1)
			}
		}
		before, last = last, row
	}
	return last[len(y)]
}
