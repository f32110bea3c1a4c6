package webhook

import (
	"bytes"
	"encoding/json"
	"time"

	"aval/bot"
)

// Reasons why a part was set aside. They are all that is ever logged of it.
const (
	reasonJSON     = "not JSON"
	reasonObject   = "no WhatsApp object"
	reasonMany     = "too many parts"
	reasonPanic    = "parser panicked"
	reasonEntry    = "entry not understood"
	reasonChange   = "change not understood"
	reasonValue    = "value not understood"
	reasonContact  = "contact not understood"
	reasonMessage  = "message not understood"
	reasonStatus   = "status not understood"
	reasonCall     = "call not understood"
	reasonPref     = "preference not understood"
	reasonEcho     = "echo not understood"
	reasonHistory  = "history not understood"
	reasonTemplate = "template news not understood"
	reasonAccount  = "account news not understood"
)

// maxParts bounds the work and the memory that one body can ask for. Meta
// promises at most 1,000 updates in a delivery; beyond ten times that, the
// body is set aside as one part, so nothing is lost.
const maxParts = 10_000

// Parse turns the body of a signed delivery into events. It never fails and
// never drops anything silently: what it cannot understand is in Unreadable,
// as small as it can be cut. Times after now are not believed (A18). The
// result holds copies and leaves body to the caller.
func Parse(body []byte, now time.Time) bot.Delivery {
	p := &parser{now: now.UTC()}
	p.envelope(body)
	if p.parts > maxParts {
		return whole(body, reasonMany)
	}
	return p.out
}

// whole sets a complete body aside.
func whole(body []byte, reason string) bot.Delivery {
	return bot.Delivery{Unreadable: []bot.Unreadable{{Reason: reason, Raw: bytes.Clone(body)}}}
}

type parser struct {
	now   time.Time
	parts int
	out   bot.Delivery
}

func (p *parser) add(e bot.Event) {
	p.parts++
	if p.parts <= maxParts {
		p.out.Events = append(p.out.Events, e)
	}
}

func (p *parser) unreadable(reason string, raw []byte) {
	p.parts++
	if p.parts <= maxParts {
		p.out.Unreadable = append(p.out.Unreadable, bot.Unreadable{Reason: reason, Raw: bytes.Clone(raw)})
	}
}

// decode reads one part, or sets it aside.
func (p *parser) decode(raw []byte, into any, reason string) bool {
	if err := json.Unmarshal(raw, into); err != nil {
		p.unreadable(reason, raw)
		return false
	}
	return true
}
