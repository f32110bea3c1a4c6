package flows

import (
	"net/url"
	"strconv"
	"strings"

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
	had := p.object(n, what, fields{
		"purpose":     func(n ast.Node) { s.purpose = p.name(n, "purpose of "+what) },
		"say":         func(n ast.Node) { s.say = p.phrase(n, "say of "+what) },
		"again":       func(n ast.Node) { s.again = p.phrase(n, "again of "+what) },
		"open":        func(n ast.Node) { s.open = p.phrase(n, "open of "+what) },
		"expect":      func(n ast.Node) { p.expect(s, n) },
		"choices":     func(n ast.Node) { p.choices(s, n) },
		"save":        func(n ast.Node) { s.save = p.text(n, "save of "+what) },
		"min":         func(n ast.Node) { s.min = p.decimal(n, "min of "+what) },
		"max":         func(n ast.Node) { s.max = p.decimal(n, "max of "+what) },
		"next":        func(n ast.Node) { p.next(s, n) },
		"tries":       func(n ast.Node) { s.tries = p.integer(n, "tries of "+what, 1, maxTries) },
		"give_up":     func(n ast.Node) { s.giveUp = p.name(n, "give_up of "+what) },
		"set":         func(n ast.Node) { p.set(s, n) },
		"call":        func(n ast.Node) { p.call(s, n) },
		"ask_consent": func(n ast.Node) { p.consent(s, n) },
		"handover":    func(n ast.Node) { s.hand = p.name(n, "handover of "+what) },
		"schedule":    func(n ast.Node) { p.schedule(s, n) },
		"link":        func(n ast.Node) { p.link(s, n) },
		"document":    func(n ast.Node) { p.documentPart(s, n) },
		"template":    func(n ast.Node) { p.template(s, n) },
		"end":         func(n ast.Node) { s.end = p.boolean(n, "end of "+what) },
	})
	p.shape(s, had)
}

func (p *parser) expect(s *state, n ast.Node) {
	known := []string{
		typeText, expectButtons, expectList, typeNumber, typeDate, typeMedia, typePlace, expectNothing,
	}
	what := "kind of answer in " + s.label()
	s.expect = p.oneOf(p.text(n, what), what, known)
}

func (p *parser) choices(s *state, n ast.Node) {
	what := "choices of " + s.label()
	seen := map[string]bool{}
	for _, item := range p.items(n, what, maxChoices) {
		c := choice{at: where(item)}
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
	case len(r.when) == 0:
		return "answer:" + r.answer.name
	}
	return "answer:" + r.answer.name + "#" + strconv.Itoa(i+1)
}

