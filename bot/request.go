package bot

import (
	"crypto/subtle"
	"slices"
	"strings"

	"aval/flows"
	"aval/flows/words"
)

// A request under data protection law: one message asks, one tap confirms, one
// message answers. The tap is on a button whose nonce only this account was
// sent; where the account may have changed hands a code by another way comes
// before it.

// caseWork takes what answers an open case: a tap, a code, a new value.
func (t *turn) caseWork() bool {
	return t.caseTap() || t.codeTyped() || t.valueTyped()
}

// request opens a case and asks for the tap, or goes on with the one that is
// open.
func (t *turn) request(kind string) {
	k := t.openCase(kind)
	if k == nil {
		k = t.newCase(kind, routeChat)
	} else if k.State == flows.CaseInWork || k.State == flows.CaseExtended {
		t.again(k)
		return
	}
	if kind == CaseRectify && len(t.correctable()) == 0 {
		t.byHand(k)
		return
	}
	t.verify(k)
}

// openCase finds the open case of a type that the same person asked for.
func (t *turn) openCase(kind string) *Case {
	for i := range t.h.Cases {
		if k := &t.h.Cases[i]; k.Type == kind && flows.CaseOpen(k.State) && t.mayKnow(k) {
			return k
		}
	}
	return nil
}

// mayKnow reports whether a case may be named: in doubt who writes, only those
// that were asked for in doubt.
func (t *turn) mayKnow(k *Case) bool { return k.Doubt || !t.doubt() }

// again answers who asks for what is under way already: a file that could not
// be delivered is sent once more, anything else has its date.
func (t *turn) again(k *Case) {
	waits := slices.ContainsFunc(t.h.Outbox, func(o Outbound) bool { return o.Case == k.Reference })
	if k.Type == CaseLift && !waits && !t.doubt() {
		t.verify(k)
		return
	}
	if (k.Type == CaseAccess || k.Type == CasePortability) && !waits && k.Evidence != "" && !t.doubt() {
		if t.identityTier() > k.Tier {
			t.verify(k)
			return
		}
		t.sendFile(k)
		return
	}
	t.say(KindRights, t.text("rights.duplicate", t.with("Reference", k.Reference, "Due", t.date(k.Due))))
}

// byHand leaves a case to an officer and tells the person when to expect the
// answer.
func (t *turn) byHand(k *Case) {
	t.turnCase(k, flows.Triage, "")
	t.say(KindRights, t.text("rights.opened", t.with("Type", t.caseName(k.Type), "Reference", k.Reference, "Due", t.date(k.Due))))
}

func (t *turn) caseName(kind string) string { return t.text("rights.type."+kind, nil) }

// verify asks for as much proof of identity as the case needs.
func (t *turn) verify(k *Case) {
	if tier := t.identityTier(); tier > k.Tier {
		k.Tier, k.Evidence = tier, ""
	}
	k.Unproven = false
	t.turnCase(k, flows.Verify, "")
	if k.Tier >= 3 && k.Evidence == "" {
		t.stepUp(k)
		return
	}
	if k.Type == CaseRectify {
		t.askField(k)
		return
	}
	t.askCase(k, t.text("case.ask."+k.Type, t.about(k)), t.choice(answerYes, "case.yes."+k.Type), t.choice(answerNo, "case.no"))
}

// about is what every sentence about a case may name.
func (t *turn) about(k *Case) map[string]any {
	return t.with("Reference", k.Reference, "Due", t.date(k.Due), "Contact", t.brand.Controller.Contact)
}

// askCase puts the question of a case. It waits in the case, beside a question
// about consent that may be open: each has a nonce of its own.
func (t *turn) askCase(k *Case, body string, choices ...Choice) *part {
	t.closeAsk(k)
	return t.pose(Question{Kind: QuestionCase, Case: k.Reference},
		part{kind: KindRights, purpose: t.brand.Serving().ID, owed: k.Reference}, body, choices...)
}

// closeAsk takes a case's open question away and remembers its nonce.
func (t *turn) closeAsk(k *Case) {
	q := k.Ask
	k.Writing = false
	if q == nil {
		return
	}
	k.Ask = nil
	t.h.discardUnsent(q.Outbound)
	t.h.pastQuestion(PastQuestion{Kind: q.Kind, Nonce: q.Nonce, Case: k.Reference, Wamid: q.Wamid, Asked: q.SentAt})
}

