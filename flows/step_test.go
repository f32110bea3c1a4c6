package flows

import (
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"golang.org/x/tools/txtar"
)

// TestTalks plays the conversations of testdata/talks: lines with > are what
// happens, the lines below each are the effects and where the flow then
// stands. -update writes them anew.
func TestTalks(t *testing.T) {
	paths, err := filepath.Glob("testdata/talks/*.txtar")
	if err != nil || len(paths) == 0 {
		t.Fatalf("no conversations: %v", err)
	}
	for _, path := range paths {
		t.Run(strings.TrimSuffix(filepath.Base(path), ".txtar"), func(t *testing.T) {
			archive, err := txtar.ParseFile(path)
			if err != nil {
				t.Fatal(err)
			}
			lib, id := talkFlow(t, archive)
			for i, file := range archive.Files {
				if !strings.HasPrefix(file.Name, "talk ") {
					continue
				}
				got := play(t, lib, id, strings.TrimPrefix(file.Name, "talk "), string(file.Data))
				if got != string(file.Data) && !*update {
					t.Errorf("%s: got\n%s\nwant\n%s", file.Name, got, file.Data)
				}
				archive.Files[i].Data = []byte(got)
			}
			if *update {
				if err := os.WriteFile(path, txtar.Format(archive), 0o644); err != nil {
					t.Fatal(err)
				}
			}
		})
	}
}

// talkFlow is the flow of a conversation, written in the file or named, beside
// the flows that it may run as parts.
func talkFlow(t *testing.T, archive *txtar.Archive) (*Library, string) {
	parts := []*Flow{parsed(t, "testdata/address.yaml"), parsed(t, "testdata/neighbour.yaml")}
	for _, file := range archive.Files {
		if file.Name == "flow" {
			f := parsed(t, strings.TrimSpace(string(file.Data)))
			return NewLibrary(append(parts, f), nil), f.ID
		}
		if file.Name == "flow.yaml" {
			f, faults := Parse(file.Name, file.Data)
			if len(faults) > 0 {
				t.Fatal(faults)
			}
			return NewLibrary(append(parts, f), nil), f.ID
		}
	}
	t.Fatal("the conversation names no flow")
	return nil, ""
}

// play runs the > lines of a talk and returns it with fresh effects.
func play(t *testing.T, lib *Library, id, lang, talk string) string {
	var out strings.Builder
	var pos Position
	for line := range strings.Lines(talk) {
		command, ok := strings.CutPrefix(line, "> ")
		if !ok {
			continue
		}
		out.WriteString(line)
		var effects []Effect
		word, rest, _ := strings.Cut(strings.TrimSuffix(command, "\n"), " ")
		if word == "start" {
			pos, effects = lib.Start(id, 0, Start{Vars: pairs(rest), Today: "2026-11-24", Lang: lang, Seed: "ana"})
		} else {
			pos, effects = lib.Step(pos, input(t, lang, word, rest))
		}
		for _, e := range effects {
			out.WriteString(describe(e, lang))
		}
		where := pos.State
		for _, outer := range slices.Backward(pos.Outer) {
			where += " of " + pos.Flow + ", in " + outer.State
		}
		fmt.Fprintf(&out, "= %s, waiting for %q\n", where, pos.Waiting)
	}
	return out.String()
}

func input(t *testing.T, lang, word, rest string) Input {
	in := Input{Kind: InputKind(word), Lang: lang, Today: "2026-11-24", Seed: "ana"}
	switch in.Kind {
	case InputText, InputPlace, InputContact:
		in.Text = Answer(rest)
	case InputMedia:
		kind, id, _ := strings.Cut(rest, " ")
		in.Media, in.Text = kind, Answer(id)
	case InputChoice, InputTimer:
		in.ID = rest
	case InputResult, InputConsent:
		outcome, fields, _ := strings.Cut(rest, " ")
		in.Outcome, in.Fields = outcome, pairs(fields)
	default:
		t.Fatalf("unknown input %q", word)
	}
	return in
}

func pairs(s string) map[string]Answer {
	out := map[string]Answer{}
	for _, pair := range strings.Fields(s) {
		name, value, _ := strings.Cut(pair, "=")
		out[name] = Answer(value)
	}
	return out
}

func describe(e Effect, lang string) string {
	say, _ := e.(Say)
	words := func(t Text) string {
		return t.Render(lang, say.Vars, func(key string, _ map[string]any) string { return "<" + key + ">" })
	}
	switch e := e.(type) {
	case Say:
		return describeSay(e, words)
	case Call:
		var params []string
		for _, name := range names(e.Params) {
			params = append(params, name+"="+string(e.Params[name]))
		}
		return fmt.Sprintf("call %s for %s: %s -> %s\n", e.Endpoint, e.Purpose, strings.Join(params, " "), strings.Join(e.Save, " "))
	case Handover:
		return "handover: " + e.Reason + "\n"
	case AskConsent:
		return fmt.Sprintf("ask consent to %s, wait %t\n", e.Purpose, e.Wait)
	case Schedule:
		return fmt.Sprintf("schedule %s after %s\n", e.State, e.After)
	case Keep:
		return fmt.Sprintf("keep of %s: %s\n", e.Flow, strings.Join(names(e.Vars), " "))
	case Done:
		return "done\n"
	}
	return fmt.Sprintf("unknown effect %T\n", e)
}

