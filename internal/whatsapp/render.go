package whatsapp

import (
	"strconv"

	"aval/bot"
)

const (
	errNumber   unfit = "the phone number id is not digits"
	errAddress  unfit = "the address is neither a phone number with a plus nor a user id"
	errCallback unfit = "the name of the attempt is too long"
	errWamid    unfit = "the message id is empty or too long"
)

// maxID bounds ids of Meta's that are passed back. Message ids of 256
// characters have been seen.
const maxID = 1024

// render encodes the body of POST /<number>/messages.
func render(e bot.Envelope, word string) ([]byte, error) {
	m, err := fit(e.Content, word)
	if err != nil {
		return nil, err
	}
	if len(e.Callback) > maxCallback {
		return nil, errCallback
	}
	b := make([]byte, 0, 512+len(m.body)+64*len(m.rows))
	b = append(b, `{"messaging_product":"whatsapp","recipient_type":"individual"`...)
	b, err = appendAddress(b, e.To)
	if err != nil {
		return nil, err
	}
	b = m.append(b)
	if e.Callback != "" {
		b = field(b, "biz_opaque_callback_data", e.Callback)
	}
	return append(b, '}'), nil
}

// appendAddress writes one address and never both: Meta prefers the number
// when it has two. A number without its plus would get the business's country
// code and could reach a stranger.
func appendAddress(b []byte, to bot.Identifiers) ([]byte, error) {
	switch {
	case to.Phone != "":
		phone, ok := bot.NewPhone(string(to.Phone))
		if !ok || phone != to.Phone {
			return nil, errAddress
		}
		b = field(b, "to", string(phone))
	case only(string(to.BSUID), 200, "._-") && !onlyDigits(string(to.BSUID), 200):
		b = field(b, "recipient", string(to.BSUID))
	default:
		return nil, errAddress
	}
	if to.KeyHash != "" {
		b = field(b, "recipient_identity_key_hash", to.KeyHash)
	}
	return b, nil
}

func (m message) append(b []byte) []byte {
	switch m.shape {
	case asButtons, asList, asLink:
		return m.appendInteractive(b)
	case asDocument:
		return m.appendDocument(b)
	case asTemplate:
		return m.appendTemplate(b)
	}
	b = field(b, "type", "text")
	// No preview: Meta would fetch the page and show what nobody wrote.
	b = append(b, `,"text":{"preview_url":false`...)
	b = field(b, "body", m.body)
	return append(b, '}')
}

func (m message) appendInteractive(b []byte) []byte {
	b = field(b, "type", "interactive")
	b = append(b, `,"interactive":{`...)
	b = field(b, "type", m.interactiveType())
	if m.doc != (bot.Document{}) {
		b = append(b, `,"header":{"type":"document"`...)
		b = append(m.appendFile(b, ""), '}')
	}
	b = append(b, `,"body":{`...)
	b = field(b, "text", m.body)
	b = append(b, '}')
	if m.footer != "" {
		b = append(b, `,"footer":{`...)
		b = field(b, "text", m.footer)
		b = append(b, '}')
	}
	b = append(b, `,"action":{`...)
	b = m.appendAction(b)
	return append(b, "}}"...)
}

func (m message) interactiveType() string {
	switch m.shape {
	case asButtons:
		return "button"
	case asList:
		return "list"
	}
	return "cta_url"
}

func (m message) appendAction(b []byte) []byte {
	switch m.shape {
	case asButtons:
		return m.appendButtons(b)
	case asList:
		return m.appendRows(b)
	}
	b = append(b, `"name":"cta_url","parameters":{`...)
	b = field(b, "display_text", string(m.link.Label))
	b = field(b, "url", m.link.URL)
	return append(b, '}')
}

func (m message) appendButtons(b []byte) []byte {
	b = append(b, `"buttons":[`...)
	for _, c := range m.rows {
		b = comma(b)
		b = append(b, `{"type":"reply","reply":{`...)
		b = field(b, "id", c.ID)
		b = field(b, "title", string(c.Label))
		b = append(b, "}}"...)
	}
	return append(b, ']')
}

func (m message) appendRows(b []byte) []byte {
	b = field(b, "button", m.open)
	b = append(b, `,"sections":[{"rows":[`...)
	for _, c := range m.rows {
		b = comma(b)
		b = append(b, '{')
		b = field(b, "id", c.ID)
		b = field(b, "title", string(c.Label))
		if c.Hint != "" {
			b = field(b, "description", string(c.Hint))
		}
		b = append(b, '}')
	}
	return append(b, "]}]"...)
}

func (m message) appendDocument(b []byte) []byte {
	return m.appendFile(field(b, "type", "document"), m.body)
}

func (m message) appendFile(b []byte, caption string) []byte {
	b = append(b, `,"document":{`...)
	if m.doc.URL != "" {
		b = field(b, "link", m.doc.URL)
	}
	if m.doc.MediaID != "" {
		b = field(b, "id", m.doc.MediaID)
	}
	if m.doc.Name != "" {
		b = field(b, "filename", m.doc.Name)
	}
	if caption != "" {
		b = field(b, "caption", caption)
	}
	return append(b, '}')
}

func (m message) appendTemplate(b []byte) []byte {
	b = field(b, "type", "template")
	b = append(b, `,"template":{`...)
	b = field(b, "name", m.use.Name)
	b = append(b, `,"language":{`...)
	b = field(b, "code", m.use.Language)
	b = append(b, '}')
	if len(m.use.Params)+len(m.use.Buttons) > 0 || m.link.URL != "" {
		b = append(b, `,"components":[`...)
		b = m.appendComponents(b)
		b = append(b, ']')
	}
	return append(b, '}')
}

func (m message) appendComponents(b []byte) []byte {
	if len(m.use.Params) > 0 {
		b = append(b, `{"type":"body","parameters":[`...)
		for _, p := range m.use.Params {
			b = append(comma(b), `{"type":"text"`...)
			b = field(b, "text", string(p))
			b = append(b, '}')
		}
		b = append(b, "]}"...)
	}
	for i, payload := range m.use.Buttons {
		// Without a payload Meta sends the label back.
		if payload != "" {
			b = appendTemplateButton(b, "quick_reply", i, payload)
		}
	}
	if m.link.URL != "" {
		b = appendTemplateButton(b, "url", len(m.use.Buttons), m.link.URL)
	}
	return b
}

// appendTemplateButton writes the parameter of one button: a payload for a
// quick reply, a text for an address.
func appendTemplateButton(b []byte, kind string, index int, value string) []byte {
	name := "payload"
	if kind == "url" {
		name = "text"
	}
	b = append(comma(b), `{"type":"button"`...)
	b = field(b, "sub_type", kind)
	b = field(b, "index", strconv.Itoa(index))
	b = append(b, `,"parameters":[{`...)
	b = field(b, "type", name)
	b = field(b, name, value)
	return append(b, "}]}"...)
}

// renderRead encodes the receipt of a message, with the typing indicator if
// wanted.
func renderRead(wamid string, typing bool) ([]byte, error) {
	if wamid == "" || len(wamid) > maxID {
		return nil, errWamid
	}
	b := []byte(`{"messaging_product":"whatsapp","status":"read"`)
	b = field(b, "message_id", wamid)
	if typing {
		b = append(b, `,"typing_indicator":{"type":"text"}`...)
	}
	return append(b, '}'), nil
}

func onlyDigits(s string, limit int) bool {
	if s == "" || len(s) > limit {
		return false
	}
	for i := range len(s) {
		if s[i] < '0' || s[i] > '9' {
			return false
		}
	}
	return true
}