// caseTap takes a tap on a button of a case.
func (t *turn) caseTap() bool {
	nonce, what, tapped := pressed(t.ev.Message.Choice)
	if !tapped {
		return false
	}
	sum := nonceHash(nonce)
	for i := range t.h.Cases {
		k := &t.h.Cases[i]
		if k.Ask != nil && subtle.ConstantTimeCompare(k.Ask.Nonce[:], sum[:]) == 1 {
			t.judgeCase(k, what)
			return true
		}
	}
	past := t.past(nonce)
	if past == nil || past.Case == "" {
		return false
	}
	t.lateTap(past)
	return true
}

// lateTap answers a button of a case that asks nothing any more.
func (t *turn) lateTap(past *PastQuestion) {
	t.line(Line{Type: LineSpoof, Object: past.Case, Outcome: "ignored", Reason: "late button"})
	k := t.h.caseNamed(past.Case)
	switch {
	case k != nil && k.Ground == groundUnconfirmed: // too late for this one, not for asking
		t.request(k.Type)
	case k == nil || past.Used || !flows.CaseOpen(k.State):
		t.say(KindRights, t.text("case.over", t.names()))
	case k.Ask == nil && k.State == flows.CaseVerifying:
		t.verify(k)
	}
}

// judgeCase applies an answer to a case's question. A no needs nothing, a yes
// what every yes needs.
func (t *turn) judgeCase(k *Case, what string) {
	q := k.Ask
	if what == answerNo {
		t.closeAsk(k)
		t.turnCase(k, flows.TakeBack, "button")
		t.say(KindRights, t.text("case.cancelled", t.about(k)))
		return
	}
	need := flows.OneToOne | flows.Authored | flows.Answers | flows.InTime | flows.Bound
	if missing := need &^ t.guards(q, "button"); missing != 0 {
		err := &flows.GuardError{Missing: missing}
		t.line(Line{Type: LineSpoof, Object: k.Reference, Outcome: "ignored", Reason: err.Error()})
		switch {
		case missing&flows.Bound != 0:
			t.verify(k)
		case t.now.After(q.Expires):
			t.closeAsk(k)
			t.verify(k)
		case !q.Hinted:
			q.Hinted = true
			t.say(KindRights, t.text("consent.tap", nil))
		}
		return
	}
	if t.identityTier() > max(k.Tier, 2) && k.Evidence == "" { // something changed since the question
		t.closeAsk(k)
		t.verify(k)
		return
	}
	t.closeAsk(k)
	t.h.Asked[len(t.h.Asked)-1].Used = true
	if field, ok := strings.CutPrefix(what, answerField); ok {
		t.askValue(k, field)
		return
	}
	if what == answerYes {
		k.tapped()
		t.carryOut(k)
	}
}

// tapped notes the proof that a tap from the person's own account is.
func (k *Case) tapped() {
	if k.Evidence == "" {
		k.Evidence = "bound account, tap"
	}
}

// carryOut does what was asked for. The person has shown who they are and
// confirmed it.
func (t *turn) carryOut(k *Case) {
	t.resumeClock(k)
	t.turnCase(k, flows.Verified, k.Evidence)
	switch k.Type {
	case CaseAccess, CasePortability:
		t.sendFile(k)
	case CaseRectify:
		t.correct(k)
	case CaseErase:
		t.erase(k)
	case CaseRestrict:
		t.restrict(k)
	case CaseLift:
		t.unrestrict(k)
	}
}

// caseStatus answers "where is my request?" at any time, with every case that
// is open and what was answered last.
func (t *turn) caseStatus() {
	var lines []string
	for i := len(t.h.Cases) - 1; i >= 0 && len(lines) < statusMost; i-- {
		k := &t.h.Cases[i]
		if !t.mayKnow(k) {
			continue
		}
		id, when := "case.line.done", k.Done
		if flows.CaseOpen(k.State) {
			id, when = "case.line.open", k.Due
		}
		lines = append(lines, t.text(id, t.with("Type", t.caseName(k.Type), "Reference", k.Reference,
			"State", t.text("case.state."+k.State, nil), "Date", t.date(when))))
	}
	if len(lines) == 0 {
		t.say(KindRights, t.text("case.none", t.names()))
		return
	}
	t.say(KindRights, strings.Join(lines, "\n\n"))
}

// statusMost is how many cases fit in one message that is still read.
const statusMost = 4

