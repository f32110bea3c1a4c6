package simulator

import (
	"errors"
	"slices"
	"strings"
)

// ErrUnknownKind is returned by SendKind for a kind that is not in the menu.
var ErrUnknownKind = errors.New("there is no such kind of message")

// kind is a kind of message that people can send from the menu of the page.
type kind struct {
	Name  string `json:"name"` // as in SendKind and in scenarios
	Group string `json:"group"`
	Label string `json:"label"`
	Icon  string `json:"icon"`
	// Wants says what the text is, such as caption; empty for kinds without.
	Wants string `json:"wants,omitempty"`
	// Text is sent when nothing was written. Kinds that want a text and have
	// none here are sent with an empty one.
	Text string `json:"text,omitempty"`
	// Options are the texts that make sense, when they are few.
	Options []string `json:"options,omitempty"`

	// make puts the body into a message and returns how the phone shows it.
	make func(p *Person, m *wireMessage, text string) (Message, error)
}

// kinds are everything that Meta may deliver as a person's message and that is
// neither plain text nor an act on a message that is there. The order is the
// menu's.
func kinds() []kind {
	return slices.Concat(fileKinds(), placeKinds(), textKinds(), answerKinds(), rareKinds())
}

func fileKinds() []kind {
	const group = "Photos, sound and files"
	return []kind{
		{Name: "image", Group: group, Label: "Photo", Icon: "photo", Wants: "caption", make: sendImage},
		{Name: "video", Group: group, Label: "Video", Icon: "video", Wants: "caption", make: sendVideo},
		{Name: "voice", Group: group, Label: "Voice note", Icon: "voice", make: sendVoice},
		{Name: "audio", Group: group, Label: "Audio file", Icon: "audio", make: sendAudio},
		{Name: "document", Group: group, Label: "Document", Icon: "document", Wants: "file name | caption", Text: "form.txt", make: sendDocument},
		{Name: "sticker", Group: group, Label: "Sticker", Icon: "sticker", make: sendSticker(false)},
		{Name: "sticker_animated", Group: group, Label: "Moving sticker", Icon: "sticker", make: sendSticker(true)},
		{Name: "too_large", Group: group, Label: "File over 100 MB", Icon: "heavy", make: sendTooLarge},
	}
}

func placeKinds() []kind {
	const group = "Places and people"
	return []kind{
		{Name: "location", Group: group, Label: "My location", Icon: "pin", make: sendPin},
		{Name: "place", Group: group, Label: "A place", Icon: "place", Wants: "name of the place", Text: "Example Park", make: sendPlace},
		{Name: "contact", Group: group, Label: "Contact card", Icon: "card", Wants: "name of the contact", Text: "Bo Example", make: sendCard},
		{Name: "contact_vcard", Group: group, Label: "Card as vCard", Icon: "card", Wants: "name of the contact", Text: "Bo Example", make: sendVCard},
		{Name: "own_number", Group: group, Label: "My number", Icon: "phone", make: sendOwnCard},
	}
}

func textKinds() []kind {
	const group = "The text, sent otherwise"
	return []kind{
		{Name: "forward", Group: group, Label: "Forwarded", Icon: "forward", Wants: "text", Text: "Look at this", make: sendForwarded},
		{Name: "forward_often", Group: group, Label: "Forwarded often", Icon: "forward", Wants: "text", Text: "Join this list!", make: sendForwardedOften},
		{Name: "group", Group: group, Label: "In a group", Icon: "people", Wants: "text", Text: "hello group", make: sendToGroup},
		{Name: "ad", Group: group, Label: "From an ad", Icon: "ad", Wants: "text", Text: "Tell me more", make: sendFromAd},
		{Name: "link", Group: group, Label: "wa.me link", Icon: "link", Wants: "link", Text: "https://wa.me/15550001234?text=hello", make: sendFromLink},
		{Name: "product", Group: group, Label: "About a product", Icon: "tag", Wants: "text", Text: "Is this still available?", make: sendAboutProduct},
		{Name: "order", Group: group, Label: "Order", Icon: "cart", Wants: "note", make: sendOrder},
	}
}

func answerKinds() []kind {
	const group = "Answers, asked for or not"
	return []kind{
		{Name: "form", Group: group, Label: "Filled-in form", Icon: "form", Wants: "answers, as JSON", Text: `{"choice":"a"}`, make: sendForm},
		{Name: "address", Group: group, Label: "Address", Icon: "place", Wants: "street", Text: "1 Example St", make: sendAddress},
		{Name: "button", Group: group, Label: "Template button", Icon: "tap", Wants: "payload | label", Text: "Stop promotions", make: sendQuickReply},
		{Name: "call_yes", Group: group, Label: "May be called", Icon: "phone", make: sendCallAnswer("accept", "user_action")},
		{Name: "call_no", Group: group, Label: "Not to be called", Icon: "phone", make: sendCallAnswer("reject", "user_action")},
		{Name: "call_auto", Group: group, Label: "Called, so may be", Icon: "phone", make: sendCallAnswer("accept", "automatic")},
	}
}

