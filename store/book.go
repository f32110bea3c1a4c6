package store

import (
	"context"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"iter"
	"log/slog"
	"slices"
	"strconv"
	"sync"
	"time"

	"aval/bot"
	"aval/store/ledger"
)

// book takes the ledger lines that commits leave in their documents into the
// tree, each exactly once.
//
// A line is durable in its document first. Run writes waiting lines as the
// next batch; the document lets go of them with its next write. A crash
// between the two leaves lines in both places: Low in the newest batch says
// from which batch on that is possible, and openBook reads those batches to
// tell which lines are in already.
type book struct {
	engine Engine
	log    *slog.Logger

	mu     sync.Mutex
	wait   []waiting                // lines to take in, in order
	gone   []string                 // acts whose line is in the tree, to be removed
	inTree map[bot.ContactID]uint64 // lines up to this number are in the tree
	queued map[bot.ContactID]uint64 // lines up to this number wait or are in the tree
	held   map[string]int64         // by document: batch from which it may hold lines of the tree
	tree   ledger.Tree
	next   int64 // number of the next batch
	serial uint64

	// known are the lines that may stand in documents although they are in
	// the tree, found at the start; low is the batch from which on.
	known map[ledger.Hash]bool
	low   int64
}

// waiting is one line on its way into the tree.
type waiting struct {
	contact bot.ContactID // or
	act     string        // the id of the act document that holds it
	n       uint64
	data    []byte
}

const (
	// bookEvery bounds how long a line is outside the tree.
	bookEvery = 200 * time.Millisecond
	// batchMost bounds a batch, some 2 MB.
	batchMost = 8192
)

func openBook(ctx context.Context, engine Engine, log *slog.Logger) (*book, error) {
	b := &book{
		engine: engine, log: log,
		inTree: map[bot.ContactID]uint64{}, queued: map[bot.ContactID]uint64{}, held: map[string]int64{},
	}
	low, err := b.head(ctx)
	if err != nil {
		return nil, err
	}
	b.low = low
	if b.known, err = b.recent(ctx, low); err != nil {
		return nil, err
	}
	return b, b.recoverActs(ctx)
}

// head restores the tree from the newest batch. Batches are numbered without
// gaps, so the newest is found by doubling and halving.
func (b *book) head(ctx context.Context) (low int64, err error) {
	has := func(n int64) (bool, error) {
		_, err := b.engine.Get(ctx, ledgerLog, fixed(uint64(n)))
		if errors.Is(err, bot.ErrNotFound) {
			return false, nil
		}
		return err == nil, err
	}
	over := int64(1)
	for {
		ok, err := has(over - 1)
		if err != nil {
			return 0, err
		}
		if !ok {
			break
		}
		over *= 2
	}
	under := over / 2 // batches 0..under-1 exist, over-1 does not
	for under < over-1 {
		mid := (under + over) / 2
		ok, err := has(mid - 1)
		if err != nil {
			return 0, err
		}
		if ok {
			under = mid
			continue
		}
		over = mid
	}
	b.next = under
	if under == 0 {
		return 0, nil
	}
	last, err := b.read(ctx, under-1)
	if err != nil {
		return 0, err
	}
	tree, ok := ledger.NewTree(last.Size(), last.Edge)
	if !ok || tree.Root() != last.Root {
		return 0, bot.ErrIntegrity
	}
	b.tree = tree
	return last.Low, nil
}

func (b *book) read(ctx context.Context, n int64) (ledger.Batch, error) {
	doc, err := b.engine.Get(ctx, ledgerLog, fixed(uint64(n)))
	if err != nil {
		return ledger.Batch{}, err
	}
	batch, err := ledger.Decode(doc.Body)
	if err != nil {
		return batch, bot.ErrIntegrity
	}
	return batch, nil
}

// recent collects the hashes of the lines that may still stand in documents.
func (b *book) recent(ctx context.Context, low int64) (map[ledger.Hash]bool, error) {
	known := map[ledger.Hash]bool{}
	for n := low; n < b.next; n++ {
		batch, err := b.read(ctx, n)
		if err != nil {
			return nil, err
		}
		for _, h := range batch.Hashes {
			known[h] = true
		}
	}
	return known, nil
}

// recoverActs queues the lines of acts that were not taken in and removes the
// acts that were.
func (b *book) recoverActs(ctx context.Context) error {
	docs, err := scanAll(ctx, b.engine, acts, Range{})
	if err != nil {
		return err
	}
	for _, d := range docs {
		if b.known[ledger.LeafHash(d.Body)] {
			b.gone = append(b.gone, d.ID)
			b.held["act/"+d.ID] = b.low
			continue
		}
		b.wait = append(b.wait, waiting{act: d.ID, data: d.Body})
	}
	return nil
}