// object applies an objection (GDPR 21). Against direct marketing it is
// absolute and at once; against what rests on a legitimate interest an officer
// weighs it, and the use stops meanwhile (GDPR 18(1)(d)).
func (t *turn) object() {
	t.withdrawMarketing("objection")
	weighed := false
	for _, p := range t.brand.Purposes {
		if p.Basis != BasisLegitimate && p.Basis != BasisPublic || p.Kind == Service {
			continue
		}
		weighed = t.end(p, flows.Object, "objection") || weighed
	}
	if !weighed {
		t.say(KindRights, t.text("object.done", t.names()))
		return
	}
	k := t.openCase(CaseObject)
	if k == nil {
		k = t.newCase(CaseObject, routeChat)
		t.turnCase(k, flows.Triage, "")
		t.turnCase(k, flows.Verified, "no proof needed")
	}
	t.say(KindRights, t.text("case.object", t.about(k)))
}

// end stops a purpose that does not rest on consent, and reports whether that
// is news.
func (t *turn) end(p Purpose, event, reason string) bool {
	k := t.h.consent(p.ID)
	if k.State == flows.None {
		k.State = flows.Live
	}
	from := k.State
	if p.NeedsConsent() || !fire(flows.Basis, &k.State, event) {
		return false
	}
	k.Since = t.now
	t.line(Line{Type: LineConsent, Purpose: p.ID, Basis: p.Basis, Outcome: k.State, Reason: from + " " + reason})
	t.drop(p.ID)
	return true
}

// onHold handles what comes in while the data may only be kept: it is sealed
// unread and not answered, but for a word on how to go on, once a day. What the
// person may ask for at any time they may ask for now.
func (t *turn) onHold() bool {
	if t.h.Hold != flows.HoldRestricted {
		return false
	}
	wait := window
	if t.match.Intent == words.Human { // nobody may read it, but they shall know why
		wait = courtesy
	}
	if _, what, tapped := pressed(t.ev.Message.Choice); tapped && what == answerNo && t.answer() {
		return true
	}
	if !t.privacy() && !t.receipt() && !t.negative() && !t.quiet("restricted", wait) {
		t.say(KindRights, t.text("restrict.reminder", t.names()))
	}
	return true
}

// restrict freezes everything but storage (GDPR 18).
func (t *turn) restrict(k *Case) {
	fire(flows.Hold, &t.h.Hold, flows.Restrict)
	t.line(Line{Type: LineHold, Actor: k.actor(), Object: k.Reference, Outcome: t.h.Hold, Reason: k.Route})
	t.interrupt()
	t.withhold(RefusedRestricted, func(o *Outbound) bool { return o.Kind != KindRights })
	delete(t.h.Quiet, "restricted") // the first message after it is told how things stand
	k.Tasks = t.recipients()
	t.turnCase(k, flows.Deliver, "")
	t.tell(k, t.text("restrict.done", t.about(k)))
}

// lift opens the request to use the data again, if it is held.
func (t *turn) lift() {
	if t.h.Hold != flows.HoldRestricted {
		t.say(KindRights, t.text("restrict.not", t.names()))
		return
	}
	t.request(CaseLift)
}

// unrestrict ends the hold. The person asked for it or was told before
// (GDPR 18(3)).
func (t *turn) unrestrict(k *Case) {
	fire(flows.Hold, &t.h.Hold, flows.Lift)
	t.line(Line{Type: LineHold, Actor: k.actor(), Object: k.Reference, Outcome: t.h.Hold, Reason: k.Route})
	t.turnCase(k, flows.Deliver, "")
	t.tell(k, t.text("restrict.lifted", t.about(k)))
}

// tell says the answer of a case: once Meta has it, the person was told.
func (t *turn) tell(k *Case, body string) *part {
	p := t.speak(k, body)
	p.answers = true
	return p
}

// speak says something about a case on the way to its answer.
func (t *turn) speak(k *Case, body string) *part {
	return t.add(part{kind: KindRights, purpose: t.brand.Serving().ID, owed: k.Reference, content: Outgoing{Body: Text(body)}})
}

// escapes are words that lead out of typing a new value.
func (t *turn) escapes() bool {
	switch t.match.Intent {
	case words.Human, words.Menu, words.Resume, words.Privacy, words.Status, words.Receipt, words.No, words.Access, words.Portability,
		words.Rectify, words.Erase, words.Restrict, words.Object, words.Lift:
		return true
	}
	return false
}
