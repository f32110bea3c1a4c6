package simulator

import (
	"encoding/json"
	"errors"
	"net/url"
	"strconv"
	"strings"
	"time"
)

func worded(m *wireMessage, text string) Message {
	m.Type, m.Text = "text", fields{"body": text}
	return Message{Body: text}
}

func sendForwarded(_ *Person, m *wireMessage, text string) (Message, error) {
	m.Context = &wireContext{Forwarded: true}
	return worded(m, text), nil
}

func sendForwardedOften(_ *Person, m *wireMessage, text string) (Message, error) {
	m.Context = &wireContext{FrequentlyForwarded: true}
	return worded(m, text), nil
}

func sendToGroup(_ *Person, m *wireMessage, text string) (Message, error) {
	m.GroupID = groupID
	shown := worded(m, text)
	shown.Note = "in a group"
	return shown, nil
}

// sendFromAd is the first message after a tap on a click-to-WhatsApp ad.
func sendFromAd(_ *Person, m *wireMessage, text string) (Message, error) {
	m.Referral = fields{
		"source_url": "https://fb.example/ad1", "source_id": "400000000000001", "source_type": "ad",
		"body": "Weekly tips from Example Clinic", "headline": "Chat with us", "media_type": "image",
		"image_url": "https://cdn.example/ad1.jpg", "ctwa_clid": "ARexampleclickid0001",
		"welcome_message": fields{"text": "Hi! How can we help?"},
	}
	shown := worded(m, text)
	shown.Note = "from an ad: Chat with us"
	return shown, nil
}

// sendFromLink follows a wa.me link: WhatsApp writes the text of the link, and
// nothing on the wire says where it came from.
func sendFromLink(_ *Person, m *wireMessage, link string) (Message, error) {
	u, err := url.Parse(strings.TrimSpace(link))
	if err != nil || u.Host != "wa.me" && u.Host != "api.whatsapp.com" {
		return Message{}, errors.New("a link is https://wa.me/NUMBER?text=WORDS")
	}
	text := u.Query().Get("text")
	if text == "" {
		return Message{}, errors.New("the link has no text, so it only opens the chat")
	}
	return worded(m, text), nil
}

// The shop that catalog messages are about.
const (
	demoCatalog = "300000000000001"
	demoProduct = "sku-001"
)

func sendAboutProduct(p *Person, m *wireMessage, text string) (Message, error) {
	product := orText(p.answers(m, "product").ID, demoProduct)
	context := &wireContext{From: p.number.Display, ID: p.sim.newID("wamid.")}
	if m.Context != nil {
		context.ID = m.Context.ID
	}
	context.Product = fields{"catalog_id": demoCatalog, "product_retailer_id": product}
	m.Context = context
	shown := worded(m, text)
	shown.Note = "about " + product
	return shown, nil
}

func sendOrder(p *Person, m *wireMessage, note string) (Message, error) {
	product := orText(p.answers(m, "order").ID, demoProduct)
	m.Type, m.Order = "order", fields{
		"catalog_id": demoCatalog, "text": note,
		"product_items": []fields{{"product_retailer_id": product, "quantity": 2, "item_price": 12.5, "currency": "USD"}},
	}
	return Message{Header: "Order: 2 × " + product + ", 25.00 USD", Body: note}, nil
}

// sendForm completes a Flow. An object gets the token of the message that
// asked; anything else is sent as it is, for forged clients exist.
func sendForm(p *Person, m *wireMessage, answers string) (Message, error) {
	token := orText(p.answers(m, "form").ID, "unused")
	var object fields
	if json.Unmarshal([]byte(answers), &object) == nil && object != nil {
		if object["flow_token"] == nil {
			object["flow_token"] = token
		}
		raw, err := encode(object)
		if err != nil {
			return Message{}, err
		}
		answers = string(raw)
	}
	return nfm(m, "flow", "Sent", answers), nil
}

func nfm(m *wireMessage, name, body, response string) Message {
	m.Type, m.Interactive = "interactive", fields{
		"type": "nfm_reply", "nfm_reply": fields{"name": name, "body": body, "response_json": response},
	}
	return Message{Body: body}
}

