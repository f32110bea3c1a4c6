package bot

import (
	"slices"
	"strings"
	"time"

	"aval/flows"
	"aval/flows/words"
)

// message decides about something the person sent. The order is the law of the
// house: stop words, then rights, then open questions, then the agent, and
// only then business.
func (t *turn) message() {
	m := t.ev.Message
	if !t.first() {
		if t.h.Channel != flows.ChannelStopped && !t.h.knows(t.env.Keys, t.ev) {
			t.listen(string(m.Body)) // too many to remember: a stop counts all the same
			t.stopWord()
		}
		return
	}
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
	t.unneeded()
	m = t.ev.Message
	t.keep("person", m.Body, string(m.Kind))
	t.follows()
	t.introduce()
	t.owe()
	if t.unvouch() || t.class == "" && t.caseWork() || t.rights() || t.saysMinor() || t.notKept() || t.onHold() || t.command() {
		t.spent()
		return
	}
	unclear := t.pauses()
	if t.numberQuestion() || t.guardianWork() || unclear && t.askUnclear() || t.answer() {
		return
	}
	t.spent()
	if t.neutral() || t.waiting() || t.handed() {
		return
	}
	t.business(*m)
}

// command takes the words of the house that are no request under the law.
func (t *turn) command() bool {
	return t.resumeWord() || t.languageChoice() || t.privacy() || t.receipt() || t.human()
}

