package bot

import "aval/flows"

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
	old := t.h.IDs
	next := change.New
	if next.BSUID == "" && next.Phone == "" {
		return
	}
	if next.BSUID == "" {
		next.BSUID = old.BSUID
	}
	t.h.Former = append(t.h.Former, old)
	t.h.IDs = next
	t.h.Identity, _ = flows.Identity.Fire(t.h.Identity, flows.Change)
	t.h.Changed = t.at
	// The old identifiers keep leading here, so that a replay of what came
	// under them is still known; see stranger for who writes from them next.
	t.changes.Bind = append(t.changes.Bind, next)
	if t.h.Channel == flows.ChannelStopped {
		t.changes.Suppress = append(t.changes.Suppress, next)
	}
	t.outdateAll("number changed")
	t.dropBusiness()
	t.line(Line{Type: LineIdentity, Actor: "meta", Outcome: t.h.Identity, Reason: "number or user id changed"})
}

// dropBusiness removes what the business started.
func (t *turn) dropBusiness() {
	kept := t.h.Outbox[:0]
	for _, o := range t.h.Outbox {
		if o.Open || !o.Business {
			kept = append(kept, o)
			continue
		}
		t.line(Line{Type: LineWithheld, Actor: "bot", Object: o.ID, Purpose: o.Purpose, Outcome: string(RefusedIdentity)})
	}
	t.h.Outbox = kept
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
	nonce, what, tapped := pressed(t.ev.Message.Choice)
	if !tapped || nonceHash(nonce) != q.Nonce || !t.answers(q, "button") || !t.inTime(q) {
		t.hold()
		return true
	}
	t.burn(q)
	if what != answerYes {
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

// greetNeutrally says nothing that belongs to anybody, and how to go on.
func (t *turn) greetNeutrally() {
	if !t.quiet("suspect", t.brand.Rules.Repeat) {
		t.say(KindNotice, t.text("suspect.neutral", t.names()))
	}
}

// askNumber puts the question after a number change.
func (t *turn) askNumber() {
	nonce := t.env.token(nonceLength)
	t.closeQuestion()
	t.parts = append(t.parts, part{
		kind: KindNotice, purpose: t.brand.Serving().ID,
		content: Outgoing{Body: Text(t.text("number.changed", t.names())), Choices: []Choice{
			{ID: prefixQuestion + nonce + "." + answerYes, Label: Text(t.text("number.yes", nil))},
			{ID: prefixQuestion + nonce + "." + answerNo, Label: Text(t.text("number.no", nil))},
		}},
		question: &Question{Kind: QuestionNumber, Purpose: t.brand.Serving().ID, Nonce: nonceHash(nonce),
			Language: t.h.Language, Expires: t.now.Add(t.brand.Rules.Pending)},
	})
}

// inherit copies another contact's negatives: stops and refusals travel, what
// was granted does not (requirements 2.1).
func (t *turn) inherit(from *Head, reason string) {
	if from.Channel == flows.ChannelStopped {
		t.stopAll("inherited")
	}
	for id, k := range from.Consents {
		p, ok := t.brand.Purpose(id)
		if ok && (k.State == flows.Withdrawn || k.State == flows.Refused) {
			mine := t.h.consent(id)
			if !t.move(p, flows.Withdraw, reason) {
				t.move(p, flows.StopAll, reason)
			}
			if k.Next.After(mine.Next) {
				mine.Next = k.Next
			}
		}
	}
	t.line(Line{Type: LineMerged, Actor: "meta", Object: from.Pseudonym, Outcome: "negatives kept", Reason: reason})
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
