package store

import (
	"context"
	"errors"
	"fmt"

	"aval/bot"
	"aval/store/seal"
)

// Flows implements bot.FlowShelf: everything that was ever published.
func (s *Store) Flows(ctx context.Context) ([]bot.FlowRecord, error) {
	docs, err := scanAll(ctx, s.engine, published, Range{})
	if err != nil {
		return nil, fmt.Errorf("published flows: %w", err)
	}
	records := make([]bot.FlowRecord, 0, len(docs))
	for _, d := range docs {
		plain, err := s.ring.Open(d.Body, seal.Place{Collection: published.Name, Record: d.ID})
		if err != nil {
			return nil, fmt.Errorf("published flow %s: %w", d.ID, bot.ErrIntegrity)
		}
		var r bot.FlowRecord
		if err := bot.Decode(plain, &r); err != nil {
			return nil, fmt.Errorf("published flow %s: %w", d.ID, bot.ErrIntegrity)
		}
		r.Stored = d.Version
		records = append(records, r)
	}
	return records, nil
}

// SaveFlow implements bot.FlowShelf.
//
// Crash between record and line: the flow is published and the ledger does not
// say so yet. Whoever published got no answer and does it again, which changes
// nothing and writes the line.
func (s *Store) SaveFlow(ctx context.Context, r *bot.FlowRecord, lines ...bot.Line) error {
	doc := Doc{ID: r.ID, Version: r.Stored, Body: s.ring.Seal(bot.Encode(r), seal.Place{Collection: published.Name, Record: r.ID})}
	ops := []Write{{Op: Replace, In: published, Doc: doc}}
	if r.Stored == 0 {
		ops[0].Op = Insert
	}
	var acts []Write
	for _, l := range lines {
		l.At = s.now().UTC()
		for _, op := range s.book.act(l) {
			op.IfAll = true
			acts = append(acts, op)
		}
	}
	err := one(s.engine.Write(ctx, append(ops, acts...)...))
	switch {
	case errors.Is(err, ErrExists):
		return bot.ErrConflict
	case err != nil:
		return fmt.Errorf("published flow %s: %w", r.ID, err)
	}
	s.book.taken(acts)
	r.Stored++
	return nil
}
