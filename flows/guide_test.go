package flows_test

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"aval/flows"
	"aval/flows/words"
	"aval/locales"
)

// TestGuide holds docs/flows.md to what flows do: every example parses, lints
// and talks as it says there, what it says is refused is refused in those
// words, and it leaves out no word of the format.
//
// A yaml block is a whole flow, or a part ("# part") that is put into the one
// frame ("# frame"). A talk follows each, or the faults where it begins with
// "# refused". -update writes talks and faults anew.
func TestGuide(t *testing.T) {
	g := readGuide(t)
	for i, b := range g.blocks {
		switch b.kind {
		case "yaml":
			t.Run(fmt.Sprintf("example in line %d", b.line), func(t *testing.T) { g.example(t, i) })
		case "", "talk", "fault", "json", "recording", "sh":
		default:
			t.Errorf("line %d: a block of kind %q is looked at by nobody", b.line, b.kind)
		}
	}
	t.Run("explains every word of the format", g.explainsAll)
	t.Run("knows what is refused", g.knowsFaults)
	t.Run("knows the limits", g.knowsLimits)
	t.Run("shows real answers and recordings", g.knowsFormats)
	if updating() {
		if err := os.WriteFile(guidePath, []byte(g.text()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

const guidePath = "../docs/flows.md"

// block is one fenced block, or with an empty kind the text between two.
type block struct {
	kind, body string
	line       int
}

type guide struct {
	blocks []block
	whole  []*flows.Flow
	frame  string
	rules  flows.Rules
	texts  *locales.Catalog
}

func readGuide(t *testing.T) *guide {
	t.Helper()
	data, err := os.ReadFile(guidePath)
	if err != nil {
		t.Fatal(err)
	}
	g := &guide{rules: guideRules(t)}
	if g.texts, err = locales.Load(); err != nil {
		t.Fatal(err)
	}
	g.rules.HasKey = g.texts.Has
	g.cut(string(data))
	for _, b := range g.blocks {
		switch {
		case b.is("# frame"):
			g.frame = b.body
		case b.kind == "yaml" && strings.HasPrefix(b.body, "format:"):
			f, faults := flows.Parse(fmt.Sprintf("line %d", b.line), []byte(b.body))
			if f == nil {
				t.Fatal(faults)
			}
			g.whole = append(g.whole, f)
		}
	}
	if g.frame == "" || len(g.whole) == 0 {
		t.Fatal("the guide has no frame or no whole flow")
	}
	return g
}

func (b block) is(mark string) bool { return b.kind == "yaml" && strings.HasPrefix(b.body, mark) }

func (g *guide) cut(text string) {
	at, line := block{line: 1}, 0
	for l := range strings.Lines(text) {
		line++
		fence, ok := strings.CutPrefix(l, "```")
		if !ok {
			at.body += l
			continue
		}
		g.blocks = append(g.blocks, at)
		at = block{kind: strings.TrimSpace(fence), line: line + 1}
	}
	g.blocks = append(g.blocks, at)
}

func (g *guide) text() string {
	var b strings.Builder
	for _, part := range g.blocks {
		if part.kind != "" {
			b.WriteString("```" + part.kind + "\n" + part.body + "```\n")
			continue
		}
		b.WriteString(part.body)
	}
	return b.String()
}

// guideRules are the shop that the guide tells of.
func guideRules(t *testing.T) flows.Rules {
	lists, err := locales.Words()
	if err != nil {
		t.Fatal(err)
	}
	lexicon, err := words.New(lists)
	if err != nil {
		t.Fatal(err)
	}
	return flows.Rules{
		Purposes: map[string]flows.PurposeRule{
			"service": {Retention: 365 * 24 * time.Hour}, "utility": {}, "marketing": {Marketing: true},
		},
		Endpoints: map[string]flows.EndpointRule{"orders": {Purpose: "service"}},
		Templates: map[string]flows.TemplateRule{"workshop_reminder": {Languages: []string{"en"}, Params: 2}},
		IsStop:    lexicon.IsStop,
		Fold:      func(s string) string { return words.Normalise(s).Plain },
	}
}

// after is the block that follows one, the text between them left out.
func (g *guide) after(i int) int {
	for i++; i < len(g.blocks); i++ {
		if g.blocks[i].kind != "" {
			return i
		}
	}
	return 0
}

func (g *guide) example(t *testing.T, i int) {
	b, file := g.blocks[i], g.blocks[i].body
	if b.is("# frame") {
		file = g.framed("states:\n  ask: {say: {en: Hello}, next: bye}\n")
	} else if !strings.HasPrefix(file, "format:") {
		file = g.framed(file)
	}
	name := fmt.Sprintf("line %d", b.line)
	f, faults := flows.Parse(name, []byte(file))
	if f != nil {
		faults = g.lint(f, name)
	}
	next := g.after(i)
	switch {
	case b.is("# refused"):
		g.refused(t, next, faults)
		return
	case len(faults) > 0:
		t.Fatalf("%v in\n%s", faults, file)
	case b.is("# frame"):
		return
	case g.blocks[next].kind != "talk":
		t.Fatal("no talk follows")
	}
	others := slices.DeleteFunc(slices.Clone(g.whole), func(other *flows.Flow) bool { return other.ID == f.ID })
	library := flows.NewLibrary(append(others, f), nil)
	for ; g.blocks[next].kind == "talk"; next = g.after(next) {
		p := &player{t: t, library: library, texts: g.texts, lang: "en", seed: "ana", id: f.ID}
		g.compare(t, next, p.play(g.blocks[next].body))
	}
}

func (g *guide) compare(t *testing.T, i int, got string) {
	if got != g.blocks[i].body && !updating() {
		t.Errorf("line %d: got\n%s\nwant\n%s", g.blocks[i].line, got, g.blocks[i].body)
	}
	g.blocks[i].body = got
}

// lint checks a flow in the languages of its title, beside the whole ones.
func (g *guide) lint(f *flows.Flow, name string) flows.Faults {
	rules := g.rules
	for lang := range f.Title.Inline {
		rules.Languages = append(rules.Languages, lang)
	}
	slices.Sort(rules.Languages)
	all := []*flows.Flow{f}
	for _, other := range g.whole {
		if other.ID != f.ID {
			all = append(all, other)
		}
	}
	return slices.DeleteFunc(flows.Lint(all, rules), func(fault flows.Fault) bool { return fault.File != name })
}

func (g *guide) refused(t *testing.T, next int, faults flows.Faults) {
	if g.blocks[next].kind != "fault" || len(faults) == 0 {
		t.Fatalf("the faults must follow; there are %d", len(faults))
	}
	got := ""
	for _, f := range faults {
		got += f.Text + "\n"
	}
	g.compare(t, next, got)
}

var topLine = regexp.MustCompile(`^([a-z]+):`)

// framed puts a part into the frame: its lines take the place of the frame's,
// and of the frame's steps it gets those to which it leads.
func (g *guide) framed(part string) string {
	keys, blocks := topBlocks(g.frame)
	own, mine := topBlocks(part)
	for _, key := range own {
		if key == "states" {
			for _, step := range frameSteps(blocks[key]) {
				name, _, _ := strings.Cut(strings.TrimSpace(step), ":")
				if regexp.MustCompile(`: ` + name + `\b`).MatchString(mine[key]) {
					mine[key] += step
				}
			}
		}
		if _, ok := blocks[key]; !ok {
			keys = slices.Insert(keys, len(keys)-1, key)
		}
		blocks[key] = mine[key]
	}
	var b strings.Builder
	for _, key := range keys {
		b.WriteString(blocks[key])
	}
	return b.String()
}

func topBlocks(file string) (keys []string, blocks map[string]string) {
	blocks = map[string]string{}
	key := ""
	for line := range strings.Lines(file) {
		if found := topLine.FindStringSubmatch(line); found != nil {
			key = found[1]
			keys = append(keys, key)
		}
		if key != "" {
			blocks[key] += line
		}
	}
	return keys, blocks
}

// frameSteps are the lines of each step of the frame.
func frameSteps(states string) []string {
	var out []string
	for line := range strings.Lines(states) {
		switch {
		case strings.HasPrefix(line, "    ") && len(out) > 0:
			out[len(out)-1] += line
		case strings.HasPrefix(line, "  "):
			out = append(out, line)
		}
	}
	return out
}

// knowsFaults holds each sentence of the table to a broken flow that gets it.
func (g *guide) knowsFaults(t *testing.T) {
	paths, err := filepath.Glob("testdata/broken/*.yaml")
	if err != nil {
		t.Fatal(err)
	}
	var all strings.Builder
	for _, path := range paths {
		data, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		_, wants, _ := strings.Cut(string(data), "# want: ")
		all.WriteString(wants)
	}
	rows := g.table("What Aval says")
	if len(rows) < 25 {
		t.Fatalf("the table has %d rows", len(rows))
	}
	for _, row := range rows {
		if !strings.Contains(all.String(), row[0]) {
			t.Errorf("no broken flow is told %q", row[0])
		}
	}
}

// table returns the rows of the table whose first column has a name.
func (g *guide) table(first string) [][]string {
	var rows [][]string
	inside := false
	for _, b := range g.blocks {
		for line := range strings.Lines(b.body) {
			line = strings.TrimSpace(line)
			inside = strings.HasPrefix(line, "| "+first+" |") || inside && strings.HasPrefix(line, "|")
			if inside && !strings.HasPrefix(line, "| "+first) && !strings.HasPrefix(line, "|--") && !strings.HasPrefix(line, "| --") {
				cells := strings.Split(strings.Trim(line, "|"), " | ")
				for i := range cells {
					cells[i] = strings.TrimSpace(cells[i])
				}
				rows = append(rows, cells)
			}
		}
	}
	return rows
}

func (g *guide) knowsLimits(t *testing.T) {
	left := flows.Limits()
	for _, row := range g.table("At most") {
		for pair := range slices.Chunk(row, 2) { // two limits stand side by side
			figure, err := strconv.Atoi(pair[0])
			limit, known := left[pair[1]]
			if err != nil || !known || figure != limit {
				t.Errorf("%q of %s; the limit is %d", pair[0], pair[1], limit)
			}
			delete(left, pair[1])
		}
	}
	for what := range left {
		t.Errorf("the limit of %s is missing", what)
	}
}

// knowsFormats reads the answers of a system and the recordings that are shown.
func (g *guide) knowsFormats(t *testing.T) {
	library := flows.NewLibrary(g.whole, nil)
	for _, b := range g.blocks {
		switch b.kind {
		case "json":
			if !json.Valid([]byte(b.body)) {
				t.Errorf("line %d: no JSON", b.line)
			}
		case "recording":
			r, err := flows.ParseRecording([]byte(b.body))
			if err != nil {
				t.Fatalf("line %d: %v", b.line, err)
			}
			if end := library.Replay(r).End; !strings.HasPrefix(end, "over in ") {
				t.Errorf("line %d: the recording ends %s", b.line, end)
			}
		}
	}
}
