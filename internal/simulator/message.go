package simulator

import (
	"encoding/json"
	"time"
)

// Message is one bubble on a phone, in either direction.
type Message struct {
	ID     string `json:"id"`
	Number string `json:"number"` // phone number id of the business's side
	Mine   bool   `json:"mine"`   // the person wrote it
	Type   string `json:"type"`   // Meta's word, for interactive the inner one
	Header string `json:"header,omitempty"`
	Body   string `json:"body,omitempty"`
	Footer string `json:"footer,omitempty"`
	// Choices can be tapped; Opener is the label of the button over a list.
	Choices []Choice `json:"choices,omitempty"`
	Opener  string   `json:"opener,omitempty"`
	// Link is the first button that leads out of the chat, Links are further
	// ones: pages, tel: numbers and copy: codes.
	Link  *Link  `json:"link,omitempty"`
	Links []Link `json:"links,omitempty"`
	File  *File  `json:"file,omitempty"`
	Place *Place `json:"place,omitempty"`
	Cards []Card `json:"cards,omitempty"` // contacts that were shared
	// Preview is the page that the text shows a preview of.
	Preview string `json:"preview,omitempty"`
	// Template and Category are set for message templates.
	Template string `json:"template,omitempty"`
	Category string `json:"category,omitempty"`
	Context  string `json:"context,omitempty"`
	Callback string `json:"callback,omitempty"`
	// Reaction is the emoji the other side put on it.
	Reaction string `json:"reaction,omitempty"`
	// Status is accepted, sent, delivered, read or failed for messages of the
	// business; queued, sent or read for the person's own.
	Status string    `json:"status"`
	Code   int       `json:"code,omitempty"` // of a failure
	Note   string    `json:"note,omitempty"`
	At     time.Time `json:"at"`
	// Raw is the Graph request, or the element of the webhook.
	Raw json.RawMessage `json:"raw,omitempty"`
}

// Choice is something that can be tapped. Kind is button, row or quick_reply,
// or the kind of message that the tap sends: contact, location, form, address,
// product, order, call_yes or call_no.
type Choice struct {
	ID    string `json:"id"`
	Label string `json:"label"`
	Hint  string `json:"hint,omitempty"`
	Kind  string `json:"kind"`
}

// Link opens a web page.
type Link struct {
	Label string `json:"label"`
	URL   string `json:"url"`
}

// Place is somewhere on the map. Name and Address may be empty.
type Place struct {
	Latitude  float64 `json:"latitude"`
	Longitude float64 `json:"longitude"`
	Name      string  `json:"name,omitempty"`
	Address   string  `json:"address,omitempty"`
}

// Card is a contact that was shared. Only Name is never empty.
type Card struct {
	Name    string   `json:"name"`
	Company string   `json:"company,omitempty"`
	Phones  []string `json:"phones,omitempty"`
	Emails  []string `json:"emails,omitempty"`
}

// File is a picture, a sound or a document: behind a link or uploaded. Of an
// uploaded one type and size are known, and Sim.File has its bytes.
type File struct {
	Kind    string `json:"kind"` // of the message; voice for a voice note
	Name    string `json:"name,omitempty"`
	Type    string `json:"type,omitempty"` // MIME type
	Size    int    `json:"size,omitempty"` // in bytes
	URL     string `json:"url,omitempty"`
	MediaID string `json:"media_id,omitempty"`
}

// keep appends a message to the phone and shows it.
func (s *Sim) keep(a *account, m *Message) {
	if s.cfg.Quiet {
		return
	}
	a.mu.Lock()
	a.log = append(a.log, m)
	a.known[m.ID] = m
	event := personMessage{Person: a.profile.Key, Message: *m}
	a.mu.Unlock()
	s.people.index(m.ID, a)
	s.changed.ring()
	s.hub.publish("message", event)
}

// amend changes a kept message. It reports whether the message is known.
func (s *Sim) amend(a *account, id string, edit func(*Message)) bool {
	a.mu.Lock()
	m := a.known[id]
	if m == nil {
		a.mu.Unlock()
		return false
	}
	edit(m)
	event := personMessage{Person: a.profile.Key, Message: *m}
	a.mu.Unlock()
	s.changed.ring()
	s.hub.publish("message", event)
	return true
}

// personMessage is a message with whose phone it is on.
type personMessage struct {
	Person  string  `json:"person"`
	Message Message `json:"message"`
}

// rank orders the happy states, so that a late one never takes a tick away.
func rank(status string) int {
	switch status {
	case "sent":
		return 1
	case "delivered":
		return 2
	case "read":
		return 3
	}
	return 0
}
