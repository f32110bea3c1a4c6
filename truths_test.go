package main

import (
	"encoding/hex"
	"encoding/json"
	"flag"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"aval/bot"
	"aval/store"
	"aval/store/ledger"
)

// How far TestTruths walks. By default always the same ways, so that a change is
// blamed for what it breaks; new ways: go test -run TestTruths . -walks 400
var (
	walks    = flag.Int("walks", 0, "new random walks of TestTruths, in place of the usual ones")
	walkSeed = flag.Uint64("walkseed", 0, "the one walk of TestTruths to repeat, by its seed")
)

const usualWalks = 24

const walkSteps = 120

// TestTruths walks at random: people write, tap, stop, come back, change
// number, quote, forward and edit; Meta delivers twice, late and in batches,
// loses answers and refuses; the business has offers for them; the power goes
// between any two operations of the store. Whatever happens, what DESIGN calls
// truths holds: see check.
func TestTruths(t *testing.T) {
	var seeds []uint64
	switch {
	case *walkSeed != 0:
		seeds = append(seeds, *walkSeed)
	case *walks > 0:
		for range *walks {
			seeds = append(seeds, rand.Uint64())
		}
	default:
		for i := range usualWalks {
			seeds = append(seeds, uint64(i+1))
		}
	}
	happened := map[bot.LineType]int{}
	for _, seed := range seeds {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				w := newWalk(t, seed)
				for range walkSteps {
					w.step()
				}
				for _, l := range w.check() {
					happened[l.Type]++
				}
			})
		})
	}
	for _, kind := range []bot.LineType{bot.LineErased, bot.LineHold, bot.LineStop, bot.LineMerged, bot.LineAge} {
		if len(seeds) >= usualWalks && happened[kind] == 0 {
			t.Errorf("no walk came by %s: what is said about it proves nothing", kind)
		}
	}
}

// check asks for the truths at the end of a walk and returns what happened.
func (w *walk) check() []bot.Line {
	w.rest()
	before, lines := w.state(), w.lines()
	w.checkAcknowledged(lines)
	w.checkGrants(lines)
	w.checkSends(lines)

	sent := len(w.meta.sent())
	again := slices.Clone(w.acked)
	for _, order := range []string{"in order", "in any order"} {
		for _, d := range again {
			w.accept(d)
		}
		w.rest()
		if now := w.state(); now != before {
			w.t.Errorf("a replay %s changed\n%sto\n%s", order, before, now)
		}
		if now := w.meta.sent(); len(now) != sent {
			w.t.Errorf("a replay %s sent %d messages: %v", order, len(now)-sent, now[sent:])
		}
		if now := w.lines(); len(now) != len(lines) {
			w.t.Errorf("a replay %s made lines: %v", order, now[len(lines):])
		}
		w.dice.Shuffle(len(again), func(i, j int) { again[i], again[j] = again[j], again[i] })
	}
	w.stop()
	if _, err := store.VerifyLedger(w.t.Context(), w.engine, func(int64) {}); err != nil {
		w.t.Errorf("ledger: %v", err)
	}
	return lines
}

// checkAcknowledged: every message that was acknowledged is on the ledger once,
// whatever died meanwhile and however often it came.
func (w *walk) checkAcknowledged(lines []bot.Line) {
	received := map[string]int{}
	for _, l := range lines {
		if l.Type == bot.LineReceived {
			received[l.Object]++
		}
	}
	for _, d := range w.acked {
		for _, ev := range d.Events {
			if n := received[w.corr(ev)]; ev.Kind == bot.EventMessage && n != 1 {
				w.t.Errorf("message %s %q is on the ledger %d times", ev.ID, string(ev.Message.Body), n)
			}
		}
	}
}

// checkGrants: nothing was granted but by a tap on a button that this person
// was sent, one to one and in time.
func (w *walk) checkGrants(lines []bot.Line) {
	for _, l := range lines {
		granted := l.Type == bot.LineConsent && (l.Outcome == "GIVEN" || l.Outcome == "RENEWED")
		if granted && !w.honest[l.Correlation] {
			w.t.Errorf("granted by something else than an honest tap: %+v", l)
		}
	}
}

