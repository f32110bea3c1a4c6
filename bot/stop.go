package bot

import (
	"slices"
	"time"

	"aval/flows"
)

// stopWord applies a stop, whatever route and form it came in (2.5 row 12). It
// needs no state, no question and no second act.
func (t *turn) stopWord() bool {
	if t.match.Intent != "stop" || ours(t.ev.Message.Choice) {
		return false
	}
	// A late stop that is older than the last yes was overtaken by it. Meta's
	// times have one-second grain and ties go to the stop.
	if t.at.Before(t.h.Positive.Truncate(time.Second)) {
		t.line(Line{Type: LineStopLate, Outcome: "not applied", Reason: "older than the last consent"})
		return true
	}
	news := t.stopAll(t.byWord())
	if !t.answerable() {
		return true
	}
	if news {
		t.say(KindStopped, t.text("stop.done", t.names()))
	}
	return true
}

// byWord names the route of a word for the ledger, with its language if it is
// a word of one language only.
func (t *turn) byWord() string {
	if t.match.Language == "" {
		return "word"
	}
	return "word:" + t.match.Language
}

// stopAll ends everything the business may start and reports whether anything
// was left to end.
func (t *turn) stopAll(route string) bool {
	if t.at.After(t.h.StoppedAt) {
		t.h.StoppedAt = t.at
	}
	if !fire(flows.Channel, &t.h.Channel, flows.Stop) {
		t.line(Line{Type: LineStop, Outcome: "already", Reason: route})
		return false
	}
	t.line(Line{Type: LineStop, Outcome: flows.ChannelStopped, Reason: route})
	for _, p := range t.brand.Purposes {
		if p.NeedsConsent() {
			t.h.consent(p.ID)
			t.move(p, flows.StopAll, route)
		}
	}
	t.interrupt()
	for i := range t.h.Cases {
		t.h.Cases[i].Writing = false
	}
	t.releaseWards()
	t.withhold(RefusedStopped, func(o *Outbound) bool { return o.Kind != KindRights })
	for _, ids := range append(slices.Clone(t.h.Former), t.h.IDs) {
		t.changes.Stops = append(t.changes.Stops, Mark{IDs: ids, On: true})
	}
	return true
}

// resumeWord opens the channel again. Consents stay withdrawn: each purpose is
// asked anew (row 22).
func (t *turn) resumeWord() bool {
	if t.match.Intent != "resume" || t.h.Channel != flows.ChannelStopped {
		return false
	}
	if !t.at.After(t.h.StoppedAt) { // it came late; Meta's times are whole seconds, and a tie goes to the stop
		t.line(Line{Type: LineResume, Outcome: "not applied", Reason: "older than the stop"})
		return true
	}
	t.h.Channel, _ = flows.Channel.Fire(t.h.Channel, flows.Resume)
	t.changes.Stops = append(t.changes.Stops, Mark{IDs: t.ev.From})
	t.line(Line{Type: LineResume, Outcome: t.h.Channel, Reason: t.byWord()})
	p := t.brand.Serving()
	if p.NeedsConsent() {
		if !t.ask(p, QuestionAsk, t.text("resume.done", t.names())) {
			t.say(KindService, t.text("resume.done", t.names())) // in doubt who it is: asked once that is settled
		}
		return true
	}
	t.say(KindService, t.text("resume.done", t.names()))
	t.menu("")
	return true
}

// preference applies a stop in WhatsApp's own settings. It concerns marketing
// only; resume is recorded and grants nothing (STP-6, row 31).
func (t *turn) preference() {
	if !t.first() {
		return
	}
	t.line(Line{Type: LineMetaStop, Actor: "meta", Object: "user_preferences", Outcome: t.ev.Preference.Value})
	if t.ev.Preference.Value == "stop" {
		t.withdrawMarketing("meta preference")
	}
}

// withdrawMarketing ends marketing and profiling and drops what was queued for
// them. It is silent: the person did not write to us.
func (t *turn) withdrawMarketing(route string) {
	for _, p := range t.brand.Purposes {
		if p.Kind != Marketing && p.Kind != Profiling {
			continue
		}
		if k := t.h.consent(p.ID); t.at.Before(k.Granted.Truncate(time.Second)) {
			continue // it came late: the person has said yes to this since
		}
		t.takeAway(p, route)
		if q := t.h.Question; q != nil && q.Purpose == p.ID {
			t.closeQuestion()
		}
		t.drop(p.ID)
	}
}

// drop removes queued messages of one purpose.
func (t *turn) drop(purpose string) {
	t.withhold(RefusedBasis, func(o *Outbound) bool { return o.Purpose == purpose })
}

// takeAway ends a purpose from whatever state it is in.
func (t *turn) takeAway(p Purpose, reason string) {
	if !t.move(p, flows.Withdraw, reason) {
		t.move(p, flows.StopAll, reason)
	}
}

// interrupt ends what is under way with the person: the question, the flow and
// what waited for either.
func (t *turn) interrupt() {
	t.closeQuestion()
	t.h.Flow, t.h.Trail, t.h.Call, t.h.Timer, t.h.Held = flows.Position{}, nil, nil, nil, nil
}
