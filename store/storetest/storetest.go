// Package storetest is what every engine of the store must do, as one suite. An
// engine that passes it may be put under Aval; what it does not ask, no caller
// may rely on.
package storetest

import (
	"errors"
	"testing"

	"aval/store"
)

// The collections every engine is opened with.
var (
	// Plain has no index.
	Plain = store.Collection{Name: "plain"}
	// Indexed has two.
	Indexed = store.Collection{Name: "indexed", Indexes: []string{"due", "queue"}}
)

// Collections is what open must declare.
func Collections() []store.Collection { return []store.Collection{Plain, Indexed} }

// Open opens an engine on a place named by dir: the same dir after Close means
// the same documents. It fails the test if it cannot.
type Open func(t *testing.T, dir string) store.Engine

// Run runs the suite. Each scenario has a place of its own.
func Run(t *testing.T, open Open) {
	scenarios := []struct {
		name string
		run  func(t *testing.T, s *suite)
	}{
		{"insert then get", insertThenGet},
		{"insert of a taken id", insertTaken},
		{"replace guards the version", replaceGuards},
		{"delete guards the version", deleteGuards},
		{"id is free again after delete", insertAfterDelete},
		{"operations of a call in their order", orderInCall},
		{"one conflict leaves the others", conflictAmongOthers},
		{"what must not follow a conflict", conflictEndsAll},
		{"many operations in one call", manyOperations},
		{"call without operations", noOperations},
		{"collections are apart", collectionsApart},
		{"any byte in ids and values", anyBytes},
		{"empty and large bodies", bodySizes},
		{"caller keeps its body", bodyIsCopied},
		{"undeclared names", undeclared},
		{"scan by id", scanByID},
		{"scan by index", scanByIndex},
		{"scan in pages", scanPages},
		{"scan follows replace and delete", scanFollows},
		{"scan leaves bodies out", scanBare},
		{"scan in byte order", scanByteOrder},
		{"scan limits", scanLimits},
		{"concurrent counters", concurrentCounters},
		{"one insert wins", concurrentInserts},
		{"reads what was acknowledged", readYourWrites},
		{"documents outlive the engine", durable},
		{"context that has ended", endedContext},
		{"use after close", useAfterClose},
	}
	for _, c := range scenarios {
		t.Run(c.name, func(t *testing.T) {
			s := &suite{open: open, dir: t.TempDir()}
			s.reopen(t)
			t.Cleanup(func() { s.close(t) })
			c.run(t, s)
		})
	}
}

// suite is the engine of one scenario and the way to open it again.
type suite struct {
	open Open
	dir  string
	e    store.Engine
}

func (s *suite) reopen(t *testing.T) {
	t.Helper()
	s.close(t)
	s.e = s.open(t, s.dir)
}

func (s *suite) close(t *testing.T) {
	t.Helper()
	if s.e == nil {
		return
	}
	if err := s.e.Close(); err != nil {
		t.Errorf("close: %v", err)
	}
	s.e = nil
}

// write performs operations and returns their results.
func (s *suite) write(t *testing.T, ops ...store.Write) []error {
	t.Helper()
	results, err := s.e.Write(t.Context(), ops...)
	if err != nil {
		t.Fatalf("write: %v", err)
	}
	if len(results) != len(ops) {
		t.Fatalf("write: %d results for %d operations", len(results), len(ops))
	}
	return results
}

// must performs operations of which each has to succeed.
func (s *suite) must(t *testing.T, ops ...store.Write) {
	t.Helper()
	for i, err := range s.write(t, ops...) {
		if err != nil {
			t.Fatalf("operation %d: %v", i, err)
		}
	}
}

// expect performs one operation and compares its result.
func (s *suite) expect(t *testing.T, want error, op store.Write) {
	t.Helper()
	if got := s.write(t, op)[0]; !errors.Is(got, want) {
		t.Fatalf("result is %v, not %v", got, want)
	}
}

func (s *suite) get(t *testing.T, in store.Collection, id string) store.Doc {
	t.Helper()
	d, err := s.e.Get(t.Context(), in, id)
	if err != nil {
		t.Fatalf("get %q: %v", id, err)
	}
	return d
}

func (s *suite) scan(t *testing.T, in store.Collection, r store.Range) []string {
	t.Helper()
	docs, err := s.e.Scan(t.Context(), in, r)
	if err != nil {
		t.Fatalf("scan: %v", err)
	}
	ids := make([]string, len(docs))
	for i, d := range docs {
		ids[i] = d.ID
	}
	return ids
}

func insert(in store.Collection, id, body string, index ...string) store.Write {
	return store.Write{Op: store.Insert, In: in, Doc: doc(in, id, 0, body, index)}
}

func replace(in store.Collection, id string, version int64, body string, index ...string) store.Write {
	return store.Write{Op: store.Replace, In: in, Doc: doc(in, id, version, body, index)}
}

func remove(in store.Collection, id string, version int64) store.Write {
	return store.Write{Op: store.Delete, In: in, Doc: store.Doc{ID: id, Version: version}}
}

func doc(in store.Collection, id string, version int64, body string, index []string) store.Doc {
	values := make([]string, len(in.Indexes))
	copy(values, index)
	return store.Doc{ID: id, Version: version, Index: values, Body: []byte(body)}
}
