package main

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"aval/bot"
	"aval/internal/simulator"
)

// What people give flows, in every way there is.
const (
	plantedFirst   = "Quillfeather"
	plantedMail    = "zephyrina.q@heron-mail.example"
	plantedBooking = "CL-8842"
	plantedFriend  = "Bartholomew Staircase"
	plantedCard    = "15550177332"
	plantedAdID    = "120298842000000001"
	plantedWhere   = "-12.34567"
)

// card is what a phone sends when its owner shares somebody else's number.
func card(name, phone string) map[string]any {
	return map[string]any{"type": "contacts", "contacts": []any{map[string]any{
		"name":   map[string]any{"formatted_name": name, "first_name": name},
		"phones": []any{map[string]any{"phone": "+" + phone, "wa_id": phone, "type": "MOBILE"}},
	}}}
}

// TestRecordingsHoldNobody: a conversation with an answer of every kind, good
// and bad, leaves a recording in which nothing of them is, and can be played.
func TestRecordingsHoldNobody(t *testing.T) {
	w := newFlowWorld(t, "kinds")
	w.serveControl(w.app)
	p := w.sim.Person("ana")
	w.optIn(p, "oi")
	r := &rehearsal{world: w, people: map[string]*simulator.Person{"ana": p}}
	for _, words := range []string{"tudo uma vez", plantedText, plantedFirst, plantedText, "17", "24/12/2031", plantedText, plantedMail, plantedBooking} {
		w.sim.Advance(pause)
		w.say(p, words)
	}
	for _, send := range []func(){
		func() { p.Image(plantedText) },
		func() { r.send("ana", card(plantedFriend, plantedCard)) },
		func() { p.Location(-12.34567, -46.63) },
		func() { w.tap(p, "Outside") }, // plantedText is English
		func() { p.Text("cuppa") },
	} {
		w.sim.Advance(pause)
		send()
		w.settle()
	}
	if said := w.last(p).Body; said != "17, 24 Dec 2031, out, tea." {
		t.Fatalf("the conversation ended with %q", said)
	}
	dir := t.TempDir()
	says(t, w, exitOK, "1 conversations of kinds, 1 different ways\n", "flow", "record", "kinds", "--to", dir)
	data, err := os.ReadFile(filepath.Join(dir, "kinds-0001.txt"))
	if err != nil {
		t.Fatal(err)
	}
	needles := forms(plantedText, plantedFirst, plantedMail, plantedBooking, plantedFriend, plantedCard, plantedWhere, "24/12/2031", "2031-12-24", "cuppa")
	search(t, "the recording", data, needles)
	const way = "inputs: 13\nmisfit\ntyped: sample\nmisfit\ntyped: 1\ntyped: 2026-01-15\nmisfit\ntyped: someone@example.com\n" +
		"typed: CL-1042\nmedia: image\ncontact\nplace\nanswer: out\nanswer: tea\n"
	if _, inputs, _ := strings.Cut(string(data), "version: 1\n"); inputs != way {
		t.Errorf("recorded:\n%s", data)
	}
	w.stop()
	read := func(l bot.Line) bool {
		return l.Type == bot.LineRecorded && l.Object == "kinds" && l.Actor == "operator"
	}
	if !slices.ContainsFunc(ledgerLines(w), read) {
		t.Error("the ledger does not say that recordings were read")
	}
}

func newFlowWorld(t *testing.T, ids ...string) *world {
	t.Helper()
	return newWorld(t, func(h *house) {
		for _, id := range ids {
			(&world{t: t}).offering(id, true)(h)
		}
	})
}

// TestFlowReplay records conversations and plays them on drafts: what changes
// is listed, and nothing else.
func TestFlowReplay(t *testing.T) {
	w := newWorld(t, nil)
	ana, ben, carla := w.sim.Person("ana"), w.sim.Person("ben"), w.sim.Person("carla")
	for p, label := range map[*simulator.Person]string{ana: "Chegou bem", ben: "Não chegou", carla: "Chegou bem"} {
		w.optIn(p, "oi")
		w.say(p, "pedido")
		w.say(p, "CL-1043")
		w.tap(p, label)
	}
	running, alone := t.TempDir(), t.TempDir()
	const counted = "3 conversations of order-status, 2 different ways\n"
	w.serveControl(w.app)
	says(t, w, exitOK, counted, "flow", "record", "order-status", "--to", running)
	w.stop()
	says(t, w, exitOK, counted, "flow", "record", "order-status", "--to", alone)
	for _, name := range []string{"order-status-0001.txt", "order-status-0002.txt"} {
		a, _ := os.ReadFile(filepath.Join(running, name))
		b, _ := os.ReadFile(filepath.Join(alone, name))
		if len(a) == 0 || !bytes.Equal(a, b) {
			t.Errorf("%s, with a server:\n%s\nwithout:\n%s", name, a, b)
		}
	}
	says(t, w, exitOK, "0 conversations of moving, 0 different ways\n", "flow", "record", "moving")

	// The more frequent way comes first.
	const missing = "      - answer: missing\n        to: "
	draft := flowFile(t, "order-status", "version: 2", "version: 3", missing+"person", missing+"down")
	says(t, w, exitOK, "order-status-0002\n"+
		"  after 'answer: missing' went to person, now to down\n"+
		"  at the end was over in person, now is waiting for answer in down\n"+
		"1 of 2 conversations change\n", "flow", "replay", draft, running)
	same := flowFile(t, "order-status", "version: 2", "version: 3", "Chegou bem?", "Tudo certo?")
	says(t, w, exitOK, "0 of 2 conversations change\n", "flow", "replay", same, filepath.Join(alone, "order-status-0001.txt"), filepath.Join(running, "order-status-0002.txt"))

	other := flowFile(t, "moving", "version: 2", "version: 3")
	says(t, w, exitFailure, "order-status-0001 is a conversation of flow order-status, and the draft is one of moving", "flow", "replay", other, running)
	says(t, w, exitFailure, "there are no recordings", "flow", "replay", draft, t.TempDir())
	says(t, w, exitFailure, "there is no recording nothing.txt", "flow", "replay", draft, "nothing.txt")
	says(t, w, exitUsage, "usage:", "flow", "replay", draft)
}

