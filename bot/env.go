package bot

import (
	"maps"
	"slices"
	"time"

	"aval/flows"
)

// Env is what deciding needs beside the contact and the event. It never
// changes while the server runs and may be shared.
type Env struct {
	Flows map[string]*flows.Flow
	Texts Texts
	Words Words
	Keys  Keys
	// ClassOf classifies Meta's error code of a failed status.
	ClassOf func(code, status int) SendClass
	// Random fills a slice with unguessable bytes. A test passes a sequence.
	Random func([]byte)

	// keywords are those of the flows in comparable form, by flow: folding them
	// for each message cost a tenth of deciding it.
	keywords map[string][]string
	// library runs the flows.
	library *flows.Library
}

// prepare folds the keywords, once.
func (e *Env) prepare() {
	e.library = flows.NewLibrary(slices.Collect(maps.Values(e.Flows)), nil)
	e.keywords = map[string][]string{}
	for id, f := range e.Flows {
		for _, list := range f.Entry.Keywords {
			for _, word := range list {
				e.keywords[id] = append(e.keywords[id], Fold(word))
			}
		}
	}
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
