package flows

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
	l.phrase(s.again, "again of "+s.label(), body)
	l.phrase(s.open, "open of "+s.label(), limitButton)
	if s.link != nil {
		l.phrase(s.link.label, "the link's label in "+s.label(), limitButton)
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
	for _, lang := range names(f.Keywords) {
		for _, w := range f.Keywords[lang] {
			l.stop(w, "keyword", f.at["keyword "+lang+" "+w])
		}
	}
	for _, s := range f.order {
		for _, c := range s.choices {
			l.choiceWords(s, c)
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
