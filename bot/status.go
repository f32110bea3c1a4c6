package bot

import (
	"encoding/hex"
	"slices"
	"strconv"
	"time"

	"aval/flows"
)

// status notes what became of a message. Statuses come in any order and more
// than once: a state is only ever raised.
func (t *turn) status() {
	st := t.ev.Status
	s := t.settle(st)
	if s == nil || st.State == s.State || rank(st.State) <= rank(s.State) {
		return
	}
	s.State = st.State
	if st.Category != "" {
		s.Category = st.Category
	}
	if st.State == "failed" {
		t.failed(s, st.Code)
	}
}

// settle finds the sent message a status speaks of. A status that names an
// attempt whose response was lost settles it: the message did leave.
func (t *turn) settle(st *Status) *Sent {
	for i := range t.h.Sent {
		if t.h.Sent[i].Wamid == st.Message {
			return &t.h.Sent[i]
		}
	}
	_, id, ok := t.env.Keys.ReadToken(st.Callback)
	if !ok {
		return nil
	}
	o := t.h.outbound(id)
	if o == nil || st.State == "failed" && !o.Unknown && !o.Open {
		return nil
	}
	accepted(t.env, t.c, o, st.Message, t.now, "status")
	return &t.h.Sent[len(t.h.Sent)-1]
}

// accepted records that Meta has the message: the entry leaves the outbox and
// an open question learns the id that answers must quote.
func accepted(env *Env, c *Contact, o *Outbound, wamid string, now time.Time, how string) {
	h := &c.Head
	sent := Sent{ID: o.ID, Wamid: wamid, Kind: o.Kind, Purpose: o.Purpose, At: o.Tried, State: "accepted"}
	if o.Answers {
		sent.Case, sent.File = o.Case, o.Content.Document != nil
	}
	h.remember(sent)
	if q := h.questionOf(o.ID); q != nil {
		q.Wamid, q.SentAt = wamid, o.Tried
	}
	answered(c, o, now)
	if o.Notice != "" {
		addLine(c, Line{Type: LineNotice, Actor: "bot", Purpose: o.Purpose, Object: o.Notice, Correlation: o.ID}, now)
	}
	addLine(c, Line{Type: LineAccepted, Actor: "bot", Object: shortHash(env, h.Number, wamid), Purpose: o.Purpose,
		Outcome: string(o.Kind), Reason: how, Correlation: o.ID}, now)
	h.discard(o.ID)
}

// questionOf finds the open question that an outbox entry carries.
func (h *Head) questionOf(outbound string) *Question {
	if q := h.Question; q != nil && q.Outbound == outbound {
		return q
	}
	for i := range h.Cases {
		if q := h.Cases[i].Ask; q != nil && q.Outbound == outbound {
			return q
		}
	}
	return nil
}

// answered notes that Meta took what a case is answered with. Only then is a
// file delivered.
func answered(c *Contact, o *Outbound, now time.Time) {
	k := c.Head.caseNamed(o.Case)
	if k == nil || !o.Answers {
		return
	}
	k.Told = true
	lifts := k.Type == CaseLift && c.Head.Hold == flows.HoldRestricted
	if o.Content.Document == nil && !lifts || !flows.CaseOpen(k.State) {
		return
	}
	if lifts && fire(flows.Hold, &c.Head.Hold, flows.Lift) {
		addLine(c, Line{Type: LineHold, Actor: "operator", Object: k.Reference, Outcome: c.Head.Hold, Reason: k.Route}, now)
	}
	next, err := flows.Case.Fire(k.State, flows.Deliver)
	if err != nil {
		return
	}
	k.State = next
	k.ended(now)
	addLine(c, Line{Type: LineCaseTurn, Actor: "bot", Object: k.Reference, Outcome: next,
		Reason: join(k.Type, k.hashed()), Correlation: o.ID}, now)
}

// hashed names the file that was delivered, if one was.
func (k *Case) hashed() string {
	if k.Hash == [32]byte{} {
		return ""
	}
	return "sha256:" + hex.EncodeToString(k.Hash[:8])
}

func shortHash(env *Env, number, wamid string) string {
	sum := env.Keys.Hash(number + "/" + wamid)
	const digits = "0123456789abcdef"
	out := make([]byte, 16)
	for i, b := range sum[:8] {
		out[2*i], out[2*i+1] = digits[b>>4], digits[b&15]
	}
	return string(out)
}

// failed applies what a failure means for the contact.
func (t *turn) failed(s *Sent, code int) {
	t.line(Line{Type: LineFailed, Actor: "meta", Object: t.hash(s.Wamid), Purpose: s.Purpose,
		Outcome: "failed", Reason: strconv.Itoa(code), Correlation: s.ID})
	t.untold(s)
	t.consequence(t.env.ClassOf(code, 0))
	t.unasked(s.ID) // nobody saw the question, so nobody was asked
}

// untold takes back that a case was answered: its answer did not arrive. A file
// is still owed; anything else is said when the person next writes.
func (t *turn) untold(s *Sent) {
	k := t.h.caseNamed(s.Case)
	if k == nil {
		return
	}
	again := slices.ContainsFunc(t.h.Sent, func(o Sent) bool { return o.Case == s.Case && o.File && o.At.After(s.At) })
	if again { // another one went out since
		return
	}
	k.Told = false
	if !s.File {
		return
	}
	if t.turnCaseBy("meta", k, flows.Reopen, "not delivered") {
		k.Done, k.Reminded = time.Time{}, 0
	}
}

// lostAfter undeliverable messages within lostWithin make a contact
// unreachable (row 35). It is no withdrawal; the next message reopens it.
const (
	lostAfter  = 3
	lostWithin = 7 * 24 * time.Hour
)

// consequence applies a class of failure to the contact.
func (t *turn) consequence(class SendClass) {
	switch class {
	case SendStopped:
		t.line(Line{Type: LineMetaStop, Actor: "meta", Object: "131050", Outcome: "stop"})
		t.withdrawMarketing("131050")
	case SendIdentity:
		t.suspect("identity mismatch")
	case SendUnreachable:
		kept := t.h.Lost[:0]
		for _, at := range t.h.Lost {
			if t.now.Sub(at) < lostWithin {
				kept = append(kept, at)
			}
		}
		t.h.Lost = append(kept, t.now)
		if len(t.h.Lost) >= lostAfter {
			fire(flows.Channel, &t.h.Channel, flows.Lost)
		}
	}
}

// revoked handles a message the person took back. A confirmation that was
// taken back is looked into while the window is open (row 25).
func (t *turn) revoked() {
	if !t.first() {
		return
	}
	kept := t.h.Held[:0]
	for _, m := range t.h.Held {
		if m.ID != t.ev.Target {
			kept = append(kept, m)
		}
	}
	t.h.Held = kept
	t.line(Line{Type: LineReceived, Object: t.hash(t.ev.Target), Outcome: "revoked"})
	t.confirmationDeleted()
}

// confirmationDeleted asks whether a consent whose yes the person deleted shall
// go on, while the window is open; silence for a day ends it (row 25).
func (t *turn) confirmationDeleted() {
	answer := t.hash(t.ev.Target)
	for _, past := range t.h.Asked {
		p, ok := t.brand.Purpose(past.Purpose)
		if !ok || !past.Used || past.Answer != answer || !flows.Valid(t.h.consent(p.ID).State) || t.h.Question != nil {
			continue
		}
		if !t.now.Before(t.h.WindowUntil().Add(-windowMargin)) {
			return
		}
		t.question(p, QuestionKeep, t.text("consent.revoked", t.with("Purpose", t.purposeName(p))))
		return
	}
}
