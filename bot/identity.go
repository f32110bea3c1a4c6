package bot

import (
	"slices"
	"time"

	"aval/flows"
	"aval/flows/words"
)

// identityChange applies a new number or a new user id (row 17), or a changed
// identity key (row 18). Grants wait until the person confirms them from the
// new identifier; stops go along.
func (t *turn) identityChange() {
	if !t.first() {
		return
	}
	change := t.ev.Identity
	if change.Hash {
		t.suspect("identity key")
		return
	}
	old, next := t.h.IDs, change.New
	if next.Empty() || t.now.Sub(t.at) > dedupeHorizon {
		return
	}
	if old.Empty() { // somebody unknown until now
		old = t.ev.From
	}
	if next.BSUID == "" {
		next.BSUID = old.BSUID
	}
	// The old identifiers keep leading here, so that a replay of what came
	// under them is still known; see stranger for who writes from them next.
	if next.BSUID == t.h.IDs.BSUID && next.Phone == t.h.IDs.Phone || t.h.wasCalled(next) || t.at.Before(t.h.Changed) {
		// It came late: the person is past this change already, and what it
		// tells is an older name.
		t.h.Former = append(t.h.Former, t.ev.From)
		t.changes.Leads = append(t.changes.Leads, Mark{IDs: t.ev.From, On: true})
		return
	}
	t.h.Former = append(t.h.Former, old)
	t.changes.Leads = append(t.changes.Leads, Mark{IDs: old, On: true})
	t.h.IDs = Identifiers{}
	t.take(next)
	t.h.Identity, _ = flows.Identity.Fire(t.h.Identity, flows.Change)
	t.h.Changed = t.at
	t.doubtCases()
	t.outdateAll("number changed")
	t.dropBusiness()
	t.line(Line{Type: LineIdentity, Actor: "meta", Outcome: t.h.Identity, Reason: "number or user id changed"})
}

// follow lets a new number lead to what is left of a forgotten person.
func (t *turn) follow() {
	next := t.ev.Identity.New
	if next.Empty() || !t.first() {
		return
	}
	t.h.Names = append(t.h.Names, t.env.Keys.Names(t.h.Brand, next)...)
	t.changes.Leads = append(t.changes.Leads, Mark{IDs: next, On: true})
}

// dropBusiness removes what the business started.
func (t *turn) dropBusiness() {
	t.withhold(RefusedIdentity, func(o *Outbound) bool { return o.Business })
}

// numberQuestion asks a person who writes from a new identifier whether to go
// on, and takes the answer. Nothing personal is said before.
func (t *turn) numberQuestion() bool {
	switch t.h.Identity {
	case flows.IdentitySuspect:
		t.greetNeutrally()
		return true
	case flows.IdentityRebind:
	default:
		return false
	}
	q := t.h.Question
	if q == nil || q.Kind != QuestionNumber {
		t.hold()
		t.askNumber()
		return true
	}
	yes, no := t.numberAnswer(q)
	if !yes && !no {
		t.hold()
		return true
	}
	t.burn(q)
	if no {
		t.suspect("not continued")
		t.greetNeutrally()
		return true
	}
	t.h.Identity, _ = flows.Identity.Fire(t.h.Identity, flows.StepUp)
	t.line(Line{Type: LineIdentity, Outcome: t.h.Identity, Reason: "confirmed"})
	p := t.brand.Serving()
	if !t.allowed(p) && p.NeedsConsent() {
		t.askOrRemind(p)
		return true
	}
	t.answerHeld()
	return true
}

// numberAnswer reads an answer to the question after a number change, tapped or
// typed. A yes needs what every yes needs, a no needs nothing.
func (t *turn) numberAnswer(q *Question) (yes, no bool) {
	nonce, what, tapped := pressed(t.ev.Message.Choice)
	method := "typed"
	if tapped {
		if nonceHash(nonce) != q.Nonce {
			return false, false
		}
		yes, no, method = what == answerYes, what == answerNo, "button"
	} else {
		no = t.means(words.No)
		yes = !no && t.means(words.Yes)
	}
	return yes && t.answers(q, method) && t.inTime(q, method), no
}

// choiceAfresh is the button of who rather begins anew than prove that they are
// the person we knew.
const choiceAfresh = prefixMenu + "afresh"

// doubtEnds is how long somebody has to settle a doubt about who they are; from
// then on the account is a new person (row 20).
const doubtEnds = 30 * 24 * time.Hour

