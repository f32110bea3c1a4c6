package flows

import (
	"bytes"
	"errors"
	"math"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"
	yamlparser "github.com/goccy/go-yaml/parser"
)

// This file knows YAML; the rest of the parser only asks it for mappings,
// lists and words. A flow file uses the plain part of YAML: no anchors, tags
// or merges, which hide from a reader what a file says.

// parser collects the faults of one file, so that its author sees all of them
// at once.
type parser struct {
	file   string
	faults Faults
	flow   *Flow
	source source  // the text as it is read
	layers []layer // how it came from what the author wrote
}

func (p *parser) fault(at spot, format string, args ...any) {
	p.faults.add(p.file, at, format, args...)
}

// entry is one "key: value" line.
type entry struct {
	key   string
	at    spot
	value ast.Node
}

// maxColons bounds the "name: value" pairs of a file, because the YAML parser's
// time grows with their square: measured, 5,000 in one mapping take seconds
// and 50,000 take minutes. A hundred wordy states need some 3,000.
const maxColons = 5000

// maxBrackets bounds the depth that brackets can nest to: the YAML parser
// recurses, and a stack that is used up ends the process.
const maxBrackets = 2000

// document returns the one mapping of a file, or nil after a fault.
func (p *parser) document(data []byte) ast.Node {
	at := spot{1, 1}
	switch {
	case len(data) > maxFile:
		p.fault(at, "The file has %d bytes; %d are allowed. Split the flow in two.", len(data), maxFile)
		return nil
	case !utf8.Valid(data):
		p.fault(at, "The file is not UTF-8 text. Save it as UTF-8.")
		return nil
	case bytes.Count(data, []byte(":")) > maxColons:
		p.fault(at, "The file has more than %d colons. Split the flow in two.", maxColons)
		return nil
	case tooDeep(string(data)):
		p.fault(at, "The file nests too many brackets. Write one thing a line, indented.")
		return nil
	}
	file, err := yamlparser.ParseBytes(data, 0, yamlparser.AllowDuplicateMapKey())
	if err != nil {
		p.syntax(err)
		return nil
	}
	var docs []ast.Node
	for _, d := range file.Docs {
		if d.Body != nil {
			docs = append(docs, d.Body)
		}
	}
	switch len(docs) {
	case 0:
		p.fault(at, "The file is empty. A flow begins with 'format: 2'.")
		return nil
	case 1:
		p.source = newSource(string(data))
		return docs[0]
	}
	p.fault(p.where(docs[1]), "A file holds one flow. Move what follows '---' to a file of its own.")
	return nil
}

// tooDeep looks for runs that open more than they close: brackets, and the
// dashes and question marks that open a list inside a list on one line.
func tooDeep(s string) bool {
	depth, deepest := 0, 0
	for line := range strings.Lines(s) {
		opens := 0
		for i := range len(line) {
			switch line[i] {
			case '[', '{':
				depth++
			case ']', '}':
				depth = max(0, depth-1)
			case '-', '?', ':':
				opens++
			}
		}
		deepest = max(deepest, depth, opens)
	}
	return deepest > maxBrackets
}

// syntax words the YAML parser's complaint for someone who writes texts.
func (p *parser) syntax(err error) {
	var e *yaml.SyntaxError
	if !errors.As(err, &e) {
		p.fault(spot{1, 1}, "The file cannot be read as YAML. Check indentation, colons and quotes.")
		return
	}
	at := spot{1, 1}
	if t := e.GetToken(); t != nil && t.Position != nil {
		at = p.back(spot{t.Position.Line, t.Position.Column})
	}
	hint := "Check indentation, colons and quotes here and in the line above."
	for _, known := range syntaxHints() {
		if strings.Contains(e.Message, known[0]) {
			hint = known[1]
			break
		}
	}
	p.fault(at, "This line cannot be read. %s", hint)
}

// syntaxHints pairs a part of the YAML parser's message with what most likely
// went wrong in a file of texts.
func syntaxHints() [][2]string {
	return [][2]string{
		{"cannot start any token", "Indent with spaces, not with tabs; a text that begins with a sign must stand in quotes."},
		{"mapping value is not", "A text with a colon in it must stand in quotes; neighbours start in the same column."},
		{"quoted text", "A quote is opened and never closed."},
		{"flow mapping end token", "A brace { is opened and never closed. A text that begins with { must stand in quotes."},
		{"',' or ']'", "A bracket [ is opened and never closed."},
		{"non-map value is", "Something is indented where nothing can be. Neighbours start in the same column."},
		{"value is not allowed in", "A text with a colon in it must stand in quotes."},
	}
}

// where is the place of a node in the file as its author wrote it.
func (p *parser) where(n ast.Node) spot { return p.back(rawWhere(n)) }

func (p *parser) back(at spot) spot {
	for _, l := range slices.Backward(p.layers) {
		at = l.back(at)
	}
	return at
}

