package store

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"aval/bot"
	"aval/store/seal"
)

// contactFormat is the first byte of a contact's body. A body that begins with
// anything else is an integrity error and never passed through (ENC-5).
const contactFormat = 1

// contactBody is a contact's document: the sealed head and, beside it, the
// entries, each sealed on its own so that they need not be opened or sealed
// again to decide about a message.
type contactBody struct {
	Head    []byte
	Entries []storedEntry
}

type storedEntry struct {
	Kind bot.EntryKind
	ID   string
	// Purpose is set for proofs, again for the sweeper.
	Purpose string
	At      int64 // Unix milliseconds: the sweeper needs it without the key
	Sealed  []byte
}

// headBody is what is sealed as the head.
type headBody struct {
	Head    bot.Head
	Pending []bot.PendingLine
}

func place(brand string, id bot.ContactID, record string, version int64) seal.Place {
	return seal.Place{Brand: brand, Collection: contacts.Name, Subject: string(id), Record: record, Version: uint64(version)}
}

// Load implements bot.Store. The caller becomes the contact's owner: what its
// lines are on their way to is looked at, which must not happen beside a commit.
func (s *Store) Load(ctx context.Context, id bot.ContactID) (*bot.Contact, error) {
	c, err := s.Peek(ctx, id)
	if err == nil {
		s.book.meet(c)
	}
	return c, err
}

// Peek implements bot.Vault.
func (s *Store) Peek(ctx context.Context, id bot.ContactID) (*bot.Contact, error) {
	doc, err := s.engine.Get(ctx, contacts, string(id))
	if err != nil {
		return nil, fmt.Errorf("contact: %w", err)
	}
	key, err := s.dataKey(ctx, id)
	if err != nil {
		return nil, fmt.Errorf("contact key: %w", err)
	}
	return openContact(id, doc, key)
}

// openContact opens a contact's document under its key.
func openContact(id bot.ContactID, doc Doc, key seal.DataKey) (*bot.Contact, error) {
	var body contactBody
	if len(doc.Body) == 0 || doc.Body[0] != contactFormat || bot.Decode(doc.Body[1:], &body) != nil {
		return nil, bot.ErrIntegrity
	}
	plain, err := key.Open(body.Head, place("", id, "head", doc.Version))
	if err != nil {
		return nil, bot.ErrIntegrity
	}
	var head headBody
	if bot.Decode(plain, &head) != nil {
		return nil, bot.ErrIntegrity
	}
	c := &bot.Contact{ID: id, Version: doc.Version, Due: keyTime(doc.Index[0]), Head: head.Head, Pending: head.Pending}
	for _, e := range body.Entries {
		c.Entries = append(c.Entries, bot.Entry{Kind: e.Kind, ID: e.ID, Purpose: e.Purpose, At: fromMilli(e.At), Sealed: e.Sealed})
	}
	return c, nil
}

// OpenEntry returns what an entry of a contact holds.
func (s *Store) OpenEntry(ctx context.Context, c *bot.Contact, e bot.Entry) ([]byte, error) {
	if e.Plain != nil {
		return e.Plain, nil
	}
	key, err := s.dataKey(ctx, c.ID)
	if err != nil {
		return nil, fmt.Errorf("contact key: %w", err)
	}
	plain, err := key.Open(e.Sealed, place("", c.ID, string(e.Kind)+"/"+e.ID, 0))
	if err != nil {
		return nil, bot.ErrIntegrity
	}
	return plain, nil
}

// dataKey returns a contact's key from memory or from its wrapped document.
func (s *Store) dataKey(ctx context.Context, id bot.ContactID) (seal.DataKey, error) {
	if key, ok := s.keys.get(id); ok {
		return key, nil
	}
	doc, err := s.engine.Get(ctx, keys, string(id))
	if err != nil {
		return seal.DataKey{}, err
	}
	key, err := s.ring.OpenDataKey(string(id), doc.Body)
	if err != nil {
		return seal.DataKey{}, bot.ErrIntegrity
	}
	s.keys.put(id, key)
	return key, nil
}

