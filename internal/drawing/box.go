package drawing

import (
	"slices"
	"strings"

	"aval/flows"
)

// Sizes in CSS pixels, of which A4 has 794 by 1123.
const (
	sizeTitle  = 18.0
	sizeName   = 12.5
	sizeKind   = 10.5
	sizeText   = 12.5
	sizeOption = 11.5
	sizeLabel  = 11.0

	padding     = 14.0
	textLines   = 6 // of what a state says; all of it stands in its title element
	optionInset = 10.0
	labelShare  = 0.62 // of a box's width, at most, for the label of a way
)

// box is a state with its lines broken and its size known.
type box struct {
	flows.Node
	name, about, text []string
	options           [][]string
	tag               string
	x, y, w, h        float64 // the middle and the size
}

func (b box) left() float64   { return b.x - b.w/2 }
func (b box) right() float64  { return b.x + b.w/2 }
func (b box) top() float64    { return b.y - b.h/2 }
func (b box) bottom() float64 { return b.y + b.h/2 }

// Heights of the lines.
const (
	heightName   = 17.0
	heightKind   = 14.0
	heightText   = 17.0
	heightOption = 15.0
	heightTag    = 17.0
	gap          = 6.0
)

func newBox(n flows.Node, width float64) box {
	inner := width - 2*padding
	b := box{Node: n, w: width}
	b.name = wrap(n.Name, sizeName, inner, true)
	b.about = wrap(kindWords(n), sizeKind, inner, false)
	b.text = shorten(wrap(n.Text, sizeText, inner, false), textLines, sizeText, inner)
	for _, o := range n.Options {
		b.options = append(b.options, wrap(o, sizeOption, inner-2*optionInset, false))
	}
	if lines := wrap(n.Purpose, sizeKind, inner-2*tagInset, true); len(lines) > 0 {
		b.tag = lines[0]
	}
	b.h = padding + heightName*float64(len(b.name)) + heightKind*float64(len(b.about)) + padding
	if len(b.text) > 0 {
		b.h += gap + heightText*float64(len(b.text))
	}
	for _, o := range b.options {
		b.h += gap + optionHeight(o)
	}
	b.h += gap + heightTag
	return b
}

func optionHeight(lines []string) float64 { return heightOption*float64(len(lines)) + 6 }

const tagInset = 7.0

// kindWords say what a state does.
func kindWords(n flows.Node) string {
	words := map[string]string{
		flows.NodeQuestion: "asks", flows.NodeMessage: "says", flows.NodeChoice: "decides", flows.NodeSplit: "splits people",
		flows.NodeCall: "asks a system", flows.NodeConsent: "the house asks consent", flows.NodeRun: "runs another flow",
		flows.NodeWait: "waits", flows.NodeHandover: "hands over to a person", flows.NodeEnd: "the end",
	}[n.Kind]
	if words == "" {
		words = n.Kind // a kind that came later
	}
	if n.About != "" {
		words += ": " + n.About
	}
	if n.Ends && n.Kind != flows.NodeEnd {
		words += ", then the end"
	}
	return words
}

// way is one or several ways from one state to another.
type way struct {
	from, to   int
	lines      []labelLine
	names      []string // the labels whole, for those who listen
	x, y, w, h float64  // the label's middle and size; no size without one
	points     []point
	route      route
}

type labelLine struct {
	text string
	// spoken is in the flow's language, the rest in English.
	spoken bool
}

// add puts the label of one more way on it.
func (w *way) add(e flows.Edge, width float64) {
	name := strings.TrimSpace(e.Answer + " " + e.Rule)
	if name == "" || slices.Contains(w.names, name) {
		return
	}
	w.names = append(w.names, name)
	for _, part := range []labelLine{{e.Answer, true}, {e.Rule, false}} {
		if part.text == "" {
			continue
		}
		for _, line := range wrap(part.text, sizeLabel, width, part.spoken) {
			w.lines = append(w.lines, labelLine{line, part.spoken})
			w.w = max(w.w, widthOf(line, sizeLabel, part.spoken)+8)
		}
	}
	w.h = heightKind*float64(len(w.lines)) + 4
}

// merged are the ways of a graph, those between the same two states as one,
// with labels of at most a width.
func merged(g flows.Graph, width float64) []way {
	at := map[string]int{}
	for i, n := range g.Nodes {
		at[n.Name] = i
	}
	var ways []way
	for _, e := range g.Edges {
		from, known := at[e.From]
		to, leads := at[e.To]
		if !known || !leads {
			continue
		}
		i := slices.IndexFunc(ways, func(w way) bool { return w.from == from && w.to == to })
		if i < 0 {
			i = len(ways)
			ways = append(ways, way{from: from, to: to})
		}
		ways[i].add(e, width)
	}
	return ways
}
