package flows

import (
	"bytes"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"unicode/utf8"
)

// Recorded is one input of a conversation without anything that the person
// said: which choice was taken, and of a typed answer only that it fitted.
type Recorded struct {
	// Kind is that of the input; it is "" for one that answered nothing.
	Kind InputKind
	// Sample is the id of a choice, the kind of a file, or a made-up answer
	// that fits the question that was asked.
	Sample string
	// Outcome and Fields are those of a result, and Outcome that of a consent.
	// A field holds a word of the flow's own conditions or a sample.
	Outcome string
	Fields  map[string]string
}

// Recording is a conversation that can be played again. It holds no words of
// the person and no values of theirs.
type Recording struct {
	Flow    string
	Version int
	// Known are the fields that had an answer when the flow began.
	Known  []string
	Inputs []Recorded
}

// Bounds of a recording.
const (
	maxRecording = 1 << 20
	maxInputs    = 1000
)

const recordingHead = "aval recording 1"

// The words that begin the lines of a recording.
const (
	lineMisfit  = "misfit"
	lineTyped   = "typed: "
	lineChoice  = "answer: "
	lineMedia   = "media: "
	lineResult  = "result: "
	lineConsent = "consent: "
)

// String is the input as one line.
func (r Recorded) String() string {
	switch r.Kind {
	case InputChoice:
		return lineChoice + r.Sample
	case InputText:
		return lineTyped + r.Sample
	case InputMedia:
		return lineMedia + r.Sample
	case InputResult:
		line := lineResult + r.Outcome
		for _, path := range names(r.Fields) {
			line += " " + path + "=" + strconv.Quote(r.Fields[path])
		}
		return line
	case InputConsent:
		return lineConsent + r.Outcome
	case InputPlace, InputContact, InputTimer:
		return string(r.Kind)
	}
	return lineMisfit
}

// String is the recording as a file: a head, then one input a line.
func (r Recording) String() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s\nflow: %s\nversion: %d\n", recordingHead, r.Flow, r.Version)
	if len(r.Known) > 0 {
		fmt.Fprintf(&b, "known: %s\n", strings.Join(r.Known, " "))
	}
	fmt.Fprintf(&b, "inputs: %d\n", len(r.Inputs))
	for _, in := range r.Inputs {
		b.WriteString(in.String() + "\n")
	}
	return b.String()
}

// ParseRecording reads what String wrote, and nothing else: an error names the
// line. It reads a megabyte and a thousand inputs at most.
func ParseRecording(data []byte) (Recording, error) {
	if len(data) > maxRecording || !utf8.Valid(data) || !bytes.HasSuffix(data, []byte("\n")) {
		return Recording{}, errors.New("recording: not whole, larger than a megabyte, or not UTF-8 text")
	}
	r := recordingReader{lines: strings.Split(strings.TrimSuffix(string(data), "\n"), "\n")}
	var out Recording
	if r.next() != recordingHead {
		return Recording{}, r.wrong("must be '" + recordingHead + "'")
	}
	out.Flow = r.word("flow")
	out.Version = r.number("version", 1_000_000)
	if r.ahead("known: ") {
		out.Known = strings.Fields(r.word("known"))
	}
	count := r.number("inputs", maxInputs)
	for range count {
		out.Inputs = append(out.Inputs, r.input())
	}
	switch {
	case r.err != nil:
		return Recording{}, r.err
	case r.at != len(r.lines):
		r.at++
		return Recording{}, r.wrong("comes after the last input; 'inputs' gives their number")
	case out.String() != string(data):
		return Recording{}, errors.New("recording: some line is not written as it should be; make the recording anew")
	}
	return out, nil
}

type recordingReader struct {
	lines []string
	at    int // lines read
	err   error
}

func (r *recordingReader) wrong(what string) error {
	if r.err == nil {
		r.err = fmt.Errorf("recording: line %d %s", max(1, r.at), what)
	}
	return r.err
}

func (r *recordingReader) next() string {
	r.at++
	if r.at > len(r.lines) {
		r.wrong("is missing")
		return ""
	}
	return r.lines[r.at-1]
}

func (r *recordingReader) ahead(prefix string) bool {
	return r.at < len(r.lines) && strings.HasPrefix(r.lines[r.at], prefix)
}

func (r *recordingReader) word(name string) string {
	value, ok := strings.CutPrefix(r.next(), name+": ")
	if !ok || value == "" {
		r.wrong("must be '" + name + ": ...'")
	}
	return value
}

func (r *recordingReader) number(name string, most int) int {
	n, err := strconv.Atoi(r.word(name))
	if err != nil || n < 0 || n > most {
		r.wrong("must be '" + name + ": ' and a number up to " + strconv.Itoa(most))
		return 0
	}
	return n
}

func (r *recordingReader) input() Recorded {
	line := r.next()
	for prefix, kind := range map[string]InputKind{lineChoice: InputChoice, lineTyped: InputText, lineMedia: InputMedia} {
		if rest, ok := strings.CutPrefix(line, prefix); ok && rest != "" {
			return Recorded{Kind: kind, Sample: rest}
		}
	}
	if rest, ok := strings.CutPrefix(line, lineConsent); ok && (rest == eventGiven || rest == eventRefused) {
		return Recorded{Kind: InputConsent, Outcome: rest}
	}
	if rest, ok := strings.CutPrefix(line, lineResult); ok {
		return r.result(rest)
	}
	switch InputKind(line) {
	case InputPlace, InputContact, InputTimer:
		return Recorded{Kind: InputKind(line)}
	case lineMisfit:
		return Recorded{}
	}
	r.wrong("is no input: answer, typed, media, place, contact, misfit, result, consent or timer")
	return Recorded{}
}

func (r *recordingReader) result(line string) Recorded {
	outcome, rest, _ := strings.Cut(line, " ")
	out := Recorded{Kind: InputResult, Outcome: outcome}
	if outcome != eventOK && outcome != eventFailed && outcome != eventNotFound {
		r.wrong("must say ok, failed or not_found")
	}
	for rest != "" {
		path, quoted, ok := strings.Cut(rest, "=")
		value, err := strconv.QuotedPrefix(quoted)
		if !ok || err != nil {
			r.wrong(`needs its fields as path="value"`)
			return out
		}
		rest = strings.TrimPrefix(quoted[len(value):], " ")
		if out.Fields == nil {
			out.Fields = map[string]string{}
		}
		out.Fields[path], _ = strconv.Unquote(value) // it was just found to be quoted
	}
	return out
}
