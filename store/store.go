package store

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strconv"
	"time"

	"aval/bot"
	"aval/store/seal"
)

// The collections of this version, and their clear index fields. Ids and
// index values are random, keyed or times: none of them says who somebody is.
var (
	contacts     = Collection{Name: "contacts", Indexes: []string{"due", "pending", "case"}}
	keys         = Collection{Name: "keys"}                                // each contact's data key, wrapped
	identities   = Collection{Name: "identities"}                          // keyed hash of an identifier -> contact
	suppressions = Collection{Name: "suppressions"}                        // keyed hash of an identifier that stopped us
	intake       = Collection{Name: "intake"}                              // recorded events not yet decided
	quarantine   = Collection{Name: "quarantine"}                          // signed and not understood
	cases        = Collection{Name: "cases", Indexes: []string{"at"}}      // shells of the cases of erased people
	tombstones   = Collection{Name: "tombstones", Indexes: []string{"at"}} // contacts that were erased
	published    = Collection{Name: "flows"}                               // every version of every flow that was published
	acts         = Collection{Name: "acts"}                                // ledger lines that belong to no contact
	ledgerLog    = Collection{Name: "ledger"}                              // batches of ledger lines, in order
	system       = Collection{Name: "system"}                              // wrapped keys, the head of the ledger
)

// Collections lists what an engine must be opened with.
func Collections() []Collection {
	return []Collection{contacts, keys, identities, suppressions, intake, quarantine, cases, tombstones, published, acts, ledgerLog, system}
}

// Store keeps contacts sealed over an engine. It implements bot.Store and
// bot.Keys and owns the ledger; Run must run while it is used for writing.
type Store struct {
	engine Engine
	ring   *seal.Ring
	keys   *keyCache
	book   *book
	now    func() time.Time
	log    *slog.Logger
}

var (
	_ bot.Store = (*Store)(nil)
	_ bot.Keys  = (*Store)(nil)
)

// Open opens the store over an engine with the root key. An empty engine gets
// its keys now; one whose keys the root does not open is refused.
func Open(ctx context.Context, engine Engine, root seal.Root, now func() time.Time, log *slog.Logger) (*Store, error) {
	ring, err := openRing(ctx, engine, root)
	if err != nil {
		return nil, err
	}
	s := &Store{engine: engine, ring: ring, keys: newKeyCache(keyCacheSize), now: now, log: log}
	if s.book, err = openBook(ctx, engine, log); err != nil {
		return nil, fmt.Errorf("ledger: %w", err)
	}
	if err := s.meetPending(ctx); err != nil {
		return nil, fmt.Errorf("ledger: %w", err)
	}
	return s, nil
}

// Run takes ledger lines into the tree until ctx ends, and then the rest.
func (s *Store) Run(ctx context.Context) error { return s.book.run(ctx) }

// Act writes a line that belongs to no contact. Nothing may happen in the name
// of the line before it returns without an error.
func (s *Store) Act(ctx context.Context, l bot.Line) error {
	l.At = s.now().UTC()
	ops := s.book.act(l)
	if err := one(s.engine.Write(ctx, ops...)); err != nil {
		return fmt.Errorf("ledger line: %w", err)
	}
	s.book.taken(ops)
	return nil
}

// meetPending finds the lines that were on their way into the ledger when the
// last process ended.
func (s *Store) meetPending(ctx context.Context) error {
	docs, err := scanAll(ctx, s.engine, contacts, Range{Index: "pending", From: "1", To: "2"})
	if err != nil {
		return err
	}
	for _, d := range docs {
		_, err := s.Load(ctx, bot.ContactID(d.ID))
		switch {
		case errors.Is(err, bot.ErrIntegrity), errors.Is(err, bot.ErrNotFound):
			s.log.Error("a contact is locked: its record or key is damaged", "contact", d.ID, "err", err)
		case err != nil:
			return err
		}
	}
	return nil
}

// openRing reads the wrapped keys, or makes them in an empty store.
func openRing(ctx context.Context, engine Engine, root seal.Root) (*seal.Ring, error) {
	doc, err := engine.Get(ctx, system, "ring")
	if err == nil {
		ring, err := seal.OpenRing(root, doc.Body)
		if err != nil {
			return nil, fmt.Errorf("keys of the store: %w", err)
		}
		return ring, nil
	}
	if !errors.Is(err, bot.ErrNotFound) {
		return nil, fmt.Errorf("keys of the store: %w", err)
	}
	ring, state, err := seal.NewRing(root)
	if err != nil {
		return nil, fmt.Errorf("new keys: %w", err)
	}
	err = one(engine.Write(ctx, Write{Op: Insert, In: system, Doc: Doc{ID: "ring", Body: state}}))
	if err != nil {
		return nil, fmt.Errorf("new keys: %w", err)
	}
	return ring, nil
}

// one folds the results of a call into its first error.
func one(results []error, err error) error {
	if err != nil {
		return err
	}
	for _, r := range results {
		if r != nil {
			return r
		}
	}
	return nil
}

// timeKey writes a time so that its bytes sort as it does.
func timeKey(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return fixed(uint64(max(t.UnixMilli(), 0)))
}

// keyTime reads what timeKey wrote.
func keyTime(key string) time.Time {
	ms, err := strconv.ParseInt(key, 16, 64)
	if err != nil {
		return time.Time{}
	}
	return fromMilli(ms)
}

// fixed writes a number with the width of the largest one.
func fixed(n uint64) string {
	const width = 16
	s := strconv.FormatUint(n, 16)
	return "0000000000000000"[:width-len(s)] + s
}

// Labels of the keyed hashes. Each has a key of its own, so that a hash from
// one place means nothing in another.
const (
	labelIdentity    seal.Label = "identity"
	labelSuppression seal.Label = "suppression"
	labelName        seal.Label = "name"
	labelSigning     seal.Label = "signing"
)

// Hash implements bot.Keys.
func (s *Store) Hash(value string) [32]byte { return s.ring.Hash(labelName, []byte(value)) }

// Token implements bot.Keys.
func (s *Store) Token(contact bot.ContactID, outbound string) string {
	sealed := s.ring.Seal([]byte(string(contact)+"/"+outbound), seal.Place{Collection: "callback"})
	return tokenEncoding.EncodeToString(sealed)
}

// ReadToken implements bot.Keys.
func (s *Store) ReadToken(token string) (bot.ContactID, string, bool) {
	sealed, err := tokenEncoding.DecodeString(token)
	if err != nil || token == "" {
		return "", "", false
	}
	plain, err := s.ring.Open(sealed, seal.Place{Collection: "callback"})
	if err != nil {
		return "", "", false
	}
	return splitToken(string(plain))
}