// listen understands the words. What the message means first decides the
// route; the other meanings matter to open questions only.
func (t *turn) listen(body string) {
	t.meanings, t.match = nil, words.Match{}
	choice := t.ev.Message.Choice
	if t.inFlow() && strings.HasPrefix(choice, t.flowPrefix()) || strings.HasPrefix(choice, prefixMenu) ||
		strings.HasPrefix(choice, prefixLanguage) {
		return // a button of ours means what we put behind it, not what its label may
	}
	t.meanings = t.env.Words.All(body, t.brand.Languages...)
	if t.means(words.Yes) && !t.env.Words.Agrees(body, t.brand.Languages...) {
		// It is a yes in a language that nobody asked in.
		t.meanings = slices.DeleteFunc(t.meanings, func(m words.Match) bool { return m.Intent == words.Yes })
	}
	// An unclear no is read out of whole sentences, and a name may be one in a
	// language that nobody speaks here.
	t.meanings = slices.DeleteFunc(t.meanings, func(m words.Match) bool {
		return m.Intent == words.Unsure && m.Language != "" && !t.speaks(m.Language)
	})
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

// mute are the ways of coming about that get no answer.
const mute = TraitUntimed | TraitGroup | TraitForwarded | TraitEdited | TraitHistory | TraitStandby | TraitReaction

// answerable reports whether the message may get an answer and may grant. What
// is in a group, forwarded, edited, old or another app's business gets none.
func (t *turn) answerable() bool {
	return !t.ev.Traits.Has(mute) && !t.ev.From.Empty() && t.now.Sub(t.at) <= dedupeHorizon
}

// introduce shows the notice to somebody new who begins with a request that is
// answered in any case: they too must learn first who they write to (TRN-1).
func (t *turn) introduce() {
	k := t.h.consent(t.brand.Serving().ID)
	if k.State != flows.None || k.Notice > 0 || t.h.Channel != flows.ChannelOpen || t.h.Identity != flows.IdentityBound {
		return
	}
	kind := KindRights
	switch t.match.Intent {
	case words.Human:
		kind = KindService
	case words.Access, words.Portability, words.Rectify, words.Erase, words.Restrict, words.Object, words.Receipt,
		words.Status:
	default:
		return
	}
	n := t.brand.Notice()
	k.Notice = n.Version
	t.say(kind, n.Text(t.h.Language, t.brand.Language)).notice = n.Ref()
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
	if q := t.h.Question; q != nil && q.Kind != QuestionNumber && q.Kind != QuestionUnsure && !t.at.Before(q.SentAt.Truncate(time.Second)) {
		p, ok := t.brand.Purpose(q.Purpose)
		if ok && q.Kind == QuestionKeep {
			t.closeQuestion()
			return t.takeBack(p, "deleted and said no")
		}
		if ok {
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
		if p, ok := t.brand.Purpose(past.Purpose); ok && t.takeBack(p, "edited") {
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
	if h.wasCalled(ids) {
		return
	}
	news := Identifiers{Parent: ids.Parent}
	if ids.BSUID != "" && ids.BSUID == h.IDs.BSUID && ids.Phone != "" && h.IDs.Phone != "" && ids.Phone != h.IDs.Phone &&
		t.at.After(h.PhoneAt) {
		// The account says it has another number, without Meta having told us.
		t.take(Identifiers{Phone: ids.Phone})
		h.Changed = t.at
		t.doubtCases()
	}
	// What was given up does not come back with a delivery from before.
	if h.IDs.BSUID == "" && !h.wasCalled(Identifiers{BSUID: ids.BSUID}) {
		news.BSUID = ids.BSUID
	}
	if h.IDs.Phone == "" && !h.wasCalled(Identifiers{Phone: ids.Phone}) {
		news.Phone = ids.Phone
	}
	t.shown(news)
	t.take(news)
	t.keyHash(ids.KeyHash)
}

// reassigned is after how long a silence a number may have been given to somebody
// else: 45 days is the shortest time that carriers must leave it unused (47 CFR
// 64.1200(l)).
const reassigned = 45 * 24 * time.Hour

// shown notices that somebody we know shows an identifier for the first time.
// It may be another person on the same number: rights wait for more proof, and
// after a long silence everything does.
func (t *turn) shown(news Identifiers) {
	h := t.h
	if news.Empty() || h.IDs.Empty() || len(t.c.Entries)+len(h.Kept)+len(h.Consents) == 0 {
		return
	}
	h.Shown = t.at
	t.doubtCases()
	if t.ev.Kind == EventMessage && h.Identity == flows.IdentityBound && t.at.Sub(h.lastSeen()) > reassigned {
		h.Identity, _ = flows.Identity.Fire(h.Identity, flows.Change)
		t.interrupt()
		t.outdateAll("first shown after a long silence")
		t.line(Line{Type: LineIdentity, Actor: "meta", Outcome: h.Identity, Reason: "new identifier after a long silence"})
	}
}

// take gives the contact identifiers. A stop travels to them.
func (t *turn) take(news Identifiers) {
	h := t.h
	if news.BSUID != "" {
		if h.IDs.BSUID != "" && h.IDs.BSUID != news.BSUID {
			h.Former = append(h.Former, Identifiers{BSUID: h.IDs.BSUID})
		}
		h.IDs.BSUID = news.BSUID
	}
	if news.Phone != "" {
		if h.IDs.Phone != "" && h.IDs.Phone != news.Phone {
			h.Former = append(h.Former, Identifiers{Phone: h.IDs.Phone})
		}
		h.IDs.Phone, h.PhoneAt = news.Phone, t.at
	}
	if news.Parent != "" {
		h.IDs.Parent = news.Parent
	}
	if news.Empty() {
		return
	}
	t.changes.Leads = append(t.changes.Leads, Mark{IDs: news, On: true})
	if h.Channel == flows.ChannelStopped {
		t.changes.Stops = append(t.changes.Stops, Mark{IDs: news, On: true})
	}
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
	if t.h.Identity != flows.IdentitySuspect {
		t.h.Doubted = t.now
	}
	t.h.Identity, _ = flows.Identity.Fire(t.h.Identity, flows.Doubt)
	t.doubtCases()
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

// refresh makes grants STALE whose notice changed materially (row 13). It is
// done when the person is next heard of, so a new notice needs no walk over a
// million contacts.
func (t *turn) refresh() {
	for _, p := range t.brand.Purposes {
		if k := t.h.Consents[p.ID]; k != nil && flows.Valid(k.State) && t.brand.stale(p.ID, k.Notice) {
			t.move(p, flows.Outdated, "notice")
		}
	}
	t.wearOut()
}

// wearOut makes grants STALE whose age has come (row 16).
func (t *turn) wearOut() {
	for _, p := range t.brand.Purposes {
		if k := t.h.Consents[p.ID]; k != nil && flows.Valid(k.State) && p.Valid > 0 && t.now.Sub(k.Since) > p.Valid {
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
	tag, sure := t.env.Words.Language(body, t.brand.Languages...)
	if t.h.LastIn.IsZero() { // nothing better is known of somebody new
		sure = sure || tag != "" && tag == t.match.Language
	} else if t.match.Intent == words.Stop && t.match.Language == tag {
		sure = false // people write a stop word in any language they know it in
	}
	if sure && t.speaks(tag) {
		t.h.Language = tag
	}
}

// speaks: a language counts only where everything can be said in it, the notice
// first of all.
func (t *turn) speaks(tag string) bool { return slices.Contains(t.brand.Languages, tag) }

// keep writes a message into the transcript, for as long as the brand keeps
// what was said. Before there is a basis nothing is kept (MIN-3).
func (t *turn) keep(from string, body Text, kind string) {
	if t.brand.Rules.Keep <= 0 || t.h.Follows || !t.allowed(t.brand.Serving()) {
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
	if t.ev.Traits.Has(TraitHistory) || t.at.Before(t.h.LastIn) {
		return // somebody wrote then; nobody is at it now
	}
	if fire(flows.Turn, &t.h.Turn, flows.Take) {
		t.h.TurnSince = t.now
		t.line(Line{Type: LineHuman, Actor: "business", Outcome: t.h.Turn, Reason: "wrote in the app"})
	}
}

// revive starts a forgotten shell anew: same account, nothing known but what
// keeps us from repeating ourselves.
func (t *turn) revive() {
	fresh := t.env.newContact(t.c.ID, t.brand, t.now)
	fresh.Head.Pseudonym = t.h.Pseudonym
	fresh.Head.Numbered = t.h.Numbered
	fresh.Head.Channel = t.h.Channel
	fresh.Head.Seen, fresh.Head.SeenFrom = t.h.Seen, t.h.SeenFrom
	fresh.Head.Quiet = t.h.Quiet
	fresh.Head.Names = t.h.Names
	fresh.Head.Language, fresh.Head.Chosen = t.h.Language, t.h.Chosen
	t.c.Head = fresh.Head
	t.h = &t.c.Head
}
