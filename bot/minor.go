package bot

import (
	"cmp"
	"net/url"
	"strconv"
	"strings"
	"time"

	"aval/flows"
)

// What this file does is requirements 2.9: a band instead of a birth date, the
// age of the person's own country, and an adult's own yes where it is needed.

// band is one answer to the question about age: from so many years on, up to the
// next band.
type band struct {
	from int
	key  string
}

// bands are what is asked. They meet every age of consent there is closely
// enough; a band that a country's age cuts in two counts as below it.
func bands() []band {
	return []band{{0, "age.band.12"}, {13, "age.band.15"}, {16, "age.band.17"}, {18, "age.band.18"}}
}

// adultFrom is full age, everywhere this software is used.
const adultFrom = 18

const (
	// inviteLife is how long an invitation to a guardian holds (2.9).
	inviteLife = 72 * time.Hour
	// bandLife is after how long a band is asked again: without a birth date,
	// a year is what one can know.
	bandLife = 365 * 24 * time.Hour
)

// Guardian is the invitation to a child's guardian, and what came of it.
type Guardian struct {
	Code    string
	Expires time.Time
	// By is the guardian's pseudonym once they said yes.
	By string
}

// Ward is a child that a contact was asked to answer for.
type Ward struct {
	Code string
	// Sure: the first of the two acts is done.
	Sure bool
	// By is the pseudonym under which the yes was given.
	By string
}

// GuardianAnswer is what a guardian said, on its way to the child's contact.
type GuardianAnswer struct {
	Yes  bool
	By   string // pseudonym
	Acts []Act
}

// guardianName is the identifier under which an invitation leads to its child.
// It is one of the child's, for as long as the invitation matters.
func guardianName(code string) Identifiers { return Identifiers{BSUID: BSUID("guardian/" + code)} }

// wardName is the name under which a guardian's taking back reaches the child,
// once the code itself is used up.
func wardName(code string) Identifiers { return Identifiers{BSUID: BSUID("ward/" + code)} }

// ourName reports whether an identifier is one of these two, and no account.
func (i Identifiers) ourName() bool {
	return strings.HasPrefix(string(i.BSUID), "guardian/") || strings.HasPrefix(string(i.BSUID), "ward/")
}

func (t *turn) ageUnasked() bool { return t.h.Age == "" || t.h.Age == flows.AgeUnasked }

// barred reports whether a purpose is out of the person's reach because of
// their age. Advertising and profiles are for nobody whose guardian answers.
func (h *Head) barred(p Purpose) bool {
	switch p.Kind {
	case Marketing, Profiling, Health:
		return flows.UnderAge(h.Age) || h.Age == flows.AgeGuardian
	}
	return flows.UnderAge(h.Age)
}

// ofAge is G6. For whom a guardian answers, only the guardian says yes.
func (t *turn) ofAge(p Purpose) bool {
	asks := p.AskAge || t.h.AgeAgain
	return !t.h.barred(p) && t.h.Age != flows.AgeGuardian && (!asks || !t.ageUnasked())
}

// askAge puts the question about age before the question of a purpose.
func (t *turn) askAge(p Purpose, before string) {
	choices := make([]Choice, 0, 4)
	for i, b := range bands() {
		choices = append(choices, t.choice(answerBand+strconv.Itoa(i), b.key))
	}
	body := t.text("age.ask", nil)
	if before != "" {
		body = before + "\n\n" + body
	}
	t.closeQuestion()
	t.pose(Question{Kind: QuestionAge, Purpose: p.ID}, part{kind: KindNotice, purpose: p.ID}, body, choices...)
}

// answerBand begins the answers to the question about age.
const answerBand = "a"

// ageTapped takes a band. To be under age needs no proof; the rest needs what
// every yes needs.
func (t *turn) ageTapped(p Purpose, q *Question, what, method string) bool {
	rest, ok := strings.CutPrefix(what, answerBand)
	i, err := strconv.Atoi(rest)
	if !ok || err != nil || i < 0 || i >= len(bands()) {
		return false
	}
	top := adultFrom
	if i+1 < len(bands()) {
		top = bands()[i+1].from - 1
	}
	t.ageGiven(p, q, bands()[i].from, top, method)
	return true
}

// ageTyped takes an age that was written in answer to the question.
func (t *turn) ageTyped(p Purpose, q *Question) bool {
	body := strings.TrimSpace(string(t.ev.Message.Body))
	years, ok := t.env.Words.Age(body)
	if n, err := strconv.Atoi(body); !ok && err == nil && n >= 3 && n <= 120 {
		years, ok = n, true
	}
	if !ok {
		return false
	}
	from := 0
	for _, b := range bands() {
		if years >= b.from {
			from = b.from
		}
	}
	t.ageGiven(p, q, from, years, "typed")
	return true
}

