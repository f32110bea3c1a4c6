package store

import (
	"context"
	"encoding/hex"
	"errors"
	"slices"

	"aval/bot"
	"aval/store/seal"
)

// name is one identifier's keyed hash.
func (s *Store) name(label seal.Label, brand, kind, value string) string {
	sum := s.ring.Hash(label, []byte(brand), []byte(kind), []byte(value))
	return hex.EncodeToString(sum[:])
}

// names are the keyed hashes of a person's identifiers. The username is none:
// people change it and others take it.
func (s *Store) names(label seal.Label, brand string, ids bot.Identifiers) []string {
	out := make([]string, 0, 2)
	if ids.BSUID != "" {
		out = append(out, s.name(label, brand, "bsuid", string(ids.BSUID)))
	}
	if ids.Phone != "" {
		out = append(out, s.name(label, brand, "phone", string(ids.Phone)))
	}
	return out
}

// Names implements bot.Keys.
func (s *Store) Names(brand string, ids bot.Identifiers) []string {
	return s.names(labelIdentity, brand, ids)
}

// Find implements bot.Store.
func (s *Store) Find(ctx context.Context, brand string, ids bot.Identifiers) (bot.Found, error) {
	var f bot.Found
	var err error
	if ids.BSUID != "" {
		if f.ByBSUID, err = s.leads(ctx, s.name(labelIdentity, brand, "bsuid", string(ids.BSUID))); err != nil {
			return f, err
		}
	}
	if ids.Phone != "" {
		if f.ByPhone, err = s.leads(ctx, s.name(labelIdentity, brand, "phone", string(ids.Phone))); err != nil {
			return f, err
		}
	}
	if f.ByBSUID != "" || f.ByPhone != "" {
		return f, nil // the contact itself knows whether it stopped us
	}
	for _, name := range s.names(labelSuppression, brand, ids) {
		_, err := s.engine.Get(ctx, suppressions, name)
		if err == nil {
			f.Suppressed = true
			return f, nil
		}
		if !errors.Is(err, bot.ErrNotFound) {
			return f, err
		}
	}
	return f, nil
}

// leads returns the contact an identity leads to, "" for none.
func (s *Store) leads(ctx context.Context, name string) (bot.ContactID, error) {
	doc, err := s.engine.Get(ctx, identities, name)
	if errors.Is(err, bot.ErrNotFound) {
		return "", nil
	}
	return bot.ContactID(doc.Body), err
}

// around makes the writes that stand before the contact's own.
func (s *Store) around(ctx context.Context, c *bot.Contact, ch bot.Changes) ([]Write, error) {
	var ops []Write
	brand := c.Head.Brand
	for _, ids := range ch.Suppress {
		for _, name := range s.names(labelSuppression, brand, ids) {
			ops = append(ops, Write{Op: Insert, In: suppressions, Doc: Doc{ID: name, Body: []byte(s.now().UTC().Format("2006-01"))}})
		}
	}
	for _, ids := range ch.Release {
		ops = append(ops, removals(suppressions, s.names(labelSuppression, brand, ids))...)
	}
	gone := slices.Clone(ch.Names)
	for _, ids := range ch.Unbind {
		gone = append(gone, s.names(labelIdentity, brand, ids)...)
	}
	for _, name := range gone {
		op, err := s.unbind(ctx, name, c.ID)
		if err != nil {
			return nil, err
		}
		ops = append(ops, op...)
	}
	for _, ids := range ch.Bind {
		for _, name := range s.names(labelIdentity, brand, ids) {
			op, err := s.bind(ctx, name, c.ID)
			if err != nil {
				return nil, err
			}
			ops = append(ops, op...)
		}
	}
	return ops, nil
}

func removals(in Collection, ids []string) []Write {
	ops := make([]Write, len(ids))
	for i, id := range ids {
		ops[i] = Write{Op: Delete, In: in, Doc: Doc{ID: id, Version: 1}}
	}
	return ops
}

// bind makes the write that lets a name lead to a contact.
func (s *Store) bind(ctx context.Context, name string, id bot.ContactID) ([]Write, error) {
	doc, err := s.engine.Get(ctx, identities, name)
	switch {
	case errors.Is(err, bot.ErrNotFound):
		return []Write{{Op: Insert, In: identities, Doc: Doc{ID: name, Body: []byte(id)}}}, nil
	case err != nil:
		return nil, err
	case string(doc.Body) == string(id):
		return nil, nil
	}
	doc.Body = []byte(id)
	return []Write{{Op: Replace, In: identities, Doc: doc}}, nil
}

// unbind makes the write that lets a name lead nowhere, if it leads to id.
func (s *Store) unbind(ctx context.Context, name string, id bot.ContactID) ([]Write, error) {
	doc, err := s.engine.Get(ctx, identities, name)
	if errors.Is(err, bot.ErrNotFound) || err == nil && string(doc.Body) != string(id) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	return []Write{{Op: Delete, In: identities, Doc: Doc{ID: name, Version: doc.Version}}}, nil
}
