package bot

import (
	"time"

	"aval/flows"
)

// Env is what deciding needs beside the contact and the event. It may be
// shared, and nothing of it changes while the server runs but the flows.
type Env struct {
	Texts Texts
	Words Words
	Keys  Keys
	// ClassOf classifies Meta's error code of a failed status.
	ClassOf func(code, status int) SendClass
	// Random fills a slice with unguessable bytes. A test passes a sequence.
	Random func([]byte)

	// flows is what people are offered; KeepFlows fills it.
	flows publishing
}

// token returns n random bytes in an alphabet that is safe in button ids and
// pleasant to read aloud (Crockford's base 32: no I, L, O, U).
func (e *Env) token(n int) string {
	const alphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
	b := make([]byte, n)
	e.Random(b)
	for i := range b {
		b[i] = alphabet[b[i]&31]
	}
	return string(b)
}

// reference makes a name that a person can read out: "7F3K-9QRT".
func (e *Env) reference() string {
	s := e.token(referenceLength)
	return s[:referenceLength/2] + "-" + s[referenceLength/2:]
}

// Lengths of random names, in characters of five bits.
const (
	nonceLength     = 26 // 130 bits: cannot be guessed
	outboundLength  = 13 // 65 bits: unique within a contact's lifetime
	referenceLength = 8  // 40 bits: a person can read it out; it opens nothing
	pseudonymLength = 26
)

// newContact makes a contact that was never stored.
func (e *Env) newContact(id ContactID, brand *Brand, now time.Time) *Contact {
	return &Contact{ID: id, Head: Head{
		Brand:     brand.ID,
		Pseudonym: e.token(pseudonymLength),
		Created:   now,
		Language:  brand.Language,
		Identity:  flows.IdentityUnknown,
		Channel:   flows.ChannelOpen,
		Hold:      flows.HoldNormal,
		Turn:      flows.TurnBot,
	}}
}
