package drawing

import "aval/flows"

// legend says what the shapes mean, those that the sheet has.
type legend struct {
	entries []entry
	bottom  float64
}

type entry struct {
	kind, words string
	x, y        float64 // the middle of its shape
}

// The legend's kinds that are no states.
const (
	kindMarketing = "marketing"
	kindLit       = "lit"
)

const (
	swatchWidth  = 34.0
	swatchHeight = 18.0
	entryHeight  = 28.0
)

// kinds are those of states, in the order of the legend.
func kinds() []string {
	return []string{
		flows.NodeQuestion, flows.NodeMessage, flows.NodeChoice, flows.NodeSplit, flows.NodeCall, flows.NodeConsent,
		flows.NodeRun, flows.NodeWait, flows.NodeHandover, flows.NodeEnd,
	}
}

// newLegend puts the entries in lines from a height on. The entries that
// depend on what a picture shows always have their room.
func newLegend(s *sheet, top float64) legend {
	used := map[string]bool{}
	for _, n := range s.graph.Nodes {
		used[n.Kind] = true
	}
	l := legend{}
	x, y := margin, top+entryHeight/2
	add := func(kind, words string) {
		width := swatchWidth + 8 + widthOf(words, sizeLabel, false) + 20
		if x > margin && x+width > s.w-margin+20 {
			x, y = margin, y+entryHeight
		}
		l.entries = append(l.entries, entry{kind, words, x + swatchWidth/2, y})
		x += width
	}
	for _, kind := range kinds() {
		if used[kind] {
			add(kind, kindWords(flows.Node{Kind: kind}))
		}
	}
	add(kindMarketing, "marketing")
	add(kindLit, "where the conversation is")
	l.bottom = y + entryHeight/2
	return l
}
