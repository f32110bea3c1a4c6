package flows

import (
	"net/url"
	"regexp"
	"strings"

	"github.com/goccy/go-yaml/ast"
)

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
		"save":      func(n ast.Node) { c.save = p.paths(n, "save of "+what) },
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

var pathForm = regexp.MustCompile(`^([A-Za-z_][A-Za-z0-9_-]*)(\.([A-Za-z_][A-Za-z0-9_-]*|[0-9]{1,3})){0,5}$`)

// paths reads which fields a result fills, and from where in it.
func (p *parser) paths(n ast.Node, what string) map[string]target {
	out := map[string]target{}
	for _, e := range p.entries(n, what) {
		if !p.checkName(e.key, "name in "+what, e.at) {
			continue
		}
		t := p.text(e.value, "'"+e.key+"' in "+what)
		if t.name != "" && (!pathForm.MatchString(t.name) || len(t.name) > maxFieldPath) {
			p.fault(t.at, "'%s' in %s is no place in an answer. Write it like state, delivery.day or items.0.state.",
				cut(t.name, maxName), what)
		}
		out[e.key] = target{t.name, e.at}
	}
	return out
}

// maxFieldPath is the most characters of a place in a result.
const maxFieldPath = 120

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

// timer reads a wait or a timeout, which differ in the word for the time.
func (p *parser) timer(s *state, n ast.Node, word, time string) {
	what := word + " of " + s.label()
	t := &timer{at: p.where(n)}
	s.later = t
	had := p.object(n, what, fields{
		time: func(n ast.Node) { t.after = p.delay(n, time+" in "+what) },
		"to": func(n ast.Node) { t.to = p.name(n, "to in "+what) },
	})
	if t.to.name == "" || had[time] == (spot{}) {
		p.fault(t.at, "%s needs '%s' and 'to': '%s: {%s: 30m, to: step}'.", capital(what), time, word, time)
	}
}

// run reads another flow that runs as a part of this one.
func (p *parser) run(s *state, n ast.Node) {
	what := "run of " + s.label()
	r := &runPart{at: p.where(n)}
	s.run = r
	p.object(n, what, fields{
		"flow": func(n ast.Node) { r.flow = p.name(n, "flow in "+what) },
		"give": func(n ast.Node) { r.give = p.pairs(n, "give of "+what) },
		"take": func(n ast.Node) { r.take = p.pairs(n, "take of "+what) },
		"done": func(n ast.Node) { r.done = p.name(n, "done in "+what) },
	})
	if r.flow.name == "" || r.done.name == "" {
		p.fault(r.at, "%s needs the id of a flow and where to go on: 'run: {flow: address, done: step}'.", capital(what))
	}
}

// split reads the ways of a split, whose shares are a hundred together.
func (p *parser) split(s *state, n ast.Node) {
	what := "split of " + s.label()
	part, sum := &splitPart{}, 0
	s.split = part
	at, before := p.where(n), len(p.faults)
	p.object(n, what, fields{
		"name": func(n ast.Node) { part.name = p.name(n, "name of the "+what).name },
		"ways": func(n ast.Node) {
			at = p.where(n)
			for _, item := range p.items(n, "ways of the "+what, maxWays) {
				var w way
				p.object(item, "a way of the "+what, fields{
					"share": func(n ast.Node) { w.share = p.integer(n, "share in "+what, 1, 99) },
					"to":    func(n ast.Node) { w.to = p.name(n, "to in "+what) },
				})
				if w.share == 0 || w.to.name == "" {
					p.fault(p.where(item), "A way of the %s needs a share of the people and a step: {share: 50, to: step}.", what)
				}
				sum += w.share
				part.ways = append(part.ways, w)
			}
		},
	})
	switch {
	case len(p.faults) > before:
	case part.name == "" || len(part.ways) < 2:
		p.fault(at, "%s needs a name and at least two ways: 'split: {name: greeting, ways: [{share: 50, to: a}, {share: 50, to: b}]}'.",
			capital(what))
	case sum != 100:
		p.fault(at, "The shares of the %s are %d together; they must be 100.", what, sum)
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
		"name": func(n ast.Node) { t.name = p.name(n, "name of the template in "+s.label()) },
		"params": func(n ast.Node) {
			for _, item := range p.items(n, "params of the template in "+s.label(), maxChoices) {
				t.params = append(t.params, p.text(item, "a parameter in "+s.label()))
			}
		},
		"else": func(n ast.Node) { t.orElse = p.phrase(n, "else of the template in "+s.label()) },
	})
	if t.name.name == "" {
		p.fault(s.at, "template of %s needs the name of an approved template.", s.label())
	}
	if t.orElse.Key != "" {
		p.fault(t.orElse.at, "Else of the template in %s needs words of its own: {pt: cliente, en: customer}.", s.label())
	}
}