func describeSay(e Say, words func(Text) string) string {
	var b strings.Builder
	fmt.Fprintf(&b, "say for %s: %s\n", e.Purpose, strings.ReplaceAll(words(e.Text), "\n", " / "))
	for _, o := range e.Choices {
		fmt.Fprintf(&b, "  [%s] %s", o.ID, words(o.Label))
		if !o.Hint.empty() {
			fmt.Fprintf(&b, " (%s)", words(o.Hint))
		}
		b.WriteString("\n")
	}
	if e.List {
		fmt.Fprintf(&b, "  list: %s\n", words(e.Open))
	}
	if e.Link != nil {
		fmt.Fprintf(&b, "  link: %s %s\n", words(e.Link.Label), e.Link.URL)
	}
	if e.Document != nil {
		fmt.Fprintf(&b, "  document: %s %s\n", e.Document.Name, e.Document.URL)
	}
	if e.Template != nil {
		var values []string
		for _, p := range e.Template.Params {
			values = append(values, string(p))
		}
		fmt.Fprintf(&b, "  template: %s %s\n", e.Template.Name, strings.Join(values, ","))
	}
	return b.String()
}

func TestStep(t *testing.T) {
	f := parsed(t, "../templates/flows/order-status.yaml")
	lib := NewLibrary([]*Flow{f}, nil)
	t.Run("leaves its arguments alone", func(t *testing.T) {
		before := Position{Flow: f.ID, Version: f.Version, State: "number", Vars: Vars{"order_number": "CL-1"}, Tries: 1, Waiting: WaitAnswer}
		after, _ := lib.Step(before, Input{Kind: InputText, Text: "CL-1043"})
		want := Position{Flow: f.ID, Version: f.Version, State: "number", Vars: Vars{"order_number": "CL-1"}, Tries: 1, Waiting: WaitAnswer}
		if !reflect.DeepEqual(before, want) || after.Vars["order_number"] != "CL-1043" {
			t.Errorf("before %+v, after %+v", before, after)
		}
	})
	t.Run("is the same every time", func(t *testing.T) {
		pos, first := lib.Start(f.ID, 0, Start{})
		again, second := lib.Start(f.ID, f.Version, Start{})
		if !reflect.DeepEqual(pos, again) || !reflect.DeepEqual(first, second) {
			t.Error("two starts differ")
		}
	})
	t.Run("begins anew from an unknown version", func(t *testing.T) {
		pos, effects := lib.Step(Position{Flow: f.ID, Version: 99, State: "down", Waiting: WaitAnswer}, Input{})
		if pos.State != "number" || len(effects) != 1 {
			t.Errorf("position %+v, effects %v", pos, effects)
		}
	})
	t.Run("brings a person where the flow is gone", func(t *testing.T) {
		pos, effects := lib.Step(Position{Flow: "gone", Version: 1, State: "down", Waiting: WaitAnswer}, Input{})
		if pos.Waiting != "" || !slices.Contains(effects, Effect(Handover{reasonFault})) {
			t.Errorf("position %+v, effects %v", pos, effects)
		}
	})
	t.Run("drops fields that are not declared", func(t *testing.T) {
		pos, _ := lib.Start(f.ID, 0, Start{Vars: Vars{"order_number": "CL-1", "diagnosis": "x"}})
		if len(pos.Vars) != 1 {
			t.Errorf("%d fields were kept", len(pos.Vars))
		}
	})
	t.Run("over is over", func(t *testing.T) {
		pos, effects := lib.Step(Position{Flow: f.ID, Version: f.Version, State: "glad"}, Input{Kind: InputText, Text: "hi"})
		if pos.Waiting != "" || effects != nil {
			t.Errorf("position %+v, effects %v", pos, effects)
		}
	})
}

// loop is a flow that the linter would refuse: it never asks.
const loop = `
format: 2
id: loop
version: 1
purpose: service
title: {en: Loop}
start: a
states:
  a: {say: {en: A}, next: b}
  b: {say: {en: B}, next: a}
`

func TestStepEndsLoops(t *testing.T) {
	f, faults := Parse("loop.yaml", []byte(loop))
	if len(faults) > 0 {
		t.Fatal(faults)
	}
	pos, effects := NewLibrary([]*Flow{f}, nil).Start("loop", 0, Start{})
	if len(effects) > maxHops+3 || pos.Waiting != "" {
		t.Errorf("%d effects, waiting for %q", len(effects), pos.Waiting)
	}
	last := effects[len(effects)-2:]
	if !reflect.DeepEqual(last, []Effect{Handover{reasonFault}, Done{}}) {
		t.Error("nobody was called")
	}
}

