package whatsapp_test

import (
	"bytes"
	"context"
	"errors"
	"net/http/httptest"
	"testing"

	"aval/bot"
	"aval/internal/simulator"
	"aval/internal/whatsapp"
)

const (
	ours   = "100000000000001"
	theirs = "100000000000002"
)

// simulated is a client with the simulator at the other end, and ana, who has
// written.
func simulated(t *testing.T) (*whatsapp.Client, *simulator.Sim) {
	t.Helper()
	sim := simulator.New(simulator.Config{AccessToken: "token", Numbers: []simulator.Number{
		{ID: ours, Display: "15550001234"}, {ID: theirs, Display: "15550005678"},
	}})
	server := httptest.NewServer(sim.Handler())
	t.Cleanup(server.Close)
	c, err := whatsapp.New(whatsapp.Config{GraphURL: server.URL + "/graph/v26.0", Token: "token", Development: true})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(c.Close)
	sim.Person("ana").Text("hello")
	return c, sim
}

func TestUploadIsSent(t *testing.T) {
	c, sim := simulated(t)
	file := bot.File{Name: "Übersicht.pdf", Type: "application/pdf", Data: bytes.Repeat([]byte("%PDF"), 1<<20)}
	media, err := c.Upload(context.Background(), ours, file)
	if err != nil {
		t.Fatal(err)
	}
	for name, o := range map[string]bot.Outgoing{
		"document": {Body: "Yours."},
		"footer":   {Body: "Yours.", Footer: "Bye"},
		"buttons":  {Body: "Yours.", Footer: "Bye", Choices: []bot.Choice{{ID: "a", Label: "Thanks"}}},
		"list": {Body: "Yours.", Choices: []bot.Choice{
			{ID: "a", Label: "1"}, {ID: "b", Label: "2"}, {ID: "c", Label: "3"}, {ID: "d", Label: "4"}}},
		"link": {Body: "Yours.", Link: &bot.Link{Label: "More", URL: "https://example.org"}},
	} {
		t.Run(name, func(t *testing.T) {
			o.Document = &bot.Document{MediaID: media, Name: file.Name}
			to := bot.Identifiers{Phone: "+15550100001"}
			if _, err := c.Send(context.Background(), bot.Envelope{Number: ours, To: to, Content: o}); err != nil {
				t.Fatal(err)
			}
			inbox := sim.Person("ana").Inbox()
			m := inbox[len(inbox)-1]
			if m.File == nil || m.File.Name != file.Name || m.File.Size != len(file.Data) || m.Body == "" {
				t.Errorf("the phone shows %+v", m)
			}
		})
	}
	name, kind, content, ok := sim.File(media)
	if !ok || name != file.Name || kind != file.Type || !bytes.Equal(content, file.Data) {
		t.Errorf("the phone has %q %q, %d bytes", name, kind, len(content))
	}
}

func TestDiscarded(t *testing.T) {
	c, sim := simulated(t)
	ctx := context.Background()
	media, err := c.Upload(ctx, ours, bot.File{Name: "a.txt", Type: "text/plain", Data: []byte("x")})
	if err != nil {
		t.Fatal(err)
	}
	wantSend(t, c.Discard(ctx, theirs, media), bot.SendNever)
	for range 2 { // the second finds nothing
		if err := c.Discard(ctx, ours, media); err != nil {
			t.Error(err)
		}
	}
	_, err = c.Send(ctx, bot.Envelope{Number: ours, To: bot.Identifiers{Phone: "+15550100001"},
		Content: bot.Outgoing{Document: &bot.Document{MediaID: media}}})
	wantSend(t, err, bot.SendNever)
	if n := len(sim.Person("ana").Inbox()); n != 0 {
		t.Errorf("ana got %d messages", n)
	}
}

func TestUploadRefusals(t *testing.T) {
	c, sim := simulated(t)
	ctx := context.Background()
	_, err := c.Upload(ctx, ours, bot.File{Name: "a.zip", Type: "application/zip", Data: []byte("PK")})
	wantSend(t, err, bot.SendNever)
	large := bot.File{Name: "a.png", Type: "image/png", Data: make([]byte, 6_000_000)}
	_, err = c.Upload(ctx, ours, large)
	wantSend(t, err, bot.SendNever)
	_, err = c.Upload(ctx, "100000000000009", large)
	wantSend(t, err, bot.SendPaused)
	for _, call := range sim.Calls() {
		if call.Status != 400 {
			t.Errorf("%s %d", call.Path, call.Status)
		}
	}
}

func wantSend(t *testing.T, err error, want bot.SendClass) {
	t.Helper()
	var e *bot.SendError
	if !errors.As(err, &e) || e.Class != want {
		t.Errorf("%v, want %s", err, want)
	}
}
