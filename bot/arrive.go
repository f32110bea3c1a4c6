package bot

import (
	"strings"
	"time"

	"aval/flows"
	"aval/flows/words"
)

// message decides about something the person sent. The order is the law of the
// house: stop words, then rights, then open questions, then the agent, and
// only then business.
func (t *turn) message() {
	if !t.first() {
		return
	}
	m := t.ev.Message
	t.listen(string(m.Body))
	t.line(Line{Type: LineReceived, Object: t.corr, Outcome: string(m.Kind), Reason: t.ev.Traits.word()})
	t.learnLanguage(string(m.Body))
	t.arrive()
	if t.stopWord() {
		return
	}
	if !t.answerable() {
		t.doubtful()
		return
	}
	t.keep("person", m.Body, string(m.Kind))
	if t.rights() {
		t.beside(*m)
		return
	}
	if t.resumeWord() || t.languageChoice() || t.privacy() || t.receipt() || t.human() {
		t.spent()
		return
	}
	if t.numberQuestion() || t.answer() {
		return
	}
	t.spent()
	if t.waiting() || t.handed() {
		return
	}
	t.business(*m)
}

// listen understands the words. What the message means first decides the
// route; the other meanings matter to open questions only.
func (t *turn) listen(body string) {
	t.meanings, t.match = nil, words.Match{}
	if t.inFlow() && strings.HasPrefix(t.ev.Message.Choice, t.flowPrefix()) {
		return // a button of the running flow means what the flow says, not what its label may
	}
	t.meanings = t.env.Words.All(body)
	if len(t.meanings) > 0 {
		t.match = t.meanings[0]
	}
}

// means reports whether the message may mean this.
func (t *turn) means(intent words.Intent) bool {
	for _, m := range t.meanings {
		if m.Intent == intent {
			return true
		}
	}
	return false
}

// spent notes that the person has written since the question, so it can no
// longer be answered by a typed word (G3).
func (t *turn) spent() {
	if q := t.h.Question; q != nil && !q.SentAt.IsZero() {
		q.Next = false
	}
}

// answerable reports whether the message may get an answer and may grant. What
// is in a group, forwarded, edited, old or another app's business gets none.
func (t *turn) answerable() bool {
	const mute = TraitGroup | TraitForwarded | TraitEdited | TraitHistory | TraitStandby | TraitReaction
	return !t.ev.Traits.Has(mute) && !t.ev.From.Empty() && t.now.Sub(t.at) <= dedupeHorizon
}

// doubtful records a yes that cannot count because of how it came (row 9). A
// no needs no such care.
func (t *turn) doubtful() {
	if t.negative() {
		return
	}
	positive := t.means(words.Yes) || t.ev.Message.Choice != "" || t.ev.Message.Kind == MessageReaction
	if positive && t.h.Question != nil {
		t.line(Line{Type: LineSpoof, Purpose: t.h.Question.Purpose, Outcome: "ignored", Reason: t.ev.Traits.word()})
	}
}

// negative takes a no or an objection, in whatever way it came. It is silent:
// who writes in a group or edits an old text does not write to us (row 26).
func (t *turn) negative() bool {
	if t.ev.Traits.Has(TraitHistory|TraitStandby) || t.ev.From.Empty() {
		return false
	}
	if t.match.Intent == words.Object {
		t.withdrawMarketing("objection")
		return true
	}
	if !t.means(words.No) {
		return false
	}
	if q := t.h.Question; q != nil && q.Kind != QuestionNumber && !t.at.Before(q.SentAt.Truncate(time.Second)) {
		if p, ok := t.brand.Purpose(q.Purpose); ok {
			t.refuse(p)
			return true
		}
	}
	return t.ev.Traits.Has(TraitEdited) && t.takenBack()
}

// takenBack withdraws a consent whose yes the person has now edited to a no.
func (t *turn) takenBack() bool {
	answer := t.hash(t.ev.Target)
	for _, past := range t.h.Asked {
		if !past.Used || past.Answer == "" || past.Answer != answer {
			continue
		}
		if p, ok := t.brand.Purpose(past.Purpose); ok && t.move(p, flows.Withdraw, "edited") {
			t.drop(p.ID)
			return true
		}
	}
	return false
}

