package webhook

import "aval/bot"

// handover has no metadata: the number is its recipient, the person its
// sender. Summaries of the conversation are not read.
type handover struct {
	Type      loose `json:"type"`
	Timestamp stamp `json:"timestamp"`
	Sender    struct {
		Number loose `json:"phone_number"`
		User   loose `json:"user_id"`
	} `json:"sender"`
	Recipient struct {
		Number loose `json:"phone_number_id"`
	} `json:"recipient"`
}

// handover reports that a thread came to us or went to another app. Messages
// of a thread that is not ours come as standby, so nothing depends on it.
func (p *parser) handover(raw []byte) {
	var v handover
	if !p.decode(raw, &v, reasonValue) {
		return
	}
	if !sane(v.Sender.Number, v.Sender.User, v.Recipient.Number) {
		p.unreadable(reasonValue, raw)
		return
	}
	e := bot.Event{Kind: bot.EventAccount, Number: string(v.Recipient.Number), Note: word(v.Type)}
	p.stamped(&e, v.Timestamp)
	e.From = identify(v.Sender.Number, v.Sender.User, "")
	p.add(e)
}
