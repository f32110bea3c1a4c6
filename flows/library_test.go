package flows

import (
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"
)

// version is a flow of one question in some version of it.
func version(t testing.TB, id string, n int, question string) *Flow {
	t.Helper()
	return written(t, fmt.Sprintf(`format: 2
id: %s
version: %d
purpose: service
title: {en: Any}
human: house
fields:
  name: {purpose: service}
start: ask
states:
  ask:
    say: {en: %q}
    expect: text
    save: name
    next: bye
  bye: {say: {en: "Bye {name} from %d"}, end: true}
`, id, n, question, n))
}

func written(t testing.TB, file string) *Flow {
	t.Helper()
	f, faults := Parse("written.yaml", []byte(file))
	if len(faults) > 0 {
		t.Fatal(faults)
	}
	return f
}

// said are the messages of some effects, in English.
func said(effects []Effect) string {
	var out []string
	for _, e := range effects {
		if say, ok := e.(Say); ok {
			out = append(out, say.Text.Render("en", say.Vars, nil))
		}
	}
	return strings.Join(out, " / ")
}

func TestLibraryVersions(t *testing.T) {
	one, two, draft := version(t, "ask", 1, "Old?"), version(t, "ask", 2, "New?"), version(t, "ask", 3, "Draft?")
	lib := NewLibrary([]*Flow{one, two, draft}, map[string]int{"ask": 1})
	old, effects := lib.Start("ask", 0, Start{})
	if said(effects) != "Old?" {
		t.Fatalf("version 1 is published, and %q was said", said(effects))
	}
	published := lib.With("ask", 2)
	t.Run("a conversation ends in the version in which it began", func(t *testing.T) {
		pos, effects := published.Step(old, Input{Kind: InputText, Text: "Ana"})
		if pos.Version != 1 || said(effects) != "Bye Ana from 1" {
			t.Errorf("version %d said %q", pos.Version, said(effects))
		}
	})
	t.Run("a new one begins in the published version", func(t *testing.T) {
		pos, _ := published.Start("ask", 0, Start{})
		if pos.Version != 2 || published.Latest("ask") != two || lib.Latest("ask") != one {
			t.Errorf("version %d", pos.Version)
		}
	})
	t.Run("a draft is for those who are given it", func(t *testing.T) {
		pos, effects := published.With("ask", 3).Start("ask", 0, Start{})
		if said(effects) != "Draft?" || published.Latest("ask") != two {
			t.Errorf("said %q", said(effects))
		}
		_, effects = published.Step(pos, Input{Kind: InputText, Text: "Ana"})
		if said(effects) != "Bye Ana from 3" {
			t.Errorf("a draft that was begun said %q", said(effects))
		}
	})
	t.Run("nothing is published that is not there", func(t *testing.T) {
		for _, l := range []*Library{lib.With("ask", 9), NewLibrary([]*Flow{one}, map[string]int{"other": 1})} {
			_, effects := l.Start("ask", 0, Start{})
			if l.Latest("ask") != nil || len(l.Published()) != 0 || !reflect.DeepEqual(effects, []Effect{Handover{reasonFault}, Done{}}) {
				t.Errorf("%d published, effects %v", len(l.Published()), effects)
			}
		}
	})
	t.Run("without a word on it the highest is published", func(t *testing.T) {
		l := NewLibrary([]*Flow{two, draft, one, version(t, "a", 1, "A?")}, nil)
		list := l.Published()
		if len(list) != 2 || list[0].ID != "a" || list[1] != draft {
			t.Errorf("published %v", list)
		}
	})
}

// outer runs a part that greets and asks.
const outer = `format: 2
id: outer
version: 1
purpose: service
title: {en: Outer}
human: house
fields:
  me: {purpose: service, max: 5}
  got: {purpose: service, max: 4}
start: run
states:
  run:
    run: {flow: part, give: {name: me}, take: {got: answer}, done: bye}
  bye: {say: {en: "{me} said {got}"}, end: true}
`

const part = `format: 2
id: part
version: %d
purpose: service
title: {en: Part}
human: house
fields:
  name: {purpose: service}
  answer: {purpose: service, keep: 30d, label: {en: Answer}}
start: ask
states:
  ask:
    say: {en: "Version %[1]d, {name}{answer}?"}
    expect: text
    save: answer
    give_up: person
    next: thanks
  thanks: {say: {en: "Thanks for {answer}"}, end: true}
  person: {handover: part_help}
`

