package drawing

import (
	"encoding/xml"
	"fmt"
	"math"
	"strconv"
	"strings"

	"aval/flows"
)

// style holds what print and screens share. The colours keep 7:1 between words
// and ground, and no meaning hangs on a colour alone.
const style = `
text{font-family:system-ui,-apple-system,"Segoe UI",Roboto,"Noto Sans","Liberation Sans",Arial,sans-serif;fill:#1b1b1b}
.paper{fill:#fff}
.shape{fill:#fff;stroke:#333;stroke-width:1.3}
.deco{fill:none;stroke:#333;stroke-width:1.3}
.question .shape{fill:#e6f0fb;stroke:#1c4e80}
.message .shape{fill:#f4f4f4}
.choice .shape,.split .shape{fill:#fff6d8;stroke:#6b5200}
.call .shape{fill:#ece7f6}
.call .shape,.call .deco{stroke:#4a3580}
.consent .shape{fill:#e3f3e6}
.consent .shape,.consent .deco{stroke:#1f5a2c;stroke-width:2}
.run .shape{fill:#e2f2f2}
.run .shape,.run .deco{stroke:#12595c}
.wait .shape{fill:#fff;stroke-dasharray:5 3}
.handover .shape{fill:#fbe9e3;stroke:#8a2f12}
.handover .bar{fill:#8a2f12}
.end .shape{fill:#dedede;stroke:#1b1b1b;stroke-width:2}
.marketing .shape{stroke-width:3.5;stroke:#7a0f4f}
.ring{fill:none;stroke:none}
.lit .ring{stroke:#000;stroke-width:3.5}
.lit .shape{fill:#ffe15c}
.name{font-weight:700}
.about{fill:#444}
.option{fill:#fff;stroke:#555;stroke-width:1}
.tag{fill:#fff;stroke:#777;stroke-width:.8}
.loud .tag{fill:#7a0f4f;stroke:#7a0f4f}
.loud .tagtext{fill:#fff;font-weight:700}
.way{fill:none;stroke:#444;stroke-width:1.4}
.arrow{fill:#444}
.under{fill:#fff}
.answer{font-weight:700}
.rule{font-style:italic}
@media print{svg{width:100%;height:auto}*{print-color-adjust:exact;-webkit-print-color-adjust:exact}}
`

type writer struct {
	out     *strings.Builder
	options Options
	sheet   *sheet
}

func (w *writer) printf(format string, args ...any) { fmt.Fprintf(w.out, format, args...) }

// safe makes words part of the document and nothing else.
func safe(s string) string {
	var b strings.Builder
	_ = xml.EscapeText(&b, []byte(s)) // a builder never fails
	return b.String()
}

// num is a length without digits that nobody sees.
func num(f float64) string { return strconv.FormatFloat(math.Round(f*10)/10, 'f', -1, 64) }

func (w *writer) document() {
	s := w.sheet
	side := "portrait"
	if s.w > upright { // words that can be read on two pages, not one page of specks
		side = "landscape"
	}
	w.printf(`<svg xmlns="http://www.w3.org/2000/svg" width="%s" height="%s" viewBox="0 0 %[1]s %[2]s" role="graphics-document document" aria-labelledby="title desc">`+"\n",
		num(s.w), num(s.h))
	w.printf("<title id=\"title\">%s</title>\n", safe(s.graph.Title))
	w.printf("<desc id=\"desc\">%s</desc>\n", safe(w.description()))
	w.printf("<style>%s@page{size:A4 %s;margin:10mm}\n</style>\n", style, side)
	w.printf(`<rect class="paper" width="%s" height="%s"/>`+"\n", num(s.w), num(s.h))
	w.heading()
	for i := range s.ways {
		w.way(s.ways[i])
	}
	w.begin()
	for i := range s.boxes {
		w.box(s.boxes[i])
	}
	w.legend()
	w.printf("</svg>\n")
}

func (w *writer) description() string {
	g := w.sheet.graph
	return fmt.Sprintf("Flow %s, version %d, in %s: %d steps and %d ways between them. It begins at %s.",
		g.ID, g.Version, g.Lang, len(g.Nodes), len(g.Edges), g.Start)
}

