package flows

import (
	"errors"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/expr-lang/expr/ast"
	"github.com/expr-lang/expr/file"
	exprparser "github.com/expr-lang/expr/parser"
)

// What a part of a condition can be, beside text, number and date.
const (
	kindTruth = "yes or no"
	kindList  = "list"
)

// reader checks one condition against the fields, in words of our own: the
// library's are for programmers, and it would allow more.
type reader struct {
	parser *parser
	state  *state
	cond   *condition
	world  bool // reads today or language
	failed bool
}

// condition checks and compiles one line of next.
func (p *parser) compileCondition(s *state, c *condition) {
	r := &reader{parser: p, state: s, cond: c}
	if n := utf8.RuneCountInString(c.source); n > maxCondition {
		r.fault(c.at, "has %d characters; %d are allowed. Split it over several lines of next.", n, maxCondition)
		return
	}
	tree, err := exprparser.Parse(c.source)
	if err != nil {
		r.syntax(err)
		return
	}
	kind := r.kind(tree.Node)
	switch {
	case r.failed:
		return
	case kind != kindTruth:
		r.fault(c.at, "says neither yes nor no. Compare something: amount > 100.")
		return
	case len(c.reads) == 0 && !r.world:
		r.fault(c.at, "is the same for everybody. Let it read a field, or take it out.")
		return
	}
	if c.program, err = p.flow.compileExpression(c.source); err != nil {
		r.fault(c.at, "cannot be understood. Write it more simply.")
	}
}

func (r *reader) fault(at spot, format string, args ...any) string {
	r.failed = true
	r.parser.fault(at, "The condition in "+r.state.label()+" "+format, args...)
	return ""
}

func (r *reader) place(n ast.Node) spot { return r.cond.inside(n.Location().From) }

// syntax words the library's complaint for someone who writes texts.
func (r *reader) syntax(err error) {
	at, message := r.cond.at, err.Error()
	var e *file.Error
	if errors.As(err, &e) {
		at, message = r.cond.inside(e.From), e.Message
	}
	hint := `Write it like: amount > 100 and city == "Lisboa".`
	for _, known := range [][2]string{
		{`Operator("=")`, "To compare, write == with two signs."},
		{"not terminated", "A quote is opened and never closed."},
		{"EOF", "Something is missing at the end."},
		{"'“'", `Use straight quotes: "Lisboa".`}, {"'”'", `Use straight quotes: "Lisboa".`}, {"'„'", `Use straight quotes: "Lisboa".`},
		{"Identifier", "A word to compare with stands in quotes, and 'and' or 'or' between two comparisons."},
		{"Operator(\"&\")", "Write 'and'."},
		{"nodes", "It is too long. Split it over several lines of next."},
	} {
		if strings.Contains(message, known[0]) {
			hint = known[1]
			break
		}
	}
	r.fault(at, "cannot be read here. %s", hint)
}

// kind is what a part of the condition is, or "" after a fault.
func (r *reader) kind(n ast.Node) string {
	switch n := n.(type) {
	case *ast.IdentifierNode:
		return r.name(n)
	case *ast.StringNode:
		return typeText
	case *ast.IntegerNode, *ast.FloatNode:
		return typeNumber
	case *ast.BoolNode:
		return kindTruth
	case *ast.UnaryNode:
		return r.unary(n)
	case *ast.BinaryNode:
		return r.binary(n)
	case *ast.ArrayNode:
		return kindList
	case *ast.CallNode:
		return r.call(n)
	case *ast.BuiltinNode:
		return r.function(n.Name, n.Arguments, n)
	}
	return r.fault(r.place(n), "uses what conditions do not have. They compare fields with 'and', 'or' and 'not'.")
}