// meet looks at the lines that a loaded contact still holds. What is neither
// in the tree nor queued comes from before a restart, or from a commit that
// was stored although an error came back.
func (b *book) meet(c *bot.Contact) {
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, p := range c.Pending {
		if p.N <= b.queued[c.ID] {
			continue
		}
		b.queued[c.ID] = p.N
		if b.known[ledger.LeafHash(p.Data)] {
			b.inTree[c.ID] = p.N
			b.held[string(c.ID)] = b.low
			continue
		}
		b.wait = append(b.wait, waiting{contact: c.ID, n: p.N, data: p.Data})
	}
}

// encode turns a contact's new lines into what is hashed and lets go of those
// that are in the tree, up to done.
func (b *book) encode(c *bot.Contact) (fresh []bot.PendingLine, done uint64) {
	b.mu.Lock()
	done = b.inTree[c.ID]
	b.mu.Unlock()
	kept := make([]bot.PendingLine, 0, len(c.Pending)+len(c.Lines))
	for _, p := range c.Pending {
		if p.N > done {
			kept = append(kept, p)
		}
	}
	old := len(kept)
	for _, l := range c.Lines {
		kept = append(kept, bot.PendingLine{N: l.N, Data: encodeLine(l)})
	}
	c.Pending, c.Lines = kept, nil
	return kept[old:], done
}

// encodeLine is the form that is hashed: the JSON of the line.
func encodeLine(l bot.Line) []byte {
	data, err := json.Marshal(l)
	if err != nil {
		panic("store: internal error: encoding a ledger line: " + err.Error()) // fixed type: cannot happen
	}
	return data
}

// add queues the lines of a commit that is durable and let go of the lines up
// to done.
func (b *book) add(id bot.ContactID, fresh []bot.PendingLine, done uint64) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.inTree[id] == done { // nothing was taken in meanwhile
		delete(b.inTree, id)
		delete(b.held, string(id))
		if len(fresh) == 0 && b.queued[id] == done {
			delete(b.queued, id)
		}
	}
	for _, p := range fresh {
		b.queued[id] = p.N
		b.wait = append(b.wait, waiting{contact: id, n: p.N, data: p.Data})
	}
}

// act makes the document of a line that belongs to no contact.
func (b *book) act(l bot.Line) []Write {
	id := fixed(uint64(l.At.UnixNano())) + "-" + b.unique()
	return []Write{{Op: Insert, In: acts, Doc: Doc{ID: id, Body: encodeLine(l)}}}
}

// unique tells two documents of the same nanosecond apart.
func (b *book) unique() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.serial++
	return strconv.FormatUint(b.serial, 36)
}

// taken queues the lines of acts that are durable.
func (b *book) taken(ops []Write) {
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, op := range ops {
		if op.In.Name == acts.Name {
			b.wait = append(b.wait, waiting{act: op.Doc.ID, data: op.Doc.Body})
		}
	}
}

// waiting returns the lines that are not in the tree yet.
func (b *book) waiting() []waiting {
	b.mu.Lock()
	defer b.mu.Unlock()
	return slices.Clone(b.wait)
}

// run takes lines in until ctx ends, and then what is left.
func (b *book) run(ctx context.Context) error {
	ticker := time.NewTicker(bookEvery)
	defer ticker.Stop()
	for {
		select {
		case <-ticker.C:
			if err := b.integrate(context.WithoutCancel(ctx)); err != nil {
				b.log.Error("taking lines into the ledger", "err", err)
			}
		case <-ctx.Done():
			return b.integrate(context.WithoutCancel(ctx))
		}
	}
}

// integrate writes what waits as batches. Crash before a write: the lines wait
// in their documents. After it: Low leads the next start to the batch. An
// error leaves everything as it was; a batch that was stored although an error
// came back is met as its own double by the next try.
func (b *book) integrate(ctx context.Context) error {
	for {
		lines, batch, tree := b.propose()
		if len(lines) == 0 {
			return b.clear(ctx)
		}
		id := fixed(uint64(b.next))
		body := batch.Encode()
		err := one(b.engine.Write(ctx, Write{Op: Insert, In: ledgerLog, Doc: Doc{ID: id, Body: body}}))
		if errors.Is(err, ErrExists) {
			err = b.adopt(ctx, &batch, &tree, &lines)
		}
		if err != nil {
			return err
		}
		b.settle(lines, tree)
	}
}

// adopt takes over a batch that an earlier try stored without learning of it:
// it holds the first of the waiting lines.
func (b *book) adopt(ctx context.Context, batch *ledger.Batch, tree *ledger.Tree, lines *[]waiting) error {
	stored, err := b.read(ctx, b.next)
	if err != nil {
		return err
	}
	n := len(stored.Hashes)
	if n > len(batch.Hashes) {
		return bot.ErrIntegrity
	}
	for i, h := range stored.Hashes {
		if h != batch.Hashes[i] {
			return bot.ErrIntegrity
		}
	}
	t, ok := ledger.NewTree(stored.Size(), stored.Edge)
	if !ok {
		return bot.ErrIntegrity
	}
	*batch, *tree, *lines = stored, t, (*lines)[:n]
	return nil
}