func (w *writer) heading() {
	g, y := w.sheet.graph, margin
	for _, line := range w.sheet.title {
		y += 24
		at := place{class: "name", size: sizeTitle, spoken: true, left: margin, right: w.sheet.w - margin, y: y - 6}
		w.line(at, line)
	}
	at := place{class: "about", size: sizeText, left: margin, right: w.sheet.w - margin, y: y + 14, end: rightToLeft(g.Lang)}
	facts := fmt.Sprintf("%s · version %d · %s", g.ID, g.Version, g.Lang)
	w.line(at, facts)
}

// place is where one line of text stands: from its left edge, or from its
// right one where the language runs so.
type place struct {
	class       string
	size        float64
	spoken      bool // in the language of the flow
	middle, end bool // stands around its middle, or up to its right edge
	left, right float64
	y           float64
}

func (w *writer) line(at place, text string) {
	x, more := at.left, ""
	if at.spoken && rightToLeft(w.sheet.graph.Lang) {
		x, more = at.right, ` direction="rtl" unicode-bidi="embed"`
	}
	if at.middle {
		x = (at.left + at.right) / 2
		more += ` text-anchor="middle"`
	}
	if at.end {
		x = at.right
		more += ` text-anchor="end"`
	}
	if at.spoken {
		more += ` xml:lang="` + safe(w.sheet.graph.Lang) + `"`
	}
	w.printf(`<text class="%s" font-size="%s" x="%s" y="%s"%s>%s</text>`+"\n", at.class, num(at.size), num(x), num(at.y), more, safe(text))
}

// begin marks where the flow starts.
func (w *writer) begin() {
	if w.sheet.start < 0 {
		return
	}
	b := w.sheet.boxes[w.sheet.start]
	x, y := b.x-b.w/2+18, b.top()-startRoom+12
	w.printf(`<g role="graphics-symbol img" aria-label="start"><circle class="arrow" cx="%s" cy="%s" r="7"/>`, num(x), num(y))
	w.printf(`<path class="way" d="M%s %sV%s"/>`, num(x), num(y), num(b.top()-8))
	w.arrow(point{x, b.top()}, point{0, 1})
	w.line(place{class: "name", size: sizeLabel, left: x + 12, y: y + 4}, "start")
	w.printf("</g>\n")
}

func (w *writer) way(v way) {
	from, to := w.sheet.boxes[v.from].Name, w.sheet.boxes[v.to].Name
	name := "from " + from + " to " + to
	if len(v.names) > 0 {
		name += ": " + strings.Join(v.names, "; ")
	}
	w.printf(`<g role="graphics-symbol img" aria-label="%s">`, safe(name))
	w.printf(`<path class="way" d="`)
	for i, c := range v.route.curve {
		if i == 0 {
			w.printf("M%s %s", num(c.from.X), num(c.from.Y))
		}
		if c.bent {
			w.printf("C%s %s %s %s %s %s", num(c.a.X), num(c.a.Y), num(c.b.X), num(c.b.Y), num(c.to.X), num(c.to.Y))
			continue
		}
		w.printf("L%s %s", num(c.to.X), num(c.to.Y))
	}
	w.printf(`"/>`)
	w.arrow(v.route.head, v.route.dir)
	if v.h > 0 {
		w.label(v)
	}
	w.printf("</g>\n")
}

// arrow is a head whose point is at a place.
func (w *writer) arrow(at, dir point) {
	back := point{at.X - 9*dir.X, at.Y - 9*dir.Y}
	w.printf(`<path class="arrow" d="M%s %sL%s %sL%s %sZ"/>`, num(at.X), num(at.Y),
		num(back.X-4.5*dir.Y), num(back.Y-4.5*dir.X), num(back.X+4.5*dir.Y), num(back.Y+4.5*dir.X))
}

