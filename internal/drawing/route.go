package drawing

import (
	"cmp"
	"math"
	"slices"
)

// The layout says through which points a way goes, each in a row of boxes or
// labels. A way crosses a row straight down and turns only between rows, where
// nothing stands, so that it never touches a box that is not its own.

// route is a way as it is drawn.
type route struct {
	curve []curve
	// head is the point of the arrow, and dir where it points.
	head, dir point
}

// curve is a line, or a bend with two handles.
type curve struct {
	from, a, b, to point
	bent           bool
}

// row is a stripe of the sheet in which things stand side by side.
type row struct{ top, bottom float64 }

// rows are found by the middle that all things of a row share.
func (s *sheet) rows() map[int]row {
	out := map[int]row{}
	grow := func(y, h float64) {
		k := rowKey(y)
		r, known := out[k]
		if !known {
			r = row{y, y}
		}
		out[k] = row{min(r.top, y-h/2), max(r.bottom, y+h/2)}
	}
	for _, b := range s.boxes {
		grow(b.y, b.h)
	}
	for _, w := range s.ways {
		if w.h > 0 {
			grow(w.y, w.h)
		}
	}
	return out
}

func rowKey(y float64) int { return int(math.Round(y * 4)) }

// routed makes the route of a way.
func (s *sheet) routed(i int) route {
	w := s.ways[i]
	if w.from == w.to {
		return s.loop(w)
	}
	rows := s.rows()
	from, to := s.boxes[w.from], s.boxes[w.to]
	inner := s.inner(w)
	down := from.y < to.y
	begin := point{s.port(i, w.from), from.bottom()}
	end := point{s.port(i, w.to), to.top()}
	if !down {
		begin.Y, end.Y = from.top(), to.bottom()
	}
	// Each stop is entered at its edge and left at the other one.
	stops := []point{begin, {begin.X, edge(rows, from.y, down, begin.Y)}}
	for _, p := range inner {
		r, known := rows[rowKey(p.Y)]
		if !known {
			r = row{p.Y, p.Y}
		}
		first, last := r.top, r.bottom
		if !down {
			first, last = last, first
		}
		stops = append(stops, point{p.X, first}, point{p.X, last})
	}
	stops = append(stops, point{end.X, edge(rows, to.y, !down, end.Y)}, end)
	dir := point{0, 1}
	if !down {
		dir.Y = -1
	}
	return route{curve: curves(stops), head: end, dir: dir}
}

// edge is where the row of a box ends, below or above.
func edge(rows map[int]row, y float64, below bool, otherwise float64) float64 {
	r, known := rows[rowKey(y)]
	switch {
	case !known:
		return otherwise
	case below:
		return r.bottom
	}
	return r.top
}

// inner are the points between the two boxes.
func (s *sheet) inner(w way) []point {
	if len(w.points) <= 2 {
		return []point{{(s.boxes[w.from].x + s.boxes[w.to].x) / 2, (s.boxes[w.from].y + s.boxes[w.to].y) / 2}}
	}
	return w.points[1 : len(w.points)-1]
}

// port is where a way meets a box: the ways of a side stand beside each other
// in the order of where they lead, so that they do not cross there.
func (s *sheet) port(way, box int) float64 {
	b := s.boxes[box]
	type meeting struct {
		way  int
		next float64
	}
	below := s.below(way, box)
	var side []meeting
	for j, w := range s.ways {
		if w.from == w.to || w.from != box && w.to != box || s.below(j, box) != below {
			continue
		}
		inner := s.inner(w)
		next := inner[0].X
		if w.to == box {
			next = inner[len(inner)-1].X
		}
		side = append(side, meeting{j, next})
	}
	slices.SortStableFunc(side, func(a, b meeting) int { return cmp.Compare(a.next, b.next) })
	room := b.w - 48
	if len(side) == 1 {
		return min(max(side[0].next, b.x-room/2), b.x+room/2)
	}
	step := min(28, room/float64(len(side)-1))
	at := slices.IndexFunc(side, func(m meeting) bool { return m.way == way })
	return b.x + step*(float64(at)-float64(len(side)-1)/2)
}

// below reports whether a way meets a box at its lower side.
func (s *sheet) below(way, box int) bool {
	w := s.ways[way]
	other := w.from
	if w.from == box {
		other = w.to
	}
	return s.boxes[other].y > s.boxes[box].y
}

// curves joins stops: straight within a row, bent between rows.
func curves(stops []point) []curve {
	var out []curve
	for i := 1; i < len(stops); i++ {
		a, b := stops[i-1], stops[i]
		if a == b {
			continue
		}
		c := curve{from: a, to: b}
		if math.Abs(a.X-b.X) > 0.5 {
			mid := (a.Y + b.Y) / 2
			c.a, c.b, c.bent = point{a.X, mid}, point{b.X, mid}, true
		}
		out = append(out, c)
	}
	return out
}

// loop leads from a box back to itself, at its right side.
func (s *sheet) loop(w way) route {
	b := s.boxes[w.from]
	far := b.right() + 24
	if w.h > 0 {
		far = w.x
	}
	out, back := point{b.right(), b.y - 14}, point{b.right(), b.y + 14}
	reach := w.h/2 + 12
	return route{
		curve: []curve{
			{from: out, a: point{out.X + 12, out.Y}, b: point{far, b.y - reach - 6}, to: point{far, b.y}, bent: true},
			{from: point{far, b.y}, a: point{far, b.y + reach + 6}, b: point{back.X + 12, back.Y}, to: back, bent: true},
		},
		head: back, dir: point{-1, 0},
	}
}
