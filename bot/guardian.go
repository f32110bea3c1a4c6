package bot

import (
	"strings"

	"aval/flows"
)

// The guardian's side: an adult in their own chat, asked twice, who may take it
// back with one tap.

// prefixWard begins the button that takes a guardian's yes back.
const prefixWard = "g."

// guardianWork takes an invitation's code.
func (t *turn) guardianWork() bool {
	code, lang := t.env.guardianCode(t.ev.Message.Body)
	if code == "" || t.doubt() {
		return false
	}
	if t.h.consent(t.brand.Serving().ID).Notice == 0 && !t.h.Chosen {
		t.h.Language = lang // the child's: nothing else is known of somebody new
	}
	switch {
	case t.ev.Ward == "":
		t.say(KindService, t.text("guardian.unknown", nil))
	case t.ev.Ward == t.c.ID || !t.ageUnasked() && t.h.Age != flows.AgeAdult || t.h.AgeAgain:
		t.say(KindService, t.text("guardian.self", nil))
	default:
		t.h.Ward = &Ward{Code: code}
		t.askGuardian("guardian.ask", "guardian.yes", "consent.no")
	}
	return true
}

// askGuardian puts one of the two questions to the guardian, below the notice
// if they have not seen it.
func (t *turn) askGuardian(body, yes, no string) *Question {
	p := t.brand.Serving()
	t.closeQuestion()
	text := t.text(body, t.with("Purpose", t.purposeName(p)))
	of := part{kind: KindNotice, purpose: p.ID}
	if n, k := t.brand.Notice(), t.h.consent(p.ID); k.Notice == 0 {
		text, of.notice, k.Notice = n.Text(t.h.Language, t.brand.Language)+"\n\n"+text, n.Ref(), n.Version
	}
	return t.pose(Question{Kind: QuestionWard, Purpose: p.ID}, of, text, t.choice(answerYes, yes), t.choice(answerNo, no)).question
}

// wardAnswered takes the guardian's answer: two taps for a yes, one for a no.
func (t *turn) wardAnswered(q *Question, what, method string) {
	w := t.h.Ward
	if what != answerYes || w == nil {
		t.closeQuestion()
		t.h.Ward = nil
		if w != nil {
			t.tellChild(guardianName(w.Code), GuardianAnswer{By: t.h.Pseudonym})
		}
		t.say(KindService, t.text("guardian.refused", t.names()))
		return
	}
	need := flows.OneToOne | flows.Authored | flows.Answers | flows.InTime | flows.Bound | flows.Free
	if missing := need &^ t.guards(q, method); missing != 0 || method != "button" {
		t.refuseYes(t.brand.Serving(), q, &flows.GuardError{Missing: missing})
		return
	}
	act := t.act(q, method)
	t.burn(q)
	if !w.Sure || q.Act1 == nil {
		w.Sure = true
		t.askGuardian("guardian.confirm", "consent.confirm", "consent.cancel").Act1 = act
		return
	}
	w.By = t.h.Pseudonym
	t.h.Ward = nil
	t.h.Wards = append(t.h.Wards, *w)
	t.line(Line{Type: LineGuardian, Outcome: "vouched", Reason: "two acts"})
	t.tellChild(guardianName(w.Code), GuardianAnswer{Yes: true, By: t.h.Pseudonym, Acts: []Act{*q.Act1, *act}})
	t.say(KindReceipt, t.text("guardian.done", t.names())).content.Choices = []Choice{{ID: prefixWard + w.Code, Label: Text(t.text("guardian.undo", nil))}}
}

// unvouch takes a guardian's yes back. It needs nothing but the tap.
func (t *turn) unvouch() bool {
	code, ok := strings.CutPrefix(t.ev.Message.Choice, prefixWard)
	if !ok {
		return false
	}
	for i, w := range t.h.Wards {
		if w.Code == code {
			t.h.Wards = append(t.h.Wards[:i], t.h.Wards[i+1:]...)
			t.line(Line{Type: LineGuardian, Outcome: "taken back"})
			t.tellChild(wardName(code), GuardianAnswer{By: w.By})
			t.say(t.courtesyKind(KindReceipt), t.text("guardian.undone", t.names()))
			break
		}
	}
	return true
}

// releaseWards takes back every yes that this contact gave for a child: who
// stops, is gone or is a child themselves answers for nobody.
func (t *turn) releaseWards() {
	for _, w := range t.h.Wards {
		t.line(Line{Type: LineGuardian, Outcome: "taken back"})
		t.tellChild(wardName(w.Code), GuardianAnswer{By: w.By})
	}
	t.h.Wards, t.h.Ward = nil, nil
}

// tellChild sends a guardian's answer to the child's contact: an event like any
// other, recorded in the same write as the guardian's own state. Crash after
// it: the event is the backlog of the next start.
func (t *turn) tellChild(name Identifiers, a GuardianAnswer) {
	yes := either(a.Yes, "yes", "no")
	t.changes.Tell = append(t.changes.Tell, Item{Event: Event{
		Kind: EventGuardian, ID: string(name.BSUID) + "/" + t.h.Pseudonym + "/" + yes, Number: t.h.Number, From: name, At: t.at, Guardian: &a,
	}})
}
