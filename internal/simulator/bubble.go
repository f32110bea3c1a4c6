package simulator

import "encoding/json"

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
	if sd.media != nil {
		m.File.Type, m.File.Size = sd.media.mime, len(sd.media.content)
	}
	if sd.template.Name != "" {
		sd.template.show(r.Template, m)
	}
	return m
}

func (r *sendRequest) show(m *Message) {
	switch m.Type {
	case "text":
		m.Body = r.Text.Body
	case "reaction":
		m.Body, m.Context = r.Reaction.Emoji, r.Reaction.MessageID
	case "location":
		m.Body = r.Location.Name + "\n" + r.Location.Address
	case "contacts":
		m.Body = "A contact card"
	case "interactive":
		r.Interactive.show(m)
	}
	if file := r.media(); file != nil {
		m.Body, m.File = file.Caption, file.file(m.Type)
	}
}

func (f *mediaBody) file(kind string) *File {
	return &File{Kind: kind, Name: f.Filename, URL: f.Link, MediaID: f.ID}
}

func (b *interactiveBody) show(m *Message) {
	m.Type, m.Body = b.Type, b.Body.Text
	if b.Footer != nil {
		m.Footer = b.Footer.Text
	}
	b.showHeader(m)
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
		m.Choices = []Choice{{ID: "contact", Label: "Share phone number", Kind: "contact"}}
	case "location_request_message":
		m.Choices = []Choice{{ID: "location", Label: "Send location", Kind: "location"}}
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
