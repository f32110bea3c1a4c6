package bot

import (
	"context"
	"time"

	"aval/flows"
	"aval/flows/words"
)

// Sender is Meta's side as the domain needs it; package whatsapp implements
// it over HTTP. Errors are *SendError.
type Sender interface {
	// Send hands one message to Meta and returns its wamid. Success means
	// accepted, not delivered.
	Send(ctx context.Context, e Envelope) (wamid string, err error)
	// MarkRead shows the blue ticks for a received message and, with typing,
	// the typing indicator until the next message or 25 seconds.
	MarkRead(ctx context.Context, number, wamid string, typing bool) error
	// Upload hands Meta a file, which it keeps for thirty days, and returns its
	// media id.
	Upload(ctx context.Context, number string, f File) (media string, err error)
	// Discard deletes an uploaded file. One that is gone already is no error.
	Discard(ctx context.Context, number, media string) error
}

// Caller reaches the business's own systems for the flows.
type Caller interface {
	// Call asks an endpoint. It never fails: what went wrong is part of the
	// answer, because the person must be told something either way.
	Call(ctx context.Context, e Endpoint, c Call) CallResult
}

// CallResult is what a business endpoint answered.
type CallResult struct {
	Outcome string // ok, failed, not_found
	// Fields are the values at the paths that the call wanted, by path.
	Fields map[string]flows.Answer
}

// Item is one recorded event. Seq orders all items of a server; it is unique
// and grows.
type Item struct {
	Seq   uint64
	Event Event
}

// Found is what the store knows under a person's identifiers.
type Found struct {
	ByBSUID, ByPhone ContactID
	// Before is whom the identifiers led to before they were given on, if they
	// were.
	Before ContactID
	// Suppressed: one of the identifiers stopped us, perhaps in an earlier
	// life of the contact that was erased since.
	Suppressed bool
}

// Changes are what a commit writes beside the contact.
type Changes struct {
	// Done are recorded items that this commit decided.
	Done []uint64
	// Leads says which identifiers lead to the contact from now on (On) or no
	// longer, Stops for which of them a stop is kept alive or ends. The last
	// word on an identifier counts.
	Leads, Stops []Mark
	// Names lead to the contact no longer; they are as Keys.Names gave them.
	Names []string
	// Tell are events for other contacts that this decision causes. They are
	// recorded with it.
	Tell []Item
	// Delete removes the contact and its key.
	Delete bool
	// Swept counts what went because its time was over, for the daily report.
	// It is not stored.
	Swept map[Class]int
	// Began are the flows that the decision began, in their versions. They may
	// be over by now, so the contact need not name them.
	Began []flows.Position
}

// Mark switches something on or off for identifiers.
type Mark struct {
	IDs Identifiers
	On  bool
	// To is set where identifiers that led to the contact lead to another one
	// from now on, which need not exist yet.
	To ContactID
}

// Store keeps contacts and the intake. Package store implements it.
type Store interface {
	// Record keeps items and unreadable parts. All of it is durable when the
	// error is nil; nothing is promised otherwise.
	Record(ctx context.Context, items []Item, bad []Unreadable) error
	// Backlog returns the recorded items that no commit has decided, in order.
	Backlog(ctx context.Context) ([]Item, error)
	// Find looks a person up; unknown identifiers give empty ids.
	Find(ctx context.Context, brand string, ids Identifiers) (Found, error)
	// Load returns a contact, or ErrNotFound, or ErrIntegrity.
	Load(ctx context.Context, id ContactID) (*Contact, error)
	// Commit writes the contact if its version is still the stored one, with
	// its changes, and raises the version; ErrConflict otherwise. After any
	// error the caller must drop its copy and load again: the write may or
	// may not have happened.
	Commit(ctx context.Context, c *Contact, ch Changes) error
	// Due returns the contacts whose due time has come, the longest due first.
	Due(ctx context.Context, now time.Time, limit int) ([]ContactID, error)
}

// Vault is the part of the store that opens, lists and destroys: for a person's
// rights.
type Vault interface {
	// Peek returns a contact to look at, whoever works on it: it must not be
	// committed.
	Peek(ctx context.Context, id ContactID) (*Contact, error)
	// Open returns what an entry of a contact holds.
	Open(ctx context.Context, c *Contact, e Entry) ([]byte, error)
	// Erase keeps a tombstone and the shells of the cases, destroys a contact's
	// key and then the contact, and empties every log and cache that may hold
	// either, before it returns. It may be called again after any error.
	// ErrBusy: lines of the contact are not in the ledger yet.
	Erase(ctx context.Context, r Remains, l Line) error
	// Holders returns the contacts that have cases for an officer to answer or
	// to tell recipients of, in the order of their days; with closed also those
	// that have only others.
	Holders(ctx context.Context, closed bool) ([]ContactID, error)
	// Shells returns what is kept of the cases of erased people.
	Shells(ctx context.Context) ([]Shell, error)
}

// Archive is the part of the store that retention needs.
type Archive interface {
	// Act writes a line that belongs to no contact.
	Act(ctx context.Context, l Line) error
	// Walk hands over the id of every contact until f reports false.
	Walk(ctx context.Context, f func(ContactID) bool) error
	// Expire removes what no contact holds and whose time is over, and counts
	// it by class; with dry it only counts.
	Expire(ctx context.Context, ends map[Class]time.Time, dry bool) (map[Class]int, error)
}

// Keys makes keyed names, so that nothing in the ledger or at Meta can be
// turned back into a person without the key.
type Keys interface {
	// Hash is a keyed hash of a message id or another name.
	Hash(value string) [32]byte
	// Names are the keyed hashes under which the store finds a person.
	Names(brand string, ids Identifiers) []string
	// Token seals the name of an outbox entry for biz_opaque_callback_data;
	// ReadToken opens it and reports false for anything else.
	Token(contact ContactID, outbound string) string
	ReadToken(token string) (contact ContactID, outbound string, ok bool)
}

// Texts gives the house's sentences.
type Texts interface {
	// Text returns a sentence in a language, never empty for a known id.
	Text(lang, id string, data map[string]any) string
	// Languages are the complete ones.
	Languages() []string
}

// Words recognises what people write, in every language at once.
type Words interface {
	// All returns what a text may mean, the most important first.
	All(text string, own ...string) []words.Match
	// Agrees reports whether a text is a yes in one of the languages.
	Agrees(text string, among ...string) bool
	// Language guesses the language among some; sure is false for a single
	// ambiguous word.
	Language(text string, among ...string) (tag string, sure bool)
	// Age recognises somebody who says how old they are.
	Age(text string) (years int, ok bool)
}

// Throttle spaces out the messages of one number.
type Throttle interface {
	// Reserve takes a place and returns how long to wait for it.
	Reserve(number string, now time.Time) time.Duration
}
