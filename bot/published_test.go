package bot

import (
	"slices"
	"strings"
	"testing"
	"time"
)

// A flow lives through its versions: what is published, kept from the file at
// the next start, rolled back and published again.
func TestFlowRecord(t *testing.T) {
	r := &FlowRecord{ID: "offers"}
	now := time.Date(2026, 11, 24, 12, 0, 0, 0, time.UTC)
	text := func(s string) []byte { return []byte("say: " + s) }
	stands := func(step string, current int, former ...int) {
		t.Helper()
		if r.Current != current || !slices.Equal(r.Former, former) {
			t.Fatalf("%s: current %d, former %v; want %d, %v", step, r.Current, r.Former, current, former)
		}
	}
	ok := func(changed bool, err error) bool {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return changed
	}
	if !ok(r.keep(1, text("one"), now)) || ok(r.keep(1, []byte("say: one # the same"), now)) {
		t.Fatal("the first is news, the same again is not")
	}
	if !ok(r.keep(1, text("uno"), now)) {
		t.Fatal("nobody began it: its words may change")
	}
	r.version(1).Used = true
	if _, err := r.keep(1, text("eins"), now); err == nil || !strings.Contains(err.Error(), "version: 2") {
		t.Fatalf("words of a used version changed: %v", err)
	}
	ok(r.keep(2, text("two"), now))
	ok(r.publish(3, text("three"), now))
	stands("published", 3, 1, 2)
	if err := r.rollBack(); err != nil {
		t.Fatal(err)
	}
	stands("rolled back", 2, 1)
	if ok(r.keep(3, text("three"), now)) {
		t.Error("a start changed what was rolled back")
	}
	stands("started again", 2, 1)
	if _, err := r.publish(2, text("zwei"), now); err != nil || string(r.version(2).Source) != "say: zwei" {
		t.Errorf("an unused version: %v", err)
	}
	ok(r.publish(3, text("three"), now))
	stands("forward again", 3, 1, 2)
	if err := r.rollBack(); err != nil {
		t.Fatal(err)
	}
	if err := r.rollBack(); err != nil {
		t.Fatal(err)
	}
	stands("rolled back twice", 1)
	if err := r.rollBack(); err == nil {
		t.Error("there is nothing before the first")
	}
	ok(r.publish(5, text("five"), now))
	if _, err := r.publish(2, text("old"), now); err == nil {
		t.Error("an older number that nobody knows any more was published")
	}
	if r.version(3) != nil || r.version(1) == nil {
		t.Error("a version goes when nobody began it and nothing leads back to it, and not before")
	}
	r.Draft = &FlowDraft{Version: 6}
	ok(r.publish(6, text("six"), now))
	if r.Draft != nil {
		t.Error("a published draft is no draft")
	}
	if _, err := r.publish(6, text("sechs"), now); err == nil {
		t.Error("words changed in which somebody who tried them may stand")
	}
}
