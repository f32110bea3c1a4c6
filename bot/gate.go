package bot

import (
	"strings"
	"time"

	"aval/flows"
)

// Refusal is why the gate kept a message back. It is a ledger word.
type Refusal string

// The refusals, in the order in which the gate asks (requirements 2.7).
const (
	RefusedErased     Refusal = "E_ERASED"
	RefusedRestricted Refusal = "E_RESTRICTED"
	RefusedPurpose    Refusal = "E_NO_PURPOSE"
	RefusedStopped    Refusal = "E_STOPPED"
	RefusedPaused     Refusal = "E_PAUSED"
	RefusedOptIn      Refusal = "E_OPT_IN"
	RefusedIdentity   Refusal = "E_IDENTITY"
	RefusedBasis      Refusal = "E_BASIS"
	RefusedWindow     Refusal = "E_WINDOW"
	RefusedTemplate   Refusal = "E_TEMPLATE"
	RefusedCountry    Refusal = "E_COUNTRY"
	RefusedAge        Refusal = "E_AGE"
	RefusedLate       Refusal = "E_LATE"
)

// Verdict is the gate's answer. With neither field set the message may go.
type Verdict struct {
	Refused Refusal
	// Wait is how long to wait before asking again.
	Wait time.Duration
}

// Gate decides whether one message may go to one contact now. It is asked
// right before every attempt, against the contact as it is then; no verdict is
// ever kept. inbox is true while something the person wrote has not been
// decided.
func Gate(h *Head, b *Brand, o *Outbound, inbox bool, now time.Time) Verdict {
	if r := held(h, o); r != "" {
		return Verdict{Refused: r}
	}
	p, declared := b.Purpose(o.Purpose)
	if h.Paused && p.promotes() {
		return Verdict{Refused: RefusedPaused}
	}
	if !declared && needsPurpose(o.Kind) {
		return Verdict{Refused: RefusedPurpose}
	}
	if o.Business {
		if h.Channel != flows.ChannelOpen {
			return Verdict{Refused: RefusedStopped}
		}
		if inbox {
			// What waits there may be a stop; it is decided first.
			return Verdict{Wait: time.Second}
		}
		if !optedIn(h) {
			return Verdict{Refused: RefusedOptIn}
		}
		if h.Identity != flows.IdentityBound { // it may be somebody else by now
			return Verdict{Refused: RefusedIdentity}
		}
	}
	if o.Personal && h.Identity != flows.IdentityBound {
		return Verdict{Refused: RefusedIdentity}
	}
	if !basisFor(h, p, o) {
		return Verdict{Refused: RefusedBasis}
	}
	if needsPurpose(o.Kind) && (o.Business && flows.UnderAge(h.Age) || offers(o.Kind) && h.barred(p)) {
		return Verdict{Refused: RefusedAge}
	}
	if r := outside(h, b, o, now); r != "" {
		return Verdict{Refused: r}
	}
	return Verdict{Wait: pairWait(h, o.Kind, now)}
}

// held asks whether the contact as a whole is on hold.
func held(h *Head, o *Outbound) Refusal {
	switch h.Hold {
	case flows.HoldErasing, flows.HoldErased:
		return RefusedErased
	case flows.HoldRestricted:
		if !alone(o.Kind) { // a stop is confirmed whatever the state
			return RefusedRestricted
		}
	}
	if h.Forgotten {
		return RefusedErased
	}
	if h.IDs.Empty() { // its account is somebody else's by now
		return RefusedIdentity
	}
	return ""
}

// needsPurpose: answers about rights and the confirmation of a stop rest on
// the law itself, everything else on a declared purpose.
func needsPurpose(k Kind) bool { return k != KindRights && k != KindStopped }

// optedIn is WhatsApp's own condition for anything the business starts: the
// person wrote first or said yes to something.
func optedIn(h *Head) bool {
	if !h.LastIn.IsZero() {
		return true
	}
	for _, k := range h.Consents {
		if flows.Valid(k.State) || k.State == flows.Live {
			return true
		}
	}
	return false
}

// basisFor asks for the legal basis of the message's purpose. Asking for the
// basis, and saying that there is none, cannot need one.
func basisFor(h *Head, p Purpose, o *Outbound) bool {
	switch o.Kind {
	case KindNotice, KindReceipt, KindStopped, KindRights, KindBreach:
		return true
	case KindService, KindAgent:
		// An answer to the person that uses nothing of theirs.
		return !o.Personal || basisHolds(h, p)
	}
	return basisHolds(h, p)
}

// outside asks what the platform allows: the window for free text, the state
// and category for templates.
func outside(h *Head, b *Brand, o *Outbound, now time.Time) Refusal {
	if !o.NotAfter.IsZero() && now.After(o.NotAfter) {
		return RefusedLate
	}
	if o.Content.Template == nil {
		if !now.Before(h.WindowUntil().Add(-windowMargin)) {
			return RefusedWindow
		}
		return ""
	}
	t, ok := b.Template(o.Content.Template.Name, o.Content.Template.Language)
	if !ok || t.Status != "APPROVED" {
		return RefusedTemplate
	}
	if t.Category != "MARKETING" {
		return ""
	}
	// Meta may relabel a utility template as marketing without a word to us;
	// from then on it needs the marketing consent (TPL-2).
	if h.Paused {
		return RefusedPaused
	}
	if !marketingConsent(h, b) {
		return RefusedBasis
	}
	if american(h.IDs) {
		return RefusedCountry
	}
	return ""
}

func marketingConsent(h *Head, b *Brand) bool {
	for _, p := range b.Purposes {
		if p.Kind == Marketing && basisHolds(h, p) {
			return true
		}
	}
	return false
}

// american reports a US number or user id: Meta delivers no marketing
// templates there since 1 April 2025. Canada shares +1 but not the rule; area
// codes are not worth a table while the effect is only that a marketing
// message stays unsent.
func american(ids Identifiers) bool {
	return strings.HasPrefix(string(ids.BSUID), "US.") ||
		ids.BSUID == "" && strings.HasPrefix(string(ids.Phone), "+1")
}

// Meta lets one message per six seconds through to the same person, and lends
// a burst of up to 45 against the future (131056 beyond that). We use a small
// part of the loan: an answer is never late because of it, and no loop of ours
// can spend it.
const (
	pairEvery = 6 * time.Second
	pairBurst = 8
	// pairLoan is what Meta lends at most.
	pairLoan = 45
	// pairUrgent is the part of the loan for what the law owes: the
	// confirmation of a stop must not queue behind a menu (RAT-2).
	pairUrgent = 24
)

// pairWait is how long the pair limit wants us to wait: PairAt is when the
// account would be level again if nothing more were sent.
//
// More than the whole loan cannot be owed: then the clock was set back (A18).
func pairWait(h *Head, k Kind, now time.Time) time.Duration {
	if h.PairAt.Before(now) || h.PairAt.After(now.Add(pairLoan*pairEvery)) {
		return 0
	}
	burst := time.Duration(pairBurst)
	if alone(k) {
		burst = pairUrgent
	}
	if over := h.PairAt.Sub(now) - (burst-1)*pairEvery; over > 0 {
		return over
	}
	return 0
}

// pairSpend books one message.
func pairSpend(h *Head, now time.Time) {
	if h.PairAt.Before(now) || h.PairAt.After(now.Add(pairLoan*pairEvery)) {
		h.PairAt = now
	}
	h.PairAt = h.PairAt.Add(pairEvery)
}
