package main

import (
	"archive/zip"
	"bytes"
	"context"
	"errors"
	"io"
	"testing"
	"time"

	"aval/bot"
	"aval/internal/simulator"
)

// holding lists the files of a package that hold a word.
func holding(t *testing.T, f bot.File, word string) []string {
	t.Helper()
	z, err := zip.NewReader(bytes.NewReader(f.Data), int64(len(f.Data)))
	if err != nil {
		t.Fatal(err)
	}
	var in []string
	for _, f := range z.File {
		r, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		data, err := io.ReadAll(r)
		if err != nil {
			t.Fatal(err)
		}
		if bytes.Contains(data, []byte(word)) {
			in = append(in, f.Name)
		}
	}
	return in
}

// TestJoinedIsOnePerson: somebody known by a number and, apart from it, by a
// user id writes with both. What was said under the number is in the copy they
// get and gone once they are erased; the request that was open has moved along,
// once.
func TestJoinedIsOnePerson(t *testing.T) {
	w := newWorld(t, nil)
	old := w.sim.Add(simulator.Profile{Name: "old", Phone: "15550101111"})
	w.optIn(old, "oi")
	w.say(old, "estou de mudança")
	w.say(old, "Canaria Lima")
	w.sim.Advance(time.Minute)
	w.say(old, "corrigir meus dados")
	first := w.show(old).Contact
	neu := w.sim.Add(simulator.Profile{Name: "neu", BSUID: "US.901"})
	w.optIn(neu, "oi")
	both := w.sim.Add(simulator.Profile{Name: "neu", BSUID: "US.901", Phone: "15550101111"})
	w.say(both, "oi")
	second := w.show(both).Contact
	if first == second {
		t.Fatal("there is only one contact to begin with")
	}
	open, err := w.app.bot.Cases(t.Context(), false)
	if err != nil || len(open) != 1 || open[0].Contact != second {
		t.Errorf("open cases: %+v, %v", open, err)
	}
	ask := bot.Ask{Type: bot.CaseAccess, Route: "desk", Evidence: "id-document"}
	_, f, err := w.app.bot.Request(t.Context(), "+15550101111", ask)
	if err != nil || holding(t, f, "Canaria") == nil {
		t.Errorf("the copy lacks what was said under the number: %v", err)
	}
	ask.Type = bot.CaseErase
	if _, _, err := w.app.bot.Request(t.Context(), "+15550101111", ask); err != nil {
		t.Fatal(err)
	}
	w.settle()
	for _, id := range []bot.ContactID{first, second} {
		if _, err := w.app.store.Load(t.Context(), id); !errors.Is(err, bot.ErrNotFound) {
			t.Errorf("contact %s: %v", id, err)
		}
	}
}

// TestOfficersAndNumbers: a number that was given up finds nobody's data, and
// only words of the list stay as evidence.
func TestOfficersAndNumbers(t *testing.T) {
	w := newWorld(t, nil)
	ana := w.sim.Person("ana")
	w.optIn(ana, "oi")
	former := "+" + ana.Profile().Phone
	ana.ChangeNumber("15550109999")
	w.settle()
	ask := bot.Ask{Type: bot.CaseAccess, Route: "desk", Evidence: "id-document"}
	if _, f, err := w.app.bot.Request(t.Context(), former, ask); !errors.Is(err, bot.ErrFormer) || f.Data != nil {
		t.Errorf("by the number given up: %d bytes, %v", len(f.Data), err)
	}
	if _, f, err := w.app.bot.Request(t.Context(), "+15550109999", ask); err != nil || f.Data == nil {
		t.Errorf("by the number of now: %v", err)
	}
	ask.Evidence = "shows Maria her passport"
	if _, _, err := w.app.bot.Request(t.Context(), "+15550109999", ask); !errors.Is(err, bot.ErrNoEvidence) {
		t.Errorf("free words as evidence: %v", err)
	}
}

// TestCopyHoldsWhatWaits: what waits for a yes, and what a flow was told in a
// conversation that is not over, is data about the person too.
func TestCopyHoldsWhatWaits(t *testing.T) {
	w := newWorld(t, nil)
	ask := bot.Ask{Type: bot.CaseAccess, Route: "desk", Evidence: "id-document"}
	ana, ben := w.sim.Person("ana"), w.sim.Person("ben")
	w.say(ana, "CANARYHELD oi")
	w.optIn(ben, "oi")
	w.say(ben, "estou de mudança")
	w.say(ben, "CANARYFLOW Silva")
	w.say(ben, "my card is 4111 1111 1111 1111")
	if _, f, err := w.app.bot.Request(t.Context(), string(w.show(ben).Contact), ask); err != nil || holding(t, f, "4111") != nil ||
		holding(t, f, "[card]") == nil {
		t.Errorf("a card number is kept in %v, %v", holding(t, f, "4111"), err)
	}
	for p, word := range map[*simulator.Person]string{ana: "CANARYHELD", ben: "CANARYFLOW"} {
		_, f, err := w.app.bot.Request(t.Context(), string(w.show(p).Contact), ask)
		if err != nil || holding(t, f, word) == nil {
			t.Errorf("%s is in no file: %v", word, err)
		}
	}
}

// TestRetentionAlone removes, right after a start, what the dry run counted.
func TestRetentionAlone(t *testing.T) {
	w := newWorld(t, nil)
	w.optIn(w.sim.Person("ana"), "oi")
	w.stop()
	later := func() time.Time { return time.Now().AddDate(2, 0, 0) }
	a, err := w.house.open(t.Context(), later, discardLog())
	if err != nil {
		t.Fatal(err)
	}
	dry, err := a.bot.DryRun(t.Context(), later())
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(t.Context())
	ran := make(chan error, 1)
	go func() { ran <- a.run(ctx) }()
	swept, err := a.bot.Sweep(t.Context())
	stop()
	if err := errors.Join(err, <-ran, a.close()); err != nil {
		t.Fatal(err)
	}
	if n := dry[bot.ClassMessages]; n == 0 || swept[bot.ClassMessages] != n {
		t.Errorf("counted %v, removed %v", dry, swept)
	}
}
