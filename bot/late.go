package bot

import "aval/flows"

// lateAnswer handles a button that belongs to no open question: pressed again,
// pressed late, or never ours.
func (t *turn) lateAnswer(nonce, what string) bool {
	past := t.past(nonce)
	if past != nil && t.lateElsewhere(past, what) {
		return true
	}
	p, reason := t.questioned(past)
	k := t.h.consent(p.ID)
	// A no from before the yes to the same question was overtaken by it; in
	// the same second the no counts.
	older := past != nil && past.Used && t.at.Before(past.Answered)
	if what == answerNo && !older {
		if flows.Open(k.State) {
			t.no(p)
			return true
		}
		if past != nil && t.takeBack(p, "button") { // row 11: taken back by the button it was given with
			t.say(KindReceipt, t.text("consent.withdrawn", t.with("Purpose", t.purposeName(p))))
			return true
		}
	}
	t.line(Line{Type: LineSpoof, Purpose: p.ID, Object: t.corr, Outcome: "ignored", Reason: reason})
	switch {
	case what != answerYes || flows.Valid(k.State) || t.h.Channel == flows.ChannelStopped || t.overtaken(k):
	case past != nil && past.Used: // pressed twice
	case past == nil && t.h.Question != nil:
		t.hint(t.h.Question)
	case !t.quiet("expired", courtesy):
		t.askAgain(p)
	}
	return true
}

// lateElsewhere handles a late button of a question that was not about this
// person's own consent: it must not touch any.
func (t *turn) lateElsewhere(past *PastQuestion, what string) bool {
	switch past.Kind {
	case QuestionWard:
		if q := t.h.Question; what == answerNo && q != nil && q.Kind == QuestionWard {
			t.wardAnswered(q, answerNo, "button")
		}
	case QuestionUnsure:
		switch what { // both take something away, and so need no care
		case answerYes:
			t.stopAll("unclear, late button")
		case answerOffers:
			t.withdrawMarketing("unclear, late button")
		}
		return true
	case QuestionAge, QuestionNumber:
	default:
		return false
	}
	t.line(Line{Type: LineSpoof, Object: t.corr, Outcome: "ignored", Reason: "late button"})
	return true
}

// questioned finds the purpose that a button without an open question is
// about, and says in the ledger's words what is wrong with it.
func (t *turn) questioned(past *PastQuestion) (p Purpose, reason string) {
	p, reason = t.brand.Serving(), "foreign button"
	id := ""
	if past != nil {
		id, reason = past.Purpose, "late button"
	} else if t.h.Question != nil {
		id = t.h.Question.Purpose
	}
	if found, ok := t.brand.Purpose(id); ok {
		p = found
	}
	return p, reason
}

// overtaken reports whether the person has said no since the event, which came
// late. Where Meta's whole seconds leave it open, the no wins (row 32).
func (t *turn) overtaken(k *Consent) bool {
	switch k.State {
	case flows.Refused, flows.Withdrawn, flows.Deferred:
		return !t.at.After(k.Since)
	}
	return false
}