func TestParts(t *testing.T) {
	o, one, two := written(t, outer), written(t, fmt.Sprintf(part, 1)), written(t, fmt.Sprintf(part, 2))
	lib := NewLibrary([]*Flow{o, one}, nil)
	start := Start{Vars: Vars{"me": "Ana"}, Known: func(f *Flow) Vars { return Vars{"answer": Answer(f.ID), "secret": "x"} }}
	begun, effects := lib.Start("outer", 0, start)
	t.Run("gives its fields, beside what is known", func(t *testing.T) {
		if said(effects) != "Version 1, Anapart?" || len(begun.Vars) != 2 || begun.Flow != "part" || len(begun.Outer) != 1 {
			t.Errorf("said %q in %+v", said(effects), begun)
		}
	})
	t.Run("stays in its version and comes back", func(t *testing.T) {
		pos, effects := NewLibrary([]*Flow{o, one, two}, nil).Step(begun, Input{Kind: InputText, Text: "cheese"})
		if said(effects) != "Thanks for cheese / Ana said chee" || pos.Flow != "outer" || pos.Outer != nil || pos.Waiting != "" {
			t.Errorf("said %q, at %+v", said(effects), pos)
		}
		kept, ok := effects[1].(Keep)
		if !ok || kept.Flow != "part" || kept.Vars["answer"] != "cheese" {
			t.Errorf("second effect %T", effects[1])
		}
	})
	t.Run("brings a person for all", func(t *testing.T) {
		pos := begun
		for range 3 {
			pos, effects = lib.Step(pos, Input{Kind: InputMedia, Text: "1"})
		}
		if !slices.Contains(effects, Effect(Handover{"part_help"})) || pos.Outer != nil || pos.Waiting != "" {
			t.Errorf("at %+v", pos)
		}
	})
	t.Run("leaves nobody alone when a flow is gone", func(t *testing.T) {
		for name, l := range map[string]*Library{"the outer": NewLibrary([]*Flow{one}, nil), "the part": NewLibrary([]*Flow{o}, nil)} {
			pos, effects := l.Step(begun, Input{Kind: InputText, Text: "cheese"})
			if !slices.Contains(effects, Effect(Handover{reasonFault})) || pos.Waiting != "" {
				t.Errorf("without %s: %v", name, effects)
			}
		}
	})
	t.Run("leaves its arguments alone", func(t *testing.T) {
		again, _ := lib.Start("outer", 0, start)
		if !reflect.DeepEqual(begun, again) {
			t.Error("the position has changed")
		}
	})
	t.Run("counts for the age of the person", func(t *testing.T) {
		selling := NewLibrary([]*Flow{o, written(t, strings.Replace(fmt.Sprintf(part, 1), "purpose: service", "purpose: marketing", 1))}, nil)
		if lib.LeadsTo(o, "marketing") || !selling.LeadsTo(o, "marketing") {
			t.Error("a part's purpose is the whole's")
		}
	})
}

// nested makes flows of which each runs the next, the last one itself again if
// it is to go round.
func nested(t testing.TB, depth int, round bool) []*Flow {
	var out []*Flow
	for i := range depth {
		body := "  run: {run: {flow: " + fmt.Sprintf("f%d", i+1) + ", done: bye}}\n  bye: {end: true}\n"
		if i == depth-1 {
			body = "  run: {say: {en: Deep}, next: bye}\n  bye: {end: true}\n"
			if round {
				body = "  run: {run: {flow: f0, done: bye}}\n  bye: {end: true}\n"
			}
		}
		out = append(out, written(t, fmt.Sprintf("format: 2\nid: f%d\nversion: 1\npurpose: service\nhuman: house\ntitle: {en: F, pt: F}\nstart: run\nstates:\n", i)+body))
	}
	return out
}

func TestPartsAreBounded(t *testing.T) {
	for name, c := range map[string]struct {
		flows []*Flow
		ok    bool
		fault string
	}{
		"five":      {nested(t, maxDepth, false), true, ""},
		"six":       {nested(t, maxDepth+1, false), false, "f0 → f1 → f2 → f3 → f4 → f5. 5 are allowed"},
		"a circle":  {nested(t, 3, true), false, "run one another for ever: f0 → f1 → f2 → f0"},
		"by itself": {nested(t, 1, true), false, "f0 → f0"},
	} {
		t.Run(name, func(t *testing.T) {
			_, effects := NewLibrary(c.flows, nil).Start("f0", 0, Start{})
			if lost := slices.Contains(effects, Effect(Handover{reasonFault})); lost == c.ok {
				t.Errorf("effects %v", effects)
			}
			faults := Lint(c.flows, testRules()).Error()
			if !strings.Contains(faults, c.fault) || c.fault != "" && faults == "" {
				t.Errorf("faults %s", faults)
			}
		})
	}
}

func TestSplit(t *testing.T) {
	p := &splitPart{name: "greeting", ways: []way{{share: 70}, {share: 20}, {share: 10}}}
	counts := map[string]int{}
	for i := range 10_000 {
		counts[p.way(fmt.Sprint("seed", i))]++
	}
	for event, want := range map[string]int{"way:1": 7000, "way:2": 2000, "way:3": 1000} {
		if got := counts[event]; got < want-300 || got > want+300 {
			t.Errorf("%s was taken %d times, want about %d", event, got, want)
		}
	}
	// The way of a person is a promise to all versions: these never change.
	var ways []string
	for i := range 20 {
		ways = append(ways, strings.TrimPrefix(p.way(fmt.Sprint("seed", i)), eventWay))
	}
	if got := strings.Join(ways, ""); got != "11123111111111111121" {
		t.Errorf("the ways are %s", got)
	}
	other := &splitPart{name: "farewell", ways: p.ways}
	same := 0
	for i := range 1000 {
		if seed := fmt.Sprint(i); p.way(seed) == other.way(seed) {
			same++
		}
	}
	if same < 400 || same > 680 { // 0.7² + 0.2² + 0.1² = 0.54
		t.Errorf("two names send %d of 1000 the same way", same)
	}
}

func TestFits(t *testing.T) {
	f := version(t, "ask", 1, "Name?")
	lib := NewLibrary([]*Flow{f}, nil)
	pos, _ := lib.Start("ask", 0, Start{})
	over, _ := lib.Step(pos, Input{Kind: InputText, Text: "Ana"})
	for name, c := range map[string]struct {
		pos  Position
		in   Input
		want bool
	}{
		"an answer":     {pos, Input{Kind: InputText, Text: "Ana"}, true},
		"a file":        {pos, Input{Kind: InputMedia, Text: "1"}, false},
		"after the end": {over, Input{Kind: InputText, Text: "Ana"}, false},
		"nowhere":       {Position{}, Input{Kind: InputText, Text: "Ana"}, false},
	} {
		if got := lib.Fits(c.pos, c.in); got != c.want {
			t.Errorf("%s: %t", name, got)
		}
	}
}