// word names the first trait for the ledger.
func (s Trait) word() string {
	names := []string{"group", "forwarded", "edited", "history", "standby", "reaction", "caption", "untimed"}
	for i, n := range names {
		if s&(1<<i) != 0 {
			return n
		}
	}
	return ""
}

// arrive opens the window and binds the account, for a message written now and
// one to one. Whatever else is true of it, that the person wrote is a fact.
func (t *turn) arrive() {
	if !t.answerable() {
		return
	}
	fire(flows.Identity, &t.h.Identity, flows.Bind)
	if fire(flows.Channel, &t.h.Channel, flows.Inbound) {
		t.h.Lost = nil // reachable again
	}
	// A late, older message does not extend the window (requirements 2.5).
	if t.at.After(t.h.LastIn) {
		t.h.LastIn, t.h.LastID, t.h.Number = t.at, t.ev.ID, t.ev.Number
	}
}

// adopt adds identifiers that Meta shows for the first time to the contact.
func (t *turn) adopt(ids Identifiers) {
	if ids.Empty() || t.ev.Kind == EventIdentity {
		return
	}
	h := t.h
	news := Identifiers{}
	if h.wasCalled(ids) {
		return
	}
	// What was given up does not come back with a delivery from before.
	if h.IDs.BSUID == "" && ids.BSUID != "" && !h.wasCalled(Identifiers{BSUID: ids.BSUID}) {
		h.IDs.BSUID, news.BSUID = ids.BSUID, ids.BSUID
	}
	if h.IDs.Phone == "" && ids.Phone != "" && !h.wasCalled(Identifiers{Phone: ids.Phone}) {
		h.IDs.Phone, news.Phone = ids.Phone, ids.Phone
	}
	if ids.Parent != "" {
		h.IDs.Parent = ids.Parent
	}
	if !news.Empty() {
		t.changes.Bind = append(t.changes.Bind, news)
		if h.Channel == flows.ChannelStopped {
			t.changes.Suppress = append(t.changes.Suppress, news) // a stop travels
		}
	}
	t.keyHash(ids.KeyHash)
}

// keyHash notices that the identity key behind a number changed: the phone may
// be in other hands (row 18).
//
// Events come late and more than once, so an event that is not younger than
// the one that showed the present key says nothing about it.
func (t *turn) keyHash(hash string) {
	h := t.h
	if hash == "" || h.IDs.KeyHash != "" && !t.ev.At.After(h.KeyAt) {
		return
	}
	changed := h.IDs.KeyHash != "" && h.IDs.KeyHash != hash
	h.IDs.KeyHash, h.KeyAt = hash, t.ev.At
	if changed {
		t.suspect("identity key")
	}
}

// suspect marks that another person may be writing. Grants wait until they are
// confirmed; stops stay.
func (t *turn) suspect(reason string) {
	t.h.Identity, _ = flows.Identity.Fire(t.h.Identity, flows.Doubt)
	t.outdateAll(reason)
	t.line(Line{Type: LineIdentity, Actor: "meta", Outcome: t.h.Identity, Reason: reason})
}

// outdateAll makes every grant STALE. A question that was open is gone: it
// was put to whoever it was before.
func (t *turn) outdateAll(reason string) {
	t.closeQuestion()
	for _, p := range t.brand.Purposes {
		t.move(p, flows.Outdated, reason)
		if k := t.h.Consents[p.ID]; k != nil && flows.Open(k.State) {
			t.move(p, flows.Expire, reason)
			k.Asked = time.Time{} // not asked yet, as far as the next one to write is concerned
		}
	}
}