// Commit implements bot.Store. The order of the writes is what a crash between
// any two of them leaves behind: a stop outlives the contact that asked for
// it, so suppressions come first; an identifier without a contact leads to one
// that will be made; a key without a contact is unused; an identifier that was
// given away leads to the giver, who gives it away again; and intake entries go
// last, because whatever still stands there is decided again and met by the
// contact's memory of it. None of them follows one that conflicted, so a
// contact that somebody else wrote meanwhile loses neither its key nor what
// waits for it.
func (s *Store) Commit(ctx context.Context, c *bot.Contact, ch bot.Changes) error {
	var ops, late []Write
	var own contactWrite
	if c != nil {
		var before []Write
		var err error
		before, late, err = s.around(ctx, c, ch)
		if err != nil {
			return err
		}
		if own, err = s.contactWrite(ctx, c, ch.Delete); err != nil {
			return err
		}
		ops = slices.Concat(before, own.before, []Write{own.op})
	}
	decisive := len(ops)
	ops = append(ops, own.after...)
	for _, it := range ch.Tell {
		ops = append(ops, s.intakeWrite(it))
	}
	for _, seq := range ch.Done {
		ops = append(ops, Write{Op: Delete, In: intake, Doc: Doc{ID: fixed(seq), Version: 1}})
	}
	ops = append(ops, late...)
	if len(ops) == 0 {
		return nil
	}
	for i := range ops {
		ops[i].IfAll = true
	}
	results, err := s.engine.Write(ctx, ops...)
	if err == nil {
		// What comes after the contact's own write and conflicts is met again:
		// a name that was to pass on still leads here.
		err = one(results[:decisive], nil)
	}
	if errors.Is(err, ErrExists) {
		err = bot.ErrConflict
	}
	if err != nil {
		return fmt.Errorf("commit: %w", err)
	}
	if own.stored != nil {
		own.stored()
	}
	return nil
}

// contactWrite is the write of a contact, what must stand before and after it,
// and what to note once all are durable.
type contactWrite struct {
	op            Write
	before, after []Write
	stored        func()
}

func (s *Store) contactWrite(ctx context.Context, c *bot.Contact, remove bool) (contactWrite, error) {
	if remove {
		s.keys.drop(c.ID)
		return contactWrite{
			op: Write{Op: Delete, In: contacts, Doc: Doc{ID: string(c.ID), Version: c.Version}},
			// Crash between the two: a key that opens nothing.
			after: []Write{{Op: Delete, In: keys, Doc: Doc{ID: string(c.ID), Version: 1}}},
		}, nil
	}
	key, before, err := s.keyFor(ctx, c)
	if err != nil {
		return contactWrite{}, fmt.Errorf("contact key: %w", err)
	}
	fresh, done := s.book.encode(c)
	doc := Doc{ID: string(c.ID), Version: c.Version, Body: sealContact(c, key), Index: []string{timeKey(c.Due), "", caseIndex(&c.Head)}}
	if len(c.Pending) > 0 {
		doc.Index[1] = "1"
	}
	op := Write{Op: Replace, In: contacts, Doc: doc}
	if c.Version == 0 {
		op.Op = Insert
	}
	return contactWrite{op: op, before: before, stored: func() {
		if c.Version == 0 {
			s.keys.put(c.ID, key)
		}
		c.Version++
		s.book.add(c.ID, fresh, done)
	}}, nil
}

// keyFor returns a contact's data key, making it with its write for a new one.
// A new contact may have a key already: its first write failed after the key.
func (s *Store) keyFor(ctx context.Context, c *bot.Contact) (seal.DataKey, []Write, error) {
	key, err := s.dataKey(ctx, c.ID)
	if c.Version > 0 || !errors.Is(err, bot.ErrNotFound) {
		return key, nil, err
	}
	key, wrapped, err := s.ring.NewDataKey(string(c.ID))
	if err != nil {
		return key, nil, err
	}
	return key, []Write{{Op: Insert, In: keys, Doc: Doc{ID: string(c.ID), Body: wrapped}}}, nil
}

// sealContact makes the body of a contact's next version.
func sealContact(c *bot.Contact, key seal.DataKey) []byte {
	body := contactBody{Entries: make([]storedEntry, len(c.Entries))}
	for i := range c.Entries {
		e := &c.Entries[i]
		if e.Sealed == nil {
			e.Sealed = key.Seal(e.Plain, place("", c.ID, string(e.Kind)+"/"+e.ID, 0))
			e.Plain = nil
		}
		body.Entries[i] = storedEntry{Kind: e.Kind, ID: e.ID, Purpose: e.Purpose, At: e.At.UnixMilli(), Sealed: e.Sealed}
	}
	head := bot.Encode(headBody{Head: c.Head, Pending: c.Pending})
	body.Head = key.Seal(head, place("", c.ID, "head", c.Version+1))
	return append([]byte{contactFormat}, bot.Encode(body)...)
}
