package store

import (
	"cmp"
	"context"
	"encoding/hex"
	"errors"
	"strings"

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
	for _, n := range []struct {
		kind, value string
		into        *bot.ContactID
	}{{"bsuid", string(ids.BSUID), &f.ByBSUID}, {"phone", string(ids.Phone), &f.ByPhone}} {
		if n.value == "" {
			continue
		}
		l, err := s.leads(ctx, s.name(labelIdentity, brand, n.kind, n.value))
		if err != nil {
			return f, err
		}
		*n.into = l.to
		f.Before = cmp.Or(f.Before, l.before)
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

// lead is where an identity leads: to a contact and, if it was given on, to the
// one it led to before, whom the first write of the new one must know of.
type lead struct{ to, before bot.ContactID }

func (l lead) body() []byte {
	if l.before == "" {
		return []byte(l.to)
	}
	return []byte(string(l.to) + "<" + string(l.before))
}

// leads reads an identity; its zero value stands for one that leads nowhere.
func (s *Store) leads(ctx context.Context, name string) (lead, error) {
	doc, err := s.engine.Get(ctx, identities, name)
	if errors.Is(err, bot.ErrNotFound) {
		return lead{}, nil
	}
	return readLead(doc), err
}

func readLead(doc Doc) lead {
	to, before, _ := strings.Cut(string(doc.Body), "<")
	return lead{bot.ContactID(to), bot.ContactID(before)}
}

// around makes the writes that stand before and after the contact's own. A
// name is gained before and lost after, so that a crash between never leaves a
// contact that others have moved on from without knowing it; only who is
// deleted loses them before, because nobody would come back for them.
func (s *Store) around(ctx context.Context, c *bot.Contact, ch bot.Changes) (before, after []Write, err error) {
	stops := s.last(labelSuppression, c.Head.Brand, ch.Stops, nil)
	leads := s.last(labelIdentity, c.Head.Brand, ch.Leads, ch.Names)
	for _, name := range stops.order {
		op, err := s.suppression(ctx, name, stops.on[name])
		if err != nil {
			return nil, nil, err
		}
		before = append(before, op...)
	}
	for _, name := range leads.order {
		var op []Write
		var err error
		switch {
		case !leads.on[name]:
			op, err = s.unbind(ctx, name, c.ID)
		case leads.to[name] != "":
			op, err = s.bequeath(ctx, name, lead{to: leads.to[name], before: c.ID})
		default:
			op, err = s.bind(ctx, name, lead{to: c.ID})
		}
		switch {
		case err != nil:
			return nil, nil, err
		case ch.Delete || leads.on[name] && leads.to[name] == "":
			before = append(before, op...)
		default:
			after = append(after, op...)
		}
	}
	return before, after, nil
}

// marked is what was said last about each name.
type marked struct {
	order []string
	on    map[string]bool
	to    map[string]bot.ContactID
}

// last reduces marks to the last word on each name; off are names that were
// switched off before all marks.
func (s *Store) last(label seal.Label, brand string, marks []bot.Mark, off []string) marked {
	m := marked{on: map[string]bool{}, to: map[string]bot.ContactID{}}
	say := func(name string, on bool, to bot.ContactID) {
		if _, said := m.on[name]; !said {
			m.order = append(m.order, name)
		}
		m.on[name], m.to[name] = on, to
	}
	for _, name := range off {
		say(name, false, "")
	}
	for _, mark := range marks {
		for _, name := range s.names(label, brand, mark.IDs) {
			say(name, mark.On, mark.To)
		}
	}
	return m
}

// suppression makes the write that keeps a stop alive or ends it.
func (s *Store) suppression(ctx context.Context, name string, on bool) ([]Write, error) {
	_, err := s.engine.Get(ctx, suppressions, name)
	there := err == nil
	if err != nil && !errors.Is(err, bot.ErrNotFound) {
		return nil, err
	}
	switch {
	case on && !there:
		month := []byte(s.now().UTC().Format("2006-01"))
		return []Write{{Op: Insert, In: suppressions, Doc: Doc{ID: name, Body: month}}}, nil
	case !on && there:
		return removals(suppressions, []string{name}), nil
	}
	return nil, nil
}

func removals(in Collection, ids []string) []Write {
	ops := make([]Write, len(ids))
	for i, id := range ids {
		ops[i] = Write{Op: Delete, In: in, Doc: Doc{ID: id, Version: 1}}
	}
	return ops
}

// bind makes the write that lets a name lead somewhere. It leaves alone what
// leads there by way of a holder before: a crash may come before the contact's
// own first write, which needs to know of it.
func (s *Store) bind(ctx context.Context, name string, to lead) ([]Write, error) {
	doc, err := s.engine.Get(ctx, identities, name)
	switch {
	case errors.Is(err, bot.ErrNotFound):
		return []Write{{Op: Insert, In: identities, Doc: Doc{ID: name, Body: to.body()}}}, nil
	case err != nil:
		return nil, err
	case readLead(doc).to == to.to:
		return nil, nil
	}
	doc.Body = to.body()
	return []Write{{Op: Replace, In: identities, Doc: doc}}, nil
}

// bequeath makes the write that gives a name on, unless it leads elsewhere by
// now.
func (s *Store) bequeath(ctx context.Context, name string, to lead) ([]Write, error) {
	now, err := s.leads(ctx, name)
	if err != nil || now.to != "" && now.to != to.before {
		return nil, err
	}
	return s.bind(ctx, name, to)
}

// unbind makes the write that lets a name lead nowhere, if it leads to id.
func (s *Store) unbind(ctx context.Context, name string, id bot.ContactID) ([]Write, error) {
	doc, err := s.engine.Get(ctx, identities, name)
	if errors.Is(err, bot.ErrNotFound) || err == nil && readLead(doc).to != id {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	return []Write{{Op: Delete, In: identities, Doc: Doc{ID: name, Version: doc.Version}}}, nil
}
