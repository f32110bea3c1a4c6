package flows

import (
	"sort"
	"strconv"
	"strings"

	"github.com/goccy/go-yaml/ast"
)

// A file of an older format is rewritten step by step, one step for each
// format, and then read as if its author had written the newest. The steps
// read the tree and change the text, so that comments, blank lines and the
// order of things stay as they were; faults go the way back to the lines that
// the author knows.
//
// Once a format has shipped its step is never changed, even where it could be
// better: the same file must give the same flow for ever.

// formatVersion is the version of the file format that this package writes.
// It reads all from 1. Every file names its own, so that a later format can be
// told from a mistake.
const formatVersion = 2

// Migrate rewrites a file in the newest format and leaves all that need not
// change as it is, comments included. A file in the newest format comes back
// the same. A file with faults is not rewritten.
func Migrate(name string, data []byte) ([]byte, Faults) {
	p := read(name, data)
	if len(p.faults) > 0 {
		return nil, p.faults.sorted()
	}
	return []byte(p.source.text), nil
}

// step is one format's rewriting into the next.
type step func(source, ast.Node) []edit

// steps lead from a format to the next, beginning with 1.
func steps() []step { return []step{toFormat2} }

// edit puts text in the place of some bytes.
type edit struct {
	from, to int
	text     string
	anchors  []anchor
}

// anchor says for a part of an edit's text where it comes from.
type anchor struct{ offset, from int }

// layer is one step that was taken, and the way back.
type layer struct {
	before, after source
	edits         []edit
}

// apply makes the edits.
func apply(before source, edits []edit) layer {
	sort.SliceStable(edits, func(i, j int) bool { return edits[i].from < edits[j].from })
	var b strings.Builder
	last := 0
	made := edits[:0]
	for _, e := range edits {
		if e.from < last || e.to < e.from {
			continue // a tree that is odder than any file of ours was
		}
		made = append(made, e)
		b.WriteString(before.text[last:e.from])
		b.WriteString(e.text)
		last = e.to
	}
	b.WriteString(before.text[last:])
	return layer{before, newSource(b.String()), made}
}

// back finds where a place of the new text stood in the old one.
func (l layer) back(at spot) spot {
	offset, delta := l.after.offset(at), 0
	for _, e := range l.edits {
		begins := e.from + delta
		if offset < begins {
			break
		}
		if offset < begins+len(e.text) {
			return l.before.spot(e.origin(offset - begins))
		}
		delta += len(e.text) - (e.to - e.from)
	}
	return l.before.spot(offset - delta)
}

func (e edit) origin(offset int) int {
	from := e.from
	for _, a := range e.anchors {
		if a.offset <= offset {
			from = a.from
		}
	}
	return from
}

// migrate brings a file of an older format to the newest, step by step. The
// parser then reads the new text and keeps the way back.
func (p *parser) migrate(root ast.Node, format int) ast.Node {
	for _, next := range steps()[format-1:] {
		l := apply(p.source, next(p.source, root))
		p.layers = append(p.layers, l)
		if root = p.document([]byte(l.after.text)); root == nil {
			return nil
		}
	}
	return root
}

// toFormat2 brings three things: conditions are one line that can be read
// aloud; what begins a flow stands together in entry; and schedule, which
// meant two things, is a wait of its own or the timeout of a question.
func toFormat2(src source, root ast.Node) []edit {
	m := migration2{source: src, types: map[string]string{}}
	for _, v := range pairsOf(root) {
		if keyOf(v) == "fields" {
			m.fieldTypes(v.Value)
		}
	}
	for _, v := range pairsOf(root) {
		switch keyOf(v) {
		case "format":
			m.replace(v.Value, "2")
		case "keywords":
			m.entry(v, flowStyle(root))
		case "states":
			for _, s := range pairsOf(v.Value) {
				m.state(s.Value)
			}
		}
	}
	return m.edits
}

type migration2 struct {
	source
	types map[string]string
	edits []edit
}

func (m *migration2) replace(n ast.Node, text string) {
	m.edits = append(m.edits, edit{from: m.offset(rawWhere(n)), to: m.end(n), text: text})
}

