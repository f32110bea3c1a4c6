package flows

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
)

// Redact is an input without anything that the person said, as the question
// that a position asks saw it. Where a business system answered, words that
// stand in the flow's own conditions stay, because they decide the way;
// everything else is a sample of its type.
func (l *Library) Redact(pos Position, in Input) Recorded {
	f, s := l.stand(pos)
	if s == nil {
		return Recorded{}
	}
	switch in.Kind {
	case InputTimer:
		return Recorded{Kind: InputTimer}
	case InputConsent:
		if in.Outcome == eventGiven {
			return Recorded{Kind: InputConsent, Outcome: eventGiven}
		}
		return Recorded{Kind: InputConsent, Outcome: eventRefused}
	case InputResult:
		return f.redactResult(s, in)
	}
	if !s.asks() {
		return Recorded{}
	}
	a, ok := s.answer(in, f.limit(s))
	switch {
	case !ok:
		return Recorded{}
	case s.kind() == typeChoice:
		return Recorded{Kind: InputChoice, Sample: string(a)} // the id of a choice of the file
	case in.Kind == InputMedia:
		return Recorded{Kind: InputMedia, Sample: mediaKind(in.Media)}
	case in.Kind == InputText:
		return Recorded{Kind: InputText, Sample: s.sample(f.limit(s))}
	}
	return Recorded{Kind: in.Kind}
}

func mediaKind(kind string) string {
	switch kind {
	case "image", "document", "audio", "video":
		return kind
	}
	return "file"
}

func (f *Flow) redactResult(s *state, in Input) Recorded {
	out := Recorded{Kind: InputResult, Outcome: eventFailed}
	if in.Outcome == eventOK || in.Outcome == eventNotFound {
		out.Outcome = in.Outcome
	}
	for field, path := range s.calls() {
		v := strings.TrimSpace(string(in.Fields[path.name]))
		if out.Outcome != eventOK || v == "" || !f.Fields[field].holds(cut(v, f.Fields[field].Max)) {
			continue
		}
		if out.Fields == nil {
			out.Fields = map[string]string{}
		}
		out.Fields[path.name] = f.own(field, v)
	}
	return out
}

// own is the word of the flow's conditions that a value is, or a sample.
func (f *Flow) own(field, value string) string {
	for _, s := range f.order {
		for _, r := range s.routes {
			if r.when == nil {
				continue
			}
			for _, c := range r.when.words {
				if c.field == field && foldCase(c.word.name) == foldCase(value) {
					return c.word.name
				}
			}
		}
	}
	return f.Fields[field].sample()
}

// sample is a made-up value of the field.
func (f Field) sample() string {
	switch {
	case len(f.patterns) > 0:
		return f.patterns[0].example
	case f.Type == typeNumber:
		return "1"
	case f.Type == typeDate:
		return replayToday
	case f.Type == typeEmail:
		return "someone@example.com"
	case f.Type == typePlace:
		return "0,0"
	}
	return cut("sample", f.Max)
}

// sample is a made-up answer that fits the question.
func (s *state) sample(limit int) string {
	if s.pattern != nil {
		return s.pattern.example
	}
	if s.expect != typeNumber {
		return Field{Type: s.kind(), Max: limit}.sample()
	}
	for _, candidate := range []*float64{new(float64(1)), s.min, s.max} {
		if candidate == nil {
			continue
		}
		n := strconv.FormatFloat(*candidate, 'f', -1, 64)
		if s.inRange(n) && !math.IsInf(*candidate, 0) {
			return n
		}
	}
	return "1"
}

// replayToday is the date of every replay, so that two of them compare.
const replayToday = "2026-01-15"

// Passage is what one input led to.
type Passage struct {
	Input   string   // the line of the recording, or "start"
	States  []string // entered, in order; those of a part as "flow/state"
	Effects []string // kinds and fixed words, such as "call orders"
}

