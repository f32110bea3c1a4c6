package flows_test

import (
	"flag"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"aval/flows"
	"aval/flows/words"
	"aval/locales"
)

// player plays one conversation of the guide as a reader sees it. What "you",
// the "shop" and the clock ("later") do is read, with a head of what was there
// before ("language", "who", "known"); everything else is written.
type player struct {
	t       *testing.T
	library *flows.Library
	texts   *locales.Catalog
	lang    string
	known   flows.Vars
	seed    string
	id      string
	pos     flows.Position
	say     flows.Say     // the last message
	alarm   time.Duration // of the timer that is set
	out     strings.Builder
}

// play returns a talk with what really happens in the place of what it says.
// A talk goes on to the end, or says that somebody waits.
func (p *player) play(talk string) string {
	begun := false
	for line := range strings.Lines(talk) {
		who, what, _ := strings.Cut(strings.TrimSuffix(line, "\n"), ": ")
		if !begun && p.head(who, what) {
			p.out.WriteString(line)
			continue
		}
		if !begun {
			p.start()
			begun = true
		}
		if who == "you" || who == "later" || who == "shop" {
			p.out.WriteString(line)
			p.happens(who, what)
		}
	}
	if !begun {
		p.start()
	}
	if p.pos.Waiting != "" {
		p.line("(the bot waits)")
	}
	return p.out.String()
}

// head reads the lines before the first message, which say who is there.
func (p *player) head(who, what string) bool {
	switch who {
	case "language":
		p.lang = what
	case "who":
		p.seed = what
	case "known":
		p.known = vars(what)
	default:
		return false
	}
	return true
}

func vars(s string) flows.Vars {
	out := flows.Vars{}
	for pair := range strings.SplitSeq(s, ", ") {
		name, value, _ := strings.Cut(pair, "=")
		out[name] = flows.Answer(value)
	}
	return out
}

const guideToday = "2026-11-24"

func (p *player) start() {
	var effects []flows.Effect
	p.pos, effects = p.library.Start(p.id, 0, flows.Start{Vars: p.known, Today: guideToday, Lang: p.lang, Seed: p.seed})
	p.show(effects)
}

func (p *player) happens(who, what string) {
	in := flows.Input{Lang: p.lang, Today: guideToday, Seed: p.seed, Fold: func(s string) string { return words.Normalise(s).Plain }}
	switch who {
	case "you":
		p.typed(&in, what)
	case "later":
		in.Kind, in.ID = flows.InputTimer, p.pos.State
		if what != clock(p.alarm) {
			p.t.Errorf("the clock is set to %q, and the talk waits %q", clock(p.alarm), what)
		}
	case "shop":
		outcome, fields, _ := strings.Cut(what, ", ")
		in.Kind, in.Outcome = flows.InputResult, strings.ReplaceAll(outcome, " ", "_")
		if fields != "" {
			in.Fields = vars(fields)
		}
	}
	pos, effects := p.library.Step(p.pos, in)
	if len(effects) == 0 {
		p.t.Errorf("%q changes nothing", who+": "+what)
	}
	p.pos = pos
	p.show(effects)
}

// typed reads what a person does: [tap], (something that is not words), words.
func (p *player) typed(in *flows.Input, what string) {
	in.Kind, in.Text = flows.InputText, flows.Answer(what)
	if tapped, ok := strings.CutPrefix(what, "["); ok {
		in.Kind = flows.InputChoice
		for _, c := range p.say.Choices {
			if p.words(c.Label) == strings.TrimSuffix(tapped, "]") {
				in.ID = c.ID
			}
		}
		if in.ID == "" {
			p.t.Errorf("there is no button %s", what)
		}
		return
	}
	sent, ok := strings.CutPrefix(what, "(")
	if !ok {
		return
	}
	switch kind, rest, _ := strings.Cut(strings.TrimSuffix(sent, ")"), " "); kind {
	case "agree":
		in.Kind, in.Outcome = flows.InputConsent, "given"
	case "refuse":
		in.Kind, in.Outcome = flows.InputConsent, "refused"
	case "place":
		in.Kind, in.Text = flows.InputPlace, "-23.5,-46.6"
	case "contact":
		in.Kind, in.Text = flows.InputContact, flows.Answer(rest)
	default:
		in.Kind, in.Text, in.Media = flows.InputMedia, "1", kind
	}
}

func (p *player) words(t flows.Text) string {
	return t.Render(p.lang, p.say.Vars, func(key string, data map[string]any) string { return p.texts.Text(p.lang, key, data) })
}

func (p *player) show(effects []flows.Effect) {
	for _, e := range effects {
		switch e := e.(type) {
		case flows.Say:
			p.say = e
			p.message()
		case flows.Call:
			p.line("bot asks the shop: %s%s", e.Endpoint, params(e.Params))
		case flows.AskConsent:
			p.line("house: (asks for %s in its own words, twice)", e.Purpose)
		case flows.Schedule:
			p.alarm = e.After
		case flows.Keep:
			p.kept(e)
		case flows.Handover:
			p.line("(a person is called: %s)", e.Reason)
		}
	}
}

func (p *player) line(format string, args ...any) { fmt.Fprintf(&p.out, format+"\n", args...) }

func (p *player) message() {
	e := p.say
	if e.Template != nil {
		values := []string{e.Template.Name}
		for _, v := range e.Template.Params {
			values = append(values, string(v))
		}
		p.line("bot: (the template %s)", strings.Join(values, ", "))
	} else {
		p.line("bot: %s", strings.ReplaceAll(p.words(e.Text), "\n", "\n     "))
	}
	var row []string
	if e.List {
		row = append(row, p.words(e.Open)+" ▸")
	}
	for _, c := range e.Choices {
		label := "[" + p.words(c.Label) + "]"
		if hint := p.words(c.Hint); hint != "" {
			label += " " + hint
		}
		row = append(row, label)
	}
	if e.Link != nil {
		row = append(row, "["+p.words(e.Link.Label)+"] "+e.Link.URL)
	}
	if e.Document != nil {
		row = append(row, "["+e.Document.Name+"] "+e.Document.URL)
	}
	if len(row) > 0 {
		p.line("     %s", strings.Join(row, "  "))
	}
}

func params(values map[string]flows.Answer) string {
	out := ""
	for _, name := range slices.Sorted(maps.Keys(values)) {
		out += ", " + name + "=" + string(values[name])
	}
	return out
}

func (p *player) kept(e flows.Keep) {
	f := p.library.Flow(e.Flow, e.Version)
	for _, name := range slices.Sorted(maps.Keys(e.Vars)) {
		if keep := f.Fields[name].Keep; keep > 0 {
			p.line("(%s is kept for %s)", name, clock(keep))
		}
	}
}

// clock writes a time as the format does.
func clock(d time.Duration) string {
	const day = 24 * time.Hour
	switch {
	case d%day == 0:
		return fmt.Sprintf("%dd", d/day)
	case d%time.Hour == 0:
		return fmt.Sprintf("%dh", d/time.Hour)
	}
	return fmt.Sprintf("%dm", d/time.Minute)
}

// updating: the test is to write what it finds.
func updating() bool { return flag.Lookup("update").Value.String() == "true" }
