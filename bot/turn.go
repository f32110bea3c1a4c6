package bot

import (
	"cmp"
	"encoding/hex"
	"slices"
	"strings"
	"time"

	"aval/flows"
	"aval/flows/sensitive"
	"aval/flows/words"
)

// turn is one event being decided for one contact. It changes the contact in
// memory and collects what must be written beside it; it reads no clock, does
// no I/O and sends nothing, so the same event on the same contact gives the
// same result (requirements 2.5, DESIGN: pure core).
type turn struct {
	env *Env
	// offer is what is published as the turn begins, flows what of it is for
	// this contact.
	offer   *offer
	flows   *flows.Library
	brand   *Brand
	c       *Contact
	h       *Head
	ev      Event
	now     time.Time
	changes *Changes
	// at is Meta's time of the event, never later than now.
	at       time.Time
	match    words.Match
	meanings []words.Match
	// class is what the message holds that must not be kept, "" for nothing.
	class sensitive.Class
	// corr joins the ledger lines that this event causes.
	corr string
	// parts are what will be said, merged into one message at the end.
	parts []part
}

// part is something to say.
type part struct {
	kind    Kind
	purpose string
	content Outgoing
	// question is set on the part that asks it.
	question *Question
	personal bool
	// owed is the reference of the case that the part belongs to.
	owed string
	// answers: the part is that case's answer.
	answers bool
	// notice is what the ledger calls the notice that is shown here.
	notice string
}

// newTurn begins deciding about a contact without an event of Meta's.
func newTurn(env *Env, brand *Brand, c *Contact, now time.Time, ch *Changes) *turn {
	t := &turn{env: env, brand: brand, c: c, h: &c.Head, now: now, at: now, changes: ch}
	if env != nil { // there is none where only dates are reckoned
		t.offer = env.offers()
		t.flows = t.offer.to(c.ID)
	}
	return t
}

// decide applies one event to a contact.
func decide(env *Env, brand *Brand, c *Contact, ev Event, now time.Time, ch *Changes) {
	t := newTurn(env, brand, c, now, ch)
	t.ev = ev
	if !ev.At.IsZero() && ev.At.Before(now) {
		t.at = ev.At
	}
	if t.h.Forgotten && ev.Kind == EventIdentity {
		t.follow()
		return
	}
	if t.h.Forgotten {
		// Only what a person does now makes somebody of a shell again.
		if ev.Kind != EventMessage && ev.Kind != EventPreference || t.h.knows(env.Keys, ev) {
			return
		}
		t.revive()
	}
	if t.h.Number == "" {
		t.h.Number = ev.Number
	}
	if t.h.Hold == flows.HoldErasing {
		t.leaving()
		return // what is about to be destroyed learns nothing any more
	}
	if ev.Kind != EventGuardian { // its name leads here, and is nobody's account
		t.adopt(ev.From)
	}
	t.refresh()
	switch ev.Kind {
	case EventMessage:
		t.message()
	case EventStatus:
		t.status()
	case EventPreference:
		t.preference()
	case EventIdentity:
		t.identityChange()
	case EventRevoke:
		t.revoked()
	case EventCall:
		t.call()
	case EventEcho:
		t.echo()
	case EventGuardian:
		t.guardianAnswer()
	}
	t.flush()
}

// first reports whether the event's id is new to this contact and remembers
// it. A duplicate changes nothing: this is the durable end of dedupe.
func (t *turn) first() bool {
	if t.ev.ID == "" {
		return true
	}
	sum := t.env.Keys.Hash(t.ev.Number + "/" + t.ev.ID)
	t.corr = hex.EncodeToString(sum[:8])
	short := seenHash(sum)
	kept := t.h.Seen[:0]
	known := false
	for _, s := range t.h.Seen {
		if t.now.Sub(s.At) > dedupeHorizon {
			continue
		}
		known = known || s.Hash == short
		kept = append(kept, s)
	}
	t.h.Seen = kept
	if known || !t.h.SeenFrom.IsZero() && !t.at.After(t.h.SeenFrom) {
		return false
	}
	t.h.Seen = append(t.h.Seen, Seen{Hash: short, At: t.now})
	t.h.trimSeen()
	return true
}