// rawWhere is the place of a node in the text as it is read.
func rawWhere(n ast.Node) spot {
	switch x := n.(type) {
	case *ast.MappingNode:
		if len(x.Values) > 0 && !x.IsFlowStyle {
			return rawWhere(x.Values[0].Key)
		}
	case *ast.MappingValueNode:
		return rawWhere(x.Key)
	}
	if n == nil || n.GetToken() == nil || n.GetToken().Position == nil {
		return spot{1, 1}
	}
	pos := n.GetToken().Position
	return spot{max(1, pos.Line), max(1, pos.Column)}
}

// entries returns the lines of a mapping; what names it in a fault.
func (p *parser) entries(n ast.Node, what string) []entry {
	var values []*ast.MappingValueNode
	switch x := n.(type) {
	case *ast.MappingNode:
		values = x.Values
	case *ast.MappingValueNode:
		values = []*ast.MappingValueNode{x}
	default:
		p.wrongKind(n, what, "needs 'name: value' lines below it")
		return nil
	}
	seen := map[string]spot{}
	var out []entry
	for _, v := range values {
		key, ok := p.key(v.Key)
		at := p.where(v.Key)
		if !ok {
			continue
		}
		if first, twice := seen[key]; twice {
			p.fault(at, "'%s' stands twice in %s; the first is in line %d. Remove one.", key, what, first.line)
			continue
		}
		seen[key] = at
		out = append(out, entry{key, at, v.Value})
	}
	if len(values) == 0 {
		p.fault(p.where(n), "%s is empty.", capital(what))
	}
	return out
}

func (p *parser) key(n ast.MapKeyNode) (string, bool) {
	switch n.(type) {
	case *ast.StringNode, *ast.IntegerNode, *ast.BoolNode, *ast.FloatNode, *ast.NullNode:
		return n.GetToken().Value, true
	}
	p.fault(p.where(n), "A name must be a plain word. Anchors, merges and lists as names are not used in flows.")
	return "", false
}

// wrongKind says why a node is not what was needed.
func (p *parser) wrongKind(n ast.Node, what, needs string) {
	switch n.(type) {
	case nil, *ast.NullNode:
		p.fault(p.where(n), "%s is empty.", capital(what))
	case *ast.AnchorNode, *ast.AliasNode, *ast.TagNode, *ast.MergeKeyNode:
		p.fault(p.where(n), "%s uses &, *, ! or <<. Flows do without them: write it out.", capital(what))
	default:
		p.fault(p.where(n), "%s %s.", capital(what), needs)
	}
}

// fields says what to do with each known word of a mapping.
type fields map[string]func(ast.Node)

// object reads a mapping with known words and returns which of them it had.
func (p *parser) object(n ast.Node, what string, known fields) map[string]spot {
	had := map[string]spot{}
	for _, e := range p.entries(n, what) {
		read, ok := known[e.key]
		if !ok {
			hint := movedWords()[e.key]
			if hint == "" {
				hint = didYouMean(e.key, names(known))
			}
			p.fault(e.at, "'%s' is not a word of %s. %s", e.key, what, hint)
			continue
		}
		had[e.key] = e.at
		read(e.value)
	}
	return had
}

// movedWords are those of older formats, with what took their place.
func movedWords() map[string]string {
	return map[string]string{
		"keywords": "In format 2 it stands in entry: 'entry: {keywords: ...}'.",
		"schedule": "In format 2 it is 'wait: {for: 2h, to: step}' in a step of its own, or 'timeout: {after: 2h, to: step}' in one that asks.",
	}
}

// items returns the elements of a list of at most limit.
func (p *parser) items(n ast.Node, what string, limit int) []ast.Node {
	list, ok := n.(*ast.SequenceNode)
	if !ok {
		p.wrongKind(n, what, "needs a list: lines that begin with '- '")
		return nil
	}
	if len(list.Values) > limit {
		p.fault(p.where(list.Values[limit]), "%s has %d entries; %d are allowed.", capital(what), len(list.Values), limit)
		return list.Values[:limit]
	}
	if len(list.Values) == 0 {
		p.fault(p.where(n), "%s is empty.", capital(what))
	}
	return list.Values
}

// text reads words. Numbers and true or false count as the words they were
// written with. Without a fault it never returns an empty name.
func (p *parser) text(n ast.Node, what string) target {
	var s string
	at := p.where(n)
	switch x := n.(type) {
	case *ast.StringNode:
		s = x.Value
	case *ast.LiteralNode:
		s = x.Value.Value
	case *ast.IntegerNode, *ast.FloatNode, *ast.BoolNode:
		s = x.GetToken().Value
	case *ast.MappingNode:
		needs := "needs words, not more lines"
		if x.IsFlowStyle {
			needs = "begins with {, so it must stand in quotes"
		}
		p.wrongKind(n, what, needs)
		return target{at: at}
	default:
		p.wrongKind(n, what, "needs words, not a list")
		return target{at: at}
	}
	s = strings.TrimSpace(s)
	if s == "" {
		p.fault(at, "%s is empty.", capital(what))
	}
	if strings.ContainsFunc(s, hiddenRune) {
		p.fault(at, "%s holds an invisible character. Type it again instead of pasting it.", capital(what))
	}
	return target{s, at}
}