// refresh makes grants STALE whose notice changed materially or whose age has
// come (rows 13 and 16). It is done when the contact is next looked at, so a
// new notice needs no walk over a million contacts.
func (t *turn) refresh() {
	for _, p := range t.brand.Purposes {
		k := t.h.Consents[p.ID]
		if k == nil || !flows.Valid(k.State) {
			continue
		}
		if t.brand.stale(p.ID, k.Notice) {
			t.move(p, flows.Outdated, "notice")
			continue
		}
		if p.Valid > 0 && t.now.Sub(k.Since) > p.Valid {
			t.move(p, flows.Outdated, "age")
		}
	}
}

// move fires an event that needs no guard on one purpose and records it.
func (t *turn) move(p Purpose, event, reason string) bool {
	k := t.h.Consents[p.ID]
	if k == nil || !p.NeedsConsent() || !flows.Consent.Can(k.State, event) {
		return false
	}
	next, err := flows.Consent.Fire(k.State, event)
	if err != nil || next == k.State {
		return false
	}
	from := k.State
	k.State, k.Since = next, t.now
	t.line(Line{Type: LineConsent, Actor: t.actor(event), Purpose: p.ID, Basis: p.Basis,
		Object: k.Record, Outcome: next, Reason: from + " " + event + " " + reason})
	return true
}

// actor says who caused a consent event.
func (t *turn) actor(event string) string {
	switch event {
	case flows.Outdated, flows.Expire:
		return "clock"
	case flows.Ask:
		return "bot"
	}
	return "person"
}

// learnLanguage takes the language from the person's words unless they chose
// one. The phone's country says nothing about it.
func (t *turn) learnLanguage(body string) {
	if t.h.Chosen || body == "" {
		return
	}
	tag, sure := t.env.Words.Language(body)
	if sure && t.speaks(tag) {
		t.h.Language = tag
	}
}

func (t *turn) speaks(tag string) bool {
	for _, l := range t.env.Texts.Languages() {
		if l == tag {
			return true
		}
	}
	return false
}

// keep writes a message into the transcript, for as long as the brand keeps
// what was said. Before there is a basis nothing is kept (MIN-3).
func (t *turn) keep(from string, body Text, kind string) {
	if t.brand.Rules.Keep <= 0 || !t.allowed(t.brand.Serving()) {
		return
	}
	t.c.Entries = append(t.c.Entries, Entry{
		Kind: EntryMessage, ID: t.env.token(outboundLength), At: t.now,
		Plain: Encode(Transcript{From: from, Body: body, Kind: kind}),
	})
}

// allowed reports whether a purpose has its basis now.
func (t *turn) allowed(p Purpose) bool { return basisHolds(t.h, p) }

// basisHolds is the third of the gate's questions: consent where the purpose
// rests on it, no objection otherwise.
func basisHolds(h *Head, p Purpose) bool {
	k := h.Consents[p.ID]
	if p.NeedsConsent() {
		return k != nil && flows.Valid(k.State)
	}
	return k == nil || k.State != flows.Objected && k.State != flows.Ended
}

// call notes a person's call: it opens the window and nothing else.
func (t *turn) call() {
	if t.first() && t.now.Sub(t.at) <= dedupeHorizon && t.at.After(t.h.LastIn) {
		t.h.LastIn = t.at
	}
}

// echo notes that a colleague answered in the phone app: the bot keeps quiet.
func (t *turn) echo() {
	if !t.first() || t.h.Turn == flows.TurnAgent {
		return
	}
	if fire(flows.Turn, &t.h.Turn, flows.Take) {
		t.h.TurnSince = t.now
		t.line(Line{Type: LineHuman, Actor: "business", Outcome: t.h.Turn, Reason: "wrote in the app"})
	}
}

// revive starts a forgotten shell anew: same account, nothing known.
func (t *turn) revive() {
	fresh := t.env.newContact(t.c.ID, t.brand, t.now)
	fresh.Head.Pseudonym = t.h.Pseudonym
	fresh.Head.Numbered = t.h.Numbered
	fresh.Head.Channel = t.h.Channel
	fresh.Head.Seen = t.h.Seen
	fresh.Head.Quiet = t.h.Quiet
	fresh.Head.Names = t.h.Names
	t.c.Head = fresh.Head
	t.h = &t.c.Head
}
