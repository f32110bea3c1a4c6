package main

import (
	"bytes"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"aval/bot"
	"aval/flows"
	"aval/flows/words"
	"aval/internal/simulator"
)

// spoil overwrites the end of stored bodies, as a bad disk would.
func (w *world) spoil(query string) {
	w.t.Helper()
	db, err := sql.Open("sqlite", w.dir+"/aval.db")
	if err != nil {
		w.t.Fatal(err)
	}
	defer db.Close()
	res, err := db.Exec(query)
	if err != nil {
		w.t.Fatal(err)
	}
	if n, _ := res.RowsAffected(); n == 0 {
		w.t.Fatal("nothing was spoiled")
	}
}

// TestDamageStaysAlone: more damaged contacts than there are workers, all of
// them due, and a damaged recorded event. The server starts, says so, and a
// healthy person is served and can stop.
func TestDamageStaysAlone(t *testing.T) {
	w := newStillWorld(t, nil, func(*simulator.Config) {})
	damaged := make([]*bot.Contact, 300)
	for i := range damaged {
		damaged[i] = w.customer(i)
		offer(damaged[i], offerText, w.sim.Now())
	}
	w.plant(damaged...)
	w.spoil(`UPDATE contacts SET body = substr(body, 1, length(body)-8) || x'0000000000000000'`)
	w.spoil(`INSERT INTO intake (id, version, body) VALUES ('0000000000000001', 1, x'0102030405')`)
	w.startServer()
	ana := w.sim.Person("ana")
	w.optIn(ana, "oi")
	w.say(ana, "PARAR")
	if v := w.show(ana); v.Channel != flows.ChannelStopped {
		t.Errorf("a healthy contact is %s", v.Channel)
	}
	if _, err := w.app.bot.Show(t.Context(), string(damaged[0].ID), "test"); !errors.Is(err, bot.ErrIntegrity) {
		t.Errorf("show of a damaged contact: %v", err)
	}
	for _, want := range []string{"a recorded event cannot be opened", "a contact is locked"} {
		if !strings.Contains(w.log.String(), want) {
			t.Errorf("%q is not in the log", want)
		}
	}
	for _, s := range w.sends() {
		if strings.Contains(s.body, offerText) {
			t.Fatal("something was sent for a damaged contact")
		}
	}
}

// trap sets off a defect for one text.
type trap struct{ bot.Words }

const poison = "words that set off a defect"

// All implements bot.Words.
func (p trap) All(text string, own ...string) []words.Match {
	if text == poison {
		panic(text)
	}
	return p.Words.All(text, own...)
}

// TestDefectStaysAlone: a message that makes deciding panic is delivered
// together with a stop. The stop holds, the server lives and serves others, the
// log says where it was and nothing of the message, and the message is kept.
func TestDefectStaysAlone(t *testing.T) {
	w := newStillWorld(t, nil, func(*simulator.Config) {})
	w.prepare = func(a *app) { a.bot.Env.Words = trap{a.bot.Env.Words} }
	w.startServer()
	ana, ben := w.sim.Person("ana"), w.sim.Person("ben")
	w.optIn(ana, "oi")
	phone := ana.Profile().Phone
	event := func(id, text string) bot.Event {
		return bot.Event{Kind: bot.EventMessage, ID: id, Number: w.number(), At: w.sim.Now().Truncate(time.Second),
			From:    bot.Identifiers{Phone: bot.Phone("+" + phone), BSUID: bot.BSUID(ana.Profile().BSUID)},
			Message: &bot.Message{Kind: bot.MessageText, Body: bot.Text(text), Type: "text"}}
	}
	d := bot.Delivery{Events: []bot.Event{event("wamid.P1", poison), event("wamid.P2", "PARAR")}}
	if err := w.app.bot.Accept(t.Context(), d); err != nil {
		t.Fatal(err)
	}
	until(t, "the stop", func() bool { return w.show(ana).Channel == flows.ChannelStopped })
	ben.Text("oi")
	until(t, "an answer to somebody else", func() bool { return len(ben.Inbox()) > 0 })
	items, err := w.app.store.Backlog(t.Context())
	recorded := func(id string) bool {
		return slices.ContainsFunc(items, func(it bot.Item) bool { return it.Event.ID == id })
	}
	if err != nil || !recorded("wamid.P1") || recorded("wamid.P2") {
		t.Errorf("recorded: poison %t, stop %t, %v", recorded("wamid.P1"), recorded("wamid.P2"), err)
	}
	if log := w.log.String(); !strings.Contains(log, "internal error while deciding") || strings.Contains(log, poison) {
		t.Errorf("log:\n%s", log)
	}
}

// TestWithheldAlone: a question that the gate withholds takes no other message
// with it.
func TestWithheldAlone(t *testing.T) {
	w := newStillWorld(t, nil, func(*simulator.Config) {})
	c := w.customer(1)
	due := w.sim.Now()
	c.Due, c.Head.Identity = due, flows.IdentitySuspect
	c.Head.Question = &bot.Question{Kind: bot.QuestionAsk, Purpose: "marketing", Outbound: "ASKS", Expires: due.Add(time.Hour)}
	c.Head.Outbox = []bot.Outbound{
		{ID: "ASKS", Kind: bot.KindNotice, Purpose: "marketing", Asks: true, Personal: true, Content: bot.Outgoing{Body: "a question"}, Next: due},
		{ID: "OWED", Kind: bot.KindRights, Content: bot.Outgoing{Body: "what is owed"}, Next: due},
	}
	w.plant(c)
	w.startServer()
	until(t, "the message behind the question", func() bool { return len(w.sends()) > 0 })
	if s := w.sends(); len(s) != 1 || !strings.Contains(s[0].body, "what is owed") {
		t.Errorf("sent: %d messages", len(s))
	}
}

