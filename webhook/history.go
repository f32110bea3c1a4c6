package webhook

import (
	"encoding/json"

	"aval/bot"
)

// history is a piece of the conversations held in the phone app before the
// number was connected here. Nothing in it is news.
type history struct {
	Threads []struct {
		Messages []json.RawMessage `json:"messages"`
	} `json:"threads"`
	Errors faults `json:"errors"`
}

func (p *parser) history(s *scope, raw []byte) {
	var h history
	if !p.decode(raw, &h, reasonHistory) {
		return
	}
	past := *s
	past.traits |= bot.TraitHistory
	for _, thread := range h.Threads {
		p.each(thread.Messages, &past, p.message)
	}
	for _, f := range h.Errors {
		p.fault(s, int(f.Code))
	}
}
