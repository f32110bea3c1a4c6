package store

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"

	"aval/bot"
	"aval/store/ledger"
)

// ErrNoticeChanged: a notice version says something else than when people
// were shown it.
var ErrNoticeChanged = errors.New("notice changed after people were shown it")

// KeepNotice remembers the hash of a notice version and answers
// ErrNoticeChanged if it was another one and the ledger says that somebody was
// shown it (TRN-2): whoever agreed to version 3 must be shown for ever to have
// agreed to these words. It asks the ledger and not the contacts, because an
// erased person was shown it too.
//
// Crash after the write: the same hash is found by the next start.
func (s *Store) KeepNotice(ctx context.Context, brand, ref string, hash [32]byte) error {
	w := Write{Op: Insert, In: system, Doc: Doc{ID: "notice/" + brand + "/" + ref}}
	doc, err := s.engine.Get(ctx, system, w.Doc.ID)
	switch {
	case errors.Is(err, bot.ErrNotFound):
	case err != nil:
		return fmt.Errorf("notice %s: %w", ref, err)
	case bytes.Equal(doc.Body, hash[:]):
		return nil
	default:
		shown, err := s.shown(ctx, brand, ref)
		if err != nil {
			return fmt.Errorf("notice %s: %w", ref, err)
		}
		if shown {
			return ErrNoticeChanged
		}
		w.Op, w.Doc.Version = Replace, doc.Version
	}
	w.Doc.Body = hash[:]
	if err := one(s.engine.Write(ctx, w)); err != nil {
		return fmt.Errorf("notice %s: %w", ref, err)
	}
	return nil
}

// shown reads the ledger, and what is on its way into it, for a line that says
// the notice was shown. That is slow, and only done for changed words.
func (s *Store) shown(ctx context.Context, brand, ref string) (bool, error) {
	is := func(data []byte) bool {
		var l bot.Line
		return json.Unmarshal(data, &l) == nil && l.Type == bot.LineNotice && l.Brand == brand && l.Object == ref
	}
	for _, w := range s.book.waiting() {
		if is(w.data) {
			return true, nil
		}
	}
	for body, err := range batches(ctx, s.engine, func(int64) {}) {
		if err != nil {
			return false, err
		}
		batch, err := ledger.Decode(body)
		if err != nil {
			return false, bot.ErrIntegrity
		}
		for _, data := range batch.Lines {
			if is(data) {
				return true, nil
			}
		}
	}
	return false, nil
}
