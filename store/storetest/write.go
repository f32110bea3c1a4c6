package storetest

import (
	"bytes"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"aval/bot"
	"aval/store"
)

func insertThenGet(t *testing.T, s *suite) {
	s.must(t, insert(Indexed, "a", "body", "0001", "sales"))
	d := s.get(t, Indexed, "a")
	if d.ID != "a" || d.Version != 1 || string(d.Body) != "body" || !slices.Equal(d.Index, []string{"0001", "sales"}) {
		t.Fatalf("got %+v", d)
	}
	if _, err := s.e.Get(t.Context(), Indexed, "b"); !errors.Is(err, bot.ErrNotFound) {
		t.Fatalf("absent document: %v", err)
	}
}

func insertTaken(t *testing.T, s *suite) {
	s.must(t, insert(Plain, "a", "first"))
	s.expect(t, store.ErrExists, insert(Plain, "a", "second"))
	if d := s.get(t, Plain, "a"); string(d.Body) != "first" || d.Version != 1 {
		t.Fatalf("the second insert changed the document: %+v", d)
	}
}

func replaceGuards(t *testing.T, s *suite) {
	s.expect(t, bot.ErrConflict, replace(Indexed, "a", 1, "nothing there"))
	s.must(t, insert(Indexed, "a", "one", "1", "x"))
	s.must(t, replace(Indexed, "a", 1, "two", "2", ""))
	for _, version := range []int64{0, 1, 3} {
		s.expect(t, bot.ErrConflict, replace(Indexed, "a", version, "stale", "9", "9"))
	}
	d := s.get(t, Indexed, "a")
	if d.Version != 2 || string(d.Body) != "two" || !slices.Equal(d.Index, []string{"2", ""}) {
		t.Fatalf("got %+v", d)
	}
}

func deleteGuards(t *testing.T, s *suite) {
	s.must(t, remove(Plain, "never there", 4))
	s.must(t, insert(Plain, "a", "one"), replace(Plain, "a", 1, "two"))
	s.expect(t, bot.ErrConflict, remove(Plain, "a", 1))
	s.must(t, remove(Plain, "a", 2))
	if _, err := s.e.Get(t.Context(), Plain, "a"); !errors.Is(err, bot.ErrNotFound) {
		t.Fatalf("deleted document: %v", err)
	}
	s.must(t, remove(Plain, "a", 2))
}

func insertAfterDelete(t *testing.T, s *suite) {
	s.must(t, insert(Plain, "a", "one"), replace(Plain, "a", 1, "two"), remove(Plain, "a", 2))
	s.must(t, insert(Plain, "a", "again"))
	if d := s.get(t, Plain, "a"); d.Version != 1 || string(d.Body) != "again" {
		t.Fatalf("got %+v", d)
	}
}

func orderInCall(t *testing.T, s *suite) {
	results := s.write(t,
		replace(Plain, "a", 1, "too early"),
		insert(Plain, "a", "one"),
		replace(Plain, "a", 1, "two"),
		replace(Plain, "a", 1, "stale"),
		replace(Plain, "a", 2, "three"),
		insert(Plain, "b", "gone"),
		remove(Plain, "b", 1),
	)
	want := []error{bot.ErrConflict, nil, nil, bot.ErrConflict, nil, nil, nil}
	for i := range want {
		if !errors.Is(results[i], want[i]) {
			t.Errorf("operation %d: %v, not %v", i, results[i], want[i])
		}
	}
	if d := s.get(t, Plain, "a"); d.Version != 3 || string(d.Body) != "three" {
		t.Fatalf("got %+v", d)
	}
}

func conflictAmongOthers(t *testing.T, s *suite) {
	s.must(t, insert(Plain, "b", "old"))
	results := s.write(t, insert(Plain, "a", "new"), insert(Plain, "b", "new"), insert(Plain, "c", "new"))
	if results[0] != nil || !errors.Is(results[1], store.ErrExists) || results[2] != nil {
		t.Fatalf("results %v", results)
	}
	if ids := s.scan(t, Plain, store.Range{}); !slices.Equal(ids, []string{"a", "b", "c"}) {
		t.Fatalf("stored %v", ids)
	}
}

// conflictEndsAll: IfAll looks at every operation before it in the call, and at
// no other call.
func conflictEndsAll(t *testing.T, s *suite) {
	s.must(t, insert(Plain, "b", "old"))
	dependent := func(w store.Write) store.Write { w.IfAll = true; return w }
	results := s.write(t, dependent(insert(Plain, "a", "new")), insert(Plain, "b", "new"), insert(Plain, "c", "new"),
		dependent(insert(Plain, "d", "new")), dependent(remove(Plain, "b", 1)))
	want := []error{nil, store.ErrExists, nil, store.ErrSkipped, store.ErrSkipped}
	for i := range want {
		if !errors.Is(results[i], want[i]) {
			t.Errorf("operation %d: %v, not %v", i, results[i], want[i])
		}
	}
	if ids := s.scan(t, Plain, store.Range{}); !slices.Equal(ids, []string{"a", "b", "c"}) {
		t.Fatalf("stored %v", ids)
	}
	s.must(t, dependent(insert(Plain, "e", "new")))
}

