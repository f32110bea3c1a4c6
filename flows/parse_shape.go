package flows

import (
	"sort"
	"strings"
)

// shape checks that a state does one thing and has what that thing needs.
// Later checks, the compiler and Step rely on it.
func (p *parser) shape(s *state, had map[string]spot) {
	does := s.does()
	if len(does) > 1 {
		p.fault(s.at, "%s does several things: %s. Split it into steps that do one each.",
			capital(s.label()), strings.Join(does, ", "))
		return
	}
	p.companions(s, had)
	p.choicesFit(s)
	p.againFits(s)
	p.rangeFits(s, had)
	p.messageFits(s)
	p.routesFit(s)
	if len(does) == 0 && len(s.routes) == 0 && s.later == nil {
		p.fault(s.at, "%s is a dead end. Add 'next', 'handover' or 'end: true'.", capital(s.label()))
	}
}

// does lists the things of which a state does exactly one; going on by next
// or by a timer is what it does when the list is empty.
func (s *state) does() []string {
	var out []string
	add := func(yes bool, what string) {
		if yes {
			out = append(out, what)
		}
	}
	shortConsent := s.consent != nil && s.consent.given.name == "" && s.consent.refused.name == ""
	add(s.asks(), "expect")
	add(s.call != nil, "call")
	add(s.consent != nil, "ask_consent")
	add(s.run != nil, "run")
	add(s.split != nil, "split")
	add(s.hand.name != "", "handover")
	add(s.end && !shortConsent, "end")
	return out
}

// companions checks the words that only make sense beside another.
func (p *parser) companions(s *state, had map[string]spot) {
	choosing := s.expect == expectButtons || s.expect == expectList
	rules := []struct {
		word  string
		fits  bool
		needs string
	}{
		{"choices", choosing, "'expect: buttons' or 'expect: list'"},
		{"open", s.expect == expectList, "'expect: list'"},
		{"save", s.asks(), "an 'expect'"},
		{"again", s.asks(), "an 'expect'"},
		{"kinds", s.expect == typeMedia, "'expect: media'"},
		{"pattern", s.expect == expectPattern, "'expect: pattern'"},
		{"example", s.expect == expectPattern, "'expect: pattern'"},
		{"tries", s.asks(), "an 'expect'"},
		{"give_up", s.asks(), "an 'expect'"},
		{"min", s.expect == typeNumber, "'expect: number'"},
		{"max", s.expect == typeNumber, "'expect: number'"},
		{"link", !s.asks(), "a step that expects no answer"},
		{"document", !s.asks(), "a step that expects no answer"},
		{"say", s.consent == nil, "a step without ask_consent: the house asks in its own words. Say it in the step before"},
		{"next", len(s.does()) == 0 || s.asks(), "a step that expects an answer or just goes on"},
		{"timeout", s.asks(), "a step that expects an answer. A step that only waits has 'wait'"},
		{"wait", len(s.does()) == 0 && len(s.routes) == 0, "a step of its own. A step that expects an answer has 'timeout'"},
	}
	for _, r := range rules {
		if at, ok := had[r.word]; ok && !r.fits {
			p.fault(at, "'%s' in %s needs %s.", r.word, s.label(), r.needs)
		}
	}
	if s.consent != nil && s.consent.given.name == "" && s.consent.refused.name == "" && !s.end {
		p.fault(s.at, "ask_consent of %s leads nowhere. Add 'given' and 'refused', or 'end: true'.", s.label())
	}
}

// rangeFits checks that there is a number to answer with.
func (p *parser) rangeFits(s *state, had map[string]spot) {
	if s.min != nil && s.max != nil && *s.min > *s.max {
		p.fault(had["max"], "In %s no number is both over 'min' and under 'max'. Swap them.", s.label())
	}
}

// againFits checks that there is a try for each text.
func (p *parser) againFits(s *state) {
	if s.asks() && len(s.again) >= s.tries && len(s.again) > 1 {
		p.fault(s.again[1].at, "The second text of again in %s is for a third try, and 'tries' is %d. Raise tries or remove the text.",
			s.label(), s.tries)
	}
}

func (p *parser) choicesFit(s *state) {
	switch s.expect {
	case expectButtons:
		if len(s.choices) > maxButtons {
			p.fault(s.choices[maxButtons].at, "%s has %d buttons; WhatsApp shows %d. Use 'expect: list'.",
				capital(s.label()), len(s.choices), maxButtons)
		}
	case expectList:
	default:
		return
	}
	if len(s.choices) == 0 {
		p.fault(s.at, "%s expects a choice and offers none. Add 'choices'.", capital(s.label()))
	}
	if !s.speaks() {
		p.fault(s.at, "%s offers choices and says nothing. Add 'say'.", capital(s.label()))
	}
}

// messageFits checks that the parts of a message go together at WhatsApp.
func (p *parser) messageFits(s *state) {
	parts := s.link != nil || s.doc != nil
	switch {
	case s.form != nil && (!s.say.empty() || parts):
		p.fault(s.at, "%s has a template and other words. A template is the whole message.", capital(s.label()))
	case s.link != nil && s.doc != nil:
		p.fault(s.at, "%s has a link and a document. One message carries one of them.", capital(s.label()))
	case parts && s.say.empty():
		p.fault(s.at, "%s has a link or a document and says nothing. Add 'say'.", capital(s.label()))
	}
}

// routesFit checks that every answer leads somewhere and that no line of next
// is out of reach.
func (p *parser) routesFit(s *state) {
	taken := map[string]bool{}
	closed := false
	for _, r := range s.routes {
		if closed {
			p.fault(r.at, "This line of next in %s is never reached: 'otherwise' must be the last line.", s.label())
			return
		}
		if taken[r.event] {
			p.fault(r.at, "The answer '%s' stands twice in next of %s.", r.answer.name, s.label())
		}
		taken[r.event] = true
		closed = r.otherwise
		p.answerFits(s, r)
	}
	if closed || len(s.routes) == 0 {
		p.unanswered(s, nil, closed)
		return
	}
	p.unanswered(s, taken, false)
}

func (p *parser) answerFits(s *state, r route) {
	if r.answer.name == "" {
		return
	}
	if _, ok := s.choice(r.answer.name); !ok {
		var ids []string
		for _, c := range s.choices {
			ids = append(ids, c.id)
		}
		sort.Strings(ids)
		p.fault(r.answer.at, "'%s' is not a choice of %s. %s", r.answer.name, s.label(), didYouMean(r.answer.name, ids))
	}
}

// unanswered finds answers without a line in next. A line with a condition
// does not count: the condition may not hold.
func (p *parser) unanswered(s *state, taken map[string]bool, otherwise bool) {
	if otherwise || !s.asks() && len(s.routes) == 0 {
		return
	}
	if len(s.choices) == 0 {
		p.fault(s.at, "%s may find no line of next that fits. End next with 'otherwise: step'.", capital(s.label()))
		return
	}
	for _, c := range s.choices {
		if !taken["answer:"+c.id] {
			p.fault(c.at, "The choice '%s' of %s leads nowhere. Add a line to next: 'answer: %s' and 'to: step'.",
				c.id, s.label(), c.id)
		}
	}
}
