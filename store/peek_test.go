package store_test

import (
	"context"
	"encoding/json"
	"log/slog"
	"path/filepath"
	"testing"
	"time"

	"aval/bot"
	"aval/store"
	"aval/store/ledger"
	"aval/store/seal"
	"aval/store/storetest"
)

// slow is an engine whose answer takes a moment on the way back, as a disk's
// does.
type slow struct{ *storetest.Memory }

func (s slow) Write(ctx context.Context, ops ...store.Write) ([]error, error) {
	r, err := s.Memory.Write(ctx, ops...)
	time.Sleep(100 * time.Microsecond)
	return r, err
}

// TestPeekBesideCommit looks at a contact as fast as it can while its worker
// commits: every line is in the ledger once.
func TestPeekBesideCommit(t *testing.T) {
	file := filepath.Join(t.TempDir(), "root.key")
	if err := seal.CreateFileRoot(file); err != nil {
		t.Fatal(err)
	}
	root, err := seal.FileRoot(file)
	if err != nil {
		t.Fatal(err)
	}
	engine := slow{storetest.NewMemory(store.Collections())}
	ctx, cancel := context.WithCancel(t.Context())
	s, err := store.Open(ctx, engine, root, time.Now, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	ran, looking := make(chan error, 1), make(chan struct{})
	go func() { ran <- s.Run(ctx) }()
	stop := make(chan struct{})
	go func() {
		defer close(looking)
		for {
			select {
			case <-stop:
				return
			default:
				_, _ = s.Peek(ctx, "c1") // not there at first
			}
		}
	}()
	const lines = 400
	c := &bot.Contact{ID: "c1", Head: bot.Head{Brand: "b"}}
	for i := range lines {
		c.Head.Numbered++
		c.Lines = []bot.Line{{N: c.Head.Numbered, Type: bot.LineReceived, At: time.Unix(int64(i), 0)}}
		if err := s.Commit(ctx, c, bot.Changes{}); err != nil {
			t.Fatal(err)
		}
	}
	close(stop)
	<-looking
	cancel()
	if err := <-ran; err != nil {
		t.Fatal(err)
	}
	seen := map[uint64]int{}
	docs, err := engine.Scan(context.Background(), store.Collection{Name: "ledger"}, store.Range{Limit: 1000})
	if err != nil {
		t.Fatal(err)
	}
	for _, d := range docs {
		batch, err := ledger.Decode(d.Body)
		if err != nil {
			t.Fatal(err)
		}
		for _, data := range batch.Lines {
			var l bot.Line
			if err := json.Unmarshal(data, &l); err != nil {
				t.Fatal(err)
			}
			seen[l.N]++
		}
	}
	for n := uint64(1); n <= lines; n++ {
		if seen[n] != 1 {
			t.Fatalf("line %d is in the ledger %d times", n, seen[n])
		}
	}
}
