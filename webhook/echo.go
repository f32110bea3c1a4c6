package webhook

import "aval/bot"

// echo is a message the business wrote elsewhere: in the phone app, with the
// fields of a message, or in another app, with the body that app sent.
type echo struct {
	message
	Sent *struct {
		To   loose `json:"to"`
		User loose `json:"recipient"`
		Type loose `json:"type"`
	} `json:"message"`
}

// echo reports who the business wrote to and when. What it wrote is not read.
func (p *parser) echo(s *scope, raw []byte) {
	var m echo
	if !p.decode(raw, &m, reasonEcho) {
		return
	}
	if m.Sent != nil {
		m.To, m.ToUser, m.Type = m.Sent.To, m.Sent.User, m.Sent.Type
	}
	if !m.sane() {
		p.unreadable(reasonEcho, raw)
		return
	}
	p.add(p.ownMessage(s, &m.message))
}

func (p *parser) ownMessage(s *scope, m *message) bot.Event {
	e := s.event(bot.EventEcho)
	e.ID = string(m.ID)
	p.stamped(&e, m.Timestamp)
	e.From = s.complete(identify(m.To, m.ToUser, ""))
	e.Target = target(m)
	e.Note = word(m.Type)
	return e
}
