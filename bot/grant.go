package bot

import (
	"encoding/hex"
	"slices"
	"time"

	"aval/flows"
	"aval/flows/words"
)

// act makes the proof of one expression of will.
func (t *turn) act(q *Question, method string) *Act {
	return &Act{
		Language: q.Language, Notice: TextHash(t.brand.Notice().Text(q.Language, t.brand.Language)), Delivery: delivery(q, t.ev),
		Message: t.corr, Question: t.hash(q.Wamid), Nonce: q.Nonce, Text: q.Text,
		At: t.at, Received: t.now, Method: method,
	}
}

// delivery says how we know that the question arrived before it was answered.
func delivery(q *Question, ev Event) string {
	switch {
	case ev.Message.Context != "" && ev.Message.Context == q.Wamid:
		return "quoted by the answer"
	case ev.Message.Choice != "":
		return "its nonce came back"
	}
	return "answered in the next message"
}

// hash is the keyed hash of a message id, short enough for a ledger line.
func (t *turn) hash(wamid string) string {
	if wamid == "" {
		return ""
	}
	sum := t.env.Keys.Hash(t.h.Number + "/" + wamid)
	return hex.EncodeToString(sum[:8])
}

// pending follows the first act with the question for the second.
func (t *turn) pending(p Purpose, q *Question, act *Act) {
	t.burn(q)
	body := t.text("consent.confirm_question", t.with("Purpose", t.purposeName(p)))
	t.question(p, QuestionConfirm, body).Act1 = act
}

// burn closes a question whose yes was used: its nonce never counts again.
func (t *turn) burn(q *Question) {
	t.h.Question = q
	t.closeQuestion()
	last := &t.h.Asked[len(t.h.Asked)-1]
	last.Used, last.Answer, last.Answered = true, t.corr, t.at
}

// given makes the proof record, the receipt, and answers what the person
// wanted in the first place.
func (t *turn) given(p Purpose, k *Consent, q *Question, act *Act) {
	t.burn(q)
	if p.promotes() {
		t.h.Paused = false // they have said since what they meant
	}
	record := t.record(p, k, q, act)
	t.prove(k, q, record)
	t.say(KindReceipt, t.text("consent.receipt", t.with("Purpose", t.purposeName(p),
		"Date", t.now.In(t.brand.Location).Format(t.text("date.format", nil)+" 15:04"), "Reference", record.ID))).purpose = p.ID
	if p.Kind == Service {
		t.answerHeld()
		return
	}
	t.consentResult("given")
}

// prove keeps the proof of a grant and lets the consent point to it.
func (t *turn) prove(k *Consent, q *Question, record ConsentRecord) {
	k.Notice, k.Agreed, k.Record, k.Granted = q.Notice, q.Notice, record.ID, t.at
	t.h.Positive = t.at
	t.c.Entries = append(t.c.Entries, Entry{Kind: EntryRecord, ID: record.ID, Purpose: record.Purposes[0].ID, At: t.now, Plain: Encode(record)})
}

// no applies a refusal. Nothing else changes for the person, and what waited
// for a yes is gone.
func (t *turn) no(p Purpose) {
	t.refuse(p)
	if p.Kind != Service {
		t.say(KindService, t.text("consent.refused", t.with("Purpose", t.purposeName(p))))
		t.consentResult("refused")
		return
	}
	t.say(KindNotice, t.text("consent.refused_service", t.with("Contact", t.brand.Controller.Contact)))
}

// refuse is what a no changes, whatever is said about it.
func (t *turn) refuse(p Purpose) {
	t.move(p, flows.No, "")
	t.h.consent(p.ID).Next = t.now.Add(t.brand.Rules.CoolDown)
	if q := t.h.Question; q != nil && q.Purpose == p.ID {
		t.closeQuestion()
	}
	if p.Kind == Service {
		t.h.Held = nil
	}
}

// later puts the question off.
func (t *turn) later(p Purpose) {
	if !t.move(p, flows.Later, "") {
		return
	}
	t.h.consent(p.ID).Next = t.now.Add(t.brand.Rules.Defer)
	t.closeQuestion()
	t.say(KindNotice, t.text("consent.deferred", nil))
}

// with adds pairs to the names every sentence may use.
func (t *turn) with(pairs ...string) map[string]any {
	data := t.names()
	for i := 0; i+1 < len(pairs); i += 2 {
		data[pairs[i]] = pairs[i+1]
	}
	return data
}

func (t *turn) names() map[string]any { return map[string]any{"Brand": t.brand.Name} }