// ageGiven applies the youngest age that an answer allows.
func (t *turn) ageGiven(p Purpose, q *Question, from, top int, method string) {
	country, least := t.brand.Ages.Threshold(t.h.IDs)
	if from < least {
		t.burn(q)
		t.underAge(country, top, "answered")
		return
	}
	need := flows.OneToOne | flows.Authored | flows.Answers | flows.InTime
	if missing := need &^ t.guards(q, method); missing != 0 {
		t.refuseYes(p, q, &flows.GuardError{Missing: missing})
		return
	}
	t.burn(q)
	event := flows.SaysOldEnough
	if from >= adultFrom {
		event = flows.SaysAdult
	}
	t.h.AgeBand, t.h.AgeCountry, t.h.AgeAt, t.h.AgeAgain = strconv.Itoa(from)+"+", country, t.now, false
	t.setAge(event, method)
	t.ask(p, QuestionAsk, "")
}

// setAge moves the age region. The ledger learns the state, never the band.
func (t *turn) setAge(event, reason string) bool {
	state := cmp.Or(t.h.Age, flows.AgeUnasked)
	next, err := flows.Age.Fire(state, event)
	if err != nil {
		return false
	}
	t.h.Age = next
	t.line(Line{Type: LineAge, Object: t.h.AgeCountry, Outcome: next, Reason: reason})
	return true
}

// saysMinor acts on a sign that the person is a child, whenever it comes and
// whatever they said before (row 24).
func (t *turn) saysMinor() bool {
	if t.ev.Message.Kind != MessageText || flows.UnderAge(t.h.Age) || t.h.Age == flows.AgeGuardian {
		return false
	}
	years, ok := t.env.Words.Age(string(t.ev.Message.Body))
	country, least := t.brand.Ages.Threshold(t.h.IDs)
	if !ok || years >= least {
		return false
	}
	t.underAge(country, years, "said so")
	return true
}

// underAge ends what a child cannot agree to and shows the way with an adult.
func (t *turn) underAge(country string, top int, reason string) {
	t.grantNothing(country, top, reason)
	if t.h.Hold == flows.HoldNormal {
		t.invite()
	}
}

// grantNothing ends what a child cannot agree to.
func (t *turn) grantNothing(country string, top int, reason string) {
	if !flows.Age.Can(cmp.Or(t.h.Age, flows.AgeUnasked), flows.SaysUnder) {
		return
	}
	t.h.AgeBand, t.h.AgeCountry, t.h.AgeAt, t.h.AgeTop = "under", country, t.now, top
	t.setAge(flows.SaysUnder, reason)
	t.releaseWards() // a child cannot answer for another
	for _, p := range t.brand.Purposes {
		if !p.NeedsConsent() {
			continue
		}
		if k := t.h.consent(p.ID); flows.Open(k.State) {
			t.move(p, flows.Expire, "under age")
		}
		t.move(p, flows.Invalidate, "under age")
	}
	t.interrupt()
	t.withhold(RefusedAge, func(o *Outbound) bool {
		p, _ := t.brand.Purpose(o.Purpose)
		return !alone(o.Kind) && (o.Business || t.h.barred(p))
	})
}

// invite makes the link that a child gives to an adult. It opens the adult's
// own chat with us, where they are asked like anybody else: in their own words,
// twice.
func (t *turn) invite() {
	t.uninvite()
	code := t.env.reference()
	t.h.Guardian = &Guardian{Code: code, Expires: t.now.Add(inviteLife)}
	t.changes.Leads = append(t.changes.Leads, Mark{IDs: guardianName(code), On: true})
	t.setAge(flows.Invite, "invited")
	t.quiet("guardian", 0)
	t.say(KindService, t.text("age.guardian", t.with("Link", t.inviteLink(code))))
}

func (t *turn) inviteLink(code string) string {
	number := ""
	for _, n := range t.brand.Numbers {
		if n.ID == t.h.Number || number == "" {
			number = n.Display
		}
	}
	digits := strings.Map(func(r rune) rune {
		if r < '0' || r > '9' {
			return -1
		}
		return r
	}, number)
	return "https://wa.me/" + digits + "?text=" + url.PathEscape(t.text("guardian.word", nil)+" "+code) // %20: a plus would stay one
}

// uninvite lets an invitation lead nowhere.
func (t *turn) uninvite() {
	if g := t.h.Guardian; g != nil {
		t.changes.Leads = append(t.changes.Leads, Mark{IDs: guardianName(g.Code)}, Mark{IDs: wardName(g.Code)})
		t.h.Guardian = nil
	}
}

// neutral answers a child whose guardian has not said yes: kindly, with the way
// on, and nothing of the business. A person can be reached all the same.
func (t *turn) neutral() bool {
	if !flows.UnderAge(t.h.Age) {
		return false
	}
	g := t.h.Guardian
	switch {
	case t.quiet("guardian", courtesy):
	case g != nil && t.now.Before(g.Expires):
		t.say(KindService, t.text("age.waiting", nil))
	default:
		t.invite()
	}
	return true
}

