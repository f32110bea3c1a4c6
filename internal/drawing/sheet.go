package drawing

import (
	"cmp"
	"context"
	"math"
	"slices"

	"aval/flows"
)

// sheet is a flow laid out.
type sheet struct {
	graph  flows.Graph
	boxes  []box
	ways   []way
	start  int // the box that the flow begins with, or -1
	w, h   float64
	title  []string
	legend legend
}

// What A4 holds upright and lying, without its margins.
const (
	upright = 794 - 76.0
	lying   = 1123 - 76.0
)

// fitting lays the flow out in boxes that are as wide as the paper allows: a
// flow of many branches gets narrower ones before it is printed smaller.
func fitting(ctx context.Context, g flows.Graph) (*sheet, error) {
	tries := []struct {
		width, paper float64
		staggered    bool
	}{{210, upright, false}, {180, lying, true}, {150, math.Inf(1), true}}
	for _, try := range tries {
		s, err := newSheet(ctx, g, try.width, try.staggered)
		if err != nil || s.w <= try.paper {
			return s, err
		}
	}
	return newSheet(ctx, g, 150, true)
}

const margin = 24.0

func newSheet(ctx context.Context, g flows.Graph, width float64, staggered bool) (*sheet, error) {
	s := &sheet{graph: g, ways: merged(g, labelShare*width)}
	for _, n := range g.Nodes {
		s.boxes = append(s.boxes, newBox(n, width))
	}
	s.start = slices.IndexFunc(g.Nodes, func(n flows.Node) bool { return n.Name == g.Start })
	if err := s.arrange(ctx, staggered); err != nil {
		return nil, err
	}
	s.settle()
	for i := range s.ways {
		s.ways[i].route = s.routed(i)
	}
	return s, nil
}

// arrange takes the places of boxes and labels from the layout. Where it
// staggers, the ends that one state leads to stand in two rows.
func (s *sheet) arrange(ctx context.Context, staggered bool) error {
	p := plan{Mirrored: rightToLeft(s.graph.Lang), NodeSep: 20, EdgeSep: 14, RankSep: 64, Nodes: []planned{}, Edges: []plannedWay{}}
	for _, i := range s.order() {
		p.Nodes = append(p.Nodes, planned{W: s.boxes[i].w, H: s.boxes[i].h})
	}
	place := make([]int, len(s.boxes)) // of a box in the plan
	for at, i := range s.order() {
		place[i] = at
	}
	leaves := map[int]int{}
	for _, w := range s.ways {
		e := plannedWay{From: place[w.from], To: place[w.to], Span: 1, planned: planned{W: w.w, H: w.h}}
		if staggered && s.leaf(w.to) {
			e.Span += leaves[w.from] % 2
			leaves[w.from]++
		}
		p.Edges = append(p.Edges, e)
	}
	p, err := layout(ctx, p)
	if err != nil {
		return err
	}
	for i := range s.boxes {
		s.boxes[i].x, s.boxes[i].y = p.Nodes[place[i]].X, p.Nodes[place[i]].Y
	}
	for i, e := range p.Edges {
		s.ways[i].x, s.ways[i].y, s.ways[i].points = e.X, e.Y, e.Points
	}
	return nil
}

// order has the start first, because the layout turns ways back by it, and then
// that of the file.
func (s *sheet) order() []int {
	out := make([]int, 0, len(s.boxes))
	for i := range s.boxes {
		out = append(out, i)
	}
	slices.SortStableFunc(out, func(a, b int) int { return cmp.Compare(s.rank(a), s.rank(b)) })
	return out
}

func (s *sheet) rank(i int) int {
	if i == s.start {
		return 0
	}
	return 1
}

// leaf reports whether one way leads to a box and none from it.
func (s *sheet) leaf(box int) bool {
	to := 0
	for _, w := range s.ways {
		if w.from == box {
			return false
		}
		if w.to == box {
			to++
		}
	}
	return to == 1
}

// settle moves everything to where it stands on the sheet, below the title and
// above the legend.
func (s *sheet) settle() {
	left, top, right, bottom := s.extent()
	s.w = max(right-left, 420) + 2*margin
	s.title = wrap(s.graph.Title, sizeTitle, s.w-2*margin, true)
	head := margin + 24*float64(len(s.title)) + 24 + startRoom
	dx, dy := (s.w-(right-left))/2-left, head-top
	for i := range s.boxes {
		s.boxes[i].x += dx
		s.boxes[i].y += dy
	}
	for i := range s.ways {
		w := &s.ways[i]
		w.x, w.y = w.x+dx, w.y+dy
		for j := range w.points {
			w.points[j].X += dx
			w.points[j].Y += dy
		}
	}
	s.legend = newLegend(s, head+bottom-top+margin)
	s.h = s.legend.bottom + margin
}

// startRoom is for the mark above the first box.
const startRoom = 40.0

func (s *sheet) extent() (left, top, right, bottom float64) {
	left, top, right, bottom = math.Inf(1), math.Inf(1), math.Inf(-1), math.Inf(-1)
	grow := func(x, y, w, h float64) {
		left, right = min(left, x-w/2), max(right, x+w/2)
		top, bottom = min(top, y-h/2), max(bottom, y+h/2)
	}
	for _, b := range s.boxes {
		grow(b.x, b.y, b.w, b.h)
	}
	for _, w := range s.ways {
		if w.h > 0 {
			grow(w.x, w.y, w.w, w.h)
		}
		for _, p := range w.points {
			grow(p.X, p.Y, 8, 0)
		}
	}
	if len(s.boxes) == 0 {
		return 0, 0, 0, 0
	}
	return left, top, right, bottom
}