func (t *turn) purposeName(p Purpose) string { return pick(p.Name, t.h.Language, t.brand.Language) }

// waiting handles a message for which there is no basis yet: it is held sealed
// and the notice is shown. It reports false once business may be handled.
func (t *turn) waiting() bool {
	p := t.brand.Serving()
	if !p.NeedsConsent() {
		t.showNotice()
		return false
	}
	k := t.h.consent(p.ID)
	if flows.Valid(k.State) {
		return false
	}
	if !t.reminded(k) {
		t.hold()
		t.askWhenDue(p, k)
	}
	return true
}

// reminded tells somebody who stopped us how things stand. They are not asked
// to come back (row 21); neither is who said no, before the cool-down is over,
// unless they start it (G9).
func (t *turn) reminded(k *Consent) bool {
	if t.h.Channel != flows.ChannelStopped && k.State == flows.Refused && t.now.Before(k.Next) && !t.eager(k) {
		if !t.quiet("refused", t.brand.Rules.Repeat) {
			t.say(KindNotice, t.text("consent.refused_service", t.with("Contact", t.brand.Controller.Contact)))
		}
		return true
	}
	if t.h.Channel != flows.ChannelStopped || k.State != flows.Withdrawn && k.State != flows.Refused {
		return false
	}
	if !t.quiet("stopped", t.brand.Rules.Repeat) {
		t.say(KindService, t.text("stopped.reminder", t.names()))
	}
	return true
}

// askOrRemind goes on with somebody who is not served yet and whose message
// held no wish.
func (t *turn) askOrRemind(p Purpose) {
	if k := t.h.consent(p.ID); !t.reminded(k) {
		t.askWhenDue(p, k)
	}
}

// eager: a word that clearly means "go on".
func (t *turn) eager(k *Consent) bool {
	return t.match.Intent == words.Resume || t.match.Intent == words.Yes && !flows.Open(k.State)
}

// askWhenDue shows the question, again at the earliest after Rules.Repeat, and
// a waiting confirmation at most once more: people who do not answer are not
// pestered. A word that clearly means "go on" asks at once.
func (t *turn) askWhenDue(p Purpose, k *Consent) {
	eager := t.eager(k)
	waited := t.now.Sub(k.Asked) >= t.brand.Rules.Repeat
	first := k.Asked.IsZero() || k.State == flows.Stale && t.h.Question == nil
	switch {
	case flows.Open(k.State) && (k.Repeats > 0 || !waited):
		return
	case !first && !waited && !eager:
		return
	case k.State == flows.Pending:
		k.Repeats, k.Asked = k.Repeats+1, t.now
		t.repeatConfirm(p)
	case k.State == flows.Asked:
		k.Repeats, k.Asked = k.Repeats+1, t.now
		t.question(p, QuestionAsk, t.questionBody(p, QuestionAsk, ""))
	case k.State == flows.Stale:
		t.ask(p, QuestionRenew, "")
	default:
		t.ask(p, QuestionAsk, "")
	}
}

// repeatConfirm shows the confirmation again with a nonce of its own and the
// end it had before.
func (t *turn) repeatConfirm(p Purpose) {
	old := t.h.Question
	q := t.question(p, QuestionConfirm, t.text("consent.confirm_question", t.with("Purpose", t.purposeName(p))))
	if old != nil && old.Kind == QuestionConfirm && old.Purpose == p.ID {
		q.Act1, q.Expires = old.Act1, old.Expires
	}
}

// heldMost bounds what waits for a basis: the first messages say what the
// person wants, more of them are not needed to answer it.
const heldMost = 5

// hold keeps the message until there is a basis, at most Rules.Hold.
func (t *turn) hold() {
	if len(t.h.Held) < heldMost && t.ev.Message.Kind != MessageOther {
		t.h.Held = append(t.h.Held, Held{Message: *t.ev.Message, At: t.now, ID: t.ev.ID})
	}
}

// answerHeld answers the message that waited, right after the second act. Of
// several, the first that says what the person wants is answered.
func (t *turn) answerHeld() {
	held := t.h.Held
	t.h.Held = nil
	if len(held) == 0 {
		t.menu("")
		return
	}
	chosen := held[0]
	for _, m := range held {
		if t.intent(string(m.Message.Body)) != "" {
			chosen = m
			break
		}
	}
	for _, m := range held {
		t.keep("person", m.Message.Body, string(m.Message.Kind))
	}
	if t.handed() {
		return
	}
	t.listen(string(chosen.Message.Body))
	t.business(chosen.Message)
}

