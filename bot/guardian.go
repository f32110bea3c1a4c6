package bot

import (
	"strings"

	"aval/flows"
)

// The guardian's side: an adult in their own chat, asked twice, who may take it
// back with one tap.

// prefixWard begins the button that takes a guardian's yes back.
const prefixWard = "g."

// guardianWork takes an invitation's code, and the tap that takes a yes back.
func (t *turn) guardianWork() bool {
	if code, ok := strings.CutPrefix(t.ev.Message.Choice, prefixWard); ok {
		return t.unvouch(code)
	}
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
	case t.ev.Ward == t.c.ID:
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
			t.tellChild(w.Code, GuardianAnswer{By: t.h.Pseudonym})
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
	if !w.Sure {
		w.Sure = true
		t.askGuardian("guardian.confirm", "consent.confirm", "consent.cancel").Act1 = act
		return
	}
	t.h.Ward = nil
	t.h.Wards = append(t.h.Wards, *w)
	t.line(Line{Type: LineGuardian, Outcome: "vouched", Reason: "two acts"})
	t.tellChild(w.Code, GuardianAnswer{Yes: true, By: t.h.Pseudonym, Acts: []Act{*q.Act1, *act}})
	t.say(KindReceipt, t.text("guardian.done", t.names())).content.Choices = []Choice{{ID: prefixWard + w.Code, Label: Text(t.text("guardian.undo", nil))}}
}

// unvouch takes a guardian's yes back. It needs nothing but the tap.
func (t *turn) unvouch(code string) bool {
	for i, w := range t.h.Wards {
		if w.Code == code {
			t.h.Wards = append(t.h.Wards[:i], t.h.Wards[i+1:]...)
			t.line(Line{Type: LineGuardian, Outcome: "taken back"})
			t.tellChild(code, GuardianAnswer{By: t.h.Pseudonym})
			t.say(KindReceipt, t.text("guardian.undone", t.names()))
			return true
		}
	}
	return false
}

// tellChild sends a guardian's answer to the child's contact: an event like any
// other, recorded in the same write as the guardian's own state. Crash after
// it: the event is the backlog of the next start.
func (t *turn) tellChild(code string, a GuardianAnswer) {
	yes := either(a.Yes, "yes", "no")
	t.changes.Tell = append(t.changes.Tell, Item{Event: Event{
		Kind: EventGuardian, ID: "guardian/" + code + "/" + yes, Number: t.h.Number, From: guardianName(code), At: t.at, Guardian: &a,
	}})
}
