package simulator

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strconv"
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
func (p *Person) Forward(body string) string { return p.made("forward", body, "") }

func (p *Person) text(body string, context *wireContext) string {
	m := p.message("text")
	m.Text, m.Context = fields{"body": body}, context
	return p.say(m, Message{Body: body})
}

// Group writes the text in a group that the business is in too.
func (p *Person) Group(body string) string { return p.made("group", body, "") }

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
	if value == "signup" {
		v.Preferences[0].SignupID = "600000000000001"
	}
	p.sim.emit(&p.acct.lane, change{field: "user_preferences", value: v}, nil)
}

// Play listens to a voice note of the business, which is told of it.
func (p *Person) Play(messageID string) error {
	for _, m := range p.Inbox() {
		if m.ID != messageID || m.File == nil || m.File.Kind != "voice" {
			continue
		}
		contact, v := p.acct.contact(true), p.value()
		v.Contacts = []wireContact{contact}
		v.Statuses = []wireStatus{{
			ID: m.ID, Status: "played", Timestamp: p.stamp(), Callback: m.Callback,
			RecipientID: contact.WaID, RecipientUserID: contact.UserID, KeyHash: contact.KeyHash,
		}}
		p.sim.emit(&p.acct.lane, change{field: "messages", value: v}, nil)
		return nil
	}
	return ErrNoChoice
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
		if m.Context.Forwarded || m.Context.FrequentlyForwarded {
			shown.Note = "forwarded"
		}
	}
	v := p.value()
	v.Errors = m.beside
	p.arrive(m, &shown, v)
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
