package flows

import (
	"slices"
	"strings"
)

// templates checks the steps that send one: it exists in every language, Meta
// sees it as the flow does, and nobody can write into it (TPL-1, TPL-2).
func (l *linter) templates() {
	for _, s := range l.flow.order {
		if s.form == nil || s.form.name.name == "" {
			continue
		}
		name := s.form.name
		rule, ok := l.rules.Templates[name.name]
		if !ok {
			l.fault(name.at, "%s sends the template '%s', which this brand does not have. %s",
				capital(s.label()), name.name, didYouMean(name.name, names(l.rules.Templates)))
			continue
		}
		for _, lang := range l.rules.Languages {
			if !sameLanguage(rule.Languages, lang) {
				l.fault(name.at, "%s sends the template '%s', which Meta has not approved in '%s'. Submit it in every language of the brand.",
					capital(s.label()), name.name, lang)
			}
		}
		if rule.Params >= 0 && rule.Params != len(s.form.params) {
			l.fault(name.at, "%s gives the template '%s' %d values; it has %d places. Give one for each.",
				capital(s.label()), name.name, len(s.form.params), rule.Params)
		}
		if rule.Marketing && !l.rules.Purposes[l.flow.purposeOf(s)].Marketing {
			l.fault(name.at, "%s is for '%s' and sends the template '%s', which is marketing at Meta. Choose another, or ask for consent before.",
				capital(s.label()), l.flow.purposeOf(s), name.name)
		}
		l.params(s)
	}
}

func sameLanguage(list []string, lang string) bool {
	for _, l := range list {
		if strings.EqualFold(strings.ReplaceAll(l, "_", "-"), lang) {
			return true
		}
	}
	return false
}

// params refuses what people type freely: in a template it would look like
// words of the business.
func (l *linter) params(s *state) {
	named := func(p target) bool { return l.flow.Fields[p.name].safe }
	if !s.form.orElse.empty() && !slices.ContainsFunc(s.form.params, named) {
		l.fault(s.form.orElse.at, "%s has an 'else' for its template and no field that is 'safe: name'. Remove it, or declare the field so.",
			capital(s.label()))
	}
	for _, p := range s.form.params {
		f, ok := l.flow.Fields[p.name]
		switch {
		case !ok:
		case f.safe && s.form.orElse.empty():
			l.fault(p.at, "%s puts the name '%s' into a template and says nothing for what is no name. Add 'else: {pt: cliente, en: customer}'.",
				capital(s.label()), p.name)
		case f.safe || !l.typed[l.flow][p.name]:
		case f.Type == typeText:
			l.fault(p.at, "%s puts '%s' into a template, and people type it freely: they could make the template say anything. "+
				"Ask for it by choice, number, date or pattern, or declare it 'safe: name'.", capital(s.label()), p.name)
		default:
			l.fault(p.at, "%s puts '%s' of type %s into a template, where anything could stand in it. Leave it out.",
				capital(s.label()), p.name, f.Type)
		}
	}
}

// taint finds the fields that hold what people typed freely, in all flows:
// asked for, open to correction because they are kept, or handed over by a
// flow that asked.
func (l *linter) taint() {
	l.typed = map[*Flow]map[string]bool{}
	for _, f := range l.all {
		l.typed[f] = map[string]bool{}
		for name, field := range f.Fields {
			open := field.Keep > 0 && field.Typable()
			l.typed[f][name] = open && field.free()
		}
		for _, s := range f.order {
			if s.asks() && s.save.name != "" && f.Fields[s.save.name].free() {
				l.typed[f][s.save.name] = true
			}
		}
	}
	for l.spread() {
	}
}

// free reports whether a value can be any words.
func (f Field) free() bool {
	switch f.Type {
	case typeNumber, typeDate, typeChoice:
		return false
	}
	return len(f.patterns) == 0
}

// spread follows one step of what flows hand over, and reports whether it
// found anything new.
func (l *linter) spread() bool {
	more := false
	mark := func(f *Flow, field string, from bool) {
		if from && !l.typed[f][field] {
			l.typed[f][field], more = true, true
		}
	}
	for _, f := range l.all {
		for _, s := range f.order {
			part := l.part(s)
			if part == nil || l.typed[part] == nil {
				continue
			}
			for theirs, mine := range s.run.give {
				mark(part, theirs, l.typed[f][mine.name])
			}
			for mine, theirs := range s.run.take {
				mark(f, mine, l.typed[part][theirs.name])
			}
		}
	}
	return more
}
