package simulator

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"time"
)

// ErrNoChoice is returned by Tap when no message on the phone offers the label
// or id.
var ErrNoChoice = errors.New("nothing like that can be tapped")

// groupID stands for the one group the simulated people are in.
const groupID = "Y2FwaV9ncm91cDpzaW11bGF0b3I6MDAwMQ=="

// sdpOffer is the smallest session description that is one.
const sdpOffer = "v=0\r\no=- 0 0 IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\n"

type fields map[string]any

// Text writes to the business and returns the id of the message.
func (p *Person) Text(body string) string { return p.text(body, nil) }

// Reply quotes a message.
func (p *Person) Reply(body, messageID string) string { return p.text(body, p.quote(messageID)) }

// Forward sends a text that was written by somebody else.
func (p *Person) Forward(body string) string { return p.text(body, &wireContext{Forwarded: true}) }

func (p *Person) text(body string, context *wireContext) string {
	m := p.message("text")
	m.Text, m.Context = fields{"body": body}, context
	return p.say(m, Message{Body: body})
}

// Group writes the text in a group that the business is in too.
func (p *Person) Group(body string) string {
	m := p.message("text")
	m.Text, m.GroupID = fields{"body": body}, groupID
	return p.say(m, Message{Body: body, Note: "in a group"})
}

// Tap presses a button or picks a row by its label or id, on the latest
// message that offers it.
func (p *Person) Tap(labelOrID string) (string, error) {
	for _, m := range slices.Backward(p.Inbox()) {
		if m.Number != p.number.ID || m.Status == "failed" {
			continue
		}
		for _, c := range m.Choices {
			if c.Label == labelOrID || c.ID == labelOrID {
				return p.tap(m, c), nil
			}
		}
	}
	return "", ErrNoChoice
}

// TapOn presses a choice of one message, however old it is.
func (p *Person) TapOn(messageID, choiceID string) (string, error) {
	for _, m := range p.Inbox() {
		if m.ID != messageID {
			continue
		}
		for _, c := range m.Choices {
			if c.ID == choiceID {
				return p.tap(m, c), nil
			}
		}
	}
	return "", ErrNoChoice
}

func (p *Person) tap(on Message, c Choice) string {
	switch c.Kind {
	case "contact":
		return p.ShareContact(on.ID)
	case "location":
		return p.location(52.370216, 4.895168, p.quote(on.ID))
	case "quick_reply":
		m := p.message("button")
		m.Button, m.Context = fields{"payload": c.ID, "text": c.Label}, p.quote(on.ID)
		return p.say(m, Message{Body: c.Label})
	}
	kind, reply := "button_reply", fields{"id": c.ID, "title": c.Label}
	if c.Kind == "row" {
		kind = "list_reply"
		if c.Hint != "" {
			reply["description"] = c.Hint
		}
	}
	m := p.message("interactive")
	m.Interactive, m.Context = fields{"type": kind, kind: reply}, p.quote(on.ID)
	return p.say(m, Message{Body: c.Label})
}

// ShareContact answers a request for the person's number with their own card.
func (p *Person) ShareContact(messageID string) string {
	who := p.Profile()
	phone := orText(who.Phone, "15550199999")
	m := p.message("contacts")
	m.Context = p.quote(messageID)
	m.Contacts = []fields{{
		"origin": "contact_request",
		"name":   fields{"formatted_name": who.Name, "first_name": who.Name},
		"phones": []fields{{"phone": "+" + phone, "wa_id": phone, "type": "MOBILE"}},
	}}
	return p.say(m, Message{Body: "My number: +" + phone})
}

// React puts an emoji on a message of the business; "" takes it away.
func (p *Person) React(messageID, emoji string) string {
	m := p.message("reaction")
	body := fields{"message_id": messageID}
	if emoji != "" {
		body["emoji"] = emoji // a removed one has no key at all
	}
	m.Reaction = body
	p.sim.amend(p.acct, messageID, func(m *Message) { m.Reaction = emoji })
	return p.say(m, Message{Body: emoji, Context: messageID})
}

// Edit changes the text of a message the person sent.
func (p *Person) Edit(messageID, body string) string {
	m := p.message("edit")
	m.Edit = fields{
		"original_message_id": messageID,
		"message":             fields{"context": fields{"id": "M0"}, "type": "text", "text": fields{"body": body}},
	}
	p.sim.amend(p.acct, messageID, func(m *Message) { m.Body, m.Note = body, "edited" })
	return p.say(m, Message{Body: body, Context: messageID})
}

