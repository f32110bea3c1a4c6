package flows

import "slices"

// texts checks that every language has every text, and that none is longer
// than WhatsApp shows once the longest answers stand in its fields.
func (l *linter) texts() {
	f := l.flow
	l.languages(phrase{Text: f.Title, at: f.at["title"]}, "title")
	if !f.Description.empty() {
		l.languages(phrase{Text: f.Description, at: f.at["description"]}, "description")
	}
	for _, name := range names(f.Fields) {
		l.phrase(f.Fields[name].label, "label of field '"+name+"'", limitRow)
	}
	for _, s := range f.order {
		l.stateTexts(s)
	}
}

func (l *linter) stateTexts(s *state) {
	body := limitBody
	if s.expect == expectButtons || s.link != nil || s.doc != nil {
		body = limitButtonsBody
	}
	label := limitButton
	if s.expect == expectList {
		label = limitRow
	}
	l.phrase(s.say, "say of "+s.label(), body)
	for _, again := range s.again {
		l.phrase(again, "again of "+s.label(), body)
	}
	l.phrase(s.open, "open of "+s.label(), limitButton)
	if s.link != nil {
		l.phrase(s.link.label, "the link's label in "+s.label(), limitButton)
	}
	if s.form != nil {
		l.phrase(s.form.orElse, "else of the template in "+s.label(), nameCap)
	}
	for _, c := range s.choices {
		l.phrase(c.label, "label '"+c.id+"' in "+s.label(), label)
		l.phrase(c.hint, "hint '"+c.id+"' in "+s.label(), limitHint)
	}
	l.sameLabels(s)
}

func (l *linter) phrase(t phrase, what string, limit int) {
	if t.empty() {
		return
	}
	l.languages(t, what)
	for _, lang := range names(t.Inline) {
		if n := l.flow.longest(t.Inline[lang]); n > limit {
			l.fault(t.langs[lang], "The text '%s' of %s can have %d characters; WhatsApp shows %d. "+
				"Shorten it, or the 'max' of its fields.", lang, what, n, limit)
		}
	}
}

func (l *linter) languages(t phrase, what string) {
	if t.Key != "" {
		if l.rules.HasKey == nil || !l.rules.HasKey(t.Key) {
			l.fault(t.at, "%s uses the key '%s', which the locales do not have. Check its spelling.", capital(what), t.Key)
		}
		return
	}
	if len(t.Inline) == 0 {
		return
	}
	for _, lang := range l.rules.Languages {
		if _, ok := t.Inline[lang]; !ok {
			l.fault(t.at, "%s has no text in '%s'. Every text needs every language of the brand.", capital(what), lang)
		}
	}
}

// sameLabels finds two choices that read the same, so that typing one would
// be taken for the other. All languages count: an answer may be typed in any.
func (l *linter) sameLabels(s *state) {
	owner := map[string]string{}
	for _, c := range s.choices {
		said := map[string]spot{}
		for _, lang := range names(c.label.Inline) {
			said[l.fold(c.label.Inline[lang])] = c.label.langs[lang]
		}
		for _, lang := range names(c.words) {
			for _, w := range c.words[lang] {
				said[l.fold(w.name)] = w.at
			}
		}
		for _, word := range names(said) {
			if other, taken := owner[word]; taken {
				l.fault(said[word], "In %s the choices '%s' and '%s' both answer to '%s'. Word one of them differently.",
					s.label(), other, c.id, word)
			}
			owner[word] = c.id
		}
	}
}

// words checks that no stop word leads anywhere: whoever writes one wants to
// be left alone, whatever the menu says (FLW-1).
func (l *linter) words() {
	f := l.flow
	if l.rules.IsStop == nil {
		l.fault(spot{1, 1}, "The stop words are not known, so no label can be checked against them.")
		return
	}
	for _, lang := range names(f.Title.Inline) {
		l.stop(f.Title.Inline[lang], "title", f.at["title "+lang])
	}
	for _, lang := range names(f.Entry.Keywords) {
		for _, w := range f.Entry.Keywords[lang] {
			l.stop(w, "keyword", f.at["keyword "+lang+" "+w])
		}
	}
	for _, w := range f.Entry.Links {
		l.stop(w, "link", f.at["link "+w])
	}
	for _, s := range f.order {
		for _, lang := range names(s.open.Inline) {
			l.stop(s.open.Inline[lang], "label in "+s.label(), s.open.langs[lang])
		}
		for _, c := range s.choices {
			l.choiceWords(s, c)
		}
	}
}

// answers finds conditions that ask for a choice that nobody is offered. A
// choice that comes from elsewhere, or stays from an older version, may be any.
func (l *linter) answers() {
	f := l.flow
	elsewhere, offered := map[string]bool{}, map[string][]string{}
	for _, s := range f.order {
		for _, c := range s.choices {
			offered[s.save.name] = append(offered[s.save.name], c.id)
		}
		for _, set := range s.set {
			offered[set.field.name] = append(offered[set.field.name], set.value)
		}
		for field := range s.calls() {
			elsewhere[field] = true
		}
		for field := range s.takes() {
			elsewhere[field] = true
		}
	}
	for _, other := range l.all {
		for _, s := range other.order {
			for field := range s.gives(f.ID) {
				elsewhere[field] = true
			}
		}
	}
	for _, s := range f.order {
		for _, r := range s.routes {
			if r.when == nil {
				continue
			}
			for _, c := range r.when.words {
				field := f.Fields[c.field]
				if field.Type == typeChoice && !elsewhere[c.field] && field.Keep == 0 && !slices.Contains(offered[c.field], c.word.name) {
					l.fault(c.word.at, "The condition in %s compares '%s' with %q, which is the id of no choice. %s",
						s.label(), c.field, cut(c.word.name, maxName), didYouMean(c.word.name, slices.Sorted(slices.Values(offered[c.field]))))
				}
			}
		}
	}
}

func (l *linter) choiceWords(s *state, c choice) {
	for _, lang := range names(c.label.Inline) {
		l.stop(c.label.Inline[lang], "label in "+s.label(), c.label.langs[lang])
	}
	for _, lang := range names(c.words) {
		for _, w := range c.words[lang] {
			l.stop(w.name, "word in "+s.label(), w.at)
		}
	}
}

func (l *linter) stop(word, what string, at spot) {
	if l.rules.IsStop(word) {
		l.fault(at, "'%s' means STOP to the house and cannot be a %s. Choose other words.", word, what)
	}
}
