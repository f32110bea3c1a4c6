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
	p.derive()
}

// derive notes what only all steps together say of a field: which of them
// conditions read, and the patterns that hold for every answer to it.
func (p *parser) derive() {
	f := p.flow
	asked := map[string]bool{}
	forms := map[string][]*pattern{}
	free := map[string]bool{}
	for _, s := range f.order {
		for _, r := range s.routes {
			if r.when == nil {
				continue
			}
			for _, read := range r.when.reads {
				asked[read.name] = true
			}
		}
		if s.pattern != nil && s.pattern.whole != nil {
			forms[s.save.name] = append(forms[s.save.name], s.pattern)
		} else if s.asks() {
			free[s.save.name] = true
		}
	}
	f.asked = names(asked)
	for name, field := range f.Fields {
		if !free[name] {
			field.patterns = forms[name]
			f.Fields[name] = field
		}
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
		if r.when != nil {
			p.compileCondition(s, r.when)
		}
	}
	if s.form != nil {
		for _, param := range s.form.params {
			p.fieldOf(param, s.label())
		}
	}
	if s.call != nil {
		for _, name := range names(s.call.send) {
			p.fieldOf(s.call.send[name], s.label())
		}
		for _, field := range names(s.call.save) {
			p.fieldOf(target{field, s.call.save[field].at}, s.label())
		}
	}
	if s.run != nil {
		for _, theirs := range names(s.run.give) {
			p.fieldOf(s.run.give[theirs], s.label())
		}
		for _, mine := range names(s.run.take) {
			p.fieldOf(target{mine, s.run.take[mine].at}, s.label())
		}
	}
}

// saved checks that an answer goes where it fits.
func (p *parser) saved(s *state) {
	f, ok := p.fieldOf(s.save, s.label())
	if !ok {
		return
	}
	p.savedType(s, f)
	if s.pattern != nil && !fits(s.pattern.example, f.Max) {
		p.fault(s.save.at, "The example of %s has more characters than '%s' takes (%d). Raise its 'max'.", s.label(), s.save.name, f.Max)
	}
}

// savedType checks that the field that keeps an answer is of the answer's type.
func (p *parser) savedType(s *state, f Field) {
	if kind := s.kind(); f.Type != kind {
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
	case typeEmail:
		return email(value) == value && value != ""
	}
	return fits(value, f.Max)
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
func (s *state) phrases() []phrase { return append([]phrase{s.say}, s.again...) }

// labels are the texts of a state that are fixed.
func (s *state) labels() []phrase {
	out := []phrase{s.open}
	for _, c := range s.choices {
		out = append(out, c.label, c.hint)
	}
	if s.link != nil {
		out = append(out, s.link.label)
	}
	if s.form != nil {
		out = append(out, s.form.orElse)
	}
	return out
}