// trimSeen bounds Seen, which is in the order of time.
func (h *Head) trimSeen() {
	if over := len(h.Seen) - seenMost; over > 0 {
		h.SeenFrom = h.Seen[over-1].At
		h.Seen = append(h.Seen[:0], h.Seen[over:]...)
	}
}

// seenMost bounds the memory of message ids: more than one every twelve
// minutes for eight days. Of a person who writes more, what is not younger
// than the oldest id remembered counts as seen.
const seenMost = 1024

// see remembers an event.
func (t *turn) see(ev Event) {
	if ev.ID != "" {
		t.h.Seen = append(t.h.Seen, Seen{Hash: seenHash(t.env.Keys.Hash(ev.Number + "/" + ev.ID)), At: t.now})
	}
}

func seenHash(sum [32]byte) (short [12]byte) {
	copy(short[:], sum[:])
	return short
}

// knows reports whether an event was seen before, without noting it.
func (h *Head) knows(keys Keys, ev Event) bool {
	if ev.ID == "" {
		return false
	}
	short := seenHash(keys.Hash(ev.Number + "/" + ev.ID))
	for _, s := range h.Seen {
		if s.Hash == short {
			return true
		}
	}
	return false
}

// line adds a ledger line about this contact.
func (t *turn) line(l Line) {
	if l.Correlation == "" {
		l.Correlation = t.corr
	}
	if l.Actor == "" {
		l.Actor = "person"
	}
	addLine(t.c, l, t.now)
}

// addLine numbers a line and puts it on the contact, to be written with it.
func addLine(c *Contact, l Line, now time.Time) {
	c.Head.Numbered++
	l.At = now.UTC()
	l.Subject = c.Head.Pseudonym
	l.N = c.Head.Numbered
	l.Brand = c.Head.Brand
	c.Lines = append(c.Lines, l)
}

// text returns a house sentence in the contact's language.
func (t *turn) text(id string, data map[string]any) string {
	return t.env.Texts.Text(t.h.Language, id, data)
}

// add adds a part to the answer. What it returns is the part's own until the
// next one is added.
func (t *turn) add(p part) *part {
	t.parts = append(t.parts, p)
	return &t.parts[len(t.parts)-1]
}

// say adds a plain text to the answer.
func (t *turn) say(kind Kind, body string) *part {
	return t.add(part{kind: kind, purpose: t.brand.Serving().ID, content: Outgoing{Body: Text(body)}})
}

// quiet reports whether a courtesy line of this name was sent within d, and
// notes that it is sent now if not.
func (t *turn) quiet(name string, d time.Duration) bool {
	if last, ok := t.h.Quiet[name]; ok && t.now.Sub(last) < d {
		return true
	}
	if t.h.Quiet == nil {
		t.h.Quiet = map[string]time.Time{}
	}
	t.h.Quiet[name] = t.now
	return false
}

// flush merges the parts into one message, because every message costs money
// and a second one within six seconds is refused, and puts it in the outbox.
func (t *turn) flush() {
	if len(t.parts) == 0 {
		return
	}
	whole := t.parts[0]
	for _, p := range t.parts[1:] {
		if merged, ok := merge(whole, p); ok {
			whole = merged
			continue
		}
		t.enqueue(whole)
		whole = p
	}
	t.enqueue(whole)
	t.parts = nil
}

// bodyLimit is WhatsApp's limit for the body of a message with buttons; a
// merged text stays within it whatever its kind.
const bodyLimit = 1024

// merge joins two parts if the first is plain text and both fit in one body.
func merge(a, b part) (part, bool) {
	if a.purpose != b.purpose && (offers(a.kind) || offers(b.kind)) {
		return part{}, false // the gate judges a message by one purpose
	}
	plain := a.content.Choices == nil && a.content.Link == nil && a.content.Document == nil &&
		a.content.Template == nil && a.content.Footer == "" && a.question == nil
	if !plain || b.content.Template != nil || alone(a.kind) != alone(b.kind) || alone(a.kind) && a.kind != b.kind {
		return part{}, false
	}
	body := a.content.Body + "\n\n" + b.content.Body
	if units(string(body)) > bodyLimit {
		return part{}, false
	}
	b.content.Body = body
	b.personal = a.personal || b.personal
	b.notice = cmp.Or(b.notice, a.notice)
	b.owed, b.answers = cmp.Or(b.owed, a.owed), a.answers || b.answers
	return b, true
}

