package sqlite

import (
	"context"
	"database/sql/driver"
	"fmt"
	"slices"

	"aval/bot"
	"aval/store"
)

// reader is a connection that only reads, with its statements. One goroutine
// uses it at a time; the pool hands it round.
type reader struct {
	conn *conn
	gets map[string]*stmt
	// scans are prepared when first used: most pairs of collection and field
	// are never scanned by most connections.
	scans map[scanKey]*stmt
}

type scanKey struct {
	table, field  string
	bounded, bare bool
}

func newReader(ctx context.Context, path string, tables map[string]*table) (*reader, error) {
	c, err := dial(ctx, path, []string{
		"PRAGMA busy_timeout = 5000",
		"PRAGMA query_only = ON",
		"PRAGMA temp_store = MEMORY",
		"PRAGMA trusted_schema = OFF",
		"PRAGMA cache_size = -8192",
	})
	if err != nil {
		return nil, err
	}
	r := &reader{conn: c, gets: map[string]*stmt{}, scans: map[scanKey]*stmt{}}
	p := preparer{conn: c}
	for _, t := range tables {
		r.gets[t.name] = p.stmt(t.getText())
	}
	if p.err != nil {
		_ = c.close() // the statement's error is the one to report
		return nil, p.err
	}
	return r, nil
}

func (r *reader) close() error { return r.conn.close() }

// borrow waits for a free reader.
func (e *Engine) borrow(ctx context.Context) (*reader, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	select {
	case r, ok := <-e.pool:
		if !ok {
			return nil, ErrClosed
		}
		return r, nil
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// Get implements store.Engine.
func (e *Engine) Get(ctx context.Context, in store.Collection, id string) (store.Doc, error) {
	t := e.tables[in.Name]
	if t == nil {
		return store.Doc{}, fmt.Errorf("collection %q is not declared", in.Name)
	}
	r, err := e.borrow(ctx)
	if err != nil {
		return store.Doc{}, err
	}
	defer func() { e.pool <- r }()
	var d store.Doc
	err = r.gets[t.name].query(func(row []driver.Value) { d = document(row) }, id)
	if err != nil {
		return store.Doc{}, fmt.Errorf("get: %w", err)
	}
	if d.Version == 0 {
		return store.Doc{}, bot.ErrNotFound
	}
	return d, nil
}

// Scan implements store.Engine. A limit of zero, or above 1,000, is 1,000.
func (e *Engine) Scan(ctx context.Context, in store.Collection, g store.Range) ([]store.Doc, error) {
	t := e.tables[in.Name]
	if t == nil || g.Index != "" && !slices.Contains(t.indexes, g.Index) {
		return nil, fmt.Errorf("collection %q with index %q is not declared", in.Name, g.Index)
	}
	r, err := e.borrow(ctx)
	if err != nil {
		return nil, err
	}
	defer func() { e.pool <- r }()
	s, err := r.scan(t, scanKey{t.name, g.Index, g.To != "", g.Bare})
	if err != nil {
		return nil, err
	}
	var docs []store.Doc
	err = s.query(func(row []driver.Value) { docs = append(docs, document(row)) }, scanArgs(g)...)
	if err != nil {
		return nil, fmt.Errorf("scan: %w", err)
	}
	return docs, nil
}

func (r *reader) scan(t *table, k scanKey) (*stmt, error) {
	if s := r.scans[k]; s != nil {
		return s, nil
	}
	s, err := r.conn.prepare(t.scanText(k.field, k.bounded, k.bare))
	if err == nil {
		r.scans[k] = s
	}
	return s, err
}

// scanArgs are the arguments of table.scanText.
func scanArgs(g store.Range) []driver.Value {
	args := make([]driver.Value, 0, 4)
	if g.Index == "" {
		args = append(args, startID(g))
	}
	if g.Index != "" {
		value, id := g.From, ""
		if g.AfterValue >= value {
			value, id = g.AfterValue, g.AfterID
		}
		args = append(args, value, id)
	}
	if g.To != "" {
		args = append(args, g.To)
	}
	limit := g.Limit
	if limit < 1 || limit > maxPage {
		limit = maxPage
	}
	return append(args, int64(limit))
}

// startID is the first id that a scan by id may return: the one after AfterID in
// the order of bytes, unless From lies further on.
func startID(g store.Range) string {
	if g.AfterID == "" || g.From > g.AfterID {
		return g.From
	}
	return g.AfterID + "\x00"
}

// document reads a row of table.getText or table.scanText.
func document(row []driver.Value) store.Doc {
	var d store.Doc
	d.ID, _ = row[0].(string)
	d.Version, _ = row[1].(int64)
	fields := row[2 : len(row)-1]
	if len(fields) > 0 {
		d.Index = make([]string, len(fields))
		for i, f := range fields {
			d.Index[i], _ = f.(string)
		}
	}
	d.Body, _ = row[len(row)-1].([]byte)
	return d
}
