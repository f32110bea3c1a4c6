package store

import (
	"context"
	"errors"
	"fmt"
	"time"

	"golang.org/x/mod/sumdb/note"

	"aval/bot"
	"aval/store/ledger"
	"aval/store/seal"
)

// checkpointer is an engine that keeps what was deleted until it is told to
// let go: SQLite's log holds old pages, and a key with them (measured: 958 of
// 1,000 deleted keys were still in it).
type checkpointer interface {
	Checkpoint(ctx context.Context) error
}

var (
	_ bot.Vault   = (*Store)(nil)
	_ bot.Archive = (*Store)(nil)
)

// tombstone records that somebody was erased, for whoever restores a backup that
// is older.
type tombstone struct {
	Subject string
	Brand   string
}

// Open implements bot.Vault.
func (s *Store) Open(ctx context.Context, c *bot.Contact, e bot.Entry) ([]byte, error) {
	return s.OpenEntry(ctx, c, e)
}

// Erase implements bot.Vault. The order of the writes is what a crash between
// any two of them leaves behind: the tombstone and the shells come first, so
// that nobody is gone without a trace that it was done; then the names, so that
// nothing leads to what is about to be unreadable; then the key, which is the
// point of no return; then the document and the line. Erase is called again
// until it has come to the end.
func (s *Store) Erase(ctx context.Context, r bot.Remains, l bot.Line) error {
	if s.book.unsettled(r.Contact) {
		return bot.ErrBusy
	}
	ops, err := s.eraseWrites(ctx, r)
	if err != nil {
		return fmt.Errorf("erase: %w", err)
	}
	if len(ops) > 0 {
		l.At = s.now().UTC()
		ops = append(ops, s.book.act(l)...)
	}
	for i := range ops {
		ops[i].IfAll = true
	}
	if err := one(s.engine.Write(ctx, ops...)); err != nil {
		return fmt.Errorf("erase: %w", err)
	}
	s.book.taken(ops)
	s.book.drop(r.Contact)
	s.keys.drop(r.Contact)
	if c, ok := s.engine.(checkpointer); ok {
		if err := c.Checkpoint(ctx); err != nil {
			return fmt.Errorf("erase: %w", err)
		}
	}
	return nil
}

// eraseWrites are the writes that are still to be done; none once the contact
// is gone.
func (s *Store) eraseWrites(ctx context.Context, r bot.Remains) ([]Write, error) {
	id := string(r.Contact)
	doc, err := s.engine.Get(ctx, contacts, id)
	if errors.Is(err, bot.ErrNotFound) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	ops, err := s.leftBehind(ctx, r)
	if err != nil {
		return nil, err
	}
	for _, name := range r.Names {
		op, err := s.unbind(ctx, name, r.Contact)
		if err != nil {
			return nil, err
		}
		ops = append(ops, op...)
	}
	return append(ops,
		Write{Op: Delete, In: keys, Doc: Doc{ID: id, Version: 1}},
		Write{Op: Delete, In: contacts, Doc: Doc{ID: id, Version: doc.Version}}), nil
}

// leftBehind are the writes of the tombstone and the shells that are not there
// yet.
func (s *Store) leftBehind(ctx context.Context, r bot.Remains) ([]Write, error) {
	add := func(ops []Write, in Collection, id string, at time.Time, v any) ([]Write, error) {
		_, err := s.engine.Get(ctx, in, id)
		if err == nil || !errors.Is(err, bot.ErrNotFound) {
			return ops, err
		}
		body := s.ring.Seal(bot.Encode(v), seal.Place{Collection: in.Name, Record: id})
		return append(ops, Write{Op: Insert, In: in, Doc: Doc{ID: id, Index: []string{timeKey(at)}, Body: body}}), nil
	}
	ops, err := add(nil, tombstones, string(r.Contact), r.At, tombstone{Subject: r.Pseudonym, Brand: r.Brand})
	for _, shell := range r.Cases {
		if err != nil {
			return nil, err
		}
		ops, err = add(ops, cases, shell.Reference, shell.Done, shell)
	}
	return ops, err
}

// caseIndex orders contacts by the first case that waits for an officer; those
// with finished cases only come last.
func caseIndex(h *bot.Head) string {
	switch first := h.FirstDue(); {
	case !first.IsZero():
		return "0" + timeKey(first)
	case len(h.Cases) > 0:
		return "1"
	}
	return ""
}

