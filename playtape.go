package main

import (
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode/utf16"

	"aval/flows"
	"aval/locales"
)

// tape writes a talk down as a scenario that the tests play against a real
// server. It knows what the flow says and does, word for word; where the house
// speaks it writes "…", which stands for anything. What only a server could
// tell ends the recording, and the file says why.
type tape struct {
	flow    *flows.Flow
	lang    string
	house   houseLabels
	acts    []string // written, each with what follows from it
	stopped string   // why nothing more is recorded
	failed  bool     // a call failed
	worked  bool     // a call was answered

	open take
	list bool          // what can be tapped came as a list
	at   string        // the flow and the step, as an operator sees them
	idle time.Duration // since the person wrote
}

// take is the act that is being recorded.
type take struct {
	lines    []string // the act, after those that lead to it
	received string
	says     []said
	ledger   []string
	house    bool // the house speaks above the flow
	unsure   bool // the ledger has more than can be told
	busy     bool
}

// said is one message as a scenario shows it.
type said struct {
	body, more string // the words, and what can be tapped
	purpose    string
	plain      bool // others may be joined to it
}

// houseLabels are the buttons of the house in one language.
type houseLabels struct{ yes, no, confirm string }

type actKind string

// What a person or the clock can do.
const (
	actWords   actKind = "words"
	actTap     actKind = "tap"
	actPass    actKind = "pass"
	actPlace   actKind = "place"
	actPhoto   actKind = "photo"
	actCard    actKind = "card"
	actConsent actKind = "consent"
)

// scenarioDay is the day of every scenario.
const scenarioDay = "2026-11-23"

// scenarioHours is how long a person may be silent before WhatsApp closes the
// window, less what other acts take.
const scenarioHours = 23 * time.Hour

// The purpose that a scenario's person has agreed to.
const scenarioPurpose = "service"

func newTape(f *flows.Flow, lang string, texts *locales.Catalog) (*tape, error) {
	if scenarioOpening(lang) == "" {
		return nil, fmt.Errorf("scenarios are recorded in pt, en or de, not in %s; choose one with --lang", lang)
	}
	if len(f.Entry.Keywords[lang]) == 0 {
		return nil, fmt.Errorf("the flow %s has no keyword in %s, with which a scenario could begin it; write one under entry", f.ID, lang)
	}
	label := func(key string) string { return texts.Text(lang, key, nil) }
	return &tape{flow: f, lang: lang, at: "none",
		house: houseLabels{label("consent.yes"), label("consent.no"), label("consent.confirm")}}, nil
}

// scenarioOpening brings ana to where the flow can begin.
func scenarioOpening(lang string) string {
	return map[string]string{
		"pt": "given ana has agreed to service",
		"en": "given ana has agreed to service in English: hello",
		"de": "given ana has agreed to service in German: guten tag",
	}[lang]
}

func (t *tape) opening() (actKind, string) { return actWords, t.flow.Entry.Keywords[t.lang][0] }

// anew is an empty tape.
func (t tape) anew() tape { return tape{flow: t.flow, lang: t.lang, house: t.house, at: "none"} }

// stop ends the recording.
func (t *tape) stop(why string) {
	if t.stopped == "" {
		t.stopped = why
	}
	t.open = take{}
}

// act begins the next act.
func (t *tape) act(kind actKind, words string) {
	t.open = take{busy: true}
	on := &t.open
	switch kind {
	case actWords:
		on.lines, on.received = []string{"ana: " + words}, "message.received text"
	case actTap:
		on.lines, on.received = []string{"ana taps " + words}, "message.received button"
		if t.list {
			on.received = "message.received list"
		}
	case actPlace:
		on.lines, on.received = []string{"ana sends a place"}, "message.received location"
	case actPhoto:
		on.lines, on.received = []string{"ana under a picture: foto"}, "message.received media caption"
		if words != "image" {
			t.stop("scenarios know pictures only, no " + words)
		}
	case actCard:
		t.stop("scenarios know no contact cards")
	case actConsent:
		t.consented(words == "given")
	case actPass:
		on.lines = []string{"pass " + words}
	}
	t.pass(kind, words)
}

// pass keeps the time since the person wrote.
func (t *tape) pass(kind actKind, words string) {
	if kind != actPass {
		t.idle = 0
		return
	}
	d, err := time.ParseDuration(words)
	t.idle += d
	if err != nil || t.idle > scenarioHours { // days are no duration to the parser, and too long anyway
		t.stop("a wait of " + words + " closes WhatsApp's window, and only a server knows what may leave then")
	}
}

// consented are the taps on the house's buttons.
func (t *tape) consented(yes bool) {
	on := &t.open
	on.house, on.unsure, on.received = true, true, "message.received button"
	on.lines = []string{"ana taps " + t.house.no}
	if yes {
		on.lines = []string{"ana taps " + t.house.yes, "bot -> ana: …", "state ana: …", "ledger: message.received button, …",
			"ana taps " + t.house.confirm}
	}
}

// called notes how a system answered.
func (t *tape) called(purpose, outcome string) {
	t.failed, t.worked = t.failed || outcome == "failed", t.worked || outcome != "failed"
	switch {
	case t.failed && t.worked:
		t.stop("in a scenario the shop's system either answers or it does not")
	case len(t.open.says) > 0:
		t.stop("the flow spoke before it asked a system, and only a server knows whether that is one message or two")
	}
	t.open.ledger = append(slices.Clip(t.open.ledger), "endpoint.called "+purpose+" "+outcome)
}

