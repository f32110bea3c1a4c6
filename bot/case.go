package bot

import (
	"slices"
	"time"

	"aval/flows"
	"aval/flows/words"
)

// The kinds of case.
const (
	CaseAccess      = "access"
	CasePortability = "portability"
	CaseRectify     = "rectify"
	CaseErase       = "erase"
	CaseRestrict    = "restrict"
	CaseObject      = "object"
	CaseLift        = "lift" // of a restriction
)

// Case is a person's request under data protection law. It lives in the
// person's own document, so that what is done about it and what is said about
// it are one write.
type Case struct {
	Type      string // one of the Case constants
	Reference string
	State     string // of flows.Case
	Received  time.Time
	Due       time.Time
	// Doubt: it was asked for while the identity was in doubt.
	Doubt bool
	// Unproven: the identity came into doubt after it was asked for, and the
	// person has not been asked for more proof yet.
	Unproven bool
	// Tier is the proof of identity it needs, 1 to 3 (requirements 2.10).
	Tier int
	// Route is how it came: chat, letter, phone, email, desk.
	Route string
	// Evidence is the class of the proof of identity, never its content.
	Evidence string

	// Ask is the question that waits for the person's tap.
	Ask *Question
	// Code is the one-time code that waits for the person.
	Code *Code

	// PausedAt is since when the clock waits for the person, zero if it runs;
	// Paused is how long it waited before.
	PausedAt time.Time
	Paused   time.Duration
	Extended time.Time // when it was extended, zero if never
	// Ground is the fixed word for an extension or refusal, Reason the words
	// for the person.
	Ground string
	Reason Text

	// Field and Value are what a rectification is about to change.
	Field string
	Value Text
	// Writing: the next text is the new value of Field.
	Writing bool

	// Told is true once Meta took the answer, or an officer told it another way; Done is when the case was
	// answered, Hash the SHA-256 of the file that was delivered.
	Told bool
	Done time.Time
	Hash [32]byte
	// Link is the single-use link to a package too large for a message.
	Link *CaseLink
	// Tasks are recipients that must be told (GDPR 19), for the officer.
	Tasks []string
	// Reminded counts the reminders to the officer.
	Reminded int
}

// CaseLink is a link that opens once.
type CaseLink struct {
	Hash    [32]byte // of its secret part
	Expires time.Time
	Used    bool
}

// caseNamed finds a case by its reference.
func (h *Head) caseNamed(reference string) *Case {
	for i := range h.Cases {
		if h.Cases[i].Reference == reference {
			return &h.Cases[i]
		}
	}
	return nil
}

// FirstDue is when the first case that still waits for an officer had to be
// answered, so that the list of these finds the contact; the zero time if there
// is none.
func (h *Head) FirstDue() time.Time {
	var first earliest
	for i := range h.Cases {
		if k := &h.Cases[i]; k.pending() {
			first.add(k.Due)
		}
	}
	return first.at
}

// turnCase fires an event on a case and writes its line, in the name of whoever
// asked for it.
func (t *turn) turnCase(k *Case, event, reason string) bool {
	return t.turnCaseBy(k.actor(), k, event, reason)
}

// actor is who acts in a case: the person in the chat, or the officer who
// entered what came by another way.
func (k *Case) actor() string { return either(k.Route == routeChat, "person", "operator") }

func (t *turn) turnCaseBy(actor string, k *Case, event, reason string) bool {
	from := k.State
	next, err := flows.Case.Fire(k.State, event)
	if err != nil {
		return false
	}
	k.State = next
	if !flows.CaseOpen(next) && flows.CaseOpen(from) {
		t.resumeClock(k)
		k.ended(t.now)
		t.h.dropCase(k.Reference) // what waits to leave for it is overtaken
	}
	if next != from {
		t.line(Line{Type: LineCaseTurn, Actor: actor, Object: k.Reference, Outcome: next, Reason: join(k.Type, reason)})
	}
	return true
}

// ended clears what only an open case needs.
func (k *Case) ended(now time.Time) {
	k.Done, k.Ask, k.Code, k.Writing, k.Field, k.Value = now, nil, nil, false, "", ""
}

// doubtCases takes back what was proved in open cases: the account may be
// another person's now, and a tap of before says nothing about them.
func (t *turn) doubtCases() {
	for i := range t.h.Cases {
		k := &t.h.Cases[i]
		if !flows.CaseOpen(k.State) || k.Route != routeChat {
			continue
		}
		t.closeAsk(k)
		k.Evidence, k.Code, k.Writing, k.Field, k.Value, k.Tier, k.Unproven = "", nil, false, "", "", 3, true
		t.h.dropCase(k.Reference)
		if k.Type == CaseAccess || k.Type == CasePortability { // others are an officer's by now, or have their question closed
			t.turnCaseBy("meta", k, flows.Verify, "identity in doubt")
		}
	}
}

