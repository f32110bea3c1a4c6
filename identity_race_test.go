package main

import (
	"context"
	"strconv"
	"testing"

	"aval/bot"
)

const (
	raceBSUID = "BR.55512345550001112223"
	racePhone = "5511955501234"
)

// TestIdentifiersInOneDelivery: what shows two identifiers of one person comes
// in the same delivery as what shows one of them. It stays one person, and a
// stop under either holds for both.
func TestIdentifiersInOneDelivery(t *testing.T) {
	for _, tt := range []struct {
		name  string
		parts []map[string]any
	}{
		{"user id, then both", []map[string]any{byUser("oi"), byBoth("STOP")}},
		{"number, then both", []map[string]any{byPhone("oi"), byBoth("STOP")}},
		{"stop by user id, then both", []map[string]any{byUser("STOP"), byBoth("oi")}},
		{"one each, then both stop", []map[string]any{byUser("oi"), byPhone("oi"), byBoth("STOP")}},
		{"one each, one of them a stop, then both", []map[string]any{byUser("oi"), byPhone("STOP"), byBoth("oi")}},
		{"both in the middle", []map[string]any{byUser("oi"), byBoth("oi"), byPhone("STOP")}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			w := newWorld(t, nil)
			for i, m := range tt.parts {
				m["id"] = "wamid.RACE" + strconv.Itoa(i)
				m["timestamp"] = strconv.FormatInt(w.sim.Now().Unix(), 10)
			}
			if got := w.post(delivery(w.number(), tt.parts...)); got != 200 {
				t.Fatalf("answered %d", got)
			}
			w.settle()
			a, b := w.view(raceBSUID), w.view("+"+racePhone)
			if a.Contact != b.Contact {
				t.Errorf("one person became two: %s and %s", a.Channel, b.Channel)
			}
			if a.Channel != "STOPPED" || b.Channel != "STOPPED" {
				t.Errorf("the stop holds for %s and %s", a.Channel, b.Channel)
			}
		})
	}
}

func byUser(text string) map[string]any {
	return map[string]any{"from_user_id": raceBSUID, "type": "text", "text": map[string]any{"body": text}}
}

func byPhone(text string) map[string]any {
	return map[string]any{"from": racePhone, "type": "text", "text": map[string]any{"body": text}}
}

func byBoth(text string) map[string]any {
	m := byUser(text)
	m["from"] = racePhone
	return m
}

// view is what an operator sees under a name.
func (w *world) view(name string) bot.View {
	w.t.Helper()
	v, err := w.app.bot.Show(context.Background(), name, "test")
	if err != nil {
		w.t.Fatalf("show: %v; log:\n%s", err, w.log)
	}
	return v
}