// Revoke deletes a message of the person's for everyone.
func (p *Person) Revoke(messageID string) string {
	m := p.message("revoke")
	m.Revoke = fields{"original_message_id": messageID}
	p.sim.amend(p.acct, messageID, func(m *Message) { m.Body, m.Note = "", "deleted" })
	return p.say(m, Message{Context: messageID})
}

// Location shares a place.
func (p *Person) Location(latitude, longitude float64) string {
	return p.location(latitude, longitude, nil)
}

func (p *Person) location(latitude, longitude float64, context *wireContext) string {
	m := p.message("location")
	m.Location, m.Context = fields{"latitude": latitude, "longitude": longitude}, context
	return p.say(m, Message{Body: fmt.Sprintf("%.4f, %.4f", latitude, longitude)})
}

// Voice records a short voice note.
func (p *Person) Voice() string {
	m := p.message("audio")
	body, file := p.upload("audio", "audio/ogg; codecs=opus", "", []byte("OggS simulated voice note"))
	body["voice"] = true
	m.Audio = body
	return p.say(m, Message{File: file})
}

// Image sends a picture with a caption, which may be empty.
func (p *Person) Image(caption string) string {
	m := p.message("image")
	body, file := p.upload("image", "image/png", "", tinyPNG())
	if caption != "" {
		body["caption"] = caption
	}
	m.Image = body
	return p.say(m, Message{Body: caption, File: file})
}

// Document sends a small file under any name, including a hostile one.
func (p *Person) Document(name string) string {
	m := p.message("document")
	body, file := p.upload("document", "text/plain", name, []byte("A simulated document.\n"))
	body["filename"] = name
	m.Document = body
	return p.say(m, Message{File: file})
}

func (p *Person) upload(kind, mime, name string, content []byte) (fields, *File) {
	item := p.sim.media.put(mediaItem{
		mime: mime, name: name, number: p.number.ID, content: content, until: p.sim.Now().Add(inboundMediaLife),
	}, p.sim.Now())
	p.sim.media.hand(item, name)
	body := fields{"id": item.id, "mime_type": mime, "sha256": item.sumBase64()}
	if p.sim.cfg.BaseURL != "" {
		body["url"] = p.sim.media.link(p.sim.cfg.BaseURL, item, p.sim.Now())
	}
	return body, &File{Kind: kind, Name: name, Type: mime, Size: len(content), MediaID: item.id}
}

// Send delivers a message element of the caller's own. What it leaves out of
// from, from_user_id, id and timestamp is filled in.
func (p *Person) Send(raw string) (string, error) {
	var given fields
	if err := json.Unmarshal([]byte(raw), &given); err != nil {
		return "", fmt.Errorf("message element: %w", err)
	}
	m := p.message("")
	full := fields{"id": m.ID, "timestamp": m.Timestamp}
	if m.From != "" {
		full["from"] = m.From
	}
	if m.FromUserID != "" {
		full["from_user_id"] = m.FromUserID
	}
	maps.Copy(full, given)
	id, _ := full["id"].(string)
	kind, _ := full["type"].(string)
	p.arrive(full, &Message{ID: id, Type: kind}, p.value())
	return id, nil
}

// Preference sets stop, resume or signup for marketing in WhatsApp's own
// settings.
func (p *Person) Preference(value string) {
	details := map[string]string{
		"stop":   "User requested to stop marketing messages",
		"resume": "User requested to resume marketing messages",
		"signup": "User signed up via signup link",
	}
	p.change(func(a *account) { a.stopped = value == "stop" })
	v := p.value()
	v.Preferences = []wirePreference{{
		WaID: v.Contacts[0].WaID, UserID: v.Contacts[0].UserID, Detail: details[value],
		Category: "marketing_messages", Value: value, Timestamp: p.sim.Now().Unix(),
	}}
	p.sim.emit(&p.acct.lane, change{field: "user_preferences", value: v}, nil)
}

// Call rings the business. It opens the 24-hour window.
func (p *Person) Call() string {
	v := p.value()
	id := p.sim.newID("wacid.")
	v.Calls = []wireCall{{
		ID: id, From: v.Contacts[0].WaID, FromUserID: v.Contacts[0].UserID, To: p.number.Display,
		Timestamp: p.stamp(), Event: "connect", Direction: "USER_INITIATED",
		Session: fields{"sdp_type": "offer", "sdp": sdpOffer},
	}}
	p.touch()
	p.sim.keep(p.acct, &Message{ID: id, Number: p.number.ID, Mine: true, Type: "call", At: p.sim.Now(), Status: "queued"})
	p.sim.emit(&p.acct.lane, change{field: "calls", value: v}, p.ticks(id))
	return id
}

