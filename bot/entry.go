package bot

import (
	"slices"
	"strings"

	"aval/flows"
)

// entered finds the flow that a message leads into by more than its words: the
// button of a template, the text of a wa.me link, or the advertisement before
// it. It begins whatever else is under way, because the person has just come
// from there.
func (t *turn) entered(m Message) *flows.Flow {
	payload := m.Choice
	if ours(payload) {
		payload = ""
	}
	for _, id := range t.brand.Flows {
		f := t.flows.Latest(id)
		if f == nil {
			continue
		}
		e := f.Entry
		if payload != "" && slices.Contains(e.Buttons, payload) || m.Ad != "" && slices.Contains(e.Ads, m.Ad) ||
			len(e.Links) > 0 && linked(string(m.Body), e.Links) {
			return f
		}
	}
	return nil
}

// linked finds one of the words as "#word" in the text that a wa.me link put
// into the person's keyboard, whatever they wrote around it.
func linked(body string, links []string) bool {
	for _, word := range strings.Fields(body) {
		tag, ok := strings.CutPrefix(strings.Trim(word, ".,;:!?()[]\"'“”"), "#")
		if ok && slices.ContainsFunc(links, func(l string) bool { return strings.EqualFold(l, tag) }) {
			return true
		}
	}
	return false
}

// reduce takes from an event what no flow asks for, before anything is kept
// (MIN-1): an advertisement that leads nowhere, and a card of somebody else.
func (o *offer) reduce(m *Message) {
	if m == nil {
		return
	}
	if !o.ads[m.Ad] {
		m.Ad = ""
	}
	if !o.cards {
		m.Card = nil
	}
}

// line is a card as a flow keeps it.
func (c *Card) line() string {
	return strings.TrimPrefix(strings.TrimSpace(string(c.Name))+", "+string(c.Phone), ", ")
}
