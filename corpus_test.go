package main

import (
	"encoding/json"
	"maps"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"aval/bot"
	"aval/internal/simulator"
)

// recordings are the recorded webhook bodies with their signatures over two
// byte forms: the file as it is, and compact, ASCII-escaped, with "\/".
type recordings struct {
	Secret string
	Sig    map[string]struct{ File, Wire string }
}

func readRecordings(t *testing.T) (recordings, map[string][]byte) {
	t.Helper()
	dir := filepath.Join("webhook", "testdata", "payloads")
	data, err := os.ReadFile(filepath.Join(dir, "_signatures.txt"))
	if err != nil {
		t.Fatal(err)
	}
	var r recordings
	if err := json.Unmarshal(data, &r); err != nil {
		t.Fatal(err)
	}
	bodies := map[string][]byte{}
	for name := range r.Sig {
		if bodies[name], err = os.ReadFile(filepath.Join(dir, name+".json")); err != nil {
			t.Fatal(err)
		}
	}
	if len(bodies) != 181 {
		t.Fatalf("%d recordings, want 181", len(bodies))
	}
	return r, bodies
}

// TestRecordedDeliveries posts everything Meta was ever seen to send to the
// real server: each is answered 200, a second and a third delivery changes and
// sends nothing, and with a wrong signature nothing is kept. The order is
// another one each time, as it is with Meta.
func TestRecordedDeliveries(t *testing.T) {
	r, bodies := readRecordings(t)
	w := newTunedWorld(t, func(h *house) { h.config.Meta.AppSecrets = []bot.Secret{bot.Secret(r.Secret)} },
		func(c *simulator.Config) { c.Now = func() time.Time { return time.Unix(1793400060, 0) } })
	names := slices.Sorted(maps.Keys(bodies))
	seed := uint64(time.Now().UnixNano())
	dice := rand.New(rand.NewPCG(seed, 0))
	t.Log("seed of the orders:", seed)
	post := func(want int, signature func(name string) string) {
		t.Helper()
		dice.Shuffle(len(names), func(i, j int) { names[i], names[j] = names[j], names[i] })
		for _, name := range names {
			got, err := w.sim.Post(t.Context(), bodies[name], "sha256="+signature(name))
			if err != nil || got != want {
				t.Fatalf("%s: %d, %v; want %d", name, got, err, want)
			}
		}
	}
	post(403, func(string) string { return strings.Repeat("0", 64) })
	if n := w.app.bot.Stats().Recorded.Load(); n != 0 {
		t.Fatalf("%d events kept of refused deliveries", n)
	}
	round := func() (calls int, lines, quarantined int64) {
		t.Helper()
		post(200, func(name string) string { return r.Sig[name].File })
		w.rest()
		lines, _ = w.app.store.Ledger()
		return len(w.sim.Calls()), lines, int64(w.app.hook.Stats().Quarantined)
	}
	calls, lines, quarantined := round()
	if calls == 0 || lines == 0 {
		t.Fatalf("%d calls, %d lines: nothing happened", calls, lines)
	}
	for range 2 {
		moreCalls, moreLines, moreQuarantined := round()
		if moreCalls != calls {
			t.Errorf("a repeat made %d calls", moreCalls-calls)
		}
		// What cannot be understood has no id to know it by: each time it is
		// set aside and the ledger says so.
		if again := moreQuarantined - quarantined; moreLines-lines != again {
			t.Errorf("a repeat made %d ledger lines, %d of them quarantine", moreLines-lines, again)
		}
		calls, lines, quarantined = moreCalls, moreLines, moreQuarantined
	}
}

// rest waits until nothing is under way, and moves the clock on until nothing
// that waits for its time, such as the pair limit, is left to come.
func (w *world) rest() {
	w.t.Helper()
	for calls, quiet := -1, 0; quiet < 3; {
		w.settle()
		w.ledgerAtRest()
		if now := len(w.sim.Calls()); now != calls {
			calls, quiet = now, 0
		} else {
			quiet++
		}
		w.sim.Advance(pause)
	}
}

// ledgerAtRest waits until every line written so far is in the tree.
func (w *world) ledgerAtRest() {
	w.t.Helper()
	last, still := int64(-1), 0
	for deadline := time.Now().Add(20 * time.Second); still < 6; {
		size, _ := w.app.store.Ledger()
		if size == last {
			still++
		} else {
			last, still = size, 0
		}
		if time.Now().After(deadline) {
			w.t.Fatal("the ledger does not come to rest")
		}
		<-time.After(100 * time.Millisecond)
	}
}
