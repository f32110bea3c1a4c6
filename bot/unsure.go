package bot

import (
	"aval/flows"
	"aval/flows/words"
)

// answerOffers is the middle answer to the question after an unclear no.
const answerOffers = "o"

// pauses takes a no that may mean everything or only a part, "enough of this"
// (STP-5): offers pause at once, whatever comes of it, and what was queued of
// them goes. It reports whether there is something left to ask about.
//
// A person whom nothing is sent has nothing to be asked, and somebody who is
// being asked for consent has answered that question.
func (t *turn) pauses() bool {
	if t.match.Intent != words.Unsure || ours(t.ev.Message.Choice) || !t.reached() {
		return false
	}
	if q := t.h.Question; q != nil && q.Kind != QuestionUnsure {
		return false
	}
	if t.inFlow() && t.flows.Chooses(t.h.Flow, t.world(t.input(*t.ev.Message))) {
		return false
	}
	if !t.h.Paused {
		t.h.Paused = true
		t.line(Line{Type: LinePaused, Outcome: "offers paused", Reason: t.byWord()})
	}
	t.withhold(RefusedPaused, func(o *Outbound) bool {
		p, _ := t.brand.Purpose(o.Purpose)
		return p.promotes()
	})
	return true
}

// reached: something may be sent to this person unasked, or answers are.
func (t *turn) reached() bool {
	for _, p := range t.brand.Purposes {
		if t.allowed(p) {
			return t.h.Channel != flows.ChannelStopped
		}
	}
	return false
}

// promotes reports whether a purpose is what people are tired of.
func (p Purpose) promotes() bool { return p.Kind == Marketing || p.Kind == Profiling }

// askUnclear asks once what an unclear no meant.
func (t *turn) askUnclear() bool {
	if q := t.h.Question; q != nil && q.Kind == QuestionUnsure {
		return t.judge(q, answerYes, "typed") // said twice, it is clear
	}
	p := t.brand.Serving().ID
	t.pose(Question{Kind: QuestionUnsure, Purpose: p}, part{kind: KindNotice, purpose: p}, t.text("unsure.ask", t.names()),
		t.choice(answerYes, "unsure.all"), t.choice(answerOffers, "unsure.offers"), t.choice(answerNo, "unsure.none"))
	return true
}

// cleared takes the answer. A no that is typed and not tapped may still be
// meant for the messages: it lets service go on and nothing else.
func (t *turn) cleared(q *Question, what, method string) bool {
	if what == answerNo && method == "typed" {
		what = answerOffers
	}
	switch what {
	case answerYes:
		t.burn(q)
		if t.stopAll("unclear, then " + method) {
			t.say(KindStopped, t.text("stop.done", t.names()))
		}
	case answerOffers:
		t.burn(q)
		t.withdrawMarketing("unclear, then " + method)
		t.say(KindService, t.text("stopped.marketing", nil))
	case answerNo:
		t.burn(q)
		t.line(Line{Type: LinePaused, Outcome: "resumed", Reason: method})
		t.say(KindService, t.text("consent.kept", nil))
	default:
		return false
	}
	t.h.Paused = false
	return true
}

// unanswered ends the question that nobody answered: silence stops everything.
// Who went on talking about something else was not silent, and keeps being
// answered without offers.
func (t *turn) unanswered(q *Question) {
	t.h.Paused = false
	if t.h.LastIn.After(q.SentAt) {
		t.withdrawMarketing("unclear, no answer")
		return
	}
	t.stopAll("unclear, no answer")
}
