package storetest

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"sync"
	"sync/atomic"
	"testing"

	"aval/bot"
	"aval/store"
)

// concurrentCounters: 64 goroutines each add to eight counters by compare and
// set. An engine that loses an update, or answers one twice, ends on another sum.
func concurrentCounters(t *testing.T, s *suite) {
	const workers, rounds = 64, 2
	counters := []string{"a", "b", "c", "d", "e", "f", "g", "h"}
	for _, id := range counters {
		s.must(t, insert(Plain, id, "0"))
	}
	var wg sync.WaitGroup
	for w := range workers {
		wg.Go(func() {
			for i := range rounds * len(counters) {
				if err := increment(t.Context(), s.e, counters[(w+i)%len(counters)]); err != nil {
					t.Error(err)
					return
				}
			}
		})
	}
	wg.Wait()
	for _, id := range counters {
		d := s.get(t, Plain, id)
		if string(d.Body) != strconv.Itoa(workers*rounds) || d.Version != workers*rounds+1 {
			t.Errorf("%s is %s in version %d, want %d", id, d.Body, d.Version, workers*rounds)
		}
	}
}

// increment adds one, again and again until nobody was faster.
func increment(ctx context.Context, e store.Engine, id string) error {
	for {
		d, err := e.Get(ctx, Plain, id)
		if err != nil {
			return err
		}
		n, err := strconv.Atoi(string(d.Body))
		if err != nil {
			return err
		}
		results, err := e.Write(ctx, replace(Plain, id, d.Version, strconv.Itoa(n+1)))
		if err != nil {
			return err
		}
		if !errors.Is(results[0], bot.ErrConflict) {
			return results[0]
		}
	}
}

func concurrentInserts(t *testing.T, s *suite) {
	for round := range 20 {
		var won atomic.Int32
		var wg sync.WaitGroup
		for w := range 16 {
			wg.Go(func() {
				results, err := s.e.Write(t.Context(), insert(Plain, fmt.Sprint("id", round), fmt.Sprint(w)))
				if err != nil || results[0] != nil && !errors.Is(results[0], store.ErrExists) {
					t.Errorf("insert: %v %v", results, err)
					return
				}
				if results[0] == nil {
					won.Add(1)
				}
			})
		}
		wg.Wait()
		if won.Load() != 1 {
			t.Fatalf("%d inserts of one id succeeded", won.Load())
		}
	}
}

// readYourWrites: what one goroutine was told is stored, any reader sees.
func readYourWrites(t *testing.T, s *suite) {
	var wg sync.WaitGroup
	for w := range 16 {
		wg.Go(func() {
			for i := range 20 {
				id := fmt.Sprintf("%d-%d", w, i)
				results, err := s.e.Write(t.Context(), insert(Indexed, id, id, id))
				if err != nil || results[0] != nil {
					t.Errorf("insert: %v %v", results, err)
					return
				}
				docs, err := s.e.Scan(t.Context(), Indexed, store.Range{Index: "due", From: id, To: id + "\x00"})
				if err != nil || len(docs) != 1 || string(docs[0].Body) != id {
					t.Errorf("scan after insert: %d documents, %v", len(docs), err)
				}
			}
		})
	}
	wg.Wait()
}

func durable(t *testing.T, s *suite) {
	for round := range 3 {
		id := fmt.Sprint("round", round)
		s.must(t, insert(Indexed, id, "one", "1", "q"), insert(Plain, id, "gone"))
		s.must(t, replace(Indexed, id, 1, "two", "2", ""), remove(Plain, id, 1))
		s.reopen(t)
		for i := range round + 1 {
			d := s.get(t, Indexed, fmt.Sprint("round", i))
			if d.Version != 2 || string(d.Body) != "two" || d.Index[0] != "2" || d.Index[1] != "" {
				t.Fatalf("after reopening: %+v", d)
			}
		}
		if n := len(s.scan(t, Indexed, store.Range{Index: "due"})); n != round+1 {
			t.Fatalf("index holds %d of %d after reopening", n, round+1)
		}
		if n := len(s.scan(t, Plain, store.Range{})); n != 0 {
			t.Fatalf("%d deleted documents are back", n)
		}
	}
}

func endedContext(t *testing.T, s *suite) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := s.e.Write(ctx, insert(Plain, "a", "")); !errors.Is(err, context.Canceled) {
		t.Errorf("write: %v", err)
	}
	if _, err := s.e.Get(ctx, Plain, "a"); !errors.Is(err, context.Canceled) {
		t.Errorf("get: %v", err)
	}
	if _, err := s.e.Scan(ctx, Plain, store.Range{}); !errors.Is(err, context.Canceled) {
		t.Errorf("scan: %v", err)
	}
	if ids := s.scan(t, Plain, store.Range{}); len(ids) != 0 {
		t.Errorf("the write happened: %q", ids)
	}
}

func useAfterClose(t *testing.T, s *suite) {
	s.must(t, insert(Plain, "a", ""))
	e := s.e
	s.close(t)
	if _, err := e.Write(t.Context(), insert(Plain, "b", "")); err == nil {
		t.Error("write after close")
	}
	if _, err := e.Get(t.Context(), Plain, "a"); err == nil || errors.Is(err, bot.ErrNotFound) {
		t.Errorf("get after close: %v", err)
	}
	if _, err := e.Scan(t.Context(), Plain, store.Range{}); err == nil {
		t.Error("scan after close")
	}
	if err := e.Close(); err != nil {
		t.Errorf("second close: %v", err)
	}
}