// offers: what needs a basis of its own and may not ride on another message's.
func offers(k Kind) bool { return k == KindMarketing || k == KindHealth || k == KindUtility }

// alone: answers that the law owes leave by themselves, because what holds
// others back, and when they are too late, differs.
func alone(k Kind) bool { return k == KindStopped || k == KindRights }

// units counts UTF-16 units, the larger of the two ways Meta may count.
func units(s string) int {
	n := 0
	for _, r := range s {
		n++
		if r > 0xFFFF {
			n++
		}
	}
	return n
}

// enqueue puts one message in the outbox.
func (t *turn) enqueue(p part) {
	if t.coalesce(p) || t.said(p) {
		return
	}
	t.keep("bot", p.content.Body, string(p.kind))
	o := Outbound{
		ID: t.env.token(outboundLength), Kind: p.kind, Purpose: p.purpose, Personal: p.personal, Notice: p.notice,
		Case: p.owed, Answers: p.answers, Content: p.content, Created: t.now, Next: t.now,
	}
	if p.kind == KindStopped {
		// 47 CFR 64.1200(a)(12): a confirmation within five minutes or none.
		o.NotAfter = t.now.Add(5 * time.Minute)
	}
	if q := p.question; q != nil {
		q.Outbound, q.Text = o.ID, TextHash(string(p.content.Body))
		o.Asks = true
		if k := t.h.caseNamed(q.Case); k != nil {
			k.Ask = q
		} else {
			t.h.Question = q
		}
	}
	t.h.Outbox = append(t.h.Outbox, o)
}

// said reports that the same plain words wait to leave already: who asks for
// the notice twenty times in a row gets it once for all that wait (RAT-2).
func (t *turn) said(p part) bool {
	if p.question != nil || p.content.Choices != nil || p.content.Document != nil {
		return false
	}
	return slices.ContainsFunc(t.h.Outbox, func(o Outbound) bool {
		return o.Kind == p.kind && o.Purpose == p.purpose && !o.Open && o.Attempts == 0 && o.Content.Body == p.content.Body &&
			o.Content.Template == nil && o.Content.Document == nil && o.Content.Link == nil
	})
}

// coalesce adds an answer to the one before it while that still waits, so that
// a burst of messages gets one answer and not a queue of them (RAT-2). What
// could be tapped on the older one goes: the conversation is past it.
func (t *turn) coalesce(p part) bool {
	n := len(t.h.Outbox)
	if n == 0 || p.kind != KindService || p.question != nil {
		return false
	}
	o := &t.h.Outbox[n-1]
	if o.Kind != p.kind || o.Purpose != p.purpose || o.Business || o.Open || o.Attempts > 0 {
		return false
	}
	older := o.Content
	older.Choices = nil
	older.Body = unsaid(older.Body, p.content.Body)
	whole := p
	if older.Body != "" {
		var ok bool
		if whole, ok = merge(part{kind: o.Kind, content: older}, p); !ok {
			return false
		}
	}
	o.Content, o.Personal, o.Notice = whole.content, o.Personal || p.personal, cmp.Or(o.Notice, p.notice)
	t.keep("bot", p.content.Body, string(p.kind))
	return true
}

// unsaid leaves out the paragraphs of an older text that the newer says again.
func unsaid(older, newer Text) Text {
	again := strings.Split(string(newer), "\n\n")
	kept := strings.Split(string(older), "\n\n")
	kept = slices.DeleteFunc(kept, func(s string) bool { return slices.Contains(again, s) })
	return Text(strings.Join(kept, "\n\n"))
}

// fire moves one of the plain regions and reports whether it changed.
func fire(m flows.Machine, state *string, event string) bool {
	next, err := m.Fire(*state, event)
	if err != nil || next == *state {
		return false
	}
	*state = next
	return true
}
