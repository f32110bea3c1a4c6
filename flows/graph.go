package flows

import (
	"slices"
	"strconv"
	"strings"
	"time"
)

// Graph is a flow as a picture of it needs it: what stands in each state, in
// one language, and every way between them. It holds no answers of anybody.
type Graph struct {
	ID, Title string
	Version   int
	// Lang is the language of the texts: the one that was asked for, or the
	// nearest that the flow has.
	Lang  string
	Start string
	// Nodes stand in the order of the file.
	Nodes []Node
	Edges []Edge
}

// The kinds of a Node.
const (
	NodeQuestion = "question" // waits for what the person sends
	NodeMessage  = "message"  // says something and goes on
	NodeChoice   = "choice"   // goes on by conditions and says nothing
	NodeSplit    = "split"
	NodeCall     = "call"
	NodeConsent  = "consent"
	NodeRun      = "run"
	NodeWait     = "wait"
	NodeHandover = "handover"
	NodeEnd      = "end"
)

// Node is one state.
type Node struct {
	Name, Kind string
	// About is what else a reader wants to know of the kind, in English: what
	// is expected, which endpoint is called, how long is waited.
	About string
	// Text is what the state says, whole and with its {fields}.
	Text string
	// Options are the labels that can be tapped.
	Options []string
	Purpose string
	// Ends says that the flow may be over here, in a node of another kind.
	Ends bool
}

// Edge is one way out of a state, labelled in two parts of which either may be
// empty.
type Edge struct {
	From, To string
	// Answer is the label of the choice that leads this way, in the language
	// of the graph.
	Answer string
	// Rule is what else decides: the condition as the file has it, or a word in
	// English such as "failed" or "after 2 h".
	Rule string
}

// Languages lists the languages of the title, in order: those in which the
// whole flow speaks, as Lint sees to it.
func (f *Flow) Languages() []string { return names(f.Title.Inline) }

// Graph is the flow in a language; a flow that has not that language gives the
// nearest. lookup answers for the sentences of the house, as Text.Render asks
// it to; with nil their keys are shown.
func (f *Flow) Graph(lang string, lookup func(key string, data map[string]any) string) Graph {
	if lookup == nil {
		lookup = func(key string, _ map[string]any) string { return key }
	}
	d := drawer{flow: f, lang: f.nearest(lang), lookup: lookup}
	g := Graph{ID: f.ID, Title: d.words(f.Title), Version: f.Version, Lang: d.lang, Start: f.start.name}
	for _, s := range f.order {
		g.Nodes = append(g.Nodes, d.node(s))
		for _, e := range s.edges() {
			edge := Edge{From: s.name, To: e.to.name}
			edge.Answer, edge.Rule = d.label(s, e)
			g.Edges = append(g.Edges, edge)
		}
	}
	return g
}

// nearest is the language that Text.Render takes for one.
func (f *Flow) nearest(lang string) string {
	tags := map[string]string{}
	for tag := range f.Title.Inline {
		tags[tag] = tag
	}
	return pickLanguage(tags, lang)
}

type drawer struct {
	flow   *Flow
	lang   string
	lookup func(key string, data map[string]any) string
}

// words are a text with its {fields} as they are written.
func (d drawer) words(t Text) string {
	if t.Key != "" {
		return strings.TrimSpace(d.lookup(t.Key, map[string]any{}))
	}
	return strings.TrimSpace(pickLanguage(t.Inline, d.lang))
}

func (d drawer) node(s *state) Node {
	n := Node{Name: s.name, Text: d.words(s.say.Text), Purpose: d.flow.purposeOf(s), Ends: s.end}
	n.Kind, n.About = d.kind(s)
	for _, c := range s.choices {
		n.Options = append(n.Options, d.words(c.label.Text))
	}
	if s.link != nil {
		n.Options = append(n.Options, d.words(s.link.label.Text)+" ↗")
	}
	if s.doc != nil {
		n.Options = append(n.Options, s.doc.name)
	}
	if s.form != nil {
		n.Text = s.form.name.name
	}
	return n
}

func (d drawer) kind(s *state) (kind, about string) {
	switch {
	case s.call != nil:
		return NodeCall, s.call.endpoint.name
	case s.consent != nil:
		return NodeConsent, s.consent.purpose.name
	case s.run != nil:
		return NodeRun, s.run.flow.name
	case s.split != nil:
		return NodeSplit, s.split.name
	case s.hand.name != "":
		return NodeHandover, s.hand.name
	case s.asks():
		return NodeQuestion, s.asked()
	case s.later != nil:
		return NodeWait, span(s.later.after)
	case s.end:
		return NodeEnd, ""
	case s.speaks():
		return NodeMessage, s.sent()
	}
	return NodeChoice, ""
}

// asked is what a state expects, for the reader.
func (s *state) asked() string {
	switch s.expect {
	case expectPattern:
		return "like " + s.pattern.example
	case typeMedia:
		if len(s.kinds) > 0 {
			return strings.Join(s.kinds, " or ")
		}
	}
	return s.expect
}

func (s *state) sent() string {
	if s.form != nil {
		return "template"
	}
	return ""
}

// label says in the marketer's words when a way is taken. An event that it
// does not know shows as it is.
func (d drawer) label(s *state, e edge) (answer, rule string) {
	for _, r := range s.routes {
		if r.event == e.event {
			return d.route(s, r)
		}
	}
	switch e.event {
	case eventOK, eventFailed, eventNotFound:
		return "", strings.ReplaceAll(e.event, "_", " ")
	case eventGiven:
		return "", "yes"
	case eventRefused:
		return "", "no"
	case eventDone:
		return "", "when it has ended"
	case eventTimer:
		return "", "after " + span(s.later.after)
	case eventGiveUp:
		return "", tried(s.tries)
	}
	if n, ok := strings.CutPrefix(e.event, eventWay); ok {
		if i, err := strconv.Atoi(n); err == nil && i >= 1 && i <= len(s.split.ways) {
			return "", strconv.Itoa(s.split.ways[i-1].share) + " %"
		}
	}
	return "", e.event
}

func (d drawer) route(s *state, r route) (answer, rule string) {
	if c, ok := s.choice(r.answer.name); ok {
		answer = d.words(c.label.Text)
	}
	switch {
	case r.when != nil:
		rule = "if " + strings.Join(strings.Fields(r.when.source), " ")
	case r.otherwise && len(s.routes) > 1:
		rule = "otherwise"
	}
	return answer, rule
}

func tried(tries int) string {
	if tries == 1 {
		return "not understood"
	}
	return "not understood " + strconv.Itoa(tries) + " times"
}

// span is a duration in the largest unit that gives a whole number.
func span(d time.Duration) string {
	units := []struct {
		name string
		of   time.Duration
	}{{"d", 24 * time.Hour}, {"h", time.Hour}, {"min", time.Minute}}
	i := slices.IndexFunc(units, func(u struct {
		name string
		of   time.Duration
	}) bool {
		return d >= u.of && d%u.of == 0
	})
	if i < 0 {
		return d.String()
	}
	return strconv.FormatInt(int64(d/units[i].of), 10) + " " + units[i].name
}
