// Package drawing makes a picture of a flow: an SVG that can be read on a
// screen, printed on A4 and listened to, with nothing in it that runs or
// fetches. Where boxes, ways and labels stand is decided by dagre, which runs
// in an interpreter that is started for a drawing and for nothing else; the
// rest is drawn here. The same flow always gives the same bytes.
package drawing

import (
	"context"
	"strings"

	"aval/flows"
)

// Options are what a picture may show beside the flow itself.
type Options struct {
	// Lit is the state to light up; "" lights none, nor does a name that the
	// flow has not.
	Lit string
	// Marketing tells the purposes that are marketing, which are drawn
	// differently. Nil stands for the purpose of that name.
	Marketing func(purpose string) bool
}

// Plan is a flow laid out, ready to be drawn with any state lit. It never
// changes, so any number of goroutines may draw it.
type Plan struct {
	sheet *sheet
}

// New lays a flow out, which is the part that takes time: some tens of
// milliseconds for a flow of a dozen states, seconds for a hundred. It stops
// with the context's error when the context ends.
func New(ctx context.Context, g flows.Graph) (*Plan, error) {
	s, err := fitting(ctx, g)
	if err != nil {
		return nil, err
	}
	return &Plan{s}, nil
}

// SVG draws the plan as one svg element.
func (p *Plan) SVG(o Options) []byte {
	if o.Marketing == nil {
		o.Marketing = func(purpose string) bool { return purpose == "marketing" }
	}
	w := &writer{out: &strings.Builder{}, options: o, sheet: p.sheet}
	w.document()
	return []byte(w.out.String())
}

// Draw lays a flow out and draws it once.
func Draw(ctx context.Context, g flows.Graph, o Options) ([]byte, error) {
	p, err := New(ctx, g)
	if err != nil {
		return nil, err
	}
	return p.SVG(o), nil
}
