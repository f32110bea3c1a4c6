package drawing

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/xml"
	"errors"
	"flag"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"aval/flows"
)

var update = flag.Bool("update", false, "rewrite the drawings in testdata")

// graphs are all flows that ship, those of the flows' own tests and some hard
// ones, in every language they have.
func graphs(t *testing.T) map[string]flows.Graph {
	t.Helper()
	out := map[string]flows.Graph{}
	add := func(name string, data []byte) {
		f, faults := flows.Parse(name, data)
		if len(faults) > 0 {
			t.Fatal(faults)
		}
		for _, lang := range f.Languages() {
			out[f.ID+" "+lang] = f.Graph(lang, nil)
		}
	}
	for _, pattern := range []string{"../../templates/flows/*.yaml", "../../flows/testdata/*.yaml", "testdata/*.yaml"} {
		files, err := filepath.Glob(pattern)
		if err != nil || len(files) == 0 {
			t.Fatalf("no flows in %s: %v", pattern, err)
		}
		for _, file := range files {
			data, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			add(file, data)
		}
	}
	add("forty.yaml", forty())
	return out
}

// forty is a flow of forty states, in languages that are hard to set.
func forty() []byte {
	var b strings.Builder
	fmt.Fprint(&b, "format: 2\nid: forty\nversion: 7\npurpose: service\nhuman: house\nstart: s0\n"+
		"title: {en: Forty steps, ar: أربعون خطوة, he: ארבעים צעדים, hi: चालीस कदम, zh: 四十步, th: สี่สิบขั้น}\nstates:\n")
	const last = 39
	for i := range last + 1 {
		fmt.Fprintf(&b, "  s%d:\n    say: {en: 'Question %[1]d: what would you like to do? Donaudampfschifffahrtsgesellschaftskapitän', "+
			"ar: 'من فضلك اكتب رقم الطلب الموجود في رسالة الشراء %[1]d', he: 'מה תרצה לעשות עכשיו עם ההזמנה שלך %[1]d', "+
			"hi: 'अब आप अपने ऑर्डर के साथ क्या करना चाहेंगे %[1]d', zh: '您现在想对订单做什么？请选择下面的一个选项 %[1]d', "+
			"th: 'ตอนนี้คุณต้องการทำอะไรกับคำสั่งซื้อของคุณ %[1]d'}\n", i)
		next := slices.DeleteFunc([]int{2*i + 1, 2*i + 2}, func(n int) bool { return n >= last })
		if i%7 == 3 {
			next = append(next, last)
		}
		if len(next) == 0 {
			b.WriteString("    end: true\n")
			continue
		}
		b.WriteString("    expect: buttons\n    choices:\n")
		for _, n := range next {
			fmt.Fprintf(&b, "      - id: k%d\n        label: {en: Go to %[1]d, ar: اذهب إلى %[1]d, he: אל %[1]d, hi: %[1]d पर, zh: 去 %[1]d, th: ไป %[1]d}\n", n)
		}
		b.WriteString("    next:\n")
		for _, n := range next {
			fmt.Fprintf(&b, "      - {answer: k%d, to: s%[1]d}\n", n)
		}
		if i%9 == 4 {
			fmt.Fprintf(&b, "    give_up: s%d\n", i/2)
		}
	}
	return []byte(b.String())
}