// checkSends: nothing of the business left after a stop, nor twice; an answer
// left twice at the most; every message that Meta took is on the ledger at
// most once.
func (w *walk) checkSends(lines []bot.Line) {
	w.t.Helper()
	attempts := map[string]int{}
	for _, m := range w.meta.sent() {
		_, id, ok := w.store.ReadToken(m.callback)
		if !ok {
			w.t.Errorf("a message without a name: %v", m)
		}
		attempts[id]++
		if m.stopped {
			w.t.Errorf("left after an acknowledged stop: %v", m)
		}
		if most := map[bool]int{true: 1, false: 2}[m.business]; attempts[id] > most {
			w.t.Errorf("left %d times: %v", attempts[id], m)
		}
	}
	accepted := map[string]int{}
	for _, l := range lines {
		if l.Type == bot.LineAccepted {
			if accepted[l.Object]++; accepted[l.Object] > 1 {
				w.t.Errorf("accepted twice: %+v", l)
			}
		}
	}
	if len(accepted) > len(w.meta.sent()) {
		w.t.Errorf("%d messages accepted, %d sent", len(accepted), len(w.meta.sent()))
	}
}

// corr is the keyed hash by which the ledger speaks of an event.
func (w *walk) corr(ev bot.Event) string {
	sum := w.store.Hash(ev.Number + "/" + ev.ID)
	return hex.EncodeToString(sum[:8])
}

// state is what the store holds of everybody, in one text.
func (w *walk) state() string {
	var b strings.Builder
	for _, f := range w.people {
		c := w.contact(f)
		if c == nil {
			fmt.Fprintf(&b, "%s: nobody\n", f.name)
			continue
		}
		h := &c.Head
		fmt.Fprintf(&b, "%s: %s %s %s turn %s flow %s/%s outbox %d cases %d seen %d", f.name, h.Channel, h.Hold, h.Identity,
			h.Turn, h.Flow.Flow, h.Flow.State, len(h.Outbox), len(h.Cases), len(h.Seen))
		for _, p := range w.house.config.Brands[0].Purposes {
			if k := h.Consents[p.ID]; k != nil {
				fmt.Fprintf(&b, " %s %s", p.ID, k.State)
			}
		}
		b.WriteString("\n")
	}
	return b.String()
}

// lines reads the whole ledger, but for the daily report of the sweeper.
func (w *walk) lines() []bot.Line {
	w.t.Helper()
	var lines []bot.Line
	in := store.Collections()[slices.IndexFunc(store.Collections(), func(c store.Collection) bool { return c.Name == "ledger" })]
	for after := ""; ; {
		docs, err := w.engine.Scan(w.t.Context(), in, store.Range{AfterID: after, Limit: 100})
		if err != nil {
			w.t.Fatal(err)
		}
		if len(docs) == 0 {
			return lines
		}
		for _, d := range docs {
			after = d.ID
			batch, err := ledger.Decode(d.Body)
			if err != nil {
				w.t.Fatal(err)
			}
			for _, data := range batch.Lines {
				var l bot.Line
				if err := json.Unmarshal(data, &l); err != nil {
					w.t.Fatal(err)
				}
				if l.Type != bot.LineSweep { // once a day, whatever happens
					lines = append(lines, l)
				}
			}
		}
	}
}

// rest lets time pass until nothing waits for it.
func (w *walk) rest() {
	w.t.Helper()
	for range 60 {
		w.settle()
		w.pass(3 * time.Second)
		soon, err := w.store.Due(w.t.Context(), w.now().Add(40*time.Minute), 1)
		if err != nil {
			w.t.Fatal(err)
		}
		if len(soon) == 0 {
			return
		}
		w.pass(time.Minute)
	}
	w.t.Fatal("it does not come to rest")
}