// Trail is the way that a recording takes through one version of a flow.
type Trail struct {
	Passages []Passage
	End      string
}

// Replay plays a recording from the start on the published version of its
// flow; With publishes another for it, such as a draft. Nothing is asked or
// sent: the recording has all answers.
func (l *Library) Replay(r Recording) Trail {
	world := Input{Lang: "en", Today: replayToday}
	f := l.Latest(r.Flow)
	vars := Vars{}
	for _, name := range r.Known {
		if f != nil {
			vars[name] = Answer(f.Fields[name].sample())
		}
	}
	t := &turn{library: l, in: world, tracing: true}
	t.begin(f, vars)
	trail := Trail{Passages: []Passage{t.passage("start")}}
	for _, recorded := range r.Inputs {
		t = &turn{library: l, in: recorded.input(t.pos, world), pos: t.pos, tracing: true}
		t.step()
		trail.Passages = append(trail.Passages, t.passage(recorded.String()))
	}
	trail.End = "over in " + t.pos.State
	if t.pos.Waiting != "" {
		trail.End = "waiting for " + t.pos.Waiting + " in " + t.pos.State
	}
	return trail
}

// input makes the recorded input again.
func (r Recorded) input(pos Position, in Input) Input {
	in.Kind, in.ID, in.Text = r.Kind, r.Sample, Answer(r.Sample)
	switch r.Kind {
	case "":
		// Longer than any answer may be, so it fits no question.
		in.Kind, in.ID, in.Text = InputText, "", Answer(strings.Repeat("?", maxAnswer+1))
	case InputMedia:
		in.Text, in.Media = "sample", r.Sample
	case InputPlace:
		in.Text = "0,0"
	case InputContact:
		in.Text = "Sample, +10000000000"
	case InputTimer:
		in.ID = pos.State
	case InputResult, InputConsent:
		in.Outcome, in.Fields = r.Outcome, map[string]Answer{}
		for path, v := range r.Fields {
			in.Fields[path] = Answer(v)
		}
	}
	return in
}

func (t *turn) passage(input string) Passage {
	s := Passage{Input: input, States: t.passed}
	for _, e := range t.effects {
		s.Effects = append(s.Effects, word(e))
	}
	return s
}

// word names an effect without anything of the person.
func word(e Effect) string {
	switch e := e.(type) {
	case Say:
		if e.Template != nil {
			return "template " + e.Template.Name
		}
		return "say for " + e.Purpose
	case Call:
		return "call " + e.Endpoint
	case Handover:
		return "handover " + e.Reason
	case AskConsent:
		return "ask consent to " + e.Purpose
	case Schedule:
		return "schedule " + e.State + " after " + e.After.String()
	case Keep:
		return "keep fields of " + e.Flow
	}
	return "done"
}

// Differences tells in words where another trail of the same recording leaves
// this one; none when they are the same.
func (t Trail) Differences(now Trail) []string {
	var out []string
	for i := range max(len(t.Passages), len(now.Passages)) {
		a, b := passage(t, i), passage(now, i)
		input := a.Input
		if input == "" {
			input = b.Input
		}
		switch {
		case !slices.Equal(a.States, b.States):
			out = append(out, fmt.Sprintf("after '%s' went to %s, now to %s", input, listed(a.States), listed(b.States)))
		case !slices.Equal(a.Effects, b.Effects):
			out = append(out, fmt.Sprintf("after '%s' did: %s; now: %s", input, listed(a.Effects), listed(b.Effects)))
		}
	}
	if t.End != now.End {
		out = append(out, fmt.Sprintf("at the end was %s, now is %s", t.End, now.End))
	}
	return out
}

func passage(t Trail, i int) Passage {
	if i < len(t.Passages) {
		return t.Passages[i]
	}
	return Passage{}
}

func listed(words []string) string {
	if len(words) == 0 {
		return "nothing"
	}
	return strings.Join(words, ", ")
}
