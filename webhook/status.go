package webhook

import (
	"encoding/json"

	"aval/bot"
)

// status is what became of one of our messages. In a group there is one per
// participant, under either of two spellings.
type status struct {
	ID           loose   `json:"id"`
	Type         loose   `json:"type"`
	Status       loose   `json:"status"`
	Timestamp    stamp   `json:"timestamp"`
	Recipient    loose   `json:"recipient_id"`
	User         loose   `json:"recipient_user_id"`
	Parent       loose   `json:"recipient_parent_user_id"`
	OldParent    loose   `json:"parent_recipient_user_id"`
	Kind         loose   `json:"recipient_type"`
	Member       loose   `json:"recipient_participant_id"`
	MemberOther  loose   `json:"participant_recipient_id"`
	MemberUser   loose   `json:"recipient_participant_user_id"`
	MemberParent loose   `json:"recipient_participant_parent_user_id"`
	KeyHash      loose   `json:"recipient_identity_key_hash"`
	Callback     loose   `json:"biz_opaque_callback_data"`
	Pricing      pricing `json:"pricing"`
	Errors       faults  `json:"errors"`
}

// pricing is the category a message was charged as; empty when unreadable,
// because a new price list must not cost the status.
type pricing string

// UnmarshalJSON never fails.
func (c *pricing) UnmarshalJSON(raw []byte) error {
	var v struct {
		Category loose `json:"category"`
	}
	if json.Unmarshal(raw, &v) == nil && v.Category != "" {
		*c = pricing(word(v.Category))
	}
	return nil
}

func (p *parser) status(s *scope, raw []byte) {
	var v status
	if !p.decode(raw, &v, reasonStatus) {
		return
	}
	if !v.sane() {
		p.unreadable(reasonStatus, raw)
		return
	}
	if v.Type == "call" || s.field == "calls" {
		e := s.event(bot.EventIgnored)
		p.stamped(&e, v.Timestamp)
		e.Note = "call_status"
		p.add(e)
		return
	}
	p.add(p.outcome(s, &v))
}

func (v *status) sane() bool {
	return v.ID != "" && v.Status != "" && sane(v.ID, v.Status, v.Recipient, v.User, v.Parent, v.OldParent,
		v.Member, v.MemberOther, v.MemberUser, v.MemberParent, v.KeyHash)
}

// outcome makes the event. Its id names state and participant too, because
// the same message is reported again for each of them.
func (p *parser) outcome(s *scope, v *status) bot.Event {
	e := s.event(bot.EventStatus)
	p.stamped(&e, v.Timestamp)
	state := word(v.Status)
	e.ID = string(v.ID) + "/" + state
	e.From = v.recipient()
	if v.inGroup() {
		e.Traits |= bot.TraitGroup
		e.From = v.member()
		e.ID += "/" + tag(e.From)
	}
	e.From = s.complete(e.From)
	if v.KeyHash != "" {
		e.From.KeyHash = string(v.KeyHash)
	}
	e.Status = &bot.Status{Message: string(v.ID), State: state, Category: string(v.Pricing), Code: v.Errors.first()}
	// A longer one is not ours: we never send more than Meta allows.
	if len(v.Callback) <= maxID {
		e.Status.Callback = string(v.Callback)
	}
	if needsOperator(e.Status.Code) {
		e.Note, e.Alarm = faultNote(e.Status.Code), true
	}
	return e
}

func (v *status) inGroup() bool {
	return v.Kind == "group" || v.Member != "" || v.MemberOther != "" || v.MemberUser != ""
}

func (v *status) recipient() bot.Identifiers {
	return identify(v.Recipient, v.User, either(v.Parent, v.OldParent))
}

func (v *status) member() bot.Identifiers {
	return identify(either(v.Member, v.MemberOther), v.MemberUser, v.MemberParent)
}

func either(a, b loose) loose {
	if a != "" {
		return a
	}
	return b
}
