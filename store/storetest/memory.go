package storetest

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"slices"
	"sync"

	"aval/bot"
	"aval/store"
)

// ErrPower is what every operation answers after the power was cut.
var ErrPower = errors.New("the power is cut")

// Memory is an engine whose power can be cut between any two operations, also
// within one call, and comes back with what was durable. It keeps the contract
// of store.Engine to the letter, with the leave it gives: after a cut a prefix
// of a call's operations is kept although the call failed. It is for tests
// that crash more often than a disk can.
type Memory struct {
	mu     sync.Mutex
	docs   map[string]map[string]store.Doc // by collection and id
	fields map[string][]string             // the index fields of each collection
	left   int                             // operations until the cut; negative: none is planned
	dark   bool
	closed bool
}

var _ store.Engine = (*Memory)(nil)

// NewMemory makes an empty engine.
func NewMemory(collections []store.Collection) *Memory {
	m := &Memory{docs: map[string]map[string]store.Doc{}, fields: map[string][]string{}, left: -1}
	for _, c := range collections {
		m.docs[c.Name], m.fields[c.Name] = map[string]store.Doc{}, c.Indexes
	}
	return m
}

// Cut plans the power cut: n more operations are kept, and whoever asked for
// the last of them is not told.
func (m *Memory) Cut(n int) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.left = n
}

// Dark reports whether the power is cut.
func (m *Memory) Dark() bool {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.dark
}

// Restore brings the power back, and a closed engine with it.
func (m *Memory) Restore() {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.left, m.dark, m.closed = -1, false, false
}

// ready is what every method asks first; mu is held.
func (m *Memory) ready(ctx context.Context, in ...store.Collection) error {
	if m.closed {
		return errors.New("use after close")
	}
	if m.dark {
		return ErrPower
	}
	for _, c := range in {
		if fields, ok := m.fields[c.Name]; !ok || !slices.Equal(fields, c.Indexes) {
			return errors.New("undeclared collection")
		}
	}
	return ctx.Err()
}

// Get implements store.Engine.
func (m *Memory) Get(ctx context.Context, in store.Collection, id string) (store.Doc, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if err := m.ready(ctx, in); err != nil {
		return store.Doc{}, err
	}
	d, ok := m.docs[in.Name][id]
	if !ok {
		return store.Doc{}, bot.ErrNotFound
	}
	return copied(d), nil
}

// Scan implements store.Engine.
func (m *Memory) Scan(ctx context.Context, in store.Collection, r store.Range) ([]store.Doc, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if err := m.ready(ctx, in); err != nil {
		return nil, err
	}
	field := slices.Index(in.Indexes, r.Index)
	if r.Index != "" && field < 0 {
		return nil, errors.New("undeclared index")
	}
	if r.Limit < 1 || r.Limit > scanMost {
		r.Limit = scanMost
	}
	value := func(d store.Doc) string {
		if field < 0 {
			return d.ID
		}
		return d.Index[field]
	}
	var found []store.Doc
	for _, d := range m.docs[in.Name] {
		if v := value(d); v >= r.From && (r.To == "" || v < r.To) && (field < 0 || v != "") && behind(d.ID, v, field, r) {
			found = append(found, d)
		}
	}
	slices.SortFunc(found, func(a, b store.Doc) int { return cmp.Or(cmp.Compare(value(a), value(b)), cmp.Compare(a.ID, b.ID)) })
	found = found[:min(len(found), r.Limit)]
	for i := range found {
		found[i] = copied(found[i])
		if r.Bare {
			found[i].Body = nil
		}
	}
	return found, nil
}

// scanMost is the largest page, as store.Range says.
const scanMost = 1000

// behind reports whether a document comes after the place a scan goes on from.
func behind(id, value string, field int, r store.Range) bool {
	if field < 0 {
		return r.AfterID == "" || id > r.AfterID
	}
	if r.AfterValue == "" && r.AfterID == "" {
		return true
	}
	return value > r.AfterValue || value == r.AfterValue && id > r.AfterID
}

// Write implements store.Engine.
func (m *Memory) Write(ctx context.Context, ops ...store.Write) ([]error, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	in := make([]store.Collection, len(ops))
	for i, op := range ops {
		in[i] = op.In
		if op.Op < store.Insert || op.Op > store.Delete || op.Doc.ID == "" ||
			op.Op != store.Delete && len(op.Doc.Index) != len(op.In.Indexes) {
			return nil, errors.New("no such operation, no id, or not one value per index")
		}
	}
	if err := m.ready(ctx, in...); err != nil {
		return nil, err
	}
	results, failed := make([]error, len(ops)), false
	for i, op := range ops {
		if failed && op.IfAll {
			results[i] = store.ErrSkipped
			continue
		}
		if m.left == 0 {
			m.dark = true
			return nil, ErrPower
		}
		results[i] = m.apply(op)
		failed = failed || results[i] != nil
		m.left--
	}
	if m.left == 0 { // kept, and not said
		m.dark = true
		return nil, ErrPower
	}
	m.left = max(m.left, -1)
	return results, nil
}

// apply performs one operation; mu is held.
func (m *Memory) apply(op store.Write) error {
	docs := m.docs[op.In.Name]
	old, there := docs[op.Doc.ID]
	switch {
	case op.Op == store.Insert && there:
		return store.ErrExists
	case op.Op == store.Delete && !there:
		return nil
	case op.Op != store.Insert && (!there || old.Version != op.Doc.Version):
		return bot.ErrConflict
	case op.Op == store.Delete:
		delete(docs, op.Doc.ID)
		return nil
	}
	d := copied(op.Doc)
	d.Version = old.Version + 1
	docs[d.ID] = d
	return nil
}

// Close implements store.Engine.
func (m *Memory) Close() error {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.closed = true
	return nil
}

func copied(d store.Doc) store.Doc {
	d.Body, d.Index = bytes.Clone(d.Body), slices.Clone(d.Index)
	return d
}