func (m *migration2) fieldTypes(n ast.Node) {
	for _, field := range pairsOf(n) {
		for _, v := range pairsOf(field.Value) {
			if word, ok := wordOf(v.Value); ok && keyOf(v) == "type" {
				m.types[keyOf(field)] = word
			}
		}
	}
}

// entry puts keywords into entry: in braces where they stood in braces, and
// otherwise a line lower and further in.
func (m *migration2) entry(v *ast.MappingValueNode, inBraces bool) {
	start, end := m.offset(rawWhere(v.Key)), m.end(v.Value)
	if inBraces || flowStyle(v.Value) {
		m.edits = append(m.edits, edit{from: start, to: start, text: "entry: {"}, edit{from: end, to: end, text: "}"})
		return
	}
	indent := strings.Repeat(" ", m.spot(start).column-1)
	m.edits = append(m.edits, edit{from: start, to: start, text: "entry:\n" + indent + "  "})
	for _, line := range m.lines {
		if line > start && line < end && strings.TrimSpace(m.text[line:line+strings.IndexByte(m.text[line:]+"\n", '\n')]) != "" {
			m.edits = append(m.edits, edit{from: line, to: line, text: "  "})
		}
	}
}

func (m *migration2) state(n ast.Node) {
	asks := false
	for _, v := range pairsOf(n) {
		word, ok := wordOf(v.Value)
		asks = asks || ok && keyOf(v) == "expect" && word != expectNothing
	}
	for _, v := range pairsOf(n) {
		switch keyOf(v) {
		case "schedule":
			m.schedule(v, asks)
		case "next":
			list, ok := v.Value.(*ast.SequenceNode)
			for i := 0; ok && i < len(list.Values); i++ {
				m.route(list.Values[i])
			}
		}
	}
}

func (m *migration2) schedule(v *ast.MappingValueNode, asks bool) {
	if asks {
		m.replace(v.Key, "timeout")
		return
	}
	m.replace(v.Key, "wait")
	for _, part := range pairsOf(v.Value) {
		if keyOf(part) == "after" {
			m.replace(part.Key, "for")
		}
	}
}

func (m *migration2) route(n ast.Node) {
	for _, v := range pairsOf(n) {
		if keyOf(v) == "if" {
			m.condition(v, flowStyle(n))
		}
	}
}

// condition writes an old condition, or a list of them that must all hold, as
// one line. What it cannot make sense of stays, and is refused where it stands.
func (m *migration2) condition(v *ast.MappingValueNode, inBraces bool) {
	parts := []ast.Node{v.Value}
	if list, ok := v.Value.(*ast.SequenceNode); ok {
		parts = list.Values
	}
	var texts []string
	var froms []int
	for _, part := range parts {
		text, from := m.comparison(part)
		if text == "" {
			return
		}
		texts, froms = append(texts, text), append(froms, from)
	}
	if len(texts) == 0 {
		return
	}
	colon := m.offset(rawWhere(v.Key)) + len("if")
	colon += strings.IndexByte(m.text[colon:], ':') + 1
	e := edit{from: colon, to: m.end(v.Value)}
	quote := quoter(strings.Join(texts, " and "), inBraces)
	var line string
	for i, text := range texts {
		if i > 0 {
			line += " and "
		}
		e.anchors = append(e.anchors, anchor{len(" " + quote(line)), froms[i]})
		line += text
	}
	e.anchors[0].offset = 0
	e.text = " " + quote(line)
	if len(quote("")) > 0 {
		e.text += "'"
	}
	if !inBraces {
		e.text += comments(m.text[e.from:e.to], m.spot(m.offset(rawWhere(v.Key))).column-1)
	}
	m.edits = append(m.edits, e)
}

// quoter writes a line as YAML; the closing quote is the caller's, so that the
// length of a part can be told.
func quoter(line string, inBraces bool) func(string) string {
	special := strings.Contains(line, ": ") || strings.Contains(line, " #") || strings.HasSuffix(line, ":") ||
		inBraces && strings.ContainsAny(line, ",[]{}:#")
	if !special {
		return func(s string) string { return s }
	}
	return func(s string) string { return "'" + strings.ReplaceAll(s, "'", "''") }
}

