package flows

import (
	"strconv"
	"strings"
)

// references checks that every name in the file leads to something in the
// file: steps and fields.
func (p *parser) references() {
	p.step(p.flow.start, "start")
	for _, s := range p.flow.order {
		for _, e := range s.edges() {
			p.step(e.to, s.label())
		}
		p.stateFields(s)
		p.placeholders(s)
	}
}

func (p *parser) step(to target, from string) {
	if to.name == "" {
		return
	}
	if _, ok := p.flow.states[to.name]; !ok {
		p.fault(to.at, "There is no step '%s', to which %s leads. %s",
			cut(to.name, maxName), from, didYouMean(to.name, names(p.flow.states)))
	}
}

// fieldOf finds a field by its name, with a fault when it is not declared.
func (p *parser) fieldOf(t target, where string) (Field, bool) {
	f, ok := p.flow.Fields[t.name]
	if !ok && t.name != "" {
		p.fault(t.at, "%s uses '%s', which no line of fields declares. %s",
			capital(where), cut(t.name, maxName), didYouMean(t.name, names(p.flow.Fields)))
	}
	return f, ok
}

func (p *parser) stateFields(s *state) {
	p.saved(s)
	for _, set := range s.set {
		if f, ok := p.fieldOf(set.field, s.label()); ok && !f.holds(set.value) {
			p.fault(set.field.at, "'%s' is no value for field '%s' of type %s.",
				cut(set.value, maxName), set.field.name, f.Type)
		}
	}
	for _, r := range s.routes {
		for _, c := range r.when {
			p.comparable(s, c)
		}
	}
	if s.form != nil {
		for _, param := range s.form.params {
			p.fieldOf(param, s.label())
		}
	}
	if s.call == nil {
		return
	}
	for _, name := range names(s.call.send) {
		p.fieldOf(s.call.send[name], s.label())
	}
	for _, field := range names(s.call.save) {
		p.fieldOf(target{field, s.call.save[field].at}, s.label())
	}
}

// saved checks that the field that keeps an answer is of the answer's type.
func (p *parser) saved(s *state) {
	f, ok := p.fieldOf(s.save, s.label())
	if !ok {
		return
	}
	kind := s.expect
	if kind == expectButtons || kind == expectList {
		kind = typeChoice
	}
	if f.Type != kind {
		p.fault(s.save.at, "%s expects %s and saves it in '%s', which is of type %s. Make them the same: 'type: %s'.",
			capital(s.label()), s.expect, s.save.name, f.Type, kind)
	}
}

// holds reports whether a value written in the file fits the field.
func (f Field) holds(value string) bool {
	switch f.Type {
	case typeNumber:
		_, err := strconv.ParseFloat(value, 64)
		return err == nil && fits(value, f.Max)
	case typeDate:
		return date(value) == value && value != ""
	}
	return fits(value, f.Max)
}

func (p *parser) comparable(s *state, c condition) {
	f, ok := p.fieldOf(c.field, s.label())
	if !ok || c.op == opKnown {
		return
	}
	ordered := f.Type == typeNumber || f.Type == typeDate
	if (c.op == opOver || c.op == opUnder) && !ordered {
		p.fault(c.field.at, "'%s' in %s compares '%s', which is of type %s. Only number and date have an order.",
			c.op, s.label(), c.field.name, f.Type)
		return
	}
	for _, v := range c.values {
		if ordered && !f.holds(v) {
			p.fault(c.field.at, "'%s' in %s cannot be compared with '%s' of type %s. Write %s.",
				cut(v, maxName), s.label(), c.field.name, f.Type, sample(f.Type))
		}
	}
}

func sample(kind string) string {
	if kind == typeDate {
		return "a date as 2026-12-31"
	}
	return "a number as 12 or 1.5"
}

// placeholders checks every {field} in every text of a state.
func (p *parser) placeholders(s *state) {
	for _, t := range s.phrases() {
		for _, lang := range names(t.Inline) {
			for _, piece := range pieces(t.Inline[lang]) {
				p.placeholder(s, piece, t.langs[lang])
			}
		}
	}
	for _, t := range s.labels() {
		for _, lang := range names(t.Inline) {
			if strings.ContainsAny(t.Inline[lang], "{}\n") {
				p.fault(t.langs[lang], "A label in %s must be one line without {fields}.", s.label())
			}
		}
	}
}

func (p *parser) placeholder(s *state, c piece, at spot) {
	if c.broken {
		p.fault(at, "A text of %s has a { or } that belongs to no {field}. Write {{ and }} for braces.", s.label())
	}
	if c.field != "" {
		p.fieldOf(target{c.field, at}, s.label())
	}
}

// phrases are the texts of a state that may hold answers.
func (s *state) phrases() []phrase { return []phrase{s.say, s.again} }

// labels are the texts of a state that are fixed.
func (s *state) labels() []phrase {
	out := []phrase{s.open}
	for _, c := range s.choices {
		out = append(out, c.label, c.hint)
	}
	if s.link != nil {
		out = append(out, s.link.label)
	}
	return out
}
