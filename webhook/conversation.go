package webhook

import (
	"encoding/json"
	"strconv"

	"aval/bot"
)

// conversation is the value of every field that speaks of people. Which lists
// it holds decides, not the field: they have been seen in each other's place.
type conversation struct {
	Metadata struct {
		Number  loose `json:"phone_number_id"`
		Display loose `json:"display_phone_number"`
	} `json:"metadata"`
	Contacts    []json.RawMessage `json:"contacts"`
	Messages    []json.RawMessage `json:"messages"`
	Statuses    []json.RawMessage `json:"statuses"`
	Calls       []json.RawMessage `json:"calls"`
	Preferences []json.RawMessage `json:"user_preferences"`
	Echoes      []json.RawMessage `json:"message_echoes"`
	History     []json.RawMessage `json:"history"`
	Standby     json.RawMessage   `json:"standby"`
	Errors      faults            `json:"errors"`
}

// scope is what the elements of one value have in common.
type scope struct {
	field   string
	number  string
	display bot.Phone
	traits  bot.Trait
	people  []bot.Identifiers
}

func (s *scope) event(kind bot.EventKind) bot.Event {
	return bot.Event{Kind: kind, Number: s.number, Traits: s.traits}
}

// conversation reads a value. If part of it has the wrong shape, the value is
// set aside and what could be read of it still counts.
func (p *parser) conversation(field string, raw []byte) {
	var v conversation
	readable := p.decode(raw, &v, reasonValue)
	s := &scope{field: field}
	if sane(v.Metadata.Number) {
		s.number = string(v.Metadata.Number)
	}
	s.display, _ = bot.NewPhone(string(v.Metadata.Display))
	parts := p.lists(&v, s)
	if len(v.Standby) > 0 {
		parts += p.standby(v.Standby, *s)
	}
	if parts == 0 && readable {
		p.add(bot.Event{Kind: bot.EventIgnored, Number: s.number, Note: field})
	}
}

// standby reads what went to the app that owns the thread while we only
// listen: the same lists, one level deeper.
func (p *parser) standby(raw []byte, s scope) int {
	var v conversation
	before := p.parts
	p.decode(raw, &v, reasonValue)
	s.traits |= bot.TraitStandby
	p.lists(&v, &s)
	return p.parts - before
}

// lists reads all lists of a value and returns how many parts came of it.
func (p *parser) lists(v *conversation, s *scope) int {
	before := p.parts
	p.people(v.Contacts, s)
	p.each(v.Messages, s, p.message)
	p.each(v.Statuses, s, p.status)
	p.each(v.Calls, s, p.call)
	p.each(v.Preferences, s, p.preference)
	p.each(v.Echoes, s, p.echo)
	p.each(v.History, s, p.history)
	for _, f := range v.Errors {
		p.fault(s, int(f.Code))
	}
	return p.parts - before
}

// each reads the elements of a list, until the body has more of them than it
// may; it is set aside as a whole then.
func (p *parser) each(list []json.RawMessage, s *scope, read func(*scope, []byte)) {
	for _, raw := range list {
		if p.parts+len(s.people) > maxParts {
			p.parts = maxParts + 1
			return
		}
		read(s, raw)
	}
}

func (p *parser) people(list []json.RawMessage, s *scope) {
	s.people = make([]bot.Identifiers, 0, len(list))
	for _, raw := range list[:min(len(list), maxParts+1)] { // every element is compared with every contact
		var c contact
		if !p.decode(raw, &c, reasonContact) {
			continue
		}
		if !sane(c.Number, c.User, c.Parent, c.KeyHash) {
			p.unreadable(reasonContact, raw)
			continue
		}
		ids := identify(c.Number, c.User, c.Parent)
		ids.KeyHash = string(c.KeyHash)
		s.people = append(s.people, ids)
	}
}

// fault is trouble of the number or account that Meta reports on its own.
func (p *parser) fault(s *scope, code int) {
	e := s.event(bot.EventAccount)
	e.Note = faultNote(code)
	e.Alarm = needsOperator(code)
	p.add(e)
}

func faultNote(code int) string { return "error_" + strconv.Itoa(code) }

// needsOperator lists the codes that do not pass by themselves: the account,
// its token, its payment or its display name needs a person, or inbound
// messages were lost on a number without storage.
func needsOperator(code int) bool {
	switch code {
	case 3, 10, 33, 190, 368, 130497, 131005, 131031, 131035, 131036, 131037, 131042, 131045, 131048, 133010:
		return true
	}
	return code >= 200 && code <= 299
}
