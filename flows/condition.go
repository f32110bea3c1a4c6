package flows

import (
	"slices"
	"strconv"
	"strings"

	"github.com/expr-lang/expr"
	"github.com/expr-lang/expr/ast"
	"github.com/expr-lang/expr/vm"
)

// A condition is one line that a marketer can read aloud:
//
//	if: amount > 100 and city == "Lisboa"
//
// It reads the flow's fields, today and language, knows the functions known,
// lower and len, and nothing else of what the library could do: no loops, no
// calls, no values but numbers, words, dates and yes or no. So it ends, needs
// next to no memory, and cannot fail on any answer.

// Bounds of a condition. With them and without loops its cost is bounded by
// its length and that of the answers.
const (
	maxCondition = 500 // characters
	maxNodes     = 200
)

// The names that conditions have beside the fields.
const (
	nameToday    = "today"
	nameLanguage = "language"
)

// condition is read in two steps: as a line of the file, and once all fields
// are known as a program.
type condition struct {
	source string
	at     spot
	inside func(offset int) spot // where a character of source stands in the file
	// reads are the uses of fields, in order.
	reads []target
	// words are those with which fields are compared.
	words   []compared
	program *vm.Program
}

type compared struct {
	field string
	word  target
}

// conditionWords cannot be names of fields: they mean something in a
// condition.
func conditionWords() []string {
	return []string{
		nameToday, nameLanguage, "known", "lower", "len", "and", "or", "not", "in", "contains", "matches",
		"true", "false", "nil", "let", "if", "else",
	}
}

// sample is an environment of the right types, from which the library learns
// what names there are.
func (f *Flow) sample() map[string]any {
	env := map[string]any{nameToday: "", nameLanguage: ""}
	for name, field := range f.Fields {
		env[name], env[knownName(name)] = any(""), false
		if field.Type == typeNumber {
			env[name] = float64(0)
		}
	}
	return env
}

// knownName is the variable that says whether a field has an answer. No field
// can have a space in its name.
func knownName(field string) string { return "known " + field }

// compileExpression makes the program of a condition that was checked.
func (f *Flow) compileExpression(source string) (*vm.Program, error) {
	return expr.Compile(source,
		expr.Env(f.sample()), expr.AsBool(), expr.MaxNodes(maxNodes*4), // the guard adds nodes
		expr.DisableAllBuiltins(), expr.EnableBuiltin("len"),
		expr.Function("lower", lower, new(func(string) string)),
		expr.Patch(guard{f}))
}

// lower makes words comparable: in small letters, with single spaces.
func lower(args ...any) (any, error) {
	s, _ := args[0].(string)
	return foldCase(s), nil
}

// guard makes a comparison that reads a field without an answer not hold,
// whichever way it compares.
type guard struct{ flow *Flow }

// Visit is called for every node, the inner ones first.
func (g guard) Visit(node *ast.Node) {
	switch n := (*node).(type) {
	case *ast.IntegerNode:
		// Fields hold floats, and a list of integers would never hold one.
		ast.Patch(node, &ast.FloatNode{Value: float64(n.Value)})
	case *ast.CallNode:
		if name, ok := knownCall(n); ok {
			ast.Patch(node, &ast.IdentifierNode{Value: knownName(name)})
		}
	case *ast.BinaryNode:
		if compares(n.Operator) {
			ast.Patch(node, g.guarded(n))
		}
	case *ast.UnaryNode:
		// "a not in b" arrives as not (a in b), with one place for both.
		if n.Operator == "not" && n.Location() == n.Node.Location() {
			ast.Patch(node, negate(n.Node))
		}
	}
}

func compares(operator string) bool {
	switch operator {
	case "==", "!=", "<", "<=", ">", ">=", "in", "contains", "startsWith", "endsWith", "matches":
		return true
	}
	return false
}

// guarded puts "known x and" before a comparison for every field x in it.
func (g guard) guarded(n ast.Node) ast.Node {
	names := collector{flow: g.flow}
	ast.Walk(&n, &names)
	out := n
	for _, name := range names.found {
		out = &ast.BinaryNode{Operator: "&&", Left: &ast.IdentifierNode{Value: knownName(name)}, Right: out}
		out.SetLocation(n.Location())
	}
	return out
}

// negate turns "known x and comparison" into "known x and not comparison".
func negate(n ast.Node) ast.Node {
	if b, ok := n.(*ast.BinaryNode); ok && b.Operator == "&&" {
		return &ast.BinaryNode{Operator: "&&", Left: b.Left, Right: negate(b.Right)}
	}
	return &ast.UnaryNode{Operator: "not", Node: n}
}

// collector finds the fields that a node reads, each once.
type collector struct {
	flow  *Flow
	found []string
}

// Visit notes an identifier.
func (c *collector) Visit(node *ast.Node) {
	id, ok := (*node).(*ast.IdentifierNode)
	if !ok || slices.Contains(c.found, id.Value) {
		return
	}
	if _, field := c.flow.Fields[id.Value]; field {
		c.found = append(c.found, id.Value)
	}
}

// knownCall is the field of a call known(field).
func knownCall(n *ast.CallNode) (string, bool) {
	callee, ok := n.Callee.(*ast.IdentifierNode)
	if !ok || callee.Value != "known" || len(n.Arguments) != 1 {
		return "", false
	}
	field, ok := n.Arguments[0].(*ast.IdentifierNode)
	if !ok {
		return "", false
	}
	return field.Value, true
}

// holds runs a condition on the answers there are.
func (t *turn) holds(c *condition) bool {
	if t.env == nil {
		t.env = t.environment()
	}
	out, err := expr.Run(c.program, t.env)
	yes, _ := out.(bool)
	return err == nil && yes
}

// environment is what conditions read: the fields that any of them asks for.
func (t *turn) environment() map[string]any {
	env := make(map[string]any, 2*len(t.flow.asked)+2)
	env[nameToday], env[nameLanguage] = t.in.Today, baseLanguage(t.in.Lang)
	for _, name := range t.flow.asked {
		v := string(t.pos.Vars[name])
		if t.flow.Fields[name].Type != typeNumber {
			env[name], env[knownName(name)] = v, v != ""
			continue
		}
		n, err := strconv.ParseFloat(v, 64)
		env[name], env[knownName(name)] = n, err == nil
	}
	return env
}

// baseLanguage is a language without its region: "pt" of "pt-BR".
func baseLanguage(lang string) string {
	base, _, _ := strings.Cut(lang, "-")
	return base
}