func rareKinds() []kind {
	const group = "Rare and unknown"
	return []kind{
		{Name: "unsupported", Group: group, Label: "Not supported", Icon: "unknown", Wants: "what it was", Text: "poll_creation",
			Options: unsupportedTypes(), make: sendUnsupported},
		{Name: "unsupported_old", Group: group, Label: "… older form", Icon: "unknown", make: sendUnsupportedOld},
		{Name: "unsupported_group", Group: group, Label: "… in a group", Icon: "people", make: sendUnsupportedGroup},
		{Name: "unavailable", Group: group, Label: "Unavailable", Icon: "unknown", make: sendUnavailable},
		{Name: "ephemeral", Group: group, Label: "Disappearing", Icon: "clock", make: sendEphemeral},
		{Name: "welcome", Group: group, Label: "Chat opened", Icon: "wave", make: sendWelcome},
		{Name: "empty_answer", Group: group, Label: "Answer lost", Icon: "unknown", make: sendEmptyAnswer},
		{Name: "identity", Group: group, Label: "New identity, old form", Icon: "key", make: sendIdentity},
		{Name: "hologram", Group: group, Label: "Future kind", Icon: "unknown", make: sendHologram},
	}
}

// unsupportedTypes are the words that Meta has for what it does not deliver.
func unsupportedTypes() []string {
	return strings.Fields("poll_creation poll_update button edit errors gif group_invite hsm image interactive keep_in_chat " +
		"link_preview list location media_placeholder order pin product reaction unknown")
}

// SendKind sends a message of a kind of the page's menu, such as image,
// sticker or order, and returns its id. The text is what the kind makes of it:
// a caption, a name, the message itself; empty stands for the kind's own. A
// message id makes it an answer to that message; kinds that answer something
// find the newest that asks for them by themselves. Unknown kinds are
// ErrUnknownKind.
func (p *Person) SendKind(name, text, messageID string) (string, error) {
	i := slices.IndexFunc(kinds(), func(k kind) bool { return k.Name == name })
	if i < 0 {
		return "", ErrUnknownKind
	}
	k := kinds()[i]
	m := p.message("")
	if messageID != "" {
		m.Context = p.quote(messageID)
	}
	shown, err := k.make(p, &m, orText(text, k.Text))
	if err != nil {
		return "", err
	}
	return p.say(m, shown), nil
}

// made is SendKind for kinds that refuse nothing.
func (p *Person) made(name, text, messageID string) string {
	id, err := p.SendKind(name, text, messageID)
	if err != nil {
		return "" // these kinds take every text
	}
	return id
}

// Voice records a short voice note.
func (p *Person) Voice() string { return p.made("voice", "", "") }

// Image sends a picture with a caption, which may be empty.
func (p *Person) Image(caption string) string { return p.made("image", caption, "") }

// Document sends a small file under any name, including a hostile one.
func (p *Person) Document(name string) string { return p.made("document", name, "") }

// ShareContact answers a request for the person's number with their own card.
func (p *Person) ShareContact(messageID string) string { return p.made("own_number", "", messageID) }

// Location shares a place.
func (p *Person) Location(latitude, longitude float64) string {
	m := p.message("")
	shown := pin(&m, latitude, longitude)
	return p.say(m, shown)
}

// tap is what the phone sends for a choice that was pressed.
func (p *Person) tap(on Message, c Choice) string {
	switch c.Kind {
	case "contact":
		return p.ShareContact(on.ID)
	case "location", "form", "address", "product", "order", "call_yes", "call_no":
		return p.made(c.Kind, "", on.ID)
	}
	m := p.message("interactive")
	m.Context = p.quote(on.ID)
	switch c.Kind {
	case "quick_reply":
		m.Type, m.Button = "button", fields{"payload": c.ID, "text": c.Label}
	case "row":
		reply := fields{"id": c.ID, "title": c.Label}
		if c.Hint != "" {
			reply["description"] = c.Hint
		}
		m.Interactive = fields{"type": "list_reply", "list_reply": reply}
	default:
		m.Interactive = fields{"type": "button_reply", "button_reply": fields{"id": c.ID, "title": c.Label}}
	}
	return p.say(m, Message{Body: c.Label})
}

// asking is the newest message on the phone that has a choice of this kind.
func (p *Person) asking(kind string) (Message, Choice) {
	for _, m := range slices.Backward(p.Inbox()) {
		for _, c := range m.Choices {
			if c.Kind == kind && m.Number == p.number.ID && m.Status != "failed" {
				return m, c
			}
		}
	}
	return Message{}, Choice{}
}

// answers lets a message answer the one that asks for it, unless it already
// answers one, and returns the choice that asked.
func (p *Person) answers(m *wireMessage, kind string) Choice {
	if m.Context == nil {
		on, c := p.asking(kind)
		if on.ID != "" {
			m.Context = p.quote(on.ID)
		}
		return c
	}
	for _, on := range p.Inbox() {
		for _, c := range on.Choices {
			if on.ID == m.Context.ID && c.Kind == kind {
				return c
			}
		}
	}
	return Choice{}
}
