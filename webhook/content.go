package webhook

import "aval/bot"

// content is what a message says, in the shape that messages and edits share.
type content struct {
	Type    loose     `json:"type"`
	Context *answered `json:"context"`
	Text    *struct {
		Body *string `json:"body"`
	} `json:"text"`
	Image       *file        `json:"image"`
	Video       *file        `json:"video"`
	Audio       *file        `json:"audio"`
	Voice       *file        `json:"voice"`
	Document    *file        `json:"document"`
	Sticker     *file        `json:"sticker"`
	Location    *location    `json:"location"`
	Contacts    []sharedCard `json:"contacts"`
	Interactive *interactive `json:"interactive"`
	Button      *struct {
		Payload loose  `json:"payload"`
		Text    string `json:"text"`
	} `json:"button"`
	Reaction *struct {
		Message loose  `json:"message_id"`
		Emoji   string `json:"emoji"`
	} `json:"reaction"`
	Order *struct {
		Text string `json:"text"`
	} `json:"order"`
}

// answered tells what a message answers, or that it was written by another.
type answered struct {
	ID        loose `json:"id"`
	Forwarded bool  `json:"forwarded"`
	Often     bool  `json:"frequently_forwarded"`
}

func (c *content) sane() bool {
	ids := make([]loose, 0, 4)
	if c.Context != nil {
		ids = append(ids, c.Context.ID)
	}
	if c.Button != nil {
		ids = append(ids, c.Button.Payload)
	}
	if c.Reaction != nil {
		ids = append(ids, c.Reaction.Message)
	}
	if f := c.file(); f != nil {
		ids = append(ids, f.ID, f.Type)
	}
	if r := c.tapped(); r != nil {
		ids = append(ids, r.ID)
	}
	return sane(ids...)
}

// filled adds to an event what the message says. A text without its text is
// not understood; every other gap leaves a message of its kind without body.
func filled(e bot.Event, c *content, f faults) (bot.Event, bool) {
	m := &bot.Message{Kind: bot.MessageOther, Type: word(c.Type)}
	e.Message = m
	if c.Context != nil {
		m.Context = string(c.Context.ID)
		if c.Context.Forwarded || c.Context.Often {
			e.Traits |= bot.TraitForwarded
		}
	}
	if f.first() != 0 {
		e.Note = faultNote(f.first())
	}
	switch c.Type {
	case "text":
		if c.Text == nil || c.Text.Body == nil {
			return e, false
		}
		m.Kind, m.Body = bot.MessageText, text(*c.Text.Body)
	case "image", "video", "audio", "voice", "document", "sticker":
		attach(&e, c.file())
	case "interactive":
		tap(m, c)
	case "button":
		press(m, c)
	default:
		other(&e, c)
	}
	return e, true
}
