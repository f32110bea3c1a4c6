package simulator

import (
	"encoding/json"
	"regexp"
	"strings"
)

// bubble is the message as the phone shows it.
func (s *Sim) bubble(sd *sending) *Message {
	r := &sd.req
	m := &Message{
		ID: sd.id, Number: sd.line.ID, Type: orText(r.Type, "text"), Status: "accepted",
		Callback: r.Callback, At: s.Now(), Category: "service",
	}
	if !s.cfg.Quiet {
		m.Raw = json.RawMessage(sd.raw)
	}
	if r.Context != nil {
		m.Context = r.Context.MessageID
	}
	if r.To != "" && r.Recipient != "" {
		m.Note = "to and recipient were both given; to won"
	}
	r.show(m)
	if sd.template.Name != "" {
		sd.template.show(r.Template, m)
	}
	if sd.media != nil {
		m.File.Type, m.File.Size = sd.media.mime, len(sd.media.content)
	}
	return m
}

func (r *sendRequest) show(m *Message) {
	switch m.Type {
	case "text":
		m.Body = r.Text.Body
		if r.Text.Preview {
			m.Preview = webAddress.FindString(r.Text.Body)
		}
	case "reaction":
		m.Body, m.Context = r.Reaction.Emoji, r.Reaction.MessageID
	case "location":
		place := r.Location.place()
		m.Body, m.Place = strings.TrimSpace(place.Name+"\n"+place.Address), &place
	case "contacts":
		m.Cards = r.cards()
	case "interactive":
		r.Interactive.show(m)
	}
	if file := r.media(); file != nil {
		m.Body, m.File = file.Caption, file.file(m.Type)
	}
}

// webAddress finds what a preview is made of: the first page in a text.
var webAddress = regexp.MustCompile(`https?://[^\s<>"]+`)

func (r *sendRequest) cards() []Card {
	out := make([]Card, len(r.Contacts))
	for i, c := range r.Contacts {
		out[i] = Card{Name: c.Name.Formatted, Company: c.Org.Company}
		for _, p := range c.Phones {
			out[i].Phones = append(out[i].Phones, p.Phone)
		}
		for _, e := range c.Emails {
			out[i].Emails = append(out[i].Emails, e.Email)
		}
	}
	return out
}

func (f *mediaBody) file(kind string) *File {
	if f.Voice {
		kind = "voice"
	}
	return &File{Kind: kind, Name: f.Filename, URL: f.Link, MediaID: f.ID}
}

func (b *interactiveBody) show(m *Message) {
	m.Type, m.Body = b.Type, b.Body.Text
	if b.Footer != nil {
		m.Footer = b.Footer.Text
	}
	b.showHeader(m)
	b.showAction(m)
}

func (b *interactiveBody) showAction(m *Message) {
	offer := func(kind, id, label string) { m.Choices = append(m.Choices, Choice{ID: id, Label: label, Kind: kind}) }
	switch b.Type {
	case "button":
		for _, c := range b.Action.Buttons {
			m.Choices = append(m.Choices, Choice{ID: c.Reply.ID, Label: c.Reply.Title, Kind: "button"})
		}
	case "list":
		m.Opener = b.Action.Button
		for _, sec := range b.Action.Sections {
			for _, r := range sec.Rows {
				m.Choices = append(m.Choices, Choice{ID: r.ID, Label: r.Title, Hint: r.Description, Kind: "row"})
			}
		}
	case "cta_url":
		m.Link = &Link{Label: b.Action.Parameters.DisplayText, URL: b.Action.Parameters.URL}
	case "contact_request":
		offer("contact", "contact", "Share phone number")
	case "location_request_message":
		offer("location", "location", "Send location")
	case "flow":
		offer("form", orText(b.Action.Parameters.FlowToken, "unused"), b.Action.Parameters.FlowCTA)
	case "call_permission_request":
		offer("call_yes", "call_yes", "Allow calls")
		offer("call_no", "call_no", "Do not allow")
	case "address_message":
		offer("address", "address", "Provide address")
	case "product":
		offer("product", b.Action.Product, "Ask about it")
		offer("order", b.Action.Product, "Order it")
	case "catalog_message":
		offer("order", orText(b.Action.Parameters.Thumbnail, demoProduct), "View catalog and order")
	case "product_list":
		for _, sec := range b.Action.Sections {
			for _, p := range sec.Products {
				offer("order", p.ID, p.ID)
			}
		}
	}
}

func (b *interactiveBody) showHeader(m *Message) {
	h := b.Header
	if h == nil {
		return
	}
	m.Header = h.Text
	for kind, f := range map[string]*mediaBody{"image": h.Image, "video": h.Video, "document": h.Document} {
		if f != nil && h.Type == kind {
			m.File = f.file(kind)
		}
	}
}
