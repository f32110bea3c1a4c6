// Package webhook is Meta's wire, inbound: it answers the subscription
// handshake, proves that a delivery comes from Meta, and turns its JSON into
// the events of package bot.
//
// The order of the steps is the promise. The signature is checked over the
// bytes as they came, before anything is parsed; the parser keeps what it
// understands, element by element, and sets the rest aside; 200 is answered
// only when the Intake has stored both. A part that cannot be understood never
// costs the parts beside it, and never makes Meta deliver the same poison for
// days.
//
// Nothing of a refused delivery is kept, logged or sent back, and no log line
// here holds anything of an accepted one but counts and fixed words.
package webhook