func sendAddress(p *Person, m *wireMessage, street string) (Message, error) {
	p.answers(m, "address")
	who := p.Profile()
	raw, err := encode(fields{"saved_address_id": "address1", "values": fields{
		"name": who.Name, "phone_number": who.Phone, "in_pin_code": "000000", "address": street,
	}})
	if err != nil {
		return Message{}, err
	}
	return nfm(m, "address_message", who.Name+"\n"+street, string(raw)), nil
}

// sendQuickReply is a tap on a template that this phone may never have got.
func sendQuickReply(_ *Person, m *wireMessage, text string) (Message, error) {
	payload, label := halves(text)
	label = orText(label, payload)
	m.Type, m.Button = "button", fields{"payload": payload, "text": label}
	return Message{Body: label}, nil
}

// callsAllowedFor is how long a permission to call lasts.
const callsAllowedFor = 7 * 24 * time.Hour

func sendCallAnswer(response, source string) func(*Person, *wireMessage, string) (Message, error) {
	return func(p *Person, m *wireMessage, _ string) (Message, error) {
		reply := fields{"response": response, "response_source": source}
		until := strconv.FormatInt(p.sim.Now().Add(callsAllowedFor).Unix(), 10)
		shown := Message{Body: "Calls not allowed"}
		if response == "accept" {
			reply["expiration_timestamp"] = until
			shown.Body = "Calls allowed for seven days"
		}
		if source == "user_action" {
			p.answers(m, map[string]string{"accept": "call_yes", "reject": "call_no"}[response])
			if response == "accept" {
				reply["is_permanent"] = false
			}
		}
		m.Type, m.Interactive = "interactive", fields{"type": "call_permission_reply", "call_permission_reply": reply}
		return shown, nil
	}
}

func unsupported(m *wireMessage, code int, title, details string) Message {
	m.Type, m.Errors = "unsupported", []fields{inboundError(code, title, details)}
	return Message{Body: "Something the business cannot be shown"}
}

const (
	unknownTitle   = "Message type unknown"
	unknownDetails = "Message type is currently not supported."
)

func sendUnsupported(_ *Person, m *wireMessage, what string) (Message, error) {
	m.Unsupported = fields{"type": what}
	shown := unsupported(m, 131051, unknownTitle, unknownDetails)
	shown.Note = what
	return shown, nil
}

func sendUnsupportedOld(_ *Person, m *wireMessage, _ string) (Message, error) {
	return unsupported(m, 131051, unknownTitle, unknownDetails), nil
}

func sendUnsupportedGroup(_ *Person, m *wireMessage, _ string) (Message, error) {
	m.GroupID = groupID
	shown := unsupported(m, 130501, "Unsupported message type", "Message type is not currently supported")
	shown.Note = "in a group"
	return shown, nil
}

func sendUnavailable(_ *Person, m *wireMessage, _ string) (Message, error) {
	m.Unsupported = fields{"type": "unknown"}
	return unsupported(m, 131060, "This message is unavailable", "This message is currently unavailable."), nil
}

func sendEphemeral(_ *Person, m *wireMessage, _ string) (Message, error) {
	shown := unsupported(m, 131051, unknownTitle, unknownDetails)
	m.Type, shown.Body = "ephemeral", "A disappearing message"
	return shown, nil
}

// sendWelcome was sent when somebody opened a chat for the first time. Meta
// has withdrawn it.
func sendWelcome(_ *Person, m *wireMessage, _ string) (Message, error) {
	m.Type = "request_welcome"
	return Message{Body: "opened the chat"}, nil
}

// sendEmptyAnswer is an answer whose content Meta lost: the error stands
// beside the message.
func sendEmptyAnswer(_ *Person, m *wireMessage, _ string) (Message, error) {
	m.Type = "interactive"
	m.beside = []fields{inboundError(131000, "Something went wrong", "Something went wrong.")}
	return Message{Body: "An answer that got lost"}, nil
}

// sendIdentity is how the older interface told of a new phone.
func sendIdentity(p *Person, m *wireMessage, _ string) (Message, error) {
	m.Type, m.System = "system", fields{"body": "User identity changed", "type": "customer_identity_changed"}
	m.Identity = fields{"acknowledged": false, "created_timestamp": p.stamp(), "hash": "ZXhhbXBsZWtleTI="}
	return Message{Body: "has a new phone"}, nil
}

func sendHologram(_ *Person, m *wireMessage, _ string) (Message, error) {
	m.Type, m.Hologram = "hologram", fields{"id": "x"}
	return Message{Body: "A kind of message from the future"}, nil
}
