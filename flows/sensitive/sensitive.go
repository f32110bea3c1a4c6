// Package sensitive recognises free text that looks like card, bank, identity
// or health data, so that a purpose that does not need it does not store it
// (MIN-5). It looks at one text alone and keeps nothing.
//
// A number counts by what its standard says of it: length, ranges and check
// digits. Where a check is weak, as with nine digits that may be a phone, a
// word beside the number must name it. A health word counts beside a sign that
// it is about the writer or theirs; the words are in health/, a file a language.
package sensitive

// Class is a kind of data that needs a reason of its own to be kept.
type Class string

// The classes, the most serious first.
const (
	Card     Class = "card"
	Bank     Class = "bank"
	Identity Class = "identity"
	Health   Class = "health"
)

// minDigits is the least that any number here has. Most texts have fewer.
const minDigits = 5

// Find returns the most serious class that the text seems to hold, or "".
func Find(text string) Class {
	// The rooms hold a usual message, so that it costs no allocation.
	var flatRoom [256]byte
	var tokenRoom [48]token
	r := read(text, flatRoom[:0], tokenRoom[:0])
	if r.digits >= minDigits {
		if c := r.numbers(); c != "" {
			return c
		}
	}
	if r.illness() {
		return Health
	}
	return ""
}