func (r *reader) name(n *ast.IdentifierNode) string {
	if n.Value == nameToday || n.Value == nameLanguage {
		r.world = true
		if n.Value == nameToday {
			return typeDate
		}
		return typeText
	}
	f, ok := r.parser.flow.Fields[n.Value]
	if !ok {
		known := append(names(r.parser.flow.Fields), nameToday, nameLanguage)
		hint := didYouMean(n.Value, known)
		if !strings.HasPrefix(hint, "Did") {
			hint = `A word to compare with stands in quotes: "` + cut(n.Value, maxName) + `".`
		}
		return r.fault(r.place(n), "uses '%s', which no line of fields declares. %s", cut(n.Value, maxName), hint)
	}
	r.cond.reads = append(r.cond.reads, target{n.Value, r.place(n)})
	switch f.Type {
	case typeNumber, typeDate:
		return f.Type
	}
	return typeText
}

func (r *reader) unary(n *ast.UnaryNode) string {
	kind := r.kind(n.Node)
	switch {
	case kind == "":
		return ""
	case (n.Operator == "not" || n.Operator == "!") && kind == kindTruth:
		return kindTruth
	case (n.Operator == "-" || n.Operator == "+") && kind == typeNumber:
		return typeNumber
	}
	return r.fault(r.place(n), "puts '%s' before %s. Put what it is about in brackets: not (amount > 100).", n.Operator, r.what(n.Node, kind))
}

func (r *reader) call(n *ast.CallNode) string {
	callee, ok := n.Callee.(*ast.IdentifierNode)
	if !ok {
		return r.fault(r.place(n), "uses what conditions do not have. They compare fields with 'and', 'or' and 'not'.")
	}
	return r.function(callee.Value, n.Arguments, n)
}

// function knows known(field), lower(words) and len(words).
func (r *reader) function(name string, args []ast.Node, at ast.Node) string {
	known := []string{"known", "lower", "len"}
	if !slices.Contains(known, name) {
		return r.fault(r.place(at), "uses '%s', which conditions do not have. They have known(field), lower(words) and len(words).", cut(name, maxName))
	}
	if len(args) != 1 {
		return r.fault(r.place(at), "needs one thing in the brackets of %s.", name)
	}
	if name == "known" {
		if id, ok := args[0].(*ast.IdentifierNode); !ok || id.Value == nameToday || id.Value == nameLanguage {
			return r.fault(r.place(at), "asks whether something is known that is no field. Write known(name).")
		}
		if r.kind(args[0]) == "" {
			return ""
		}
		return kindTruth
	}
	kind := r.kind(args[0])
	switch {
	case kind == "":
		return ""
	case kind != typeText:
		return r.fault(r.place(at), "uses %s on %s. It works on words.", name, r.what(args[0], kind))
	case name == "len":
		return typeNumber
	}
	return typeText
}

func (r *reader) binary(n *ast.BinaryNode) string {
	left := r.kind(n.Left)
	right := r.kind(n.Right)
	if left == "" || right == "" {
		return ""
	}
	switch n.Operator {
	case "and", "or", "&&", "||":
		if left == kindTruth && right == kindTruth {
			return kindTruth
		}
		odd, kind := n.Left, left
		if left == kindTruth {
			odd, kind = n.Right, right
		}
		return r.fault(r.place(n), "joins %s by '%s'. Compare it with something first.", r.what(odd, kind), n.Operator)
	case "+", "-", "*", "/":
		if left == typeNumber && right == typeNumber {
			return typeNumber
		}
		return r.fault(r.place(n), "reckons with %s and %s. Only numbers can be reckoned with.", r.what(n.Left, left), r.what(n.Right, right))
	case "in":
		return r.in(n, left, right)
	case "contains", "startsWith", "endsWith", "matches":
		return r.words(n, left, right)
	case "==", "!=", "<", "<=", ">", ">=":
		return r.compare(n, left, right)
	}
	return r.fault(r.place(n), "uses the sign '%s', which conditions do not have.", n.Operator)
}

