package flows

// privacy checks what each purpose may say, and with whose data.
func (l *linter) privacy() {
	for _, s := range l.flow.order {
		use := l.flow.purposeOf(s)
		for _, t := range s.phrases() {
			for _, lang := range names(t.Inline) {
				for _, piece := range pieces(t.Inline[lang]) {
					l.mayUse(target{piece.field, t.langs[lang]}, use, s)
				}
			}
		}
		for _, r := range s.routes {
			if r.when == nil {
				continue
			}
			for _, field := range r.when.reads {
				l.mayUse(field, use, s)
				l.selects(field, r.to, s)
			}
		}
		l.handedOver(s, use)
		l.asked(s, use)
	}
	for _, name := range names(l.rules.Purposes) {
		if l.rules.Purposes[name].Marketing {
			l.consented(name)
		}
	}
}

// mayUse refuses data of one purpose for another that it was not given for
// (LB-3): marketing takes nothing but its own, and health data serves nothing
// but health.
func (l *linter) mayUse(field target, use string, s *state) {
	f, ok := l.flow.Fields[field.name]
	if !ok || use == "" || f.Purpose == "" || f.Purpose == use {
		return
	}
	if l.rules.Purposes[use].Marketing || l.rules.Purposes[f.Purpose].Health {
		l.fault(field.at, "%s is for '%s' and uses '{%s}', which was asked for '%s'. "+
			"Data given for one purpose does not serve another.", capital(s.label()), use, field.name, f.Purpose)
	}
}

// selects refuses to choose by data of another purpose who gets marketing:
// that is using it for marketing, whatever the step that asks is for.
func (l *linter) selects(field, to target, s *state) {
	next, ok := l.flow.states[to.name]
	if !ok {
		return
	}
	use := l.flow.purposeOf(next)
	if l.rules.Purposes[use].Marketing && use != l.flow.purposeOf(s) {
		l.mayUse(field, use, next)
	}
}

// handedOver checks the fields that leave for a business system or travel in
// a template.
func (l *linter) handedOver(s *state, use string) {
	if s.form != nil {
		for _, param := range s.form.params {
			l.mayUse(param, use, s)
		}
	}
	if s.call == nil {
		return
	}
	to := l.rules.Endpoints[s.call.endpoint.name].Purpose
	for _, name := range names(s.call.send) {
		l.mayUse(s.call.send[name], to, s)
		if to != use {
			l.mayUse(s.call.send[name], use, s)
		}
	}
	for _, field := range names(s.call.save) {
		l.received(s, target{field, s.call.save[field].at}, use)
	}
}

// asked checks that an answer asked in the name of one purpose is not kept
// for marketing or health: the person was told something else.
func (l *linter) asked(s *state, use string) { l.received(s, s.save, use) }

func (l *linter) received(s *state, field target, use string) {
	f, ok := l.flow.Fields[field.name]
	if !ok || use == "" || f.Purpose == "" || f.Purpose == use {
		return
	}
	kept := l.rules.Purposes[f.Purpose]
	if kept.Marketing || kept.Health {
		l.fault(field.at, "%s asks for '%s' and keeps the answer for '%s'. Ask in a step of that purpose.",
			capital(s.label()), use, f.Purpose)
	}
}

// consented finds marketing that can be reached without a yes on the way: it
// walks every way except those that a yes to this purpose opens.
func (l *linter) consented(purpose string) {
	start, ok := l.flow.states[l.flow.start.name]
	if !ok {
		return
	}
	without := l.flow.forward(start, func(s *state, e edge) bool {
		return s.consent == nil || s.consent.purpose.name != purpose || e.event != eventGiven
	})
	for _, s := range l.flow.order {
		speaks := s.speaks() || s.later != nil
		if without[s] && speaks && l.flow.purposeOf(s) == purpose {
			l.fault(s.at, "%s is for '%s' and can be reached without consent. "+
				"Put an ask_consent for '%s' on every way before it.", capital(s.label()), purpose, purpose)
		}
	}
}
