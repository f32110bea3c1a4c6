package store

import (
	"bytes"
	"context"
	"errors"
	"fmt"

	"aval/bot"
)

// ErrNoticeChanged: a notice version says something else than when people
// agreed to it.
var ErrNoticeChanged = errors.New("notice changed after people could see it")

// KeepNotice remembers the hash of a notice version that is in force and
// answers ErrNoticeChanged if it was another one before (TRN-2): whoever agreed
// to version 3 must be shown for ever to have agreed to these words. While the
// store knows nobody the words may still change.
//
// Crash after the write: the same hash is found by the next start.
func (s *Store) KeepNotice(ctx context.Context, brand, ref string, hash [32]byte) error {
	id := "notice/" + brand + "/" + ref
	doc, err := s.engine.Get(ctx, system, id)
	switch {
	case errors.Is(err, bot.ErrNotFound):
		return s.noteNotice(ctx, Write{Op: Insert, In: system, Doc: Doc{ID: id, Body: hash[:]}})
	case err != nil:
		return fmt.Errorf("notice %s: %w", ref, err)
	case bytes.Equal(doc.Body, hash[:]):
		return nil
	}
	anybody, err := s.engine.Scan(ctx, contacts, Range{Limit: 1, Bare: true})
	if err != nil {
		return fmt.Errorf("notice %s: %w", ref, err)
	}
	if len(anybody) > 0 {
		return ErrNoticeChanged
	}
	return s.noteNotice(ctx, Write{Op: Replace, In: system, Doc: Doc{ID: id, Version: doc.Version, Body: hash[:]}})
}

func (s *Store) noteNotice(ctx context.Context, w Write) error {
	if err := one(s.engine.Write(ctx, w)); err != nil {
		return fmt.Errorf("notice: %w", err)
	}
	return nil
}