// propose makes the next batch of what waits.
func (b *book) propose() ([]waiting, ledger.Batch, ledger.Tree) {
	b.mu.Lock()
	defer b.mu.Unlock()
	lines := b.wait[:min(len(b.wait), batchMost)]
	batch := ledger.Batch{First: b.tree.Size(), Low: b.next}
	for _, held := range b.held {
		batch.Low = min(batch.Low, held)
	}
	tree, _ := ledger.NewTree(b.tree.Size(), b.tree.Edge())
	for _, w := range lines {
		h := ledger.LeafHash(w.data)
		tree.Append(h)
		batch.Lines = append(batch.Lines, w.data)
		batch.Hashes = append(batch.Hashes, h)
	}
	batch.Root, batch.Edge = tree.Root(), tree.Edge()
	return lines, batch, tree
}

// settle notes that lines are in the tree.
func (b *book) settle(lines []waiting, tree ledger.Tree) {
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, w := range lines {
		doc := string(w.contact)
		if w.act != "" {
			doc = "act/" + w.act
			b.gone = append(b.gone, w.act)
		} else {
			b.inTree[w.contact] = max(b.inTree[w.contact], w.n)
		}
		if _, ok := b.held[doc]; !ok {
			b.held[doc] = b.next
		}
	}
	b.wait = b.wait[len(lines):]
	b.tree, b.next = tree, b.next+1
}

// clear removes the acts whose lines are in the tree. Until that succeeds they
// hold Low back, so that a restart does not take their lines in again.
func (b *book) clear(ctx context.Context) error {
	b.mu.Lock()
	gone := b.gone[:min(len(b.gone), batchMost)]
	b.mu.Unlock()
	if len(gone) == 0 {
		return nil
	}
	if err := one(b.engine.Write(ctx, removals(acts, gone)...)); err != nil {
		return err
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, id := range gone {
		delete(b.held, "act/"+id)
	}
	b.gone = append([]string(nil), b.gone[len(gone):]...)
	return nil
}

// Ledger returns the number of lines in the tree and its root, in hexadecimal.
func (s *Store) Ledger() (size int64, root string) {
	s.book.mu.Lock()
	defer s.book.mu.Unlock()
	r := s.book.tree.Root()
	return s.book.tree.Size(), hex.EncodeToString(r[:])
}

// VerifyLedger recomputes the whole ledger from what is stored. The error is a
// *ledger.Fault for the first bad line. progress is told the count of lines.
func VerifyLedger(ctx context.Context, engine Engine, progress func(lines int64)) (ledger.Report, error) {
	return ledger.Verify(batches(ctx, engine, progress))
}

func batches(ctx context.Context, engine Engine, progress func(int64)) iter.Seq2[[]byte, error] {
	return func(yield func([]byte, error) bool) {
		after, want := "", uint64(0)
		for {
			docs, err := engine.Scan(ctx, ledgerLog, Range{AfterID: after, Limit: 16})
			if err != nil {
				yield(nil, fmt.Errorf("ledger: %w", err))
				return
			}
			for _, d := range docs {
				after = d.ID
				// A batch under another number was moved: what follows is
				// not what was written here.
				if d.ID != fixed(want) {
					d.Body = nil
				}
				want++
				if !yield(d.Body, nil) {
					return
				}
				progress(int64(want))
			}
			if len(docs) == 0 {
				return
			}
		}
	}
}

// scanAll reads a whole range; for small collections.
func scanAll(ctx context.Context, engine Engine, in Collection, r Range) ([]Doc, error) {
	var all []Doc
	r.Limit = 1000
	for {
		docs, err := engine.Scan(ctx, in, r)
		if err != nil {
			return nil, err
		}
		all = append(all, docs...)
		if len(docs) < r.Limit {
			return all, nil
		}
		last := docs[len(docs)-1]
		r.AfterID = last.ID
		for i, name := range in.Indexes {
			if name == r.Index {
				r.AfterValue = last.Index[i]
			}
		}
	}
}

// unsettled reports whether lines of a contact are not in the tree yet.
func (b *book) unsettled(id bot.ContactID) bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.queued[id] > b.inTree[id]
}

// drop forgets a contact that is gone.
func (b *book) drop(id bot.ContactID) {
	b.mu.Lock()
	defer b.mu.Unlock()
	delete(b.inTree, id)
	delete(b.queued, id)
	delete(b.held, string(id))
}