// Holders implements bot.Vault.
func (s *Store) Holders(ctx context.Context, closed bool) ([]bot.ContactID, error) {
	var ids []bot.ContactID
	r := Range{Index: "case", From: "0", To: "1", Limit: pageMost, Bare: true}
	if closed {
		r.To = ""
	}
	for {
		docs, err := s.engine.Scan(ctx, contacts, r)
		if err != nil {
			return nil, fmt.Errorf("cases: %w", err)
		}
		for _, d := range docs {
			ids = append(ids, bot.ContactID(d.ID))
			r.AfterID, r.AfterValue = d.ID, d.Index[2]
		}
		if len(docs) < r.Limit {
			return ids, nil
		}
	}
}

// Shells implements bot.Vault.
func (s *Store) Shells(ctx context.Context) ([]bot.Shell, error) {
	docs, err := scanAll(ctx, s.engine, cases, Range{})
	if err != nil {
		return nil, fmt.Errorf("cases: %w", err)
	}
	shells := make([]bot.Shell, len(docs))
	for i, d := range docs {
		plain, err := s.ring.Open(d.Body, seal.Place{Collection: cases.Name, Record: d.ID})
		if err != nil || bot.Decode(plain, &shells[i]) != nil {
			return nil, fmt.Errorf("case %s: %w", d.ID, bot.ErrIntegrity)
		}
	}
	return shells, nil
}

// Walk implements bot.Archive.
func (s *Store) Walk(ctx context.Context, f func(bot.ContactID) bool) error {
	after := ""
	for {
		docs, err := s.engine.Scan(ctx, contacts, Range{AfterID: after, Limit: pageMost, Bare: true})
		if err != nil {
			return fmt.Errorf("contacts: %w", err)
		}
		for _, d := range docs {
			after = d.ID
			if !f(bot.ContactID(d.ID)) {
				return nil
			}
		}
		if len(docs) < pageMost {
			return nil
		}
	}
}

// Expire implements bot.Archive.
func (s *Store) Expire(ctx context.Context, ends map[bot.Class]time.Time, dry bool) (map[bot.Class]int, error) {
	counts := map[bot.Class]int{}
	for class, end := range ends {
		in, r, ok := expiring(class, end)
		if !ok {
			continue
		}
		n, err := s.expire(ctx, in, r, dry)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", class, err)
		}
		if n > 0 {
			counts[class] = n
		}
	}
	return counts, nil
}

// expiring is where the records of a class lie that are older than end.
func expiring(class bot.Class, end time.Time) (Collection, Range, bool) {
	switch class {
	case bot.ClassQuarantine: // its ids begin with the time
		return quarantine, Range{To: fixed(uint64(max(end.UnixNano(), 0)))}, true
	case bot.ClassShells:
		return cases, Range{Index: "at", From: "0", To: timeKey(end)}, true
	case bot.ClassTombstones:
		return tombstones, Range{Index: "at", From: "0", To: timeKey(end)}, true
	}
	return Collection{}, Range{}, false
}

// expire removes, or counts, a range in pages.
func (s *Store) expire(ctx context.Context, in Collection, r Range, dry bool) (int, error) {
	r.Limit, r.Bare = pageMost, true
	n := 0
	for {
		docs, err := s.engine.Scan(ctx, in, r)
		if err != nil {
			return n, err
		}
		ids := make([]string, 0, len(docs))
		for _, d := range docs {
			ids = append(ids, d.ID)
			r.AfterID = d.ID
			if r.Index != "" {
				r.AfterValue = d.Index[0]
			}
		}
		if !dry && len(ids) > 0 {
			if err := one(s.engine.Write(ctx, removals(in, ids)...)); err != nil {
				return n, err
			}
		}
		n += len(ids)
		if len(docs) < r.Limit {
			return n, nil
		}
	}
}

// PackageKey is the key that signs people's packages, and the public half for
// whoever verifies them. It is made of the store's own keys: as long as they
// live, so do the signatures of yesterday.
func (s *Store) PackageKey() (note.Signer, string, error) {
	return ledger.Signer("aval-packages", s.ring.Hash(labelSigning, []byte("packages")))
}