// hear takes what the flow did and, once it waits for the person or the clock
// again, writes the act down.
func (t *tape) hear(pos flows.Position, effects []flows.Effect, lookup func(string, map[string]any) string) {
	if t.stopped != "" || !t.open.busy {
		return
	}
	on, state := &t.open, ""
	for _, e := range effects {
		switch e := e.(type) {
		case flows.Say:
			on.says = append(slices.Clip(on.says), t.said(e, lookup))
			on.unsure = on.unsure || e.Purpose != scenarioPurpose
			if e.Template != nil {
				t.stop("only a server knows a template's words")
				return
			}
		case flows.Handover:
			on.says = append(slices.Clip(on.says), said{body: "…", plain: true, purpose: scenarioPurpose})
			on.ledger = append(slices.Clip(on.ledger), "handover.queued QUEUED flow: "+e.Reason)
			state = "turn QUEUED"
		case flows.AskConsent:
			if e.Purpose == scenarioPurpose {
				t.stop("the person has agreed to " + e.Purpose + " already, and a server says so")
				return
			}
			on.says = append(slices.Clip(on.says), said{body: "…", purpose: scenarioPurpose})
			on.unsure, state = true, "…"
		case flows.Keep:
			on.unsure = true
		}
	}
	if pos.Waiting != flows.WaitCall {
		t.write(pos, state)
	}
}

// said is a message as a scenario shows it.
func (t *tape) said(e flows.Say, lookup func(string, map[string]any) string) said {
	render := func(x flows.Text) string { return x.Render(t.lang, e.Vars, lookup) }
	s := said{body: render(e.Text), purpose: e.Purpose, plain: e.Choices == nil && e.Link == nil && e.Document == nil}
	if e.Document != nil {
		s.body = "[document " + e.Document.Name + "] " + s.body
	}
	t.list = len(e.Choices) > scenarioButtons
	for _, c := range e.Choices {
		label := render(c.Label)
		s.more += " [" + label + "]"
		t.list = t.list || units(label) > scenarioLabel
	}
	if e.Link != nil {
		s.more += " [" + render(e.Link.Label) + " -> " + e.Link.URL + "]"
	}
	return s
}

// WhatsApp's limits that decide how a message looks: the longest body in which
// the house joins two texts, and what still goes on buttons.
const (
	scenarioBody    = 1024
	scenarioButtons = 3
	scenarioLabel   = 20
)

// units counts as WhatsApp may count.
func units(s string) int { return len(utf16.Encode([]rune(s))) }

// messages joins what the house would send as one message.
func (on take) messages() []said {
	var out []said
	for _, s := range on.says {
		last := len(out) - 1
		if last >= 0 && out[last].plain && out[last].purpose == s.purpose && units(out[last].body)+units(s.body)+2 <= scenarioBody {
			s.body = out[last].body + "\n\n" + s.body
			out[last] = s
			continue
		}
		out = append(out, s)
	}
	if !on.house {
		return out
	}
	if len(out) == 0 {
		return []said{{body: "…"}}
	}
	out[0].body = "…\n\n" + out[0].body
	return out
}

// write puts the act and what follows from it on the tape.
func (t *tape) write(pos flows.Position, state string) {
	on := t.open
	block := slices.Clone(on.lines)
	messages := on.messages()
	for _, m := range messages {
		body := strings.ReplaceAll(strings.TrimSpace(m.body), "\n\n", " ¶ ")
		block = append(block, "bot -> ana: "+strings.ReplaceAll(body, "\n", " / ")+m.more)
	}
	if len(messages) == 0 {
		block = append(block, "bot: says nothing")
	}
	at := "none"
	if pos.Waiting != "" {
		at = pos.Flow + "/" + pos.State
	}
	if at != t.at && state != "…" {
		state = strings.TrimPrefix(state+", flow "+at, ", ")
	}
	if on.house {
		state = "…"
	}
	if state != "" {
		block = append(block, "state ana: "+state)
	}
	if line := on.account(len(messages)); line != "" {
		block = append(block, "ledger: "+line)
	}
	t.at, t.open = at, take{}
	t.acts = append(slices.Clip(t.acts), strings.Join(block, "\n"))
}

// account are the lines of the ledger.
func (on take) account(messages int) string {
	var lines []string
	if on.received != "" {
		lines = append(lines, on.received)
	}
	lines = append(lines, on.ledger...)
	if on.unsure {
		return strings.Join(append(lines, "…"), ", ")
	}
	for range messages {
		lines = append(lines, "message.accepted "+scenarioPurpose)
	}
	return strings.Join(lines, ", ")
}

// file is the scenario.
func (t tape) file() string {
	var b strings.Builder
	fmt.Fprintf(&b, "# Recorded with \"aval flow play\": %s, in %s.\n\n", t.flow.ID, t.lang)
	if t.failed {
		b.WriteString("the shop's system is down\n")
	}
	b.WriteString(scenarioOpening(t.lang) + "\n")
	for _, act := range t.acts {
		b.WriteString(act + "\n")
	}
	if t.stopped != "" {
		b.WriteString("\n# From here on nothing is recorded: " + t.stopped + ".\n")
	}
	return b.String()
}
