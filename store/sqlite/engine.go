// Package sqlite keeps the documents of a store in one SQLite file, for a
// single process on a local disk.
//
// One goroutine writes. It takes every call that waits and commits them
// together, so that a sync of the disk is shared by all who need one; a call
// returns after the COMMIT that holds it. Readers see what was committed and
// never wait for the writer.
//
// The directory holds aval.db, its write-ahead log, and aval.lock. A file
// system without working locks and syncs (most network mounts) is not a place
// for it. What was deleted is overwritten in the file at once (secure_delete)
// but stays in the write-ahead log until Checkpoint.
package sqlite

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"

	"modernc.org/sqlite"

	"aval/store"
)

var _ store.Engine = (*Engine)(nil)

// ErrClosed answers every call on an engine after Close.
var ErrClosed = errors.New("store is closed")

// Limits of a call.
const (
	// groupOps bounds how many operations share a COMMIT, and with it how long
	// the first of them waits. Beyond it the sync is no longer what costs.
	groupOps = 256
	// queued calls beyond this block their callers: back-pressure, not memory.
	queueLength = 1024
	// readers is how many reads run at once; more cores than this are rare
	// where an embedded store is the right choice.
	readers = 4
	// bodyLimit keeps one caller from failing the group it shares with others
	// by a value that SQLite would refuse.
	bodyLimit = 64 << 20
	// maxPage is the most documents one Scan returns.
	maxPage = 1000
)

// Options are for tests and benchmarks; the zero value is right for production.
type Options struct {
	// MaxPages bounds the file, in pages of 8 KiB; 0 is no bound.
	MaxPages int64
	// CacheKiB is the writer's page cache; 0 means 32 MiB.
	CacheKiB int
}

// Engine is an open database file.
type Engine struct {
	path   string
	lock   *os.File
	tables map[string]*table
	writer *writer
	mover  *mover
	pool   chan *reader

	// mu is held for reading while a call hands over its work, so that Close
	// can tell when the last one has.
	mu     sync.RWMutex
	closed bool
	queue  chan *request
	tidy   chan chan error
	done   sync.WaitGroup
}

// Exists reports whether a store was ever opened in a directory.
func Exists(dir string) bool {
	_, err := os.Stat(filepath.Join(dir, "aval.db"))
	return err == nil
}

// Open opens or creates the database in dir, which is created for its owner
// alone if it is missing. It returns store.ErrLocked while another engine, in
// this process or another, has the directory open, and bot.ErrFull if there is
// no room to start.
func Open(ctx context.Context, dir string, collections []store.Collection, o Options) (*Engine, error) {
	tables, err := newTables(collections)
	if err != nil {
		return nil, err
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, fmt.Errorf("data directory: %w", err)
	}
	lock, err := lockDir(dir)
	if err != nil {
		return nil, err
	}
	e := &Engine{
		path: filepath.Join(dir, "aval.db"), lock: lock, tables: tables, pool: make(chan *reader, readers),
		queue: make(chan *request, queueLength), tidy: make(chan chan error),
	}
	if err := e.start(ctx, o); err != nil {
		return nil, errors.Join(err, e.release())
	}
	return e, nil
}

// start opens the connections and, last, lets the goroutines run.
func (e *Engine) start(ctx context.Context, o Options) error {
	if err := private(e.path); err != nil {
		return err
	}
	// The size of the log and the data are synced either way; what fdatasync
	// leaves out are time stamps, and they cost a journal commit of the file
	// system each. Where it does not exist, SQLite keeps its own choice.
	_, _ = sqlite.Fdatasync(true)
	var err error
	if e.writer, err = newWriter(ctx, e.path, e.tables, o); err != nil {
		return err
	}
	if e.mover, err = newMover(ctx, e.path); err != nil {
		return err
	}
	e.writer.mover = e.mover
	for range readers {
		r, err := newReader(ctx, e.path, e.tables)
		if err != nil {
			return err
		}
		e.pool <- r
	}
	e.done.Go(e.mover.run)
	e.done.Go(func() {
		defer close(e.mover.kick)
		e.writer.run(e.queue, e.tidy)
	})
	return nil
}