// comments keeps those that stood among old conditions, below the new one.
func comments(old string, indent int) string {
	var b strings.Builder
	for line := range strings.Lines(old) {
		line = strings.TrimSpace(line)
		i := strings.Index(" "+line, " #")
		if i >= 0 && strings.Count(line[:i], `"`)%2 == 0 && strings.Count(line[:i], "'")%2 == 0 {
			b.WriteString("\n" + strings.Repeat(" ", indent) + line[i:])
		}
	}
	return b.String()
}

// comparison writes {field: a, is: b} as a line, and says where the field
// stood.
func (m *migration2) comparison(n ast.Node) (string, int) {
	var field, op string
	var value ast.Node
	from := 0
	for _, v := range pairsOf(n) {
		word, ok := wordOf(v.Value)
		switch {
		case keyOf(v) == "field" && ok && field == "" && validField(word):
			field, from = word, m.offset(rawWhere(v.Value))
		case op == "":
			op, value = keyOf(v), v.Value
		default:
			return "", 0
		}
	}
	if field == "" || value == nil {
		return "", 0
	}
	return m.compare(field, op, value), from
}

func (m *migration2) compare(field, op string, value ast.Node) string {
	if op == "one_of" {
		list, ok := value.(*ast.SequenceNode)
		if !ok || len(list.Values) == 0 {
			return ""
		}
		left, _ := m.sides(field, "")
		var words []string
		for _, item := range list.Values {
			word, ok := wordOf(item)
			if !ok {
				return ""
			}
			_, right := m.sides(field, word)
			words = append(words, right)
		}
		return left + " in [" + strings.Join(words, ", ") + "]"
	}
	word, ok := wordOf(value)
	if !ok {
		return ""
	}
	left, right := m.sides(field, word)
	switch op {
	case "is":
		return left + " == " + right
	case "is_not":
		return "not (" + left + " == " + right + ")"
	case "over":
		return field + " > " + right
	case "under":
		return field + " < " + right
	case "known":
		return map[string]string{"true": "known(" + field + ")", "false": "not known(" + field + ")"}[word]
	}
	return ""
}

// sides are a field and a value as they compare: in format 1 words that
// differed only in case were the same.
func (m *migration2) sides(field, word string) (left, right string) {
	switch m.types[field] {
	case typeNumber:
		if n, err := strconv.ParseFloat(word, 64); err == nil {
			return field, strconv.FormatFloat(n, 'f', -1, 64)
		}
		return field, strconv.Quote(word)
	case typeDate:
		return field, strconv.Quote(word)
	case typeChoice:
		if nameForm.MatchString(word) || word == "" {
			return field, strconv.Quote(word)
		}
	}
	return "lower(" + field + ")", strconv.Quote(foldCase(word))
}

// pairsOf are the lines of a mapping, none of anything else.
func pairsOf(n ast.Node) []*ast.MappingValueNode {
	switch x := n.(type) {
	case *ast.MappingNode:
		return x.Values
	case *ast.MappingValueNode:
		return []*ast.MappingValueNode{x}
	}
	return nil
}

func keyOf(v *ast.MappingValueNode) string {
	if v.Key == nil || v.Key.GetToken() == nil {
		return ""
	}
	return v.Key.GetToken().Value
}

// wordOf is what a scalar says, as parser.text reads it.
func wordOf(n ast.Node) (string, bool) {
	switch x := n.(type) {
	case *ast.StringNode:
		return strings.TrimSpace(x.Value), true
	case *ast.LiteralNode:
		return strings.TrimSpace(x.Value.Value), true
	case *ast.IntegerNode, *ast.FloatNode, *ast.BoolNode:
		return x.GetToken().Value, true
	}
	return "", false
}

func flowStyle(n ast.Node) bool {
	switch x := n.(type) {
	case *ast.MappingNode:
		return x.IsFlowStyle
	case *ast.SequenceNode:
		return x.IsFlowStyle
	}
	return false
}