// moved is the case for the contact that its person turned out to be. Nothing
// that was proved comes along, and nothing that was asked.
func (k *Case) moved() Case {
	return Case{Type: k.Type, Reference: k.Reference, State: flows.CaseTriaged, Received: k.Received, Due: k.Due,
		Paused: k.Paused, Extended: k.Extended, Route: k.Route, Unproven: true, Tier: 3}
}

// groundJoined is the ground of a case that goes on at another contact.
const groundJoined = "joined"

// giveUpCases ends the open cases of a contact whose person goes on elsewhere.
func (t *turn) giveUpCases() {
	for i := range t.h.Cases {
		if k := &t.h.Cases[i]; flows.CaseOpen(k.State) {
			k.Ground, k.Told = groundJoined, true
			t.turnCaseBy("meta", k, flows.TakeBack, k.Ground)
		}
	}
}

// routeChat is the way of a request that the person made in the chat.
const routeChat = "chat"

func join(a, b string) string {
	if b == "" {
		return a
	}
	return a + " " + b
}

// pauseClock stops a case's clock while the person must show who they are.
// EDPB 01/2022: the time is suspended only if that was asked without delay.
func (t *turn) pauseClock(k *Case) {
	if k.PausedAt.IsZero() {
		k.PausedAt = t.now
	}
}

// resumeClock lets it run on and moves the due date by as long as it stood.
func (t *turn) resumeClock(k *Case) {
	if k.PausedAt.IsZero() {
		return
	}
	k.Paused += t.now.Sub(k.PausedAt)
	k.PausedAt = time.Time{}
	k.Due, k.Reminded = t.caseDue(k), 0
}

func (t *turn) caseDue(k *Case) time.Time {
	if !k.Extended.IsZero() {
		if due, ok := t.brand.Clock.Extended(k.Type, k.Received, k.Paused); ok {
			return due
		}
	}
	return t.brand.Clock.Due(k.Type, k.Received, k.Paused)
}

// newCase enters a request.
func (t *turn) newCase(kind, route string) *Case {
	t.h.Cases = append(t.h.Cases, Case{
		Type: kind, Reference: t.env.reference(), State: flows.CaseReceived, Received: t.at, Route: route, Doubt: t.doubt(),
	})
	k := &t.h.Cases[len(t.h.Cases)-1]
	k.Due = t.caseDue(k)
	t.line(Line{Type: LineCase, Actor: k.actor(), Object: k.Reference, Outcome: k.State, Reason: kind})
	return k
}

// identityTier is the proof that a request needs which hands over, changes or
// destroys (tier 2), or more of it where the account may have changed hands.
func (t *turn) identityTier() int {
	if t.h.Identity != flows.IdentityBound || t.settling() {
		return 3
	}
	return 2
}

// settled is how long an account must have been the same person's without a
// change before it can ask for everything: a stolen number is asked for its
// data within days (requirements 2.10, A12).
const settled = 7 * 24 * time.Hour

// settling reports whether number, user id or identity key changed lately, or
// was shown for the first time.
func (t *turn) settling() bool {
	for _, at := range []time.Time{t.h.Changed, t.h.Doubted, t.h.Shown} {
		if !at.IsZero() && t.now.Sub(at) < settled {
			return true
		}
	}
	return false
}

// remindBefore is how long before the due date an officer is reminded, and
// then when it is over. A week is time to extend; two days are time to act.
var remindBefore = [...]time.Duration{7 * 24 * time.Hour, 2 * 24 * time.Hour, 0}

// remindAt is when the next reminder of a case is due.
func (t *turn) remindAt() time.Time {
	var next earliest
	for i := range t.h.Cases {
		next.add(t.h.Cases[i].remindAt())
	}
	return next.at
}

// waits reports whether a case waits for the person's tap or proof, and not for
// an officer.
func (k *Case) waits() bool {
	return k.State == flows.CaseVerifying && (k.Tier < 3 || k.Evidence == "")
}

func (k *Case) remindAt() time.Time {
	if !flows.CaseOpen(k.State) || k.waits() || k.Reminded >= len(remindBefore) {
		return time.Time{}
	}
	return k.Due.Add(-remindBefore[k.Reminded])
}

// remind puts on record that a case wants an officer. The log and readyz say
// it too, and the list of cases has it at its top.
func (t *turn) remind() {
	for i := range t.h.Cases {
		k := &t.h.Cases[i]
		at := k.remindAt()
		if at.IsZero() || t.now.Before(at) {
			continue
		}
		for k.Reminded < len(remindBefore) && !t.now.Before(k.Due.Add(-remindBefore[k.Reminded])) {
			k.Reminded++ // of several that came due at once, one is enough
		}
		day := k.Due.In(t.brand.Location).Format(time.DateOnly)
		outcome := "due " + day
		if t.now.After(k.Due) {
			outcome = "overdue since " + day
		}
		t.line(Line{Type: LineReminder, Actor: "clock", Object: k.Reference, Outcome: outcome, Reason: k.Type})
	}
}

