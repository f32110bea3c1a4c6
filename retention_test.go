package main

import (
	"encoding/json"
	"maps"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"aval/bot"
)

// TestRetention lets time pass over records of every class: each goes when its
// rule says and not before, the dry run says so beforehand, the counts are on
// the ledger, and what has no end is still there (RET-1).
func TestRetention(t *testing.T) {
	const day = 24 * time.Hour
	w := newWorld(t, nil)
	w.serveControl(w.app)
	ana, ben := w.sim.Person("ana"), w.sim.Person("ben")
	w.optIn(ana, "oi")
	w.say(ana, "estou de mudança")
	w.say(ana, "Ana Lima")
	w.say(ana, "31/12/2027")
	w.sim.Advance(time.Minute)
	w.say(ana, "meus dados")
	w.tap(ana, "Pode enviar")
	w.say(ben, "apagar meus dados")
	w.tap(ben, "Apagar agora")
	w.sim.Deliver([]byte(`{"object":"whatsapp_business_account","entry":"not a list"}`))
	w.settle()

	dry := func(in time.Duration) map[string]int {
		t.Helper()
		day := w.sim.Now().Add(in).Format(time.DateOnly)
		code, out, errs := w.verb("retention", "--dry-run", "--json", "--at", day)
		counts := map[string]int{}
		if err := json.Unmarshal([]byte(out), &counts); code != 0 || err != nil {
			t.Fatalf("dry run: %d %s %v", code, errs, err)
		}
		return counts
	}
	messages := dry(91 * day)["messages"]
	if messages < 8 {
		t.Errorf("%d messages would go after 91 days", messages)
	}
	// What has gone by a day is counted until then, since a dry run of today
	// sees everything that is still there.
	for _, c := range []struct {
		after time.Duration
		want  map[string]int
	}{
		{2 * day, map[string]int{}},
		{31 * day, map[string]int{"quarantine": 1}},
		{92 * day, map[string]int{"quarantine": 1, "messages": messages}},
		{182 * day, map[string]int{"quarantine": 1, "messages": messages, "fields": 2}},
		{402 * day, map[string]int{"quarantine": 1, "messages": messages, "fields": 2, "tombstones": 1}},
		{1097 * day, map[string]int{"quarantine": 1, "messages": messages, "fields": 2, "tombstones": 1, "shells": 1, "cases": 1}},
	} {
		if got := dry(c.after); !maps.Equal(got, c.want) {
			t.Errorf("after %v: would go %v, want %v", c.after, got, c.want)
		}
	}
	before := w.show(ana)

	w.sim.Advance(100 * day)
	w.settle()
	if got, err := w.app.bot.Sweep(t.Context()); err != nil || got[bot.ClassQuarantine] != 1 || got[bot.ClassMessages] != messages {
		t.Errorf("swept %v, %v", got, err)
	}
	after := w.show(ana)
	if after.Consents["service"] != before.Consents["service"] || len(after.Cases) != 1 {
		t.Errorf("something else went: %+v", after)
	}
	c, err := w.app.store.Load(t.Context(), after.Contact)
	if err != nil || len(c.Entries) != 1 || c.Entries[0].Kind != bot.EntryRecord || len(c.Head.Kept) != 2 {
		t.Errorf("entries %v, kept %v, %v", len(c.Entries), len(c.Head.Kept), err)
	}
	if got := dry(0); len(got) != 0 {
		t.Errorf("right after a sweep: %v", got)
	}
	w.stop()
	told := ""
	for _, l := range ledgerLines(w) {
		if l.Type == bot.LineSweep {
			told = l.Outcome
		}
	}
	if !strings.Contains(told, "messages ") || !strings.Contains(told, "quarantine 1") {
		t.Errorf("the ledger says %q", told)
	}
}

// TestRestrictedIsNotSwept: what may only be kept is kept, whatever its rule.
func TestRestrictedIsNotSwept(t *testing.T) {
	w := newWorld(t, nil)
	p := w.sim.Person("ana")
	w.optIn(p, "oi")
	w.say(p, "bloquear meus dados")
	w.tap(p, "Bloquear")
	id := w.show(p).Contact
	was, err := w.app.store.Load(t.Context(), id)
	if err != nil {
		t.Fatal(err)
	}
	w.sim.Advance(400 * 24 * time.Hour)
	w.settle()
	now, err := w.app.store.Load(t.Context(), id)
	if err != nil || len(now.Entries) != len(was.Entries) || len(was.Entries) < 3 {
		t.Errorf("entries: %d before, %d after, %v", len(was.Entries), len(now.Entries), err)
	}
}

// TestSweepAlarm: a sweep that did not run for two days is an alarm, and one
// that runs ends it.
func TestSweepAlarm(t *testing.T) {
	w := newWorld(t, nil)
	w.settle()
	if w.app.bot.SweepLate() {
		t.Error("late at the start")
	}
	w.sim.Advance(49 * time.Hour)
	if !w.app.bot.SweepLate() || !strings.Contains(w.ready(t), "sweep_late") {
		t.Error("not late after 49 hours")
	}
	if _, err := w.app.bot.Sweep(t.Context()); err != nil {
		t.Fatal(err)
	}
	if w.app.bot.SweepLate() || strings.Contains(w.ready(t), "sweep_late") {
		t.Error("late after a sweep")
	}
}

// ready is the body of /readyz.
func (w *world) ready(t *testing.T) string {
	t.Helper()
	rec := httptest.NewRecorder()
	w.app.adminRoutes().ServeHTTP(rec, httptest.NewRequest(http.MethodGet, "/readyz", nil))
	return rec.Body.String()
}