func hiddenRune(r rune) bool {
	return r != '\n' && unicode.IsControl(r) || unicode.Is(unicode.Bidi_Control, r) && r != '\u200e' && r != '\u200f'
}

var (
	nameForm     = regexp.MustCompile(`^[a-z][a-z0-9_-]*$`)
	fieldForm    = regexp.MustCompile(`^[a-z][a-z0-9_]*$`)
	languageForm = regexp.MustCompile(`^[a-z]{2,3}(-[A-Z][a-z]{3})?(-[A-Z]{2})?$`)
)

func validField(s string) bool { return len(s) <= maxName && fieldForm.MatchString(s) }

// name reads an identifier.
func (p *parser) name(n ast.Node, what string) target {
	t := p.text(n, what)
	if t.name != "" {
		p.checkName(t.name, what, t.at)
	}
	return t
}

func (p *parser) checkName(s, what string, at spot) bool {
	ok := len(s) <= maxName && nameForm.MatchString(s)
	if !ok {
		p.fault(at, "%s '%s' must begin with a letter a to z and hold only a to z, 0 to 9, - and _, at most %d.",
			capital(what), cut(s, maxName), maxName)
	}
	return ok
}

// integer reads a whole number within bounds.
func (p *parser) integer(n ast.Node, what string, low, high int) int {
	t := p.text(n, what)
	if t.name == "" {
		return low
	}
	v, err := strconv.Atoi(t.name)
	if err == nil && v >= low && v <= high {
		return v
	}
	if low == high {
		p.fault(t.at, "%s must be %d.", capital(what), low)
		return low
	}
	p.fault(t.at, "%s must be a whole number from %d to %d.", capital(what), low, high)
	return low
}

func (p *parser) decimal(n ast.Node, what string) *float64 {
	t := p.text(n, what)
	v, err := strconv.ParseFloat(t.name, 64)
	if t.name == "" {
		return nil
	}
	if err != nil || math.IsNaN(v) || math.IsInf(v, 0) {
		p.fault(t.at, "%s must be a number such as 12 or 1.5.", capital(what))
		return nil
	}
	return &v
}

func (p *parser) boolean(n ast.Node, what string) bool {
	t := p.text(n, what)
	if t.name != "" && t.name != "true" && t.name != "false" {
		p.fault(t.at, "%s must be true or false.", capital(what))
	}
	return t.name == "true"
}

// delay reads "30m", "24h" or "90d".
func (p *parser) delay(n ast.Node, what string) time.Duration {
	t := p.text(n, what)
	units := map[string]time.Duration{"m": time.Minute, "h": time.Hour, "d": 24 * time.Hour}
	if len(t.name) > 1 {
		unit := units[t.name[len(t.name)-1:]]
		count, err := strconv.Atoi(t.name[:len(t.name)-1])
		if err == nil && unit > 0 && count > 0 && count <= int(maxDelay/unit) {
			return time.Duration(count) * unit
		}
	}
	if t.name == "" {
		return 0
	}
	p.fault(t.at, "%s must be a time such as 30m, 24h or 90d, at most five years.", capital(what))
	return 0
}

// phrase reads words in several languages, or the key of a sentence that the
// house already has.
func (p *parser) phrase(n ast.Node, what string) phrase {
	out := phrase{at: p.where(n), langs: spots{}}
	for _, e := range p.entries(n, what) {
		if e.key == "key" {
			out.Key = p.text(e.value, "the key of "+what).name
			continue
		}
		if !p.language(e, what) {
			continue
		}
		t := p.text(e.value, "the text '"+e.key+"' of "+what)
		if out.Inline == nil {
			out.Inline = map[string]string{}
		}
		out.Inline[e.key] = t.name
		out.langs[e.key] = t.at
	}
	if out.Key != "" && out.Inline != nil {
		p.fault(out.at, "%s has a key and words of its own. Keep one of them.", capital(what))
	}
	return out
}

func (p *parser) language(e entry, what string) bool {
	if languageForm.MatchString(e.key) {
		return true
	}
	hint := "Write it like pt, en or pt-BR."
	if _, comma := e.value.(*ast.NullNode); comma {
		hint = "A text with a comma inside { } must stand in quotes."
	}
	p.fault(e.at, "'%s' in %s is not a language. %s", cut(e.key, maxName), what, hint)
	return false
}

// words reads lists of words by language.
func (p *parser) words(n ast.Node, what string) map[string][]target {
	out := map[string][]target{}
	for _, e := range p.entries(n, what) {
		if !p.language(e, what) {
			continue
		}
		for _, item := range p.items(e.value, "the list '"+e.key+"' of "+what, maxKeywords) {
			if t := p.text(item, "a word in "+what); t.name != "" {
				out[e.key] = append(out[e.key], t)
			}
		}
	}
	return out
}

func capital(s string) string {
	if s == "" {
		return s
	}
	return strings.ToUpper(s[:1]) + s[1:]
}