// proofWait is how long a case waits for the person to show who they are. Then
// it ends; they may ask again at any time.
const proofWait = 90 * 24 * time.Hour

// lapse ends what waited too long for the person: questions and codes after
// their time, and the case itself when its date has come without the tap.
func (t *turn) lapse() {
	for i := range t.h.Cases {
		k := &t.h.Cases[i]
		if k.Ask != nil && t.now.After(k.Ask.Expires) {
			t.closeAsk(k)
		}
		if k.Code != nil && t.now.After(k.Code.Expires) {
			k.Code = nil
		}
		if at := k.lapseAt(); !at.IsZero() && t.now.After(at) {
			k.Ground = groundUnconfirmed
			t.turnCaseBy("clock", k, flows.Refuse, k.Ground)
		}
	}
}

// groundUnconfirmed is the ground of a case that waited for the person's own
// confirmation until its date. They learn of it when they next write.
const groundUnconfirmed = "not confirmed"

// lapseAt is when a case that waits for the person ends by itself. Who has
// proved who they are by a code has done what was asked of them: that case is
// an officer's to answer.
func (k *Case) lapseAt() time.Time {
	switch {
	case !k.waits():
		return time.Time{}
	case !k.PausedAt.IsZero():
		return k.PausedAt.Add(proofWait)
	}
	return k.Due
}

// lapses is when lapse next has something to do.
func (t *turn) lapses() time.Time {
	var next earliest
	for i := range t.h.Cases {
		k := &t.h.Cases[i]
		next.add(k.lapseAt())
		if k.Ask != nil {
			next.add(k.Ask.Expires)
		}
		if k.Code != nil {
			next.add(k.Code.Expires)
		}
	}
	if next.at.IsZero() {
		return next.at
	}
	return next.at.Add(time.Second)
}

// dropCase removes the outbox entries that belong to a case.
func (h *Head) dropCase(reference string) {
	h.Outbox = slices.DeleteFunc(h.Outbox, func(o Outbound) bool { return o.Case == reference && !o.Open })
}

// owe tells the person of cases that ended, or wait for their proof, without
// their knowing: nothing could reach them then.
func (t *turn) owe() {
	for i := range t.h.Cases {
		k := &t.h.Cases[i]
		asks := t.reasks(k)
		waits := slices.ContainsFunc(t.h.Outbox, func(o Outbound) bool { return o.Case == k.Reference })
		if k.Type == CaseLift && t.match.Intent == words.Lift {
			continue // they ask for it themselves now
		}
		answer := t.owed(k)
		if !asks && answer == "" || !t.mayKnow(k) || waits || t.quiet("owed "+k.Reference, window) {
			continue
		}
		if asks { // they asked for it before it was in doubt who they are
			t.verify(k)
			continue
		}
		t.tell(k, answer)
	}
}

// reasks reports whether a case waits for a proof that the person has not been
// asked for.
func (t *turn) reasks(k *Case) bool {
	open := k.State == flows.CaseVerifying || k.State == flows.CaseTriaged
	byHand := k.Type == CaseObject || k.Type == CaseRectify && len(t.correctable()) == 0
	return open && k.Unproven && !byHand && !t.doubt() && k.Ask == nil && k.Code == nil && k.PausedAt.IsZero()
}

// owed is the answer of a case that its person has not got, "" if there is none.
func (t *turn) owed(k *Case) string {
	switch {
	case k.Told:
	case k.State == flows.CaseRefused && k.Ground == groundUnconfirmed:
		return t.text("case.unconfirmed", t.about(k))
	case k.State == flows.CaseRefused, k.State == flows.CaseClosed && slices.Contains(refusals(), k.Ground):
		return t.refusal(k)
	case k.Type == CaseLift && k.State == flows.CaseInWork && k.Route != routeChat:
		return t.text("restrict.lifting", t.about(k))
	case k.State == flows.CaseDelivered && k.Type == CaseRestrict && t.h.Hold == flows.HoldRestricted:
		return t.text("restrict.done", t.about(k))
	case k.State == flows.CaseClosed && k.Reason != "":
		return t.text("case.answered", t.with("Reference", k.Reference, "Reason", string(k.Reason)))
	}
	return ""
}

// refusal is what a refusal says: the reason, and where to complain (GDPR
// 12(4)).
func (t *turn) refusal(k *Case) string {
	return t.text("case.refused", t.with("Reference", k.Reference, "Reason", string(k.Reason),
		"Authority", t.brand.Controller.Authority, "Contact", t.brand.Controller.Contact))
}
