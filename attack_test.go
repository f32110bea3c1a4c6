package main

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"aval/bot"
	"aval/flows"
	"aval/internal/simulator"
)

// What the tests that attack the server share.

// post sends one signed body and returns the status; 0 when nobody answered.
func (w *world) post(body []byte) int {
	status, err := w.sim.Post(context.Background(), body, simulator.Sign(w.secret(), body))
	if err != nil {
		return 0
	}
	return status
}

func (w *world) secret() string { return string(w.house.config.Meta.AppSecrets[0]) }

// number is the business's phone number id.
func (w *world) number() string { return w.house.config.Brands[0].Numbers[0].ID }

// letter is the delivery of one text message.
func (w *world) letter(phone, id, text string) []byte {
	return delivery(w.number(), map[string]any{
		"from": phone, "id": id, "timestamp": strconv.FormatInt(w.sim.Now().Unix(), 10),
		"type": "text", "text": map[string]any{"body": text},
	})
}

// delivery wraps messages as Meta does.
func delivery(number string, messages ...map[string]any) []byte {
	contacts := make([]map[string]any, 0, len(messages))
	for _, m := range messages {
		c := map[string]any{"profile": map[string]any{"name": "Guest"}}
		if phone, ok := m["from"].(string); ok {
			c["wa_id"] = phone
		}
		if id, ok := m["from_user_id"].(string); ok {
			c["user_id"] = id
		}
		contacts = append(contacts, c)
	}
	body, err := json.Marshal(map[string]any{
		"object": "whatsapp_business_account",
		"entry": []any{map[string]any{"id": "200000000000001", "changes": []any{map[string]any{
			"field": "messages", "value": map[string]any{
				"messaging_product": "whatsapp", "contacts": contacts, "messages": messages,
				"metadata": map[string]any{"display_phone_number": "15550001234", "phone_number_id": number},
			},
		}}}},
	})
	if err != nil {
		panic(err) // maps of strings always encode
	}
	return body
}

// sent is what one accepted Graph call carried.
type sent struct {
	to, body string
	status   int
}

// sends lists the messages that Graph was asked to send; read receipts are
// left out.
func (w *world) sends() []sent {
	var out []sent
	for _, c := range w.sim.Calls() {
		var m struct {
			To, Recipient, Status string
			Text                  struct{ Body string }
			Interactive           struct{ Body struct{ Text string } }
		}
		if c.Method != http.MethodPost || json.Unmarshal(c.Body, &m) != nil || m.Status != "" {
			continue
		}
		out = append(out, sent{strings.TrimPrefix(m.To+m.Recipient, "+"), m.Text.Body + m.Interactive.Body.Text, c.Status})
	}
	return out
}

// customer is somebody who agreed to everything an hour ago.
func (w *world) customer(i int) *bot.Contact {
	now := w.sim.Now()
	ago := now.Add(-time.Hour)
	return &bot.Contact{ID: bot.ContactID(fmt.Sprintf("%032x", i+1)), Head: bot.Head{
		Brand: w.house.config.Brands[0].ID, Pseudonym: fmt.Sprintf("SUBJECT%04d", i), Created: ago, Number: w.number(),
		IDs: bot.Identifiers{Phone: customerPhone(i)}, Language: "en", LastIn: ago, Positive: ago,
		Identity: flows.IdentityBound, Channel: flows.ChannelOpen, Hold: flows.HoldNormal, Turn: flows.TurnBot,
		Consents: map[string]*bot.Consent{
			"service":   {State: flows.Given, Since: ago, Notice: 1, Record: "R1"},
			"marketing": {State: flows.Given, Since: ago, Notice: 1, Record: "R2"},
		},
	}}
}

func customerPhone(i int) bot.Phone { return bot.Phone(fmt.Sprintf("+5511900%06d", i)) }

// offer puts a message of the business's own into a contact, due at a time.
func offer(c *bot.Contact, body string, due time.Time) {
	c.Due = due
	c.Head.Outbox = append(c.Head.Outbox, bot.Outbound{
		ID: "OFFER" + string(c.ID[len(c.ID)-8:]), Kind: bot.KindMarketing, Business: true, Purpose: "marketing",
		Content: bot.Outgoing{Body: bot.Text(body)}, Created: c.Head.Created, Next: due,
	})
}

// plant writes contacts into the store of a server that does not run.
func (w *world) plant(contacts ...*bot.Contact) {
	w.t.Helper()
	ctx := context.Background()
	a, err := w.house.open(ctx, w.sim.Now, discardLog())
	if err != nil {
		w.t.Fatal(err)
	}
	var commits sync.WaitGroup // together they share the syncs of the disk
	for _, c := range contacts {
		commits.Go(func() {
			if err := a.store.Commit(ctx, c, bot.Changes{Leads: []bot.Mark{{IDs: c.Head.IDs, On: true}}}); err != nil {
				w.t.Error(err)
			}
		})
	}
	commits.Wait()
	if err := a.close(); err != nil {
		w.t.Fatal(err)
	}
}

// until polls a condition; it is for what the other side of a socket does.
func until(t *testing.T, what string, done func() bool) {
	t.Helper()
	deadline := time.Now().Add(time.Minute)
	for !done() {
		if time.Now().After(deadline) {
			t.Fatalf("waited a minute for: %s", what)
		}
		time.Sleep(5 * time.Millisecond)
	}
}