// private makes the file before SQLite does: SQLite gives the log and the
// index beside it the same rights.
func private(path string) error {
	f, err := os.OpenFile(path, os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return fmt.Errorf("database file: %w", err)
	}
	if err := errors.Join(f.Chmod(0o600), f.Close()); err != nil {
		return fmt.Errorf("database file: %w", err)
	}
	return nil
}

// Write implements store.Engine. A context that ends while the call waits for
// its group takes the call out of it; once the group has begun it does not.
func (e *Engine) Write(ctx context.Context, ops ...store.Write) ([]error, error) {
	if err := e.check(ops); err != nil {
		return nil, err
	}
	r := &request{ctx: ctx, ops: ops, results: make([]error, len(ops)), done: make(chan error, 1)}
	if err := e.enqueue(r); err != nil {
		return nil, err
	}
	if err := <-r.done; err != nil {
		return nil, err
	}
	return r.results, nil
}

func (e *Engine) enqueue(r *request) error {
	e.mu.RLock()
	defer e.mu.RUnlock()
	if e.closed {
		return ErrClosed
	}
	select {
	case e.queue <- r:
		return nil
	case <-r.ctx.Done():
		return r.ctx.Err()
	}
}

// check refuses what no database state could make right, before it meets others.
func (e *Engine) check(ops []store.Write) error {
	for i := range ops {
		w := &ops[i]
		t := e.tables[w.In.Name]
		if t == nil {
			return fmt.Errorf("collection %q is not declared", w.In.Name)
		}
		if w.Op != store.Insert && w.Op != store.Replace && w.Op != store.Delete {
			return fmt.Errorf("collection %s: operation %d is unknown", t.name, w.Op)
		}
		if w.Doc.ID == "" {
			return fmt.Errorf("collection %s: document without id", t.name)
		}
		if w.Op != store.Delete && len(w.Doc.Index) != len(t.indexes) {
			return fmt.Errorf("collection %s: %d index values for %d fields", t.name, len(w.Doc.Index), len(t.indexes))
		}
		if len(w.Doc.Body) > bodyLimit {
			return fmt.Errorf("collection %s: body of %d bytes, limit %d", t.name, len(w.Doc.Body), bodyLimit)
		}
	}
	return nil
}

// Close waits for the calls under way, empties the write-ahead log and gives
// the directory free. A second Close does nothing.
func (e *Engine) Close() error {
	e.mu.Lock()
	if e.closed {
		e.mu.Unlock()
		return nil
	}
	e.closed = true
	close(e.queue)
	e.mu.Unlock()
	e.done.Wait()
	var errs []error
	for range readers {
		errs = append(errs, (<-e.pool).close())
	}
	close(e.pool)
	return errors.Join(append(errs, e.release())...)
}

// release undoes Open, the lock last: nobody else may start before the files
// are at rest.
func (e *Engine) release() error {
	var errs []error
	for len(e.pool) > 0 {
		errs = append(errs, (<-e.pool).close())
	}
	if e.mover != nil {
		errs = append(errs, e.mover.conn.close())
	}
	if e.writer != nil {
		errs = append(errs, e.writer.conn.close()) // the last one, which also empties the log
	}
	return errors.Join(append(errs, e.lock.Close())...)
}

// oldestSQLite is the first release without the fault in which a checkpoint
// that meets a commit on another connection can lose that commit.
var oldestSQLite = [3]int{3, 51, 3}

// checkVersion refuses a library that could lose what it acknowledged.
func checkVersion(version string) error {
	var got [3]int
	for i, part := range strings.SplitN(version, ".", 3) {
		n, err := strconv.Atoi(part)
		if err != nil {
			return fmt.Errorf("SQLite version %q: %w", version, err)
		}
		got[i] = n
	}
	for i, want := range oldestSQLite {
		if got[i] > want {
			return nil
		}
		if got[i] < want {
			return fmt.Errorf("SQLite %s can lose commits, 3.51.3 or newer is needed", version)
		}
	}
	return nil
}