// manyOperations goes beyond any group an engine may form.
func manyOperations(t *testing.T, s *suite) {
	const n = 2500
	ops := make([]store.Write, n)
	for i := range ops {
		ops[i] = insert(Indexed, fmt.Sprintf("%05d", i), "body", fmt.Sprintf("%05d", n-i))
	}
	s.must(t, ops...)
	ids := s.scan(t, Indexed, store.Range{Index: "due", Limit: 3})
	if !slices.Equal(ids, []string{"02499", "02498", "02497"}) {
		t.Fatalf("first by due: %v", ids)
	}
}

func noOperations(t *testing.T, s *suite) {
	if results := s.write(t); len(results) != 0 {
		t.Fatalf("results %v", results)
	}
}

func collectionsApart(t *testing.T, s *suite) {
	s.must(t, insert(Plain, "a", "plain"), insert(Indexed, "a", "indexed", "1"))
	s.must(t, remove(Plain, "a", 1))
	if d := s.get(t, Indexed, "a"); string(d.Body) != "indexed" {
		t.Fatalf("got %+v", d)
	}
}

func anyBytes(t *testing.T, s *suite) {
	var ops []store.Write
	for b := 1; b <= 0xff; b++ {
		odd := "x" + string([]byte{byte(b)}) + "y"
		ops = append(ops, insert(Indexed, odd, "\x00"+odd, odd, odd))
	}
	s.must(t, ops...)
	for b := 1; b <= 0xff; b++ {
		odd := "x" + string([]byte{byte(b)}) + "y"
		d := s.get(t, Indexed, odd)
		if d.ID != odd || d.Index[0] != odd || d.Index[1] != odd || string(d.Body) != "\x00"+odd {
			t.Fatalf("byte %#x came back as %+v", b, d)
		}
	}
	ids := s.scan(t, Indexed, store.Range{Index: "due", From: "x\x80", To: "x\x90"})
	if len(ids) != 16 || ids[0] != "x\x80y" {
		t.Fatalf("range of bytes that are no text: %q", ids)
	}
}

func bodySizes(t *testing.T, s *suite) {
	for _, n := range []int{0, 1, 4095, 8192, 100_000, 1 << 20} {
		id, body := fmt.Sprint("size", n), strings.Repeat("z", n)
		s.must(t, insert(Plain, id, body))
		s.must(t, replace(Plain, id, 1, body+"!"))
		if d := s.get(t, Plain, id); string(d.Body) != body+"!" {
			t.Fatalf("body of %d bytes came back with %d", n+1, len(d.Body))
		}
	}
	s.must(t, store.Write{Op: store.Insert, In: Plain, Doc: store.Doc{ID: "none"}})
	if d := s.get(t, Plain, "none"); len(d.Body) != 0 || d.Version != 1 {
		t.Fatalf("empty body: %+v", d)
	}
}

// bodyIsCopied: what a caller does with its slices after the call, or with those
// it was given, is its own business.
func bodyIsCopied(t *testing.T, s *suite) {
	op := insert(Indexed, "a", "body", "1", "2")
	s.must(t, op)
	copy(op.Doc.Body, "ruin")
	op.Doc.Index[0] = "ruin"
	got := s.get(t, Indexed, "a")
	if !bytes.Equal(got.Body, []byte("body")) || got.Index[0] != "1" {
		t.Fatalf("got %+v", got)
	}
	copy(got.Body, "ruin")
	if again := s.get(t, Indexed, "a"); !bytes.Equal(again.Body, []byte("body")) {
		t.Fatalf("got %+v", again)
	}
}

// undeclared: a mistake of the program writes nothing, not even what is beside it.
func undeclared(t *testing.T, s *suite) {
	stranger := store.Collection{Name: "stranger"}
	if _, err := s.e.Get(t.Context(), stranger, "a"); err == nil || errors.Is(err, bot.ErrNotFound) {
		t.Errorf("get: %v", err)
	}
	if _, err := s.e.Scan(t.Context(), Indexed, store.Range{Index: "stranger"}); err == nil {
		t.Error("scan by an undeclared index")
	}
	bad := map[string]store.Write{
		"collection":   insert(stranger, "b", ""),
		"operation":    {Op: 7, In: Plain, Doc: store.Doc{ID: "b"}},
		"empty id":     insert(Plain, "", ""),
		"index values": {Op: store.Insert, In: Indexed, Doc: store.Doc{ID: "b", Index: []string{"1"}}},
	}
	for name, op := range bad {
		if _, err := s.e.Write(t.Context(), insert(Plain, "a", ""), op); err == nil {
			t.Errorf("%s: accepted", name)
		}
	}
	if ids := s.scan(t, Plain, store.Range{}); len(ids) != 0 {
		t.Errorf("stored %q", ids)
	}
}
