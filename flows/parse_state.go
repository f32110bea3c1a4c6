package flows

import (
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/goccy/go-yaml/ast"
)

func (p *parser) stateList(n ast.Node) {
	entries := p.entries(n, "states")
	if len(entries) > maxStates {
		p.fault(entries[maxStates].at, "The flow has %d steps; %d are allowed. Split it in two.", len(entries), maxStates)
		entries = entries[:maxStates]
	}
	for i, e := range entries {
		if !p.checkName(e.key, "step name", e.at) {
			continue
		}
		s := &state{name: e.key, number: i + 1, at: e.at, expect: expectNothing, tries: defaultTries}
		p.flow.states[e.key] = s
		p.flow.order = append(p.flow.order, s)
		p.state(s, e.value)
	}
}

// label is how faults name a step: by its place and its name.
func (s *state) label() string { return "step " + strconv.Itoa(s.number) + " '" + s.name + "'" }

func (p *parser) state(s *state, n ast.Node) {
	what := s.label()
	form := &patternPart{}
	had := p.object(n, what, p.stateWords(s, form))
	p.patternFits(s, form, had)
	p.shape(s, had)
}

// stateWords are the words of a step and what each of them reads.
func (p *parser) stateWords(s *state, form *patternPart) fields {
	what := s.label()
	return fields{
		"purpose":     func(n ast.Node) { s.purpose = p.name(n, "purpose of "+what) },
		"say":         func(n ast.Node) { s.say = p.phrase(n, "say of "+what) },
		"again":       func(n ast.Node) { p.again(s, n) },
		"open":        func(n ast.Node) { s.open = p.phrase(n, "open of "+what) },
		"expect":      func(n ast.Node) { p.expect(s, n) },
		"choices":     func(n ast.Node) { p.choices(s, n) },
		"kinds":       func(n ast.Node) { p.kinds(s, n) },
		"pattern":     func(n ast.Node) { form.source = p.text(n, "pattern of "+what) },
		"example":     func(n ast.Node) { form.example = p.text(n, "example of "+what) },
		"save":        func(n ast.Node) { s.save = p.text(n, "save of "+what) },
		"min":         func(n ast.Node) { s.min = p.decimal(n, "min of "+what) },
		"max":         func(n ast.Node) { s.max = p.decimal(n, "max of "+what) },
		"next":        func(n ast.Node) { p.next(s, n) },
		"tries":       func(n ast.Node) { s.tries = p.integer(n, "tries of "+what, 1, maxTries) },
		"give_up":     func(n ast.Node) { s.giveUp = p.name(n, "give_up of "+what) },
		"set":         func(n ast.Node) { p.set(s, n) },
		"call":        func(n ast.Node) { p.call(s, n) },
		"ask_consent": func(n ast.Node) { p.consent(s, n) },
		"run":         func(n ast.Node) { p.run(s, n) },
		"split":       func(n ast.Node) { p.split(s, n) },
		"handover":    func(n ast.Node) { s.hand = p.name(n, "handover of "+what) },
		"wait":        func(n ast.Node) { p.timer(s, n, "wait", "for") },
		"timeout":     func(n ast.Node) { p.timer(s, n, "timeout", "after") },
		"link":        func(n ast.Node) { p.link(s, n) },
		"document":    func(n ast.Node) { p.documentPart(s, n) },
		"template":    func(n ast.Node) { p.template(s, n) },
		"end":         func(n ast.Node) { s.end = p.boolean(n, "end of "+what) },
	}
}

func (p *parser) expect(s *state, n ast.Node) {
	known := []string{
		typeText, expectButtons, expectList, typeNumber, typeDate, typeEmail, expectPattern, typeMedia, typePlace, typeContact,
		expectNothing,
	}
	what := "kind of answer in " + s.label()
	s.expect = p.oneOf(p.text(n, what), what, known)
}

// again reads what a misfit is told: the same words each time, or others for
// the third try than for the second.
func (p *parser) again(s *state, n ast.Node) {
	what := "again of " + s.label()
	if _, several := n.(*ast.SequenceNode); !several {
		s.again = []phrase{p.phrase(n, what)}
		return
	}
	for _, item := range p.items(n, what, 2) {
		s.again = append(s.again, p.phrase(item, what))
	}
}

// kinds reads which files a step takes.
func (p *parser) kinds(s *state, n ast.Node) {
	what := "kind of file in " + s.label()
	for _, item := range p.items(n, "kinds of "+s.label(), 4) {
		kind := p.oneOf(p.text(item, what), what, []string{"image", "document", "audio", "video"})
		s.kinds = append(s.kinds, kind)
	}
}

// patternPart is a pattern before its parts are known to go together.
type patternPart struct{ source, example target }

