package main

import (
	"context"
	"encoding/json"
	"os"
	"path/filepath"
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
// sends nothing, and with a wrong signature nothing is kept.
func TestRecordedDeliveries(t *testing.T) {
	r, bodies := readRecordings(t)
	w := newTunedWorld(t, func(h *house) { h.config.Meta.AppSecrets = []bot.Secret{bot.Secret(r.Secret)} },
		func(c *simulator.Config) {
			begun := time.Now()
			c.Now = func() time.Time { return time.Unix(1793400060, 0).Add(time.Since(begun)) }
		})
	ctx := context.Background()
	post := func(name string, body []byte, signature string) int {
		t.Helper()
		status, err := w.sim.Post(ctx, body, signature)
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		return status
	}
	for name, body := range bodies {
		if got := post(name, body, "sha256="+strings.Repeat("0", 64)); got != 403 {
			t.Errorf("%s with a wrong signature: %d, want 403", name, got)
		}
	}
	if n := w.app.bot.Stats().Recorded.Load(); n != 0 {
		t.Fatalf("%d events kept of refused deliveries", n)
	}
	round := func() (calls int, lines int64) {
		for name, body := range bodies {
			if got := post(name, body, "sha256="+r.Sig[name].File); got != 200 {
				t.Errorf("%s: %d, want 200", name, got)
			}
		}
		w.settle()
		w.ledgerAtRest()
		lines, _ = w.app.store.Ledger()
		return len(w.sim.Calls()), lines
	}
	calls, lines := round()
	quarantined := int64(w.app.hook.Stats().Quarantined)
	if calls == 0 || lines == 0 {
		t.Fatalf("%d calls, %d lines: nothing happened", calls, lines)
	}
	for range 2 {
		moreCalls, moreLines := round()
		again := int64(w.app.hook.Stats().Quarantined) - quarantined
		quarantined += again
		if moreCalls != calls {
			t.Errorf("a repeat made %d calls", moreCalls-calls)
		}
		// What cannot be understood has no id to know it by: each time it is
		// set aside and the ledger says so.
		if moreLines-lines != again {
			t.Errorf("a repeat made %d ledger lines, %d of them quarantine", moreLines-lines, again)
		}
		calls, lines = moreCalls, moreLines
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