func (w *writer) label(v way) {
	w.printf(`<rect class="under" x="%s" y="%s" width="%s" height="%s"/>`+"\n", num(v.x-v.w/2), num(v.y-v.h/2), num(v.w), num(v.h))
	y := v.y - v.h/2 + 2
	for _, line := range v.lines {
		y += heightKind
		class := "rule"
		if line.spoken {
			class = "answer"
		}
		w.line(place{class: class, size: sizeLabel, spoken: line.spoken, middle: true, left: v.x, right: v.x, y: y - 3}, line.text)
	}
}

// box draws a state.
func (w *writer) box(b box) {
	w.printf(`<g class="%s" role="graphics-symbol img" aria-label="%s"%s>`+"\n", w.classes(b), safe(b.Name+": "+kindWords(b.Node)), w.current(b))
	w.printf("<title>%s</title>\n", safe(strings.TrimSpace(b.Name+"\n"+b.Text)))
	w.printf(`<rect class="ring" x="%s" y="%s" width="%s" height="%s" rx="12"/>`+"\n",
		num(b.left()-6), num(b.top()-6), num(b.w+12), num(b.h+12))
	w.shape(b.Kind, b)
	l := place{left: b.left() + padding, right: b.right() - padding, y: b.top() + padding}
	w.lines(&l, "name", sizeName, heightName, b.name)
	w.lines(&l, "about", sizeKind, heightKind, b.about)
	l.spoken = true
	if len(b.text) > 0 {
		l.y += gap
		w.lines(&l, "said", sizeText, heightText, b.text)
	}
	for _, o := range b.options {
		l.y += gap
		w.printf(`<rect class="option" x="%s" y="%s" width="%s" height="%s" rx="7"/>`+"\n",
			num(l.left), num(l.y), num(l.right-l.left), num(optionHeight(o)))
		inner := l
		inner.left, inner.right, inner.y = l.left+optionInset, l.right-optionInset, l.y+3
		w.lines(&inner, "said", sizeOption, heightOption, o)
		l.y += optionHeight(o)
	}
	w.tag(b, l)
	w.printf("</g>\n")
}

func (w *writer) tag(b box, l place) {
	if b.tag == "" {
		return
	}
	y := l.y + gap
	class := "quiet"
	if w.options.Marketing(b.Purpose) {
		class = "loud"
	}
	w.printf(`<g class="%s"><rect class="tag" x="%s" y="%s" width="%s" height="%s" rx="3"/>`, class, num(l.left), num(y),
		num(widthOf(b.tag, sizeKind, true)+2*tagInset), num(heightTag))
	w.line(place{class: "tagtext", size: sizeKind, left: l.left + tagInset, y: y + 12.5}, b.tag)
	w.printf("</g>\n")
}

// lines writes lines below each other and moves the place down.
func (w *writer) lines(at *place, class string, size, height float64, text []string) {
	at.class, at.size = class, size
	for _, line := range text {
		one := *at
		one.y += height - 4
		w.line(one, line)
		at.y += height
	}
}

func (w *writer) classes(b box) string {
	classes := "state " + b.Kind
	if w.options.Marketing(b.Purpose) || b.Kind == flows.NodeConsent && w.options.Marketing(b.About) {
		classes += " " + kindMarketing
	}
	if b.Name == w.options.Lit {
		classes += " " + kindLit
	}
	return safe(classes)
}

func (w *writer) current(b box) string {
	if b.Name == w.options.Lit {
		return ` aria-current="step"`
	}
	return ""
}

func (w *writer) legend() {
	for _, e := range w.sheet.legend.entries {
		b := box{x: e.x, y: e.y, w: swatchWidth, h: swatchHeight}
		w.printf(`<g class="%s" role="graphics-symbol img" aria-label="legend: %s">`+"\n", safe(e.kind), safe(e.words))
		if e.kind == kindLit {
			w.printf(`<rect class="ring" x="%s" y="%s" width="%s" height="%s" rx="6"/>`+"\n",
				num(b.left()-2), num(b.top()-2), num(b.w+4), num(b.h+4))
		}
		w.shape(e.kind, b)
		w.line(place{class: "about", size: sizeLabel, left: b.right() + 8, y: e.y + 4}, e.words)
		w.printf("</g>\n")
	}
}