func (r *reader) compare(n *ast.BinaryNode, left, right string) string {
	if !r.alike(n, n.Left, n.Right, left, right) {
		return ""
	}
	ordered := left == typeNumber || left == typeDate || right == typeDate
	if n.Operator != "==" && n.Operator != "!=" && !ordered {
		return r.fault(r.place(n), "compares %s by '%s'. Only numbers and dates have an order.", r.what(n.Left, left), n.Operator)
	}
	r.word(n.Left, n.Right)
	r.word(n.Right, n.Left)
	return kindTruth
}

// alike checks that two things can be compared; a date is written as words.
func (r *reader) alike(at, a, b ast.Node, left, right string) bool {
	if left == typeDate || right == typeDate {
		for _, side := range []ast.Node{a, b} {
			if word, ok := side.(*ast.StringNode); ok && (date(word.Value) != word.Value || word.Value == "") {
				r.fault(r.place(side), "compares a date with %q. Write a date as \"2026-12-31\".", cut(word.Value, maxName))
				return false
			}
		}
		_, wordA := a.(*ast.StringNode)
		_, wordB := b.(*ast.StringNode)
		if left == right || left == typeDate && wordB || right == typeDate && wordA {
			return true
		}
	}
	if left == right && left != kindTruth && left != kindList {
		return true
	}
	hint := "Numbers stand without quotes, words and dates in quotes."
	if left == kindTruth || right == kindTruth {
		hint = "Join comparisons by 'and' or 'or'."
	}
	r.fault(r.place(at), "compares %s with %s. %s", r.what(a, left), r.what(b, right), hint)
	return false
}

func (r *reader) in(n *ast.BinaryNode, left, right string) string {
	list, ok := n.Right.(*ast.ArrayNode)
	if !ok || right != kindList {
		return r.fault(r.place(n), "needs a list after 'in': city in [\"Lisboa\", \"Porto\"].")
	}
	for _, item := range list.Nodes {
		switch item.(type) {
		case *ast.StringNode, *ast.IntegerNode, *ast.FloatNode:
		default:
			return r.fault(r.place(item), "has something in its list that is neither a number nor words in quotes.")
		}
		if !r.alike(item, n.Left, item, left, r.kind(item)) {
			return ""
		}
		r.word(n.Left, item)
	}
	return kindTruth
}

func (r *reader) words(n *ast.BinaryNode, left, right string) string {
	if left != typeText || right != typeText {
		return r.fault(r.place(n), "uses '%s' between %s and %s. It works on words.", n.Operator, r.what(n.Left, left), r.what(n.Right, right))
	}
	if n.Operator != "matches" {
		return kindTruth
	}
	form, ok := n.Right.(*ast.StringNode)
	if !ok {
		return r.fault(r.place(n), "needs a pattern in quotes after 'matches'.")
	}
	if _, err := regexp.Compile(form.Value); err != nil || len(form.Value) > maxPattern {
		return r.fault(r.place(form), "has a pattern that cannot be read. Check its brackets and signs.")
	}
	return kindTruth
}

// word notes a word with which a field is compared, as it is or in small
// letters.
func (r *reader) word(field, word ast.Node) {
	if f, ok := field.(*ast.BuiltinNode); ok && f.Name == "lower" && len(f.Arguments) == 1 {
		field = f.Arguments[0]
	}
	id, isField := field.(*ast.IdentifierNode)
	w, isWord := word.(*ast.StringNode)
	if isField && isWord {
		r.cond.words = append(r.cond.words, compared{id.Value, target{w.Value, r.place(w)}})
	}
}

// what names a part of a condition for its author.
func (r *reader) what(n ast.Node, kind string) string {
	switch n := n.(type) {
	case *ast.IdentifierNode:
		return "'" + n.Value + "' (" + kind + ")"
	case *ast.StringNode:
		return `the words "` + cut(n.Value, maxName) + `"`
	case *ast.IntegerNode, *ast.FloatNode:
		return "the number " + n.String()
	case *ast.ArrayNode:
		return "a list"
	}
	if kind == kindTruth {
		return "a yes or no"
	}
	return "a " + kind
}
