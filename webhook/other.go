package webhook

import (
	"encoding/json"
	"strconv"
	"strings"

	"aval/bot"
)

// sharedCard is a contact card. Addresses, birthdays and the rest are not read:
// they are data about a third person that nobody asked for.
type sharedCard struct {
	Origin loose `json:"origin"`
	Name   struct {
		Formatted string `json:"formatted_name"`
	} `json:"name"`
	Phones []struct {
		Phone loose `json:"phone"`
		User  loose `json:"wa_id"`
	} `json:"phones"`
}

// card is the first of the cards, with the first of its numbers.
func card(cards []sharedCard) *bot.Card {
	if len(cards) == 0 {
		return nil
	}
	c := &bot.Card{Name: text(cards[0].Name.Formatted)}
	for _, p := range cards[0].Phones {
		for _, written := range []loose{p.User, p.Phone} {
			if phone, ok := bot.NewPhone(dialled(string(written))); ok && c.Phone == "" {
				c.Phone = phone
			}
		}
	}
	return c
}

// dialled drops what people put between the digits of a number.
func dialled(s string) string {
	return strings.Map(func(r rune) rune {
		if strings.ContainsRune(" -.()/\u00a0", r) {
			return -1
		}
		return r
	}, s)
}

type location struct {
	Latitude  degrees `json:"latitude"`
	Longitude degrees `json:"longitude"`
}

// degrees is a number, or text holding one.
type degrees float64

// UnmarshalJSON refuses what is no number.
func (d *degrees) UnmarshalJSON(raw []byte) error {
	var s loose
	if err := json.Unmarshal(raw, &s); err != nil {
		return err
	}
	f, err := strconv.ParseFloat(string(s), 64)
	*d = degrees(f)
	return err
}

// other reads the kinds that are rare in a conversation about consent.
func other(e *bot.Event, c *content) {
	m := e.Message
	switch {
	case c.Type == "reaction" && c.Reaction != nil:
		m.Kind, m.Context, m.Body = bot.MessageReaction, string(c.Reaction.Message), text(c.Reaction.Emoji)
		e.Traits |= bot.TraitReaction
	case c.Type == "location":
		m.Kind = bot.MessageLocation
		m.Place = c.Location.place()
	case c.Type == "contacts":
		m.Kind, m.Card = bot.MessageContacts, card(c.Contacts)
		e.Note = origin(c.Contacts)
	case c.Type == "order" && c.Order != nil && c.Order.Text != "":
		// The note on an order goes with the goods as a caption with a file.
		m.Body = text(c.Order.Text)
		e.Traits |= bot.TraitCaption
	}
}

// place is nil for what is not on the globe.
func (l *location) place() *bot.Place {
	if l == nil || l.Latitude < -90 || l.Latitude > 90 || l.Longitude < -180 || l.Longitude > 180 {
		return nil
	}
	return &bot.Place{Latitude: float64(l.Latitude), Longitude: float64(l.Longitude)}
}

// origin tells the person's own card, given on request, from anybody else's.
func origin(cards []sharedCard) string {
	if len(cards) == 1 && cards[0].Origin == "contact_request" {
		return "own_card"
	}
	return "other_card"
}
