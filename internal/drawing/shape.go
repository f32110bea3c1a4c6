package drawing

import "aval/flows"

// shape draws the outline of a kind, which tells it without any colour.
func (w *writer) shape(kind string, b box) {
	switch kind {
	case flows.NodeChoice, flows.NodeSplit:
		w.outline("shape", b, min(10, b.w/4), b.h/2)
	case flows.NodeConsent:
		cut := min(9, b.h/3)
		w.outline("shape", b, cut, cut)
		w.inset(b, 4, cut)
	case flows.NodeQuestion:
		w.rect("shape", b, min(10, b.h/3))
	case flows.NodeEnd:
		w.rect("shape", b, min(16, b.h/2))
	case flows.NodeCall:
		w.rect("shape", b, 0)
		w.printf(`<path class="deco" d="M%s %sV%sM%s %[2]sV%[3]s"/>`+"\n", num(b.left()+5), num(b.top()), num(b.bottom()), num(b.right()-5))
	case flows.NodeRun:
		w.rect("shape", b, 2)
		w.inset(b, 4, 0)
	case flows.NodeHandover:
		w.rect("shape", b, 0)
		w.printf(`<rect class="bar" x="%s" y="%s" width="7" height="%s"/>`+"\n", num(b.left()), num(b.top()), num(b.h))
	default:
		w.rect("shape", b, 3)
	}
}

func (w *writer) rect(class string, b box, round float64) {
	w.printf(`<rect class="%s" x="%s" y="%s" width="%s" height="%s" rx="%s"/>`+"\n",
		class, num(b.left()), num(b.top()), num(b.w), num(b.h), num(round))
}

// inset is a second outline inside the first.
func (w *writer) inset(b box, by, cut float64) {
	by = min(by, b.h/7) // the legend is small
	b.w, b.h = b.w-2*by, b.h-2*by
	w.outline("deco", b, cut, cut)
}

// outline is a rectangle with its corners cut.
func (w *writer) outline(class string, b box, dx, dy float64) {
	l, r, t, o := b.left(), b.right(), b.top(), b.bottom()
	w.printf(`<path class="%s" d="M%s %sL%s %sL%s %sL%s %sL%s %sL%s %sL%s %sL%s %sZ"/>`+"\n", class,
		num(l+dx), num(t), num(r-dx), num(t), num(r), num(t+dy), num(r), num(o-dy),
		num(r-dx), num(o), num(l+dx), num(o), num(l), num(o-dy), num(l), num(t+dy))
}