// showNotice puts the first layer above the first answer where the brand
// serves on another basis than consent, and again when it changed materially.
func (t *turn) showNotice() {
	n := t.brand.Notice()
	k := t.h.consent(t.brand.Serving().ID)
	if k.State == flows.None {
		k.State, k.Since = flows.Live, t.now
	}
	if k.Notice == n.Version || k.Notice > 0 && !t.brand.stale(t.brand.Serving().ID, k.Notice) {
		return
	}
	k.Notice = n.Version
	t.say(KindNotice, n.Text(t.h.Language, t.brand.Language)).notice = n.Ref()
}

// tick does what time alone brings about.
func (t *turn) tick() {
	if q := t.h.Question; q != nil && t.now.After(q.Expires) {
		t.expire(q)
	}
	if t.h.Hold == flows.HoldErasing {
		return
	}
	t.wearOut()
	t.flowTimer()
	t.endStale()
	t.endTurn()
	t.aged()
	t.sweep()
	t.lapse()
	t.remind()
	t.forget()
}

// flowTimer brings a waiting flow on.
func (t *turn) flowTimer() {
	timer := t.h.Timer
	if timer == nil || t.now.Before(timer.At) {
		return
	}
	t.h.Timer = nil
	if t.inFlow() {
		t.step(flows.Input{Kind: flows.InputTimer, ID: timer.State})
	}
}

// expire ends an unanswered question: silence is not consent (CNS-3).
func (t *turn) expire(q *Question) {
	t.closeQuestion()
	if q.Kind == QuestionUnsure {
		t.unanswered(q)
		return
	}
	p, ok := t.brand.Purpose(q.Purpose)
	if ok && q.Kind == QuestionKeep {
		t.takeBack(p, "deleted, no answer")
	}
	if ok && flows.Open(t.h.consent(p.ID).State) {
		t.move(p, flows.Expire, "no answer")
	}
}

// endStale ends consents whose change was never accepted (row 15).
func (t *turn) endStale() {
	for _, p := range t.brand.Purposes {
		k := t.h.Consents[p.ID]
		if k != nil && k.State == flows.Stale && t.now.Sub(k.Since) > t.brand.Rules.StaleEnds {
			t.move(p, flows.Expire, "no answer")
		}
	}
}

// queueLapse gives a conversation back to the bot when nobody took it for as
// long as the window lasts: after that no agent could answer anyway.
const queueLapse = window

func (t *turn) endTurn() {
	if t.h.Turn != flows.TurnBot && t.now.Sub(t.h.TurnSince) > queueLapse {
		t.h.Missed = t.h.Turn == flows.TurnQueued
		t.release("nobody answered")
	}
}

// forget removes what identifies a person who never agreed to anything, once
// the wait is over (MIN-3). A stop, a case or a proof is a reason to keep the
// contact. The suppression of a stop lives elsewhere in any case. What stays
// for the dedupe horizon are keyed hashes: of message ids, because Meta may
// still repeat one and that must not make the person a stranger who is asked
// again, and of the identifiers that lead to them.
func (t *turn) forget() {
	h := t.h
	if at := t.c.forgetAt(t.brand); at.IsZero() || t.now.Before(at) {
		return
	}
	t.line(Line{Type: LineForgotten, Actor: "clock", Outcome: "identifiers removed"})
	t.changes.swept(ClassStrangers, 1)
	names := h.Names
	for _, ids := range append(h.Former, h.IDs) {
		for _, n := range t.env.Keys.Names(h.Brand, ids) {
			if !slices.Contains(names, n) {
				names = append(names, n)
			}
		}
	}
	t.c.Head = Head{
		Brand: h.Brand, Pseudonym: h.Pseudonym, Created: h.Created, Numbered: h.Numbered, Seen: h.Seen, SeenFrom: h.SeenFrom, Quiet: h.Quiet,
		Names: names, Language: h.Language, Chosen: h.Chosen, Identity: flows.IdentityTombstone, Channel: h.Channel, Hold: h.Hold, Turn: h.Turn, Forgotten: true,
		Files: h.Files, PairAt: h.PairAt,
	}
	t.h = &t.c.Head
}

// forgetAt is when a contact about which nothing must be kept is forgotten;
// the zero time if it must be kept.
func (c *Contact) forgetAt(b *Brand) time.Time {
	if h := &c.Head; h.Follows && h.Remains == nil && len(h.Outbox)+len(h.Cases) == 0 {
		return h.Created // of who was erased, nothing stays once they have been told
	}
	if forgettable(&c.Head) && len(c.Entries) == 0 && b.Serving().NeedsConsent() {
		return c.Head.lastSeen().Add(b.Rules.Hold)
	}
	return c.retiresAt(b)
}