func planOf(t *testing.T, g flows.Graph) *Plan {
	t.Helper()
	p, err := New(t.Context(), g)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// TestSheets holds every drawing to what a reader needs: nothing over anything
// else, every word inside its box, and a document that runs and fetches
// nothing.
func TestSheets(t *testing.T) {
	for name, g := range graphs(t) {
		t.Run(name, func(t *testing.T) {
			p := planOf(t, g)
			nothingCovered(t, p.sheet)
			wordsInside(t, p.sheet)
			svg := p.SVG(Options{Lit: g.Start})
			harmless(t, svg)
			for _, n := range g.Nodes {
				if !bytes.Contains(svg, []byte(safe(n.Name+": "))) {
					t.Errorf("%s is not drawn", n.Name)
				}
			}
			if n := bytes.Count(svg, []byte(`aria-current="step"`)); n != 1 {
				t.Errorf("%d states are lit", n)
			}
			if !bytes.Equal(svg, planOf(t, g).SVG(Options{Lit: g.Start})) {
				t.Error("the second drawing is another one")
			}
		})
	}
}

type area struct {
	what                     string
	left, top, right, bottom float64
}

func (a area) covers(b area) bool {
	return a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom
}

func areas(s *sheet) (boxes, labels []area) {
	for _, b := range s.boxes {
		boxes = append(boxes, area{b.Name, b.left(), b.top(), b.right(), b.bottom()})
	}
	for i, w := range s.ways {
		if w.h > 0 {
			labels = append(labels, area{fmt.Sprint("label ", i, w.names), w.x - w.w/2, w.y - w.h/2, w.x + w.w/2, w.y + w.h/2})
		}
	}
	return boxes, labels
}

func nothingCovered(t *testing.T, s *sheet) {
	t.Helper()
	boxes, labels := areas(s)
	all := slices.Concat(boxes, labels)
	for i, a := range all {
		if a.left < 0 || a.top < 0 || a.right > s.w || a.bottom > s.h {
			t.Errorf("%s is not on the sheet", a.what)
		}
		for _, b := range all[:i] {
			if a.covers(b) {
				t.Errorf("%s covers %s", a.what, b.what)
			}
		}
	}
	for _, w := range s.ways {
		for _, p := range along(w.route) {
			for i, b := range boxes {
				if i != w.from && i != w.to && p.X > b.left && p.X < b.right && p.Y > b.top && p.Y < b.bottom {
					t.Errorf("the way from %s to %s runs over %s", boxes[w.from].what, boxes[w.to].what, b.what)
					return
				}
			}
		}
	}
}

// along are points of a route close to each other.
func along(r route) []point {
	var out []point
	for _, c := range r.curve {
		for i := range 41 {
			f := float64(i) / 40
			if !c.bent {
				out = append(out, point{c.from.X + f*(c.to.X-c.from.X), c.from.Y + f*(c.to.Y-c.from.Y)})
				continue
			}
			g := 1 - f
			at := func(a, b, c, d float64) float64 { return g*g*g*a + 3*g*g*f*b + 3*g*f*f*c + f*f*f*d }
			out = append(out, point{at(c.from.X, c.a.X, c.b.X, c.to.X), at(c.from.Y, c.a.Y, c.b.Y, c.to.Y)})
		}
	}
	return out
}

func wordsInside(t *testing.T, s *sheet) {
	t.Helper()
	fits := func(what string, lines []string, size, width float64, bold bool) {
		for _, line := range lines {
			if w := widthOf(line, size, bold); w > width+0.01 {
				t.Errorf("%s: %q takes %.0f of %.0f", what, line, w, width)
			}
		}
	}
	for _, b := range s.boxes {
		inner := b.w - 2*padding
		fits(b.Name, b.name, sizeName, inner, true)
		fits(b.Name, b.about, sizeKind, inner, false)
		fits(b.Name, b.text, sizeText, inner, false)
		fits(b.Name, []string{b.tag}, sizeKind, inner-2*tagInset, true)
		for _, o := range b.options {
			fits(b.Name, o, sizeOption, inner-2*optionInset, false)
		}
	}
	for _, w := range s.ways {
		for _, l := range w.lines {
			fits(fmt.Sprint(w.names), []string{l.text}, sizeLabel, w.w, l.spoken)
		}
	}
	fits("title", s.title, sizeTitle, s.w-2*margin, true)
}

// harmless reads the document as a program that does not trust it.
func harmless(t *testing.T, svg []byte) {
	t.Helper()
	ids := map[string]bool{}
	for dec := xml.NewDecoder(bytes.NewReader(svg)); ; {
		token, err := dec.Token()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			t.Fatalf("not XML: %v", err)
		}
		switch e := token.(type) {
		case xml.Directive, xml.ProcInst:
			t.Errorf("a declaration: %v", e)
		case xml.StartElement:
			if slices.Contains([]string{"script", "foreignObject", "image", "use", "a"}, e.Name.Local) {
				t.Errorf("an element %s", e.Name.Local)
			}
			for _, a := range e.Attr {
				if strings.HasPrefix(a.Name.Local, "on") || a.Name.Local == "href" {
					t.Errorf("an attribute %s", a.Name.Local)
				}
				if a.Name.Local == "id" && ids[a.Value] {
					t.Errorf("the id %s stands twice", a.Value)
				}
				ids[a.Value] = ids[a.Value] || a.Name.Local == "id"
			}
		}
	}
	if bytes.Contains(svg, []byte("url(")) || bytes.Contains(svg, []byte("@import")) {
		t.Error("the style fetches something")
	}
}

