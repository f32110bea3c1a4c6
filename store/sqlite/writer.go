package sqlite

import (
	"context"
	"database/sql/driver"
	"errors"
	"fmt"
	"runtime"

	"aval/bot"
	"aval/store"
)

// request is one call of Write on its way through the writer.
type request struct {
	ctx     context.Context
	ops     []store.Write
	results []error
	err     error      // why it was left out of its group
	done    chan error // room for one, so that the writer never waits for a caller
}

// writeSet holds the statements that change one collection.
type writeSet struct {
	insert, replace, remove, exists *stmt
}

// writer owns the only connection that writes. After newWriter all of it
// belongs to the goroutine in run.
type writer struct {
	conn                    *conn
	sets                    map[string]*writeSet
	begin, commit, rollback *stmt
	look, finish, empty     *stmt // checkpoints: none, what can be, everything and wait for readers
	mover                   *mover
	sinceLook               int // groups since the length of the log was asked for
	// broken is set when a sync failed. The kernel may then have dropped pages
	// it could not write and report success the next time, so nothing may be
	// acknowledged on this file until it has been closed and read back.
	broken error
}

func newWriter(ctx context.Context, path string, tables map[string]*table, o Options) (*writer, error) {
	c, err := dial(ctx, path, writerSettings(o))
	if err != nil {
		return nil, err
	}
	w := &writer{conn: c, sets: map[string]*writeSet{}}
	if err := w.prepare(tables, o); err != nil {
		return nil, errors.Join(err, c.close())
	}
	return w, nil
}

func writerSettings(o Options) []string {
	cache := o.CacheKiB
	if cache == 0 {
		cache = 32 << 10
	}
	return []string{
		"PRAGMA busy_timeout = 5000", // only a checkpoint and a reader can meet; both are short
		"PRAGMA page_size = 8192",    // two contacts' documents fit, where 4096 needs overflow chains
		"PRAGMA journal_mode = WAL",
		"PRAGMA synchronous = FULL",  // NORMAL would acknowledge what a power cut can take back
		"PRAGMA secure_delete = ON",  // erased means overwritten
		"PRAGMA temp_store = MEMORY", // nothing sorted may touch another file
		"PRAGMA trusted_schema = OFF",
		fmt.Sprintf("PRAGMA cache_size = -%d", cache),
		"PRAGMA wal_autocheckpoint = 0", // the mover's
		fmt.Sprintf("PRAGMA journal_size_limit = %d", logLimit),
	}
}

