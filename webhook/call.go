package webhook

import (
	"strings"

	"aval/bot"
)

type call struct {
	ID        loose `json:"id"`
	From      loose `json:"from"`
	User      loose `json:"from_user_id"`
	Event     loose `json:"event"`
	Direction loose `json:"direction"`
	Timestamp stamp `json:"timestamp"`
}

// call reports that a person called, which opens the window even if nobody
// picks up. How calls go on and calls of the business are of no use here.
func (p *parser) call(s *scope, raw []byte) {
	var c call
	if !p.decode(raw, &c, reasonCall) {
		return
	}
	if c.ID == "" || !sane(c.ID, c.From, c.User) {
		p.unreadable(reasonCall, raw)
		return
	}
	e := s.event(bot.EventIgnored)
	p.stamped(&e, c.Timestamp)
	e.ID = string(c.ID) + "/" + word(c.Event)
	e.Note = "call_" + strings.TrimPrefix(word(c.Event), "call_")
	if c.Event == "connect" && c.Direction == "USER_INITIATED" {
		e.Kind = bot.EventCall
		e.From = s.complete(identify(c.From, c.User, ""))
	}
	p.add(e)
}
