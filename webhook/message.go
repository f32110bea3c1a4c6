package webhook

import (
	"aval/bot"
)

// message is one element of messages, of an echo or of a history, with the
// parts that are read. Everything else Meta sends, such as the words of an
// advertisement, profile names and file names, ends here (MIN-1).
type message struct {
	ID        loose `json:"id"`
	Timestamp stamp `json:"timestamp"`
	From      loose `json:"from"`
	User      loose `json:"from_user_id"`
	Parent    loose `json:"from_parent_user_id"`
	To        loose `json:"to"`
	ToUser    loose `json:"to_user_id"`
	Group     loose `json:"group_id"`
	Identity  *struct {
		Hash loose `json:"hash"`
	} `json:"identity"`
	Referral *struct {
		Source loose `json:"source_id"`
	} `json:"referral"`
	Errors faults  `json:"errors"`
	System *system `json:"system"`
	Edit   *edit   `json:"edit"`
	Revoke *revoke `json:"revoke"`
	content
}

type edit struct {
	Original loose   `json:"original_message_id"`
	Message  content `json:"message"`
}

type revoke struct {
	Original loose `json:"original_message_id"`
}

func (p *parser) message(s *scope, raw []byte) {
	var m message
	if !p.decode(raw, &m, reasonMessage) {
		return
	}
	if !m.sane() {
		p.unreadable(reasonMessage, raw)
		return
	}
	if s.fromBusiness(&m) {
		p.add(p.ownMessage(s, &m))
		return
	}
	e, ok := p.inbound(s, &m)
	if !ok {
		p.unreadable(reasonMessage, raw)
		return
	}
	p.add(e)
}

// sane wants an id, without which a message could not be told from its own
// repetition.
func (m *message) sane() bool {
	return m.ID != "" && sane(m.ID, m.From, m.User, m.Parent, m.To, m.ToUser) && m.content.sane()
}

// fromBusiness reports whether the business wrote the message itself, which
// happens in histories and would be a grave mistake to take for consent.
func (s *scope) fromBusiness(m *message) bool {
	from, ok := bot.NewPhone(string(m.From))
	return ok && from == s.display
}

// inbound turns a person's message into its event. It reports false when its
// type promises a content that is not there.
func (p *parser) inbound(s *scope, m *message) (bot.Event, bool) {
	e := s.event(bot.EventMessage)
	e.ID = string(m.ID)
	p.stamped(&e, m.Timestamp)
	if m.Group != "" {
		e.Traits |= bot.TraitGroup
	}
	switch m.Type {
	case "system":
		return changed(e, s, m)
	case "request_welcome", "ephemeral":
		e.Kind, e.Note = bot.EventIgnored, word(m.Type)
		return e, true
	}
	e.From = s.complete(identify(m.From, m.User, m.Parent))
	if m.Identity != nil && e.From.KeyHash == "" && sane(m.Identity.Hash) {
		e.From.KeyHash = string(m.Identity.Hash)
	}
	switch m.Type {
	case "revoke":
		e.Kind = bot.EventRevoke
		e.Target, e.Note = target(m), word(m.Type)
		return e, e.Target != ""
	case "edit":
		return edited(e, m)
	}
	e, ok := filled(e, &m.content, m.Errors)
	if ok && m.Referral != nil && sane(m.Referral.Source) {
		e.Message.Ad = string(m.Referral.Source)
	}
	return e, ok
}

// edited carries the new text under the mark of an edit.
func edited(e bot.Event, m *message) (bot.Event, bool) {
	e.Target = target(m)
	e.Traits |= bot.TraitEdited
	if e.Target == "" || !m.Edit.Message.sane() {
		return e, false
	}
	return filled(e, &m.Edit.Message, nil)
}

// target is the message that a revoke or an edit speaks of.
func target(m *message) string {
	id := loose("")
	if m.Revoke != nil {
		id = m.Revoke.Original
	}
	if m.Edit != nil {
		id = m.Edit.Original
	}
	if !sane(id) {
		return ""
	}
	return string(id)
}