// retiresAt is when there is no reason left to know who somebody is: nothing is
// agreed to, no proof and no case is kept, and the longest retention of the
// purposes they had to do with is over since the last thing that happened.
func (c *Contact) retiresAt(b *Brand) time.Time {
	h := &c.Head
	busy := h.Question != nil || len(h.Outbox)+len(c.Entries)+len(h.Cases)+len(h.Kept)+len(h.Held)+len(h.Files)+len(h.Wards) > 0
	if busy || h.Forgotten || h.Hold != flows.HoldNormal || h.Turn != flows.TurnBot || h.Remains != nil {
		return time.Time{}
	}
	last, keep := h.lastSeen(), time.Duration(0)
	for _, p := range b.Purposes {
		k := h.Consents[p.ID]
		if k == nil || k.State == flows.None {
			continue
		}
		keep = max(keep, p.Retention)
		end := k.Since
		switch {
		case flows.Valid(k.State) && p.Valid == 0:
			return time.Time{}
		case flows.Valid(k.State):
			end = end.Add(p.Valid + b.Rules.StaleEnds)
		case k.State == flows.Stale:
			end = end.Add(b.Rules.StaleEnds)
		}
		if end.After(last) {
			last = end
		}
	}
	if keep == 0 {
		return time.Time{}
	}
	return last.Add(keep)
}

// shellEnds is when nothing of a forgotten contact need be known any more.
func (h *Head) shellEnds() time.Time {
	var last time.Time
	for _, s := range h.Seen {
		if s.At.After(last) {
			last = s.At
		}
	}
	return last.Add(dedupeHorizon)
}

// forgettable: nothing was agreed, asked, stopped or promised.
func forgettable(h *Head) bool {
	if h.Age != "" && h.Age != flows.AgeUnasked || h.AgeAgain || h.Ward != nil || len(h.Wards) > 0 {
		return false // a child is not asked anew each day, and who answers for one can take it back
	}
	if h.Forgotten || h.Question != nil || len(h.Held)+len(h.Cases)+len(h.Outbox) > 0 ||
		h.Channel != flows.ChannelOpen || h.Turn != flows.TurnBot {
		return false
	}
	for _, k := range h.Consents {
		if k.State != flows.None && k.State != flows.Expired {
			return false
		}
	}
	return true
}

// lastSeen is when the person last wrote, or when the contact was made.
func (h *Head) lastSeen() time.Time {
	if h.LastIn.IsZero() {
		return h.Created
	}
	return h.LastIn
}

// due is when the contact next needs a worker; the zero time if never.
func (c *Contact) due(b *Brand, now time.Time) time.Time {
	var next earliest
	h := &c.Head
	for _, o := range h.Outbox {
		if o.Open { // under way; looked at again only if this process dies
			next.add(o.Tried.Add(grace))
			continue
		}
		next.add(o.Next)
	}
	if h.Call != nil || h.Hold == flows.HoldErasing || h.Remains != nil {
		next.add(now)
	}
	if h.Timer != nil {
		next.add(h.Timer.At)
	}
	for _, f := range h.Files {
		next.add(f.due(h))
	}
	if h.Question != nil {
		next.add(h.Question.Expires.Add(time.Second))
	}
	for _, p := range b.Purposes {
		switch k := h.Consents[p.ID]; {
		case k == nil:
		case k.State == flows.Stale:
			next.add(k.Since.Add(b.Rules.StaleEnds + time.Second))
		case flows.Valid(k.State) && p.Valid > 0:
			next.add(k.Since.Add(p.Valid + time.Second))
		}
	}
	next.add(c.forgetAt(b))
	next.add(h.agesAt(b))
	if h.Turn != flows.TurnBot {
		next.add(h.TurnSince.Add(queueLapse + time.Second))
	}
	timed := newTurn(nil, b, c, now, nil)
	next.add(timed.outlives())
	next.add(timed.remindAt())
	next.add(timed.lapses())
	if h.Forgotten {
		next.add(h.shellEnds())
	}
	if len(c.Pending) > 0 || len(c.Lines) > 0 {
		next.add(now.Add(settleAfter))
	}
	return next.at
}

// settleAfter is how long after a commit an idle contact is written once more
// to let go of the lines that the ledger has taken in.
const settleAfter = 5 * time.Second