// ChangeNumber moves the person to another number, which gives them another
// user id. With "" only the user id changes and no number is told. Old
// identifiers then belong to nobody.
func (p *Person) ChangeNumber(phone string) {
	old := p.Profile()
	next := p.renumber(phone)
	system := fields{"body": "User " + old.Name + " changed", "type": "user_changed_user_id"}
	m := p.message("system")
	m.From, m.FromUserID = "", ""
	if phone != "" && !old.Hidden {
		m.From = old.Phone
		system["type"], system["wa_id"] = "user_changed_number", next.Phone
		system["body"] = "User " + old.Name + " changed from " + old.Phone + " to " + next.Phone
	}
	if next.BSUID != "" {
		system["user_id"], system["previous_user_id"] = next.BSUID, old.BSUID
	}
	m.System = system
	v := p.value()
	v.Contacts = nil // system messages introduce nobody
	p.arrive(m, &Message{ID: m.ID, Type: "system", Body: "changed number"}, v)
}

// renumber gives the account its new identifiers and lets go of the old ones.
func (p *Person) renumber(phone string) Profile {
	a, dir := p.acct, p.sim.people
	a.mu.Lock()
	old := a.profile
	if phone != "" {
		a.profile.Phone = newAccount(Profile{Phone: phone}).profile.Phone
	}
	if old.BSUID != "" {
		a.profile.BSUID = fmt.Sprintf("US.72%018d", p.sim.ids.Add(1))
	}
	next := a.profile
	a.mu.Unlock()
	dir.forget(old.Phone)
	dir.forget(old.BSUID)
	dir.index(next.Phone, a)
	dir.index(next.BSUID, a)
	p.sim.hub.publish("person", p.state())
	return next
}

// message is an inbound message with everything but its body.
func (p *Person) message(kind string) wireMessage {
	p.acct.mu.Lock()
	defer p.acct.mu.Unlock()
	return wireMessage{
		From: p.acct.visible(), FromUserID: p.acct.profile.BSUID,
		ID: p.sim.newID("wamid."), Timestamp: p.stamp(), Type: kind,
	}
}

func (p *Person) value() wireValue {
	return wireValue{
		Product:  "whatsapp",
		Metadata: wireMetadata{Display: p.number.Display, ID: p.number.ID},
		Contacts: []wireContact{p.acct.contact(true)},
	}
}

func (p *Person) stamp() string { return strconv.FormatInt(p.sim.Now().Unix(), 10) }

func (p *Person) quote(messageID string) *wireContext {
	return &wireContext{From: p.number.Display, ID: messageID}
}

// say sends a message of the person's own making.
func (p *Person) say(m wireMessage, shown Message) string {
	shown.ID, shown.Type = m.ID, m.Type
	if m.Context != nil {
		shown.Context = m.Context.ID
		if m.Context.Forwarded {
			shown.Note = "forwarded"
		}
	}
	p.arrive(m, &shown, p.value())
	return m.ID
}

// arrive is the one way inbound messages take: the window opens, the phone
// shows the bubble, the webhook is queued.
func (p *Person) arrive(element any, shown *Message, v wireValue) {
	if shown.Type != "system" {
		p.touch()
	}
	shown.Number, shown.Mine, shown.At, shown.Status = p.number.ID, true, p.sim.Now(), "queued"
	if !p.sim.cfg.Quiet {
		shown.Raw = rawOf(element)
		p.sim.keep(p.acct, shown)
	}
	v.Messages = []any{element}
	p.sim.emit(&p.acct.lane, change{field: "messages", value: v}, p.ticks(shown.ID))
}

// rawOf is an element's JSON for showing; one that cannot be encoded shows as
// null and fails loudly when it is delivered.
func rawOf(element any) json.RawMessage {
	raw, err := encode(element)
	if err != nil {
		return json.RawMessage("null")
	}
	return raw
}

func (p *Person) touch() {
	p.acct.mu.Lock()
	defer p.acct.mu.Unlock()
	p.acct.chat(p.number.ID).lastInbound = p.sim.Now()
}

// ticks marks the person's own message once the business has answered 200.
func (p *Person) ticks(id string) func() {
	if p.sim.cfg.Quiet {
		return nil
	}
	return func() {
		p.sim.amend(p.acct, id, func(m *Message) {
			if m.Status == "queued" {
				m.Status = "sent"
			}
		})
	}
}

func orText(s, otherwise string) string {
	if s == "" {
		return otherwise
	}
	return s
}

// inboundMediaLife is how long Meta keeps what people send, since October 2025.
const inboundMediaLife = 7 * 24 * time.Hour