// aged does what time alone brings about in the matter of age.
func (t *turn) aged() {
	if t.h.Age == flows.AgeGuardianPending && t.h.Guardian != nil && !t.now.Before(t.h.Guardian.Expires) {
		t.uninvite()
		t.setAge(flows.GuardianNo, "nobody came")
	}
	if at := t.h.growsAt(t.brand); at.IsZero() || t.now.Before(at) || t.h.Age == flows.AgeGuardianPending {
		return
	}
	t.uninvite()
	t.setAge(flows.Grow, "years later")
	t.h.AgeBand, t.h.AgeTop, t.h.AgeAgain = "", 0, true
	for _, p := range t.brand.Purposes { // what the guardian agreed to, the young person decides now
		t.move(p, flows.Outdated, "of age perhaps")
	}
}

// agesAt is when aged next has something to do; the zero time for never.
func (h *Head) agesAt(b *Brand) time.Time {
	if h.Age == flows.AgeGuardianPending && h.Guardian != nil {
		return h.Guardian.Expires
	}
	return h.growsAt(b)
}

// growsAt is when somebody who was under age may have come of it: as many years
// after their answer as the oldest it allows lacked, a year at least.
func (h *Head) growsAt(b *Brand) time.Time {
	if !flows.UnderAge(h.Age) && h.Age != flows.AgeGuardian {
		return time.Time{}
	}
	_, least := b.Ages.Threshold(h.IDs)
	return h.AgeAt.Add(time.Duration(max(least-h.AgeTop, 1)) * bandLife)
}

// guardianAnswer applies what the guardian said, in the child's contact.
func (t *turn) guardianAnswer() {
	g, a := t.h.Guardian, t.ev.Guardian
	from := Identifiers{BSUID: t.ev.From.BSUID}
	if !t.first() || g == nil || a == nil || from != guardianName(g.Code) && from != wardName(g.Code) {
		return
	}
	if !a.Yes {
		if g.By != "" && g.By != a.By {
			return // somebody else who has the code
		}
		if t.setAge(flows.GuardianNo, "guardian") {
			t.line(Line{Type: LineGuardian, Actor: "guardian", Object: a.By, Outcome: "no"})
			for _, p := range t.brand.Purposes {
				t.move(p, flows.Withdraw, "guardian")
			}
			t.uninvite()
			t.say(KindService, t.text("guardian.child_no", t.names()))
		}
		return
	}
	if t.now.After(g.Expires) || g.By != "" || !t.vouched(t.brand.Serving(), a) || !t.setAge(flows.GuardianYes, "guardian") {
		return
	}
	g.By = a.By
	// The code is used up; by the other name the guardian can take it back.
	t.changes.Leads = append(t.changes.Leads, Mark{IDs: guardianName(g.Code)}, Mark{IDs: wardName(g.Code), On: true})
	t.line(Line{Type: LineGuardian, Actor: "guardian", Object: a.By, Outcome: "yes"})
	t.say(KindService, t.text("guardian.child_yes", t.names()))
}

// vouched grants the child's service consent on the guardian's word, and
// reports whether the child may be served now.
func (t *turn) vouched(p Purpose, a *GuardianAnswer) bool {
	if t.h.Identity != flows.IdentityBound || t.h.Hold != flows.HoldNormal || len(a.Acts) == 0 {
		return false
	}
	if !p.NeedsConsent() {
		return true
	}
	k := t.h.consent(p.ID)
	next, err := flows.Consent.Fire(k.State, flows.Vouch, flows.Bound|flows.Free)
	if err != nil {
		return false
	}
	from := k.State
	k.State, k.Since = next, t.now
	t.line(Line{Type: LineConsent, Actor: "guardian", Purpose: p.ID, Basis: p.Basis, Object: t.corr, Outcome: next, Reason: from + " " + flows.Vouch})
	q := &Question{Notice: t.brand.Notice().Version}
	if len(a.Acts) > 1 {
		q.Act1 = &a.Acts[0]
	}
	record := t.record(p, k, q, &a.Acts[len(a.Acts)-1])
	record.Event.By = "guardian"
	record.Parties = append(record.Parties, RecordParty{ID: a.By, Type: "person", Role: "guardian, states to be responsible for the child"})
	t.prove(k, q, record)
	return true
}

// guardianCode finds an invitation's code in what somebody wrote: the word and
// the code, in any of the languages, and nothing else.
func (e *Env) guardianCode(body Text) (code, lang string) {
	word, code, ok := strings.Cut(strings.TrimSpace(string(body)), " ")
	code = strings.ToUpper(strings.TrimSpace(code))
	if !ok || len(code) != referenceLength+1 || code[4] != '-' {
		return "", ""
	}
	for _, lang := range e.Texts.Languages() {
		if Fold(e.Texts.Text(lang, "guardian.word", nil)) == Fold(word) {
			return code, lang
		}
	}
	return "", ""
}
