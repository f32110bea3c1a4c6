package webhook

import (
	"strconv"

	"aval/bot"
)

type preference struct {
	Number    loose `json:"wa_id"`
	User      loose `json:"user_id"`
	Parent    loose `json:"parent_user_id"`
	Category  loose `json:"category"`
	Value     loose `json:"value"`
	Timestamp stamp `json:"timestamp"`
}

// preference reports a stop or resume in WhatsApp's own settings. Meta gives
// these no id; one is made of who, what and when, so that a repeated delivery
// is known for what it is.
func (p *parser) preference(s *scope, raw []byte) {
	var v preference
	if !p.decode(raw, &v, reasonPref) {
		return
	}
	if v.Value == "" || !sane(v.Number, v.User, v.Parent) {
		p.unreadable(reasonPref, raw)
		return
	}
	e := s.event(bot.EventPreference)
	p.stamped(&e, v.Timestamp)
	e.From = s.complete(identify(v.Number, v.User, v.Parent))
	e.Preference = &bot.Preference{Value: word(v.Value)}
	e.Note = word(v.Category)
	if v.Timestamp != 0 {
		at := strconv.FormatInt(int64(v.Timestamp), 10)
		e.ID = "preference/" + e.Preference.Value + "/" + at + "/" + tag(e.From)
	}
	p.add(e)
}
