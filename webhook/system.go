package webhook

import "aval/bot"

// system is WhatsApp speaking about a person. Its sentence for humans is not
// read: it holds a name and two numbers.
type system struct {
	Type           loose `json:"type"`
	Number         loose `json:"wa_id"`
	OldestNumber   loose `json:"new_wa_id"` // the name of wa_id before 2022
	User           loose `json:"user_id"`
	Parent         loose `json:"parent_user_id"`
	PreviousUser   loose `json:"previous_user_id"`
	PreviousParent loose `json:"previous_parent_user_id"`
}

// changed reports that a person's identifiers were replaced. The previous user
// id is the only link between the two when no number is shown.
func changed(e bot.Event, s *scope, m *message) (bot.Event, bool) {
	y := m.System
	if y == nil {
		return e, false
	}
	if !sane(y.Number, y.OldestNumber, y.User, y.Parent, y.PreviousUser, y.PreviousParent) {
		return e, false
	}
	e.Kind, e.Note = bot.EventIdentity, word(y.Type)
	switch y.Type {
	case "user_changed_number", "user_changed_user_id", "customer_changed_number":
		e.From = y.old(m)
		e.Identity = &bot.IdentityChange{New: y.replacement()}
	case "customer_identity_changed", "user_identity_changed":
		e.From = s.complete(identify(m.From, m.User, m.Parent))
		e.From.KeyHash = ""
		e.Identity = &bot.IdentityChange{Hash: true}
		if m.Identity != nil && sane(m.Identity.Hash) {
			e.Identity.New.KeyHash = string(m.Identity.Hash)
		}
	default:
		e.Kind, e.Note = bot.EventIgnored, "system."+word(y.Type)
	}
	return e, true
}

// old names who the person was. A user id beside the message is the old one
// only if it is not the new one.
func (y *system) old(m *message) bot.Identifiers {
	user, parent := y.PreviousUser, y.PreviousParent
	if user == "" && m.User != y.User {
		user = m.User
	}
	if parent == "" && m.Parent != y.Parent {
		parent = m.Parent
	}
	return identify(m.From, user, parent)
}

func (y *system) replacement() bot.Identifiers {
	number := y.Number
	if number == "" {
		number = y.OldestNumber
	}
	return identify(number, y.User, y.Parent)
}