// prepare checks the library, brings the file up to date and prepares every statement.
func (w *writer) prepare(tables map[string]*table, o Options) error {
	version, err := w.conn.text("SELECT sqlite_version()")
	if err != nil {
		return fmt.Errorf("SQLite version: %w", err)
	}
	if err := checkVersion(version); err != nil {
		return err
	}
	if err := w.checkSettings(); err != nil {
		return err
	}
	if err := migrate(w.conn, migrations); err != nil {
		return err
	}
	err = w.conn.inTransaction(func() error {
		for _, t := range tables {
			if err := t.create(w.conn); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	if o.MaxPages > 0 {
		if err := w.conn.exec(fmt.Sprintf("PRAGMA max_page_count = %d", o.MaxPages)); err != nil {
			return fmt.Errorf("page limit: %w", err)
		}
	}
	return w.prepareStatements(tables)
}

// checkSettings reads back what SQLite may ignore in silence.
func (w *writer) checkSettings() error {
	for query, want := range map[string]string{
		"PRAGMA journal_mode": "wal", "PRAGMA synchronous": "2", "PRAGMA secure_delete": "1",
	} {
		got, err := w.conn.text(query)
		if err != nil || got != want {
			return errors.Join(fmt.Errorf("%s is %q, not %q", query, got, want), err)
		}
	}
	return nil
}

func (w *writer) prepareStatements(tables map[string]*table) error {
	p := preparer{conn: w.conn}
	w.begin, w.commit, w.rollback = p.stmt("BEGIN IMMEDIATE"), p.stmt("COMMIT"), p.stmt("ROLLBACK")
	w.look = p.stmt("PRAGMA wal_checkpoint(NOOP)")
	w.finish = p.stmt("PRAGMA wal_checkpoint(PASSIVE)")
	w.empty = p.stmt("PRAGMA wal_checkpoint(TRUNCATE)")
	for _, t := range tables {
		w.sets[t.name] = &writeSet{
			insert: p.stmt(t.insertText()), replace: p.stmt(t.replaceText()),
			remove: p.stmt(t.deleteText()), exists: p.stmt(t.existsText()),
		}
	}
	return p.err
}

// preparer prepares until the first error, which it keeps.
type preparer struct {
	conn *conn
	err  error
}

func (p *preparer) stmt(text string) *stmt {
	if p.err != nil {
		return nil
	}
	s, err := p.conn.prepare(text)
	p.err = err
	return s
}

// run serves calls until the queue is closed and empty.
func (w *writer) run(queue <-chan *request, tidy <-chan chan error) {
	for {
		select {
		case r, ok := <-queue:
			if !ok {
				return
			}
			w.serve(gather(r, queue))
			w.tend()
		case reply := <-tidy:
			reply <- w.truncate()
		}
	}
}

// gather adds the calls that wait already. It steps aside once: the callers
// just answered are about to ask again, and a sync costs more than their turn.
func gather(first *request, queue <-chan *request) []*request {
	runtime.Gosched()
	group, n := []*request{first}, len(first.ops)
	for n < groupOps {
		select {
		case r, ok := <-queue:
			if !ok {
				return group
			}
			group, n = append(group, r), n+len(r.ops)
		default:
			return group
		}
	}
	return group
}

// serve commits a group and then, not before, answers each of its callers.
func (w *writer) serve(group []*request) {
	err := w.broken
	if err == nil {
		err = w.transact(group)
	}
	for _, r := range group {
		if r.err == nil {
			r.err = err
		}
		r.done <- r.err
	}
}

// transact is the one place where documents change. A crash before COMMIT has
// returned keeps nothing of the group or all of it; nobody has been told either.
func (w *writer) transact(group []*request) error {
	if _, err := w.begin.exec(); err != nil {
		return fmt.Errorf("begin: %w", err)
	}
	if err := w.apply(group); err != nil {
		return w.undo(err)
	}
	if _, err := w.commit.exec(); err != nil {
		err = w.undo(fmt.Errorf("commit: %w", err))
		if resultCode(err) == codeIOFsync {
			w.broken = err
		}
		return err
	}
	return nil
}

// undo ends a transaction that failed. SQLite may have ended it already, so the
// answer of the ROLLBACK says nothing.
func (w *writer) undo(cause error) error {
	_, _ = w.rollback.exec()
	return cause
}

func (w *writer) apply(group []*request) error {
	for _, r := range group {
		if r.err = r.ctx.Err(); r.err != nil {
			continue
		}
		failed := false
		for i := range r.ops {
			if failed && r.ops[i].IfAll {
				r.results[i] = store.ErrSkipped
				continue
			}
			if err := w.applyOne(&r.ops[i], &r.results[i]); err != nil {
				return err
			}
			failed = failed || r.results[i] != nil
		}
	}
	return nil
}

// applyOne performs an operation. Its result is the caller's; its error is the
// database's and ends the group.
func (w *writer) applyOne(op *store.Write, result *error) error {
	set := w.sets[op.In.Name]
	switch op.Op {
	case store.Insert:
		return w.insert(set, &op.Doc, result)
	case store.Replace:
		return w.replace(set, &op.Doc, result)
	default:
		return w.remove(set, &op.Doc, result)
	}
}

func (w *writer) insert(set *writeSet, d *store.Doc, result *error) error {
	args := make([]driver.Value, 0, len(d.Index)+2)
	args = append(args, d.ID)
	for _, v := range d.Index {
		args = append(args, v)
	}
	n, err := set.insert.exec(append(args, d.Body)...)
	if err != nil {
		return fmt.Errorf("insert: %w", err)
	}
	if n == 0 {
		*result = store.ErrExists
	}
	return nil
}

func (w *writer) replace(set *writeSet, d *store.Doc, result *error) error {
	args := make([]driver.Value, 0, len(d.Index)+3)
	for _, v := range d.Index {
		args = append(args, v)
	}
	n, err := set.replace.exec(append(args, d.Body, d.ID, d.Version)...)
	if err != nil {
		return fmt.Errorf("replace: %w", err)
	}
	if n == 0 {
		*result = bot.ErrConflict
	}
	return nil
}

func (w *writer) remove(set *writeSet, d *store.Doc, result *error) error {
	n, err := set.remove.exec(d.ID, d.Version)
	if err != nil {
		return fmt.Errorf("delete: %w", err)
	}
	if n > 0 {
		return nil
	}
	there := false
	if err := set.exists.query(func([]driver.Value) { there = true }, d.ID); err != nil {
		return fmt.Errorf("delete: %w", err)
	}
	if there {
		*result = bot.ErrConflict
	}
	return nil
}