// parted reports whether the account of a contact in doubt is somebody new: by
// their own choice, or because the doubt was not settled in time.
func (h *Head) parted(ev Event, now time.Time) bool {
	if h.Identity != flows.IdentitySuspect || ev.Kind != EventMessage || h.IDs.Empty() || ev.Traits.Has(mute) {
		return false
	}
	return ev.Message.Choice == choiceAfresh || now.Sub(h.Doubted) > doubtEnds
}

// greetNeutrally says nothing that belongs to anybody, and how to go on.
func (t *turn) greetNeutrally() {
	if !t.quiet("suspect", t.brand.Rules.Repeat) {
		said := t.say(KindNotice, t.text("suspect.neutral", t.names()))
		said.content.Choices = []Choice{{ID: choiceAfresh, Label: Text(t.text("suspect.afresh", nil))}}
	}
}

// askNumber puts the question after a number change.
func (t *turn) askNumber() {
	t.closeQuestion()
	p := t.brand.Serving().ID
	t.pose(Question{Kind: QuestionNumber, Purpose: p}, part{kind: KindNotice, purpose: p},
		t.text("number.changed", t.names()), t.choice(answerYes, "number.yes"), t.choice(answerNo, "number.no"))
}

// inherit copies another contact's negatives: stops and refusals travel, what
// was granted does not (requirements 2.1).
func (t *turn) inherit(from *Head) {
	const reason = "joined"
	if from.Channel == flows.ChannelStopped {
		t.stopAll("inherited")
	}
	for id, k := range from.Consents {
		p, ok := t.brand.Purpose(id)
		if ok && (k.State == flows.Withdrawn || k.State == flows.Refused) {
			mine := t.h.consent(id)
			t.takeAway(p, reason)
			if k.Next.After(mine.Next) {
				mine.Next = k.Next
			}
		}
	}
	for i := range from.Cases { // what was promised is still owed
		if k := &from.Cases[i]; flows.CaseOpen(k.State) && t.h.caseNamed(k.Reference) == nil {
			t.h.Cases = append(t.h.Cases, k.moved())
		}
	}
	for id, k := range from.Consents {
		if p, ok := t.brand.Purpose(id); ok && (k.State == flows.Objected || k.State == flows.Ended) {
			t.end(p, either(k.State == flows.Objected, flows.Object, flows.End), reason)
		}
	}
	if from.Hold == flows.HoldRestricted && fire(flows.Hold, &t.h.Hold, flows.Restrict) {
		t.line(Line{Type: LineHold, Actor: "meta", Outcome: t.h.Hold, Reason: reason})
		t.interrupt()
		t.withhold(RefusedRestricted, func(o *Outbound) bool { return o.Kind != KindRights })
	}
	t.h.Wards = append(t.h.Wards, from.Wards...)
	if flows.UnderAge(from.Age) || from.Age == flows.AgeGuardian {
		t.grantNothing(from.AgeCountry, from.AgeTop, reason)
	}
	if from.Turn == flows.TurnQueued && fire(flows.Turn, &t.h.Turn, flows.Queue) {
		t.h.TurnSince = from.TurnSince
	}
	t.line(Line{Type: LineMerged, Actor: "meta", Object: from.Pseudonym, Outcome: "negatives kept", Reason: reason})
}

// recall takes over what another contact has seen: what Meta delivers again
// under its identifiers comes here now.
func (t *turn) recall(from *Head) {
	for _, s := range from.Seen {
		if !slices.Contains(t.h.Seen, s) {
			t.h.Seen = append(t.h.Seen, s)
		}
	}
	slices.SortStableFunc(t.h.Seen, func(a, b Seen) int { return a.At.Compare(b.At) })
	if from.SeenFrom.After(t.h.SeenFrom) {
		t.h.SeenFrom = from.SeenFrom
	}
	t.h.trimSeen()
}

// yield takes away from a contact the identifiers that proved to be somebody
// else's now. What is left is kept for its proofs and cannot be written to.
func (t *turn) yield(ids Identifiers, reason string) {
	if ids.Phone != "" && t.h.IDs.Phone == ids.Phone {
		t.h.Former = append(t.h.Former, Identifiers{Phone: ids.Phone})
		t.h.IDs.Phone = ""
	}
	if ids.BSUID != "" && t.h.IDs.BSUID == ids.BSUID {
		t.h.Former = append(t.h.Former, Identifiers{BSUID: ids.BSUID})
		t.h.IDs.BSUID = ""
	}
	t.h.Held = nil
	t.dropBusiness()
	t.suspect(reason)
}
