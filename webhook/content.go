package webhook

import (
	"encoding/json"
	"strconv"

	"aval/bot"
)

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

type file struct {
	ID      loose  `json:"id"`
	Type    loose  `json:"mime_type"`
	Caption string `json:"caption"`
}

// sharedCard is a contact card. Only where it came from is read: the card is
// data about a third person until somebody asks for it.
type sharedCard struct {
	Origin loose `json:"origin"`
}

type location struct {
	Latitude  degrees `json:"latitude"`
	Longitude degrees `json:"longitude"`
}

type interactive struct {
	Type   loose  `json:"type"`
	Button *reply `json:"button_reply"`
	List   *reply `json:"list_reply"`
}

type reply struct {
	ID    loose  `json:"id"`
	Title string `json:"title"`
}

// degrees is a number, or text holding one.
type degrees float64

// UnmarshalJSON refuses what is no number.
func (d *degrees) UnmarshalJSON(raw []byte) error {
	var s loose
	if err := json.Unmarshal(raw, &s); err != nil {
		return err
	}
	f, err := strconv.ParseFloat(string(s), 64)
	*d = degrees(f)
	return err
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

// file is the media object that belongs to the type.
func (c *content) file() *file {
	switch c.Type {
	case "image":
		return c.Image
	case "video":
		return c.Video
	case "audio":
		return c.Audio
	case "voice":
		return c.Voice
	case "document":
		return c.Document
	case "sticker":
		return c.Sticker
	}
	return nil
}

// tapped is the button or row that was chosen, if any.
func (c *content) tapped() *reply {
	if c.Interactive == nil {
		return nil
	}
	switch c.Interactive.Type {
	case "button_reply":
		return c.Interactive.Button
	case "list_reply":
		return c.Interactive.List
	}
	return nil
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

// attach points at a file. One that Meta could not take has no object.
func attach(e *bot.Event, f *file) {
	e.Message.Kind = bot.MessageMedia
	if f == nil {
		return
	}
	if f.ID != "" {
		e.Message.Media = &bot.Media{ID: string(f.ID), Type: string(f.Type)}
	}
	if f.Caption != "" {
		e.Message.Body = text(f.Caption)
		e.Traits |= bot.TraitCaption
	}
}

// tap reads an interactive answer. What a form held is not read: the person's
// device wrote it and nothing here asks for it.
func tap(m *bot.Message, c *content) {
	if c.Interactive == nil {
		return
	}
	m.Type = word(c.Interactive.Type)
	r := c.tapped()
	switch {
	case c.Interactive.Type == "nfm_reply":
		m.Kind = bot.MessageForm
		return
	case r == nil:
		return
	case r == c.Interactive.Button:
		m.Kind = bot.MessageButton
	default:
		m.Kind = bot.MessageList
	}
	m.Choice, m.Body = string(r.ID), text(r.Title)
}

// press reads a tap on the quick reply of a template.
func press(m *bot.Message, c *content) {
	if c.Button == nil {
		return
	}
	m.Kind, m.Choice, m.Body = bot.MessageButton, string(c.Button.Payload), text(c.Button.Text)
}

// other reads the kinds that are rare in a conversation about consent.
func other(e *bot.Event, c *content) {
	m := e.Message
	switch {
	case c.Type == "reaction" && c.Reaction != nil:
		m.Kind, m.Context, m.Body = bot.MessageReaction, string(c.Reaction.Message), text(c.Reaction.Emoji)
		e.Traits |= bot.TraitReaction
	case c.Type == "location":
		m.Kind = bot.MessageLocation
		m.Place = c.Location.place()
	case c.Type == "contacts":
		m.Kind = bot.MessageContacts
		e.Note = origin(c.Contacts)
	case c.Type == "order" && c.Order != nil && c.Order.Text != "":
		// The note on an order goes with the goods as a caption with a file.
		m.Body = text(c.Order.Text)
		e.Traits |= bot.TraitCaption
	}
}

// place is nil for what is not on the globe.
func (l *location) place() *bot.Place {
	if l == nil || l.Latitude < -90 || l.Latitude > 90 || l.Longitude < -180 || l.Longitude > 180 {
		return nil
	}
	return &bot.Place{Latitude: float64(l.Latitude), Longitude: float64(l.Longitude)}
}

// origin tells the person's own card, given on request, from anybody else's.
func origin(cards []sharedCard) string {
	if len(cards) == 1 && cards[0].Origin == "contact_request" {
		return "own_card"
	}
	return "other_card"
}
