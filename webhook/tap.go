package webhook

import "aval/bot"

type interactive struct {
	Type   loose  `json:"type"`
	Button *reply `json:"button_reply"`
	List   *reply `json:"list_reply"`
}

type reply struct {
	ID    loose  `json:"id"`
	Title string `json:"title"`
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
