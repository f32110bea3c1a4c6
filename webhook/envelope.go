package webhook

import (
	"encoding/json"

	"aval/bot"
)

// businessAccount is the object of everything WhatsApp sends.
const businessAccount = "whatsapp_business_account"

type envelope struct {
	Object loose   `json:"object"`
	Entry  []entry `json:"entry"`
}

type entry struct {
	Time    stamp    `json:"time"`
	Changes []change `json:"changes"`
}

type change struct {
	Field loose           `json:"field"`
	Value json.RawMessage `json:"value"`
}

// envelope reads the body in one pass when all of it has the expected shape,
// and again, piece by piece, when some of it has not.
func (p *parser) envelope(body []byte) {
	var whole envelope
	if json.Unmarshal(body, &whole) != nil {
		p.pieces(body)
		return
	}
	if !p.ours(whole.Object, body) {
		return
	}
	for _, e := range whole.Entry {
		for _, c := range e.Changes {
			p.change(c, e.Time)
		}
	}
}

// ours reports whether the delivery is about WhatsApp. An app may subscribe to
// other products of Meta; their news is of no use here.
func (p *parser) ours(object loose, body []byte) bool {
	switch object {
	case businessAccount:
		return true
	case "":
		p.unreadable(reasonObject, body)
	default:
		p.add(bot.Event{Kind: bot.EventIgnored, Note: "object." + word(object)})
	}
	return false
}

func (p *parser) pieces(body []byte) {
	var outer struct {
		Object loose             `json:"object"`
		Entry  []json.RawMessage `json:"entry"`
	}
	if json.Unmarshal(body, &outer) != nil {
		reason := reasonJSON
		if json.Valid(body) {
			reason = reasonObject
		}
		p.unreadable(reason, body)
		return
	}
	if !p.ours(outer.Object, body) {
		return
	}
	for _, raw := range outer.Entry {
		p.entry(raw)
	}
}

func (p *parser) entry(raw []byte) {
	var e struct {
		Time    stamp             `json:"time"`
		Changes []json.RawMessage `json:"changes"`
	}
	if !p.decode(raw, &e, reasonEntry) {
		return
	}
	for _, piece := range e.Changes {
		var c change
		if p.decode(piece, &c, reasonChange) {
			p.change(c, e.Time)
		}
	}
}

// change sends a value to who reads its field. A field that is missing or has
// slipped into the value, as in some of Meta's own samples, is looked for.
func (p *parser) change(c change, at stamp) {
	field := c.Field
	if len(c.Value) == 0 {
		p.add(bot.Event{Kind: bot.EventIgnored, At: p.at(at), Note: word(field)})
		return
	}
	if field == "" {
		field = fieldInside(c.Value)
	}
	switch field {
	case "messages", "standby", "calls", "user_preferences", "smb_message_echoes", "message_echoes", "history":
		p.conversation(string(field), c.Value)
	case "messaging_handovers":
		p.handover(c.Value)
	case "message_template_status_update", "message_template_quality_update", "template_category_update",
		"template_correct_category_detection", "message_template_components_update":
		p.template(string(field), c.Value, at)
	case "account_update", "account_alerts", "account_review_update", "account_settings_update",
		"business_capability_update", "business_username_update", "business_username_updates",
		"phone_number_quality_update", "phone_number_name_update", "security", "flows":
		p.account(string(field), c.Value, at)
	default:
		p.add(bot.Event{Kind: bot.EventIgnored, At: p.at(at), Note: word(field)})
	}
}

// fieldInside guesses the field of a change that names none.
func fieldInside(raw []byte) loose {
	var v struct {
		Field    loose           `json:"field"`
		Messages json.RawMessage `json:"messages"`
		Statuses json.RawMessage `json:"statuses"`
	}
	if json.Unmarshal(raw, &v) != nil {
		return ""
	}
	if v.Field == "" && len(v.Messages)+len(v.Statuses) > 0 {
		return "messages"
	}
	return v.Field
}