// TestGolden keeps one small drawing as it is, so that a change of it is seen.
func TestGolden(t *testing.T) {
	got := planOf(t, graphs(t)["small en"]).SVG(Options{Lit: "ask"})
	const file = "testdata/small.svg"
	if *update {
		if err := os.WriteFile(file, got, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		t.Fatal(err)
	}
	if !bytes.Equal(got, want) {
		t.Errorf("%s is another drawing now; look at the new one with -update", file)
	}
}

func TestMarketingIsTold(t *testing.T) {
	svg := string(planOf(t, graphs(t)["small en"]).SVG(Options{}))
	for state, marketing := range map[string]bool{"about": false, "ask": true, "welcome": true, "fine": false} {
		_, after, _ := strings.Cut(svg, `aria-label="`+state+": ")
		before := strings.TrimSuffix(svg, `aria-label="`+state+": "+after)
		class := before[strings.LastIndex(before, "class="):]
		if strings.Contains(class, "marketing") != marketing {
			t.Errorf("%s: %s", state, class)
		}
	}
	svg = string(planOf(t, graphs(t)["small en"]).SVG(Options{Marketing: func(string) bool { return false }}))
	if strings.Contains(svg, "end marketing") {
		t.Error("a purpose is marketing though nothing is")
	}
}

// TestNothingEscapes: whoever writes a flow writes words, not the document.
func TestNothingEscapes(t *testing.T) {
	evil := `"><script>alert(1)</script>&amp;]]>` + "\x00\u202e"
	g := flows.Graph{ID: evil, Title: evil, Lang: evil, Start: evil, Nodes: []flows.Node{
		{Name: evil, Kind: evil, About: evil, Text: evil, Options: []string{evil}, Purpose: evil},
		{Name: "b", Kind: flows.NodeEnd},
	}, Edges: []flows.Edge{{From: evil, To: "b", Answer: evil, Rule: evil}, {From: evil, To: evil, Rule: "again"}, {From: evil, To: "nowhere"}}}
	p := planOf(t, g)
	harmless(t, p.SVG(Options{Lit: evil}))
	nothingCovered(t, p.sheet)
}

func TestEmptyFlow(t *testing.T) {
	harmless(t, planOf(t, flows.Graph{ID: "empty"}).SVG(Options{}))
}

func TestStops(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := New(ctx, graphs(t)["forty en"]); !errors.Is(err, context.Canceled) {
		t.Errorf("a drawing that nobody wants: %v", err)
	}
}

// The layout is the file that its authors released, to the byte (package
// @dagrejs/dagre 3.1.3, dist/dagre.min.js): nothing of it is ours to change.
func TestDagreIsAsReleased(t *testing.T) {
	const released = "54a503e346f93ca0bb10abe7999587e037262935687aca45eb4e4b0f64bbb578"
	data, err := os.ReadFile("dagre/dagre.min.js")
	if err != nil {
		t.Fatal(err)
	}
	if sum := fmt.Sprintf("%x", sha256.Sum256(data)); sum != released {
		t.Errorf("the file's hash is %s, want %s", sum, released)
	}
}