// patternFits checks a pattern and its example, and compiles it: the whole
// answer must match, in capitals or small letters.
func (p *parser) patternFits(s *state, form *patternPart, had map[string]spot) {
	if s.expect != expectPattern {
		return
	}
	s.pattern = &pattern{source: form.source.name, example: form.example.name}
	for _, word := range []string{"pattern", "example"} {
		if _, ok := had[word]; !ok {
			p.fault(s.at, "%s expects a pattern and has no '%s'. Add 'pattern: \"CL-[0-9]{4}\"' and 'example: CL-1042', which people see.",
				capital(s.label()), word)
			return
		}
	}
	_, err := regexp.Compile(form.source.name)
	if err != nil || len(form.source.name) > maxPattern {
		p.fault(form.source.at, "The pattern of %s cannot be read. Check its brackets and signs, at most %d: \"CL-[0-9]{4}\" is CL- and four digits.",
			s.label(), maxPattern)
		return
	}
	if s.pattern.whole, err = regexp.Compile(`(?i)\A(?:` + form.source.name + `)\z`); err != nil {
		p.fault(form.source.at, "The pattern of %s cannot be read. Write it more simply.", s.label())
		return
	}
	if strings.Contains(form.example.name, "\n") {
		p.fault(form.example.at, "The example of %s must be one line.", s.label())
		return
	}
	if form.example.name != "" && !s.pattern.whole.MatchString(form.example.name) {
		p.fault(form.example.at, "The example '%s' of %s does not fit the pattern, so nobody could follow it. Mend one of them.",
			cut(form.example.name, maxName), s.label())
	}
}

func (p *parser) choices(s *state, n ast.Node) {
	what := "choices of " + s.label()
	seen := map[string]bool{}
	for _, item := range p.items(n, what, maxChoices) {
		c := choice{at: p.where(item)}
		had := p.object(item, "a choice in "+s.label(), fields{
			"id":    func(n ast.Node) { c.id = p.name(n, "id of a choice in "+s.label()).name },
			"label": func(n ast.Node) { c.label = p.phrase(n, "label of a choice in "+s.label()) },
			"hint":  func(n ast.Node) { c.hint = p.phrase(n, "hint of a choice in "+s.label()) },
			"words": func(n ast.Node) { c.words = p.words(n, "words of a choice in "+s.label()) },
		})
		if c.id == "" || c.label.empty() {
			if had["id"] == (spot{}) || had["label"] == (spot{}) {
				p.fault(c.at, "A choice in %s needs an id and a label.", s.label())
			}
			continue
		}
		if seen[c.id] {
			p.fault(c.at, "The choice '%s' stands twice in %s. Give one of them another id.", c.id, s.label())
			continue
		}
		seen[c.id] = true
		s.choices = append(s.choices, c)
	}
}

// next reads the short form, one step's name, or the list of routes.
func (p *parser) next(s *state, n ast.Node) {
	if _, ok := n.(*ast.SequenceNode); !ok {
		to := p.name(n, "next of "+s.label())
		s.routes = []route{{at: to.at, otherwise: true, to: to, event: "otherwise"}}
		return
	}
	for i, item := range p.items(n, "next of "+s.label(), maxRoutes) {
		r := p.route(s, item)
		r.event = r.name(i)
		s.routes = append(s.routes, r)
	}
}

// name makes the event of a route: what is answered, and the number of the
// line where conditions make it one of several.
func (r route) name(i int) string {
	switch {
	case r.otherwise:
		return "otherwise"
	case r.when == nil:
		return "answer:" + r.answer.name
	}
	return "answer:" + r.answer.name + "#" + strconv.Itoa(i+1)
}

func (p *parser) route(s *state, n ast.Node) route {
	r := route{at: p.where(n)}
	what := "a line of next in " + s.label()
	had := p.object(n, what, fields{
		"answer":    func(n ast.Node) { r.answer = p.name(n, "answer in "+what) },
		"if":        func(n ast.Node) { r.when = p.condition(s, n) },
		"to":        func(n ast.Node) { r.to = p.name(n, "to in "+what) },
		"otherwise": func(n ast.Node) { r.otherwise, r.to = true, p.name(n, "otherwise in "+what) },
	})
	_, to := had["to"]
	_, when := had["if"]
	_, answer := had["answer"]
	switch {
	case r.otherwise && (to || when || answer):
		p.fault(r.at, "'otherwise' stands alone in its line of next in %s: 'otherwise: step'.", s.label())
	case !r.otherwise && len(had) > 0 && (!to || !when && !answer):
		p.fault(r.at, "A line of next in %s says when and where: 'answer' or 'if', and 'to'. "+
			"The last one may be 'otherwise: step'.", s.label())
	}
	return r
}

// condition reads the line; what it means is checked when all fields are
// known.
func (p *parser) condition(s *state, n ast.Node) *condition {
	what := "the condition in " + s.label()
	switch n.(type) {
	case *ast.MappingNode, *ast.SequenceNode:
		p.fault(p.where(n), "%s must be one line: amount > 100 and city == \"Lisboa\".", capital(what))
		return nil
	}
	t := p.text(n, what)
	if t.name == "" {
		return nil
	}
	c := &condition{source: t.name, at: t.at}
	inside := p.source.inside(n)
	lead := 0
	if word, ok := n.(*ast.StringNode); ok {
		lead = utf8.RuneCountInString(word.Value) - utf8.RuneCountInString(strings.TrimLeft(word.Value, " \t\n"))
	}
	read, layers := p.source, p.layers
	c.inside = func(offset int) spot {
		at := read.spot(inside(offset + lead))
		for _, l := range slices.Backward(layers) {
			at = l.back(at)
		}
		return at
	}
	return c
}
