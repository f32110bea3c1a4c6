package flows

import (
	"github.com/goccy/go-yaml/ast"
)

func (p *parser) field(e entry) Field {
	what := "field '" + e.key + "'"
	f := Field{Type: typeText, at: e.at}
	had := p.object(e.value, what, fields{
		"purpose": func(n ast.Node) { f.Purpose = p.name(n, "purpose of "+what).name },
		"type":    func(n ast.Node) { f.Type = p.fieldType(n, what) },
		"keep":    func(n ast.Node) { p.keep(n, what, &f) },
		"label":   func(n ast.Node) { f.label = p.phrase(n, "label of "+what) },
		"max":     func(n ast.Node) { f.Max = p.integer(n, "max of "+what, 1, maxAnswer) },
		"safe":    func(n ast.Node) { f.safe = p.safeWord(n, what) },
	})
	if _, ok := had["purpose"]; !ok {
		p.fault(e.at, "No purpose declares %s. Say why it is asked: 'purpose: service'.", what)
	}
	if at, ok := had["max"]; ok && f.Type != typeText {
		p.fault(at, "max is for fields of type text; %s is of type %s.", what, f.Type)
	}
	if at, ok := had["safe"]; ok && f.Type != typeText {
		p.fault(at, "safe is for fields of type text; %s is of type %s.", what, f.Type)
	}
	if f.Max == 0 {
		f.Max = fieldSize(f.Type)
	}
	f.Label = f.label.Text
	if f.Keep > 0 && f.label.empty() {
		p.fault(e.at, "%s is kept, so people may want to correct it. Name it for them: 'label: {en: Your name}'.", capital(what))
	}
	return f
}

// fieldSize is the most characters that a value of a type can have.
func fieldSize(kind string) int {
	switch kind {
	case typeNumber:
		return maxDigits + 2 // sign and point
	case typeDate:
		return len("31. 12. 2026") // the longest way in which one is shown
	case typeChoice:
		return maxName
	case typeMedia:
		return maxAnswer
	case typeEmail:
		return maxEmail
	case typeContact:
		return maxCard
	}
	return defaultField
}

// maxCard is the most characters of a shared contact in one line.
const maxCard = 200

func (p *parser) fieldType(n ast.Node, what string) string {
	known := []string{typeText, typeNumber, typeDate, typeEmail, typeChoice, typeMedia, typePlace, typeContact}
	t := p.text(n, "type of "+what)
	if t.name == expectPattern {
		p.fault(t.at, "%s keeps what fits a pattern as text. Write 'type: text'; the pattern stands in the step that asks.", capital(what))
		return typeText
	}
	return p.oneOf(t, "type of "+what, known)
}

// safeWord reads the promise that a field is a name, which keeps it to what a
// name can be where it enters a template.
func (p *parser) safeWord(n ast.Node, what string) bool {
	t := p.text(n, "safe of "+what)
	if t.name != "" && t.name != "name" {
		p.fault(t.at, "safe of %s must be 'name': only letters, spaces, hyphens and apostrophes go into a template.", what)
	}
	return true
}

// oneOf returns a word of a closed list, or the first of the list after a
// fault.
func (p *parser) oneOf(t target, what string, known []string) string {
	for _, k := range known {
		if t.name == k {
			return k
		}
	}
	if t.name != "" {
		p.fault(t.at, "'%s' is not a known %s. %s", cut(t.name, maxName), what, didYouMean(t.name, known))
	}
	return known[0]
}

func (p *parser) keep(n ast.Node, what string, f *Field) {
	if s, ok := n.(*ast.StringNode); ok && s.Value == "conversation" {
		return
	}
	f.Keep = p.delay(n, "keep of "+what)
}