// sound are flows of every shape for the property tests.
func sound(t testing.TB) []*Flow {
	t.Helper()
	var out []*Flow
	for _, pattern := range []string{"testdata/*.yaml", "../templates/flows/*.yaml"} {
		paths, err := filepath.Glob(pattern)
		if err != nil {
			t.Fatal(err)
		}
		for _, path := range paths {
			out = append(out, parsed(t, path))
		}
	}
	return out
}

// FuzzStep holds every input in every state to the promises of Step: it
// returns, names a state of the flow, keeps declared fields within their
// size, and says nothing that WhatsApp would refuse.
func FuzzStep(f *testing.F) {
	flows := sound(f)
	f.Add("text", "2", "", "", "ask", "answer", 0, 0)
	f.Add("text", "٢", "yes", "ok", "", "answer", 1, 9)
	f.Add("result", "1.234,5", "", "not_found", "look", "call", 2, -1)
	f.Add("timer", "31/12/2026", "pause", "", "pause", "timer", 3, 1)
	f.Add("consent", "", "", "given", "ask", "consent", 4, 1)
	lib := NewLibrary(flows, nil)
	f.Fuzz(func(t *testing.T, kind, text, id, outcome, stateName, waiting string, which, tries int) {
		flow := flows[abs(which)%len(flows)]
		fields := map[string]Answer{}
		vars := Vars{"undeclared": Answer(text)}
		for name := range flow.Fields {
			fields[name], vars[name] = Answer(text), Answer(text)
		}
		in := Input{
			Kind: InputKind(kind), Text: Answer(text), ID: id, Media: id, Outcome: outcome, Fields: fields,
			Lang: "en", Today: "2026-11-24", Seed: text, Known: func(*Flow) Vars { return vars },
		}
		for _, s := range append(slices.Clone(flow.order), &state{name: stateName}) {
			pos := Position{Flow: flow.ID, Version: flow.Version, State: s.name, Vars: vars, Tries: tries, Waiting: waiting}
			for range 2 {
				recorded := lib.Redact(pos, in)
				if fits := lib.Fits(pos, in); fits && recorded.Kind == "" || strings.ContainsAny(recorded.Sample, "\n") {
					t.Fatalf("an answer was recorded as %q", recorded)
				}
				next, effects := lib.Step(pos, in)
				check(t, lib, next, effects)
				pos = next
			}
		}
	})
}

func abs(n int) int {
	if n < 0 {
		return -(n + 1)
	}
	return n
}

func check(t *testing.T, lib *Library, pos Position, effects []Effect) {
	t.Helper()
	f, s := lib.stand(pos)
	if s == nil || len(pos.Outer) >= maxDepth {
		t.Fatalf("position names %q of %q in %d flows", pos.State, pos.Flow, len(pos.Outer))
	}
	if len(effects) > 4*maxHops {
		t.Fatalf("%d effects", len(effects))
	}
	for name, v := range pos.Vars {
		field, ok := f.Fields[name]
		if !ok || len([]rune(string(v))) > field.Max {
			t.Fatalf("field %q declared %t, too long or not", name, ok)
		}
	}
	for _, e := range effects {
		say, ok := e.(Say)
		if !ok {
			continue
		}
		body := say.Text.Render("pt", say.Vars, func(string, map[string]any) string { return "" })
		limit := limitBody
		if len(say.Choices) > 0 && !say.List {
			limit = limitButtonsBody
		}
		if units(body) > limit {
			t.Fatalf("a message of %d units", units(body))
		}
	}
}

func BenchmarkStart(b *testing.B) {
	lib := NewLibrary([]*Flow{parsed(b, "../templates/flows/order-status.yaml")}, nil)
	b.ReportAllocs()
	for b.Loop() {
		lib.Start("order-status", 0, Start{})
	}
}

func BenchmarkStep(b *testing.B) {
	f := parsed(b, "../templates/flows/order-status.yaml")
	lib := NewLibrary([]*Flow{f}, nil)
	inputs := map[string]struct {
		pos Position
		in  Input
	}{
		"text":   {Position{State: "number", Waiting: WaitAnswer}, Input{Kind: InputText, Text: "CL-1042"}},
		"choice": {Position{State: "down", Waiting: WaitAnswer}, Input{Kind: InputText, Text: "Volto mais tarde"}},
		"result": {Position{State: "look", Waiting: WaitCall}, Input{
			Kind: InputResult, Outcome: "ok", Fields: map[string]Answer{"state": "shipped", "day": "2026-11-25"},
		}},
	}
	for _, name := range names(inputs) {
		c := inputs[name]
		c.pos.Flow, c.pos.Version = f.ID, f.Version
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				lib.Step(c.pos, c.in)
			}
		})
	}
}