// TestStrangersDoNotStarve: contacts of a brand that left the configuration
// stay due for ever. There are more of them than one look finds, and they were
// due before everybody else.
func TestStrangersDoNotStarve(t *testing.T) {
	w := newStillWorld(t, nil, func(*simulator.Config) {})
	planted := make([]*bot.Contact, 1200)
	for i := range planted {
		planted[i] = w.customer(i)
		planted[i].Head.Brand = "gone"
		offer(planted[i], offerText, w.sim.Now().Add(-time.Hour))
	}
	healthy := w.customer(len(planted))
	offer(healthy, offerText, w.sim.Now())
	w.plant(append(planted, healthy)...)
	w.startServer()
	until(t, "the offer of the healthy contact", func() bool { return len(w.sends()) > 0 })
	if got := bytes.Count([]byte(w.log.String()), []byte("a contact is locked")); got > len(planted) {
		t.Errorf("%d lines about %d contacts", got, len(planted))
	}
}

// TestConflictTakesNothing: a commit that meets a newer version leaves alone
// what else it would have written, above all the key.
func TestConflictTakesNothing(t *testing.T) {
	w := newStillWorld(t, nil, func(*simulator.Config) {})
	c := w.customer(1)
	w.plant(c)
	a, err := w.house.open(t.Context(), w.sim.Now, discardLog())
	if err != nil {
		t.Fatal(err)
	}
	defer a.close()
	ctx := t.Context()
	if err := a.store.Record(ctx, []bot.Item{{Seq: 7, Event: bot.Event{Kind: bot.EventMessage, ID: "wamid.7"}}}, nil); err != nil {
		t.Fatal(err)
	}
	stale, err := a.store.Load(ctx, c.ID)
	if err != nil {
		t.Fatal(err)
	}
	stale.Version = 77
	stop := bot.Changes{Done: []uint64{7}}
	if err := a.store.Commit(ctx, stale, stop); !errors.Is(err, bot.ErrConflict) {
		t.Errorf("stale version: %v", err)
	}
	if err := a.store.Commit(ctx, stale, bot.Changes{Delete: true}); !errors.Is(err, bot.ErrConflict) {
		t.Errorf("stale delete: %v", err)
	}
	if items, err := a.store.Backlog(ctx); err != nil || len(items) != 1 {
		t.Errorf("the recorded event is gone: %d, %v", len(items), err)
	}
	if _, err := a.store.Load(ctx, c.ID); err != nil {
		t.Errorf("the contact cannot be opened: %v", err)
	}
}

// halting fails the commits of one contact while it is on, as if the process
// died before them.
type halting struct {
	bot.Store
	id bot.ContactID
	on atomic.Bool
}

// Commit implements bot.Store.
func (h *halting) Commit(ctx context.Context, c *bot.Contact, ch bot.Changes) error {
	if c != nil && c.ID == h.id && h.on.Load() {
		return errors.New("halted")
	}
	return h.Store.Commit(ctx, c, ch)
}

// TestStopDuringUnion: a stop shows that two contacts are one person. The
// process dies between the two writes of their union, whichever of them fails;
// afterwards nothing of the business leaves for either.
func TestStopDuringUnion(t *testing.T) {
	for _, failing := range []int{1, 2} {
		t.Run(fmt.Sprint(failing), func(t *testing.T) {
			w := newStillWorld(t, nil, func(*simulator.Config) {})
			byPhone, byUser := w.customer(1), w.customer(2)
			byUser.Head.IDs = bot.Identifiers{BSUID: "BR.4711"}
			offer(byPhone, offerText, w.sim.Now().Add(time.Hour))
			offer(byUser, offerText, w.sim.Now().Add(time.Hour))
			w.plant(byPhone, byUser)
			h := &halting{id: []bot.ContactID{byPhone.ID, byUser.ID}[failing-1]}
			w.prepare = func(a *app) { h.Store, a.bot.Store = a.bot.Store, h }
			w.startServer()
			h.on.Store(true)
			body := strings.Replace(string(w.letter(string(customerPhone(1)[1:]), "wamid.UNION", "STOP")),
				`"from":`, `"from_user_id":"BR.4711","from":`, 1)
			if status := w.post([]byte(body)); status != 200 {
				t.Fatalf("answer %d", status)
			}
			until(t, "a failed commit", func() bool { return strings.Contains(w.log.String(), "halted") })
			w.stop()
			h.on.Store(false)
			w.startServer()
			until(t, "the decision", func() bool { return len(w.sends()) > 0 })
			w.sim.Advance(2 * time.Hour)
			w.settle()
			for _, s := range w.sends() {
				if strings.Contains(s.body, offerText) {
					t.Errorf("an offer left after the stop: %+v", s.to)
				}
			}
			v, err := w.app.bot.Show(t.Context(), "BR.4711", "test")
			if err != nil || v.Channel != flows.ChannelStopped {
				t.Errorf("channel %s, %v", v.Channel, err)
			}
		})
	}
}