func (p *parser) route(s *state, n ast.Node) route {
	r := route{at: where(n)}
	what := "a line of next in " + s.label()
	had := p.object(n, what, fields{
		"answer":    func(n ast.Node) { r.answer = p.name(n, "answer in "+what) },
		"if":        func(n ast.Node) { r.when = p.conditions(s, n) },
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

// conditions reads one condition or a list of them that must all hold.
func (p *parser) conditions(s *state, n ast.Node) []condition {
	items := []ast.Node{n}
	if _, ok := n.(*ast.SequenceNode); ok {
		items = p.items(n, "if in "+s.label(), maxRoutes)
	}
	var out []condition
	for _, item := range items {
		out = append(out, p.condition(s, item))
	}
	return out
}

// The comparisons of a condition.
const (
	opIs    = "is"
	opIsNot = "is_not"
	opOneOf = "one_of"
	opOver  = "over"
	opUnder = "under"
	opKnown = "known"
)

func (p *parser) condition(s *state, n ast.Node) condition {
	what := "if in " + s.label()
	var c condition
	one := func(op string) func(ast.Node) {
		return func(n ast.Node) { c.op, c.values = op, []string{p.text(n, op+" of "+what).name} }
	}
	had := p.object(n, what, fields{
		"field": func(n ast.Node) { c.field = p.text(n, "field of "+what) },
		opIs:    one(opIs), opIsNot: one(opIsNot), opOver: one(opOver), opUnder: one(opUnder),
		opOneOf: func(n ast.Node) {
			c.op = opOneOf
			for _, item := range p.items(n, "one_of in "+what, maxRoutes) {
				c.values = append(c.values, p.text(item, "a value in "+what).name)
			}
		},
		opKnown: func(n ast.Node) {
			c.op, c.values = opKnown, []string{strconv.FormatBool(p.boolean(n, "known of "+what))}
		},
	})
	if len(had) > 0 && (len(had) != 2 || c.field.name == "" || c.op == "") {
		p.fault(where(n), "A condition in %s is a field and one comparison: is, is_not, one_of, over, under or known.",
			s.label())
	}
	return c
}

func (p *parser) set(s *state, n ast.Node) {
	for _, e := range p.entries(n, "set of "+s.label()) {
		value := p.text(e.value, "'"+e.key+"' in set of "+s.label())
		s.set = append(s.set, setting{target{e.key, e.at}, value.name})
	}
}

func (p *parser) call(s *state, n ast.Node) {
	c := &endpointCall{}
	what := "call of " + s.label()
	s.call = c
	p.object(n, what, fields{
		"endpoint":  func(n ast.Node) { c.endpoint = p.name(n, "endpoint of "+what) },
		"send":      func(n ast.Node) { c.send = p.pairs(n, "send of "+what) },
		"save":      func(n ast.Node) { c.save = p.pairs(n, "save of "+what) },
		"ok":        func(n ast.Node) { c.ok = p.name(n, "ok of "+what) },
		"failed":    func(n ast.Node) { c.failed = p.name(n, "failed of "+what) },
		"not_found": func(n ast.Node) { c.notFound = p.name(n, "not_found of "+what) },
	})
	if c.endpoint.name == "" || c.ok.name == "" || c.failed.name == "" {
		p.fault(s.at, "The call of %s needs an endpoint and the steps for 'ok' and 'failed': systems do fail.", s.label())
	}
}

func (p *parser) pairs(n ast.Node, what string) map[string]target {
	out := map[string]target{}
	for _, e := range p.entries(n, what) {
		if !p.checkName(e.key, "name in "+what, e.at) {
			continue
		}
		value := p.name(e.value, "'"+e.key+"' in "+what)
		value.at = e.at
		out[e.key] = value
	}
	return out
}

func (p *parser) consent(s *state, n ast.Node) {
	c := &consentStep{}
	s.consent = c
	if _, short := n.(*ast.StringNode); short {
		c.purpose = p.name(n, "ask_consent of "+s.label())
		return
	}
	what := "ask_consent of " + s.label()
	p.object(n, what, fields{
		"purpose": func(n ast.Node) { c.purpose = p.name(n, "purpose in "+what) },
		"given":   func(n ast.Node) { c.given = p.name(n, "given in "+what) },
		"refused": func(n ast.Node) { c.refused = p.name(n, "refused in "+what) },
	})
	if c.purpose.name == "" || c.given.name == "" || c.refused.name == "" {
		p.fault(s.at, "ask_consent of %s needs a purpose and the steps for 'given' and 'refused', "+
			"or only the purpose's name and 'end: true'.", s.label())
	}
}

func (p *parser) schedule(s *state, n ast.Node) {
	t := &timer{}
	s.later = t
	p.object(n, "schedule of "+s.label(), fields{
		"after": func(n ast.Node) { t.after = p.delay(n, "after in schedule of "+s.label()) },
		"to":    func(n ast.Node) { t.to = p.name(n, "to in schedule of "+s.label()) },
	})
	if t.to.name == "" {
		p.fault(s.at, "schedule of %s needs 'after' and 'to'.", s.label())
	}
}

func (p *parser) link(s *state, n ast.Node) {
	l := &linkPart{}
	s.link = l
	p.object(n, "link of "+s.label(), fields{
		"label": func(n ast.Node) { l.label = p.phrase(n, "label of the link in "+s.label()) },
		"url":   func(n ast.Node) { l.url = p.address(n, "link of "+s.label()) },
	})
	if l.label.empty() || l.url == "" {
		p.fault(s.at, "link of %s needs a label and a url.", s.label())
	}
}

func (p *parser) documentPart(s *state, n ast.Node) {
	d := &documentPart{}
	s.doc = d
	p.object(n, "document of "+s.label(), fields{
		"url":  func(n ast.Node) { d.url = p.address(n, "document of "+s.label()) },
		"name": func(n ast.Node) { d.name = p.text(n, "name of the document in "+s.label()).name },
	})
	if d.url == "" || d.name == "" {
		p.fault(s.at, "document of %s needs a url and a name.", s.label())
	}
}

// address reads a web address. It holds no {fields}: addresses are written to
// logs everywhere, and an answer in one would be too.
func (p *parser) address(n ast.Node, what string) string {
	t := p.text(n, "url in "+what)
	u, err := url.Parse(t.name)
	switch {
	case t.name == "":
		return ""
	case strings.ContainsAny(t.name, "{}"):
		p.fault(t.at, "The url in %s must not hold {fields}: addresses end up in logs.", what)
	case err != nil || u.Scheme != "https" || u.Host == "" || u.User != nil:
		p.fault(t.at, "The url in %s must begin with https:// and name a site.", what)
	}
	return t.name
}

func (p *parser) template(s *state, n ast.Node) {
	t := &templatePart{}
	s.form = t
	p.object(n, "template of "+s.label(), fields{
		"name": func(n ast.Node) { t.name = p.name(n, "name of the template in "+s.label()).name },
		"params": func(n ast.Node) {
			for _, item := range p.items(n, "params of the template in "+s.label(), maxChoices) {
				t.params = append(t.params, p.text(item, "a parameter in "+s.label()))
			}
		},
	})
	if t.name == "" {
		p.fault(s.at, "template of %s needs the name of an approved template.", s.label())
	}
}
