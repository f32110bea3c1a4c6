package sqlite

import (
	"context"
	"database/sql/driver"
	"errors"
	"fmt"
	"os"
	"sync"
)

// The write-ahead log is moved into the database by a goroutine of its own,
// beside the writer: it costs two syncs and thousands of page writes, which
// callers would otherwise wait for several times a second. Only the end of it,
// when little is left, is the writer's, because a log can start over from its
// beginning only in a moment without a commit.
const (
	// lookEvery is after how many groups the writer asks how long the log is.
	lookEvery = 16
	// movePages not yet moved (8 MiB) start the goroutine.
	movePages = 1000
	// finishPages in the log (32 MiB), of which finishRest at most are not yet
	// moved, make the writer finish.
	finishPages = 4000
	finishRest  = 250
	// mostPages in the log (128 MiB) make the writer move them itself, however
	// many: the disk is slower than the load and callers have to feel it.
	mostPages = 16000
	// logLimit is the size, in bytes, that the file of the log is cut to when it
	// starts over.
	logLimit = 64 << 20
)

// errReaders: reads of the file lasted longer than the busy timeout.
var errReaders = errors.New("write-ahead log is still being read")

// mover moves the log into the database while the writer goes on.
type mover struct {
	conn    *conn
	passive *stmt
	// turn is held during a checkpoint: SQLite allows one at a time and
	// refuses a second without waiting.
	turn sync.Mutex
	kick chan struct{}
}

func newMover(ctx context.Context, path string) (*mover, error) {
	settings := []string{"PRAGMA busy_timeout = 5000", "PRAGMA synchronous = FULL", "PRAGMA cache_size = -256"}
	c, err := dial(ctx, path, settings)
	if err != nil {
		return nil, err
	}
	s, err := c.prepare("PRAGMA wal_checkpoint(PASSIVE)")
	if err != nil {
		return nil, errors.Join(err, c.close())
	}
	return &mover{conn: c, passive: s, kick: make(chan struct{}, 1)}, nil
}

// run moves once per kick until kick is closed.
func (m *mover) run() {
	for range m.kick {
		m.turn.Lock()
		// What could not be moved is still in the log, which is as durable; a
		// lasting fault shows when the log cannot grow.
		_, _ = m.passive.progress()
		m.turn.Unlock()
	}
}

// start asks for a move, unless one is due already.
func (m *mover) start() {
	select {
	case m.kick <- struct{}{}:
	default:
	}
}

// progress is what SQLite reports of a checkpoint.
type progress struct {
	busy         bool
	logged, done int64 // pages in the log, and of these in the database
}

func (s *stmt) progress() (progress, error) {
	var p progress
	err := s.query(func(row []driver.Value) {
		busy, _ := row[0].(int64)
		p.busy = busy != 0
		p.logged, _ = row[1].(int64)
		p.done, _ = row[2].(int64)
	})
	return p, err
}

// tend keeps the log short. Nobody waits for its outcome: the commits that are
// in the log are durable wherever they are.
func (w *writer) tend() {
	w.sinceLook++
	if w.sinceLook < lookEvery {
		return
	}
	w.sinceLook = 0
	p, err := w.look.progress()
	rest := p.logged - p.done
	switch {
	case err != nil:
	case p.logged >= mostPages:
		w.mover.turn.Lock()
		_, _ = w.finish.progress() // again at the next look
		w.mover.turn.Unlock()
	case p.logged >= finishPages && rest <= finishRest:
		if w.mover.turn.TryLock() {
			_, _ = w.finish.progress() // again at the next look
			w.mover.turn.Unlock()
		}
	case rest >= movePages, p.logged >= finishPages:
		w.mover.start()
	}
}

// truncate empties the log.
func (w *writer) truncate() error {
	w.mover.turn.Lock()
	defer w.mover.turn.Unlock()
	p, err := w.empty.progress()
	if err == nil && p.busy {
		err = errReaders
	}
	if err != nil {
		return fmt.Errorf("checkpoint: %w", err)
	}
	return nil
}

// Checkpoint moves everything out of the write-ahead log and empties it, after
// which nothing that was deleted or overwritten before the call is left in any
// of the files. It waits for reads under way, 5 seconds at most, and is an error
// if one of them takes longer.
func (e *Engine) Checkpoint(ctx context.Context) error {
	reply := make(chan error, 1)
	if err := e.askTidy(ctx, reply); err != nil {
		return err
	}
	return <-reply
}

func (e *Engine) askTidy(ctx context.Context, reply chan error) error {
	e.mu.RLock()
	defer e.mu.RUnlock()
	if e.closed {
		return ErrClosed
	}
	select {
	case e.tidy <- reply:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// Size is the bytes that the database and its log take on the disk.
func (e *Engine) Size() (int64, error) {
	var sum int64
	for _, suffix := range []string{"", "-wal"} {
		info, err := os.Stat(e.path + suffix)
		if err != nil && !errors.Is(err, os.ErrNotExist) {
			return 0, fmt.Errorf("size: %w", err)
		}
		if err == nil {
			sum += info.Size()
		}
	}
	return sum, nil
}