// TestTrailsAreForgotten: a recording goes with the words that it was taken
// from, also one that ended in silence, after them.
func TestTrailsAreForgotten(t *testing.T) {
	w := newFlowWorld(t, "guest")
	ana := w.sim.Person("ana")
	w.optIn(ana, "oi")
	w.say(ana, "convidar")
	w.sim.Advance(21 * time.Hour)
	w.settle()
	left := func() int {
		t.Helper()
		found, err := w.app.bot.Recordings(t.Context(), "guest")
		if err != nil {
			t.Fatal(err)
		}
		return len(found)
	}
	if left() != 1 {
		t.Fatalf("%d recordings; the flow is %+v", left(), w.show(ana).Flow)
	}
	keep := w.house.config.Brands[0].Rules.Keep
	w.sim.Advance(keep - 2*time.Hour)
	w.settle()
	if left() != 1 {
		t.Error("gone too early")
	}
	w.sim.Advance(2 * time.Hour)
	w.settle()
	if left() != 0 {
		t.Error("the recording is still there")
	}
}

// watching keeps what the store is given to keep, before it is sealed.
type watching struct {
	bot.Store
	mu   sync.Mutex
	seen bytes.Buffer
}

// Record implements bot.Store.
func (s *watching) Record(ctx context.Context, items []bot.Item, bad []bot.Unreadable) error {
	s.note(items, bad)
	return s.Store.Record(ctx, items, bad)
}

// Commit implements bot.Store.
func (s *watching) Commit(ctx context.Context, c *bot.Contact, ch bot.Changes) error {
	s.note(c, ch)
	if c != nil {
		for _, e := range c.Entries {
			s.note(string(e.Plain))
		}
	}
	return s.Store.Commit(ctx, c, ch)
}

func (s *watching) note(all ...any) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, v := range all {
		s.seen.Write(bot.Encode(v))
	}
}

// TestUnwantedStaysOutside: an ad that leads to no flow, and a card that no flow
// asks for, are given to the store at no time, before consent or after it
// (MIN-1). Where a flow asks, they are: else this test would see nothing.
func TestUnwantedStaysOutside(t *testing.T) {
	for _, tt := range []struct {
		name  string
		flows []string
		kept  bool
	}{{"Unwanted", nil, false}, {"Wanted", []string{"guest"}, true}} {
		t.Run(tt.name, func(t *testing.T) {
			w := newFlowWorld(t, tt.flows...)
			s := &watching{}
			w.stop()
			w.prepare = func(a *app) { s.Store, a.bot.Store = a.bot.Store, s }
			w.startServer()
			ana := w.sim.Person("ana")
			r := &rehearsal{world: w, people: map[string]*simulator.Person{"ana": ana}}
			give := func() {
				r.send("ana", map[string]any{"type": "text", "text": map[string]any{"body": "convidar"}, "referral": map[string]any{
					"source_id": plantedAdID, "source_type": "ad", "source_url": "https://fb.example/ad", "body": plantedText, "ctwa_clid": plantedAd}})
				w.settle()
				r.send("ana", card(plantedFriend, plantedCard))
				w.settle()
			}
			give()
			w.tap(ana, "Sim, aceito")
			w.tap(ana, "Confirmo")
			give()
			s.mu.Lock()
			defer s.mu.Unlock()
			search(t, "what is stored", s.seen.Bytes(), forms(plantedAdID, plantedText, plantedAd))
			for _, planted := range []string{plantedFriend, plantedCard} {
				if found := bytes.Contains(s.seen.Bytes(), []byte(planted)); found != tt.kept {
					t.Errorf("%s was given to the store: %v", planted, found)
				}
			}
			if !bytes.Contains(s.seen.Bytes(), []byte("convidar")) {
				t.Error("what the person wrote is not among what is searched")
			}
		})
	}
}
