package bot

import (
	"crypto/sha256"
	"crypto/subtle"
	"errors"
	"strings"
	"time"

	"aval/flows"
	"aval/flows/words"
)

// Ids of our own buttons begin with one of these. What comes back under them
// is still only a claim: the nonce behind it must be the open question's.
const (
	prefixQuestion = "q."
	prefixMenu     = "m."
	prefixFlow     = "f."
	prefixLanguage = "l."
)

// ours reports whether a choice id has the form of one of our buttons.
func ours(id string) bool {
	for _, p := range []string{prefixQuestion, prefixMenu, prefixFlow, prefixLanguage, prefixWard} {
		if strings.HasPrefix(id, p) {
			return true
		}
	}
	return false
}

// The answers a question's buttons carry.
const (
	answerYes      = "y"
	answerNo       = "n"
	answerLater    = "w"
	answerLanguage = "l"
)

// pressed splits the id of a question's button.
func pressed(id string) (nonce, answer string, ok bool) {
	rest, ok := strings.CutPrefix(id, prefixQuestion)
	if !ok {
		return "", "", false
	}
	nonce, answer, ok = strings.Cut(rest, ".")
	return nonce, answer, ok
}

// nonceHash hashes a nonce with a label of its own, so that no other hash we
// keep can be passed off as one.
func nonceHash(nonce string) [32]byte {
	return sha256.Sum256([]byte("aval question nonce\x00" + nonce))
}

// ask puts the question of a purpose. before, if any, stands above it in the
// same message. The notice's first layer comes with it until the person has
// seen the current version: one message carries notice, question and answers.
func (t *turn) ask(p Purpose, kind QuestionKind, before string) bool {
	if t.h.Age == flows.AgeGuardian && p.Kind == Service {
		// The guardian's yes has run out, and only a guardian can give another.
		t.setAge(flows.GuardianNo, "asked anew")
		t.invite()
		return true
	}
	if t.h.barred(p) {
		t.say(KindService, t.text("age.no", t.with("Purpose", t.purposeName(p))))
		return true
	}
	k := t.h.consent(p.ID)
	if (p.AskAge || t.h.AgeAgain) && t.ageUnasked() && flows.Consent.Can(k.State, flows.Ask) {
		t.askAge(p, before)
		return true
	}
	next, err := flows.Consent.Fire(k.State, flows.Ask, t.askGuards(k))
	if err != nil {
		return false
	}
	if next != k.State {
		t.line(Line{Type: LineConsent, Actor: "bot", Purpose: p.ID, Basis: p.Basis, Outcome: next, Reason: k.State + " ask"})
		k.State, k.Since, k.Repeats = next, t.now, 0
	}
	k.Asked, k.Notice = t.now, t.brand.Notice().Version
	t.question(p, kind, t.questionBody(p, kind, before))
	return true
}

// askGuards are the conditions for asking. The person writes to us now, so a
// cool-down does not apply: they started it.
func (t *turn) askGuards(k *Consent) flows.Guard {
	g := flows.OneToOne | flows.Welcome
	if t.h.Identity == flows.IdentityBound {
		g |= flows.Bound
	}
	if t.h.Hold == flows.HoldNormal {
		g |= flows.Free
	}
	return g
}

// questionBody joins what the message says, in the order it is read.
func (t *turn) questionBody(p Purpose, kind QuestionKind, before string) string {
	parts := make([]string, 0, 4)
	if before != "" {
		parts = append(parts, before)
	}
	notice := t.brand.Notice()
	switch {
	case kind == QuestionRenew:
		diff := pick(notice.Difference, t.h.Language, t.brand.Language)
		switch {
		case diff != "" && t.brand.stale(p.ID, t.h.consent(p.ID).Agreed):
			parts = append(parts, t.text("consent.changed", map[string]any{"Difference": diff}))
		default:
			parts = append(parts, t.text("consent.again", nil))
			if p.Kind == Service {
				parts = append(parts, notice.Text(t.h.Language, t.brand.Language))
			}
		}
	case p.Kind == Service:
		parts = append(parts, notice.Text(t.h.Language, t.brand.Language))
	}
	return strings.Join(append(parts, pick(p.Question, t.h.Language, t.brand.Language)), "\n\n")
}

// question makes the message and the open question that belongs to it.
func (t *turn) question(p Purpose, kind QuestionKind, body string) *Question {
	if q := t.h.Question; q != nil && q.Purpose != p.ID {
		if other, ok := t.brand.Purpose(q.Purpose); ok && flows.Open(t.h.consent(other.ID).State) {
			t.move(other, flows.Expire, "another question") // one at a time
		}
	}
	yes, no := "consent.yes", "consent.no"
	switch kind {
	case QuestionConfirm:
		yes, no = "consent.confirm", "consent.cancel"
	case QuestionKeep:
		yes, no = "number.yes", "number.no"
	}
	choices := []Choice{t.choice(answerYes, yes), t.choice(answerNo, no)}
	switch {
	case kind == QuestionConfirm || kind == QuestionKeep:
	case p.Kind != Service:
		choices = append(choices, t.choice(answerLater, "consent.later"))
	case !t.h.Chosen:
		choices = append(choices, t.choice(answerLanguage, "language.button"))
	}
	t.closeQuestion()
	return t.pose(Question{Kind: kind, Purpose: p.ID}, part{kind: KindNotice, purpose: p.ID, notice: t.shows(kind)}, body, choices...).question
}

// choice is a button of a question: the answer it stands for and its label.
func (t *turn) choice(answer, label string) Choice {
	return Choice{ID: answer, Label: Text(t.text(label, nil))}
}

// pose says something that asks. The buttons carry a nonce of their own, which
// nobody can guess, and with it the answer they stand for.
func (t *turn) pose(q Question, p part, body string, choices ...Choice) *part {
	nonce := t.env.token(nonceLength)
	for i := range choices {
		choices[i].ID = prefixQuestion + nonce + "." + choices[i].ID
	}
	q.Nonce, q.Notice, q.Language = nonceHash(nonce), t.brand.Notice().Version, t.h.Language
	q.Expires, q.Next = t.now.Add(t.brand.Rules.Pending), true
	p.question = &q
	p.content = Outgoing{Body: Text(body), Choices: choices, ListLabel: Text(t.text("menu.button", nil))}
	return t.add(p)
}

// shows names the notice that comes with a question.
func (t *turn) shows(kind QuestionKind) string {
	if kind == QuestionConfirm || kind == QuestionKeep {
		return ""
	}
	return t.brand.Notice().Ref()
}

// closeQuestion takes the open question away and remembers its nonce, so that
// pressing its button later is told from a forgery.
func (t *turn) closeQuestion() {
	q := t.h.Question
	if q == nil {
		return
	}
	t.h.Question = nil
	t.h.discardUnsent(q.Outbound)
	t.h.pastQuestion(PastQuestion{Kind: q.Kind, Nonce: q.Nonce, Purpose: q.Purpose, Wamid: q.Wamid, Asked: q.SentAt})
}

// pastKept bounds the memory of closed questions.
const pastKept = 8

// discardUnsent drops an unsent entry unless its call is under way.
func (h *Head) discardUnsent(id string) {
	if o := h.outbound(id); o != nil && !o.Open && !o.Unknown {
		h.discard(id)
	}
}

// answer handles what answers, or claims to answer, a consent question.
func (t *turn) answer() bool {
	nonce, what, tapped := pressed(t.ev.Message.Choice)
	q := t.h.Question
	if tapped {
		if q == nil || subtle.ConstantTimeCompare(hashSlice(nonce), q.Nonce[:]) != 1 {
			return t.lateAnswer(nonce, what)
		}
		return t.judge(q, what, "button")
	}
	if q == nil || q.Kind == QuestionNumber {
		return false
	}
	if q.Kind == QuestionAge {
		p, ok := t.brand.Purpose(q.Purpose)
		return ok && t.ageTyped(p, q)
	}
	// The negative comes first: a word that could be both is not a yes.
	switch {
	case t.means(words.No), t.means(words.Unsure):
		return t.judge(q, answerNo, "typed")
	case t.means(words.Yes):
		return t.judge(q, answerYes, "typed")
	case t.means(words.Later):
		return t.judge(q, answerLater, "typed")
	}
	return false
}

func hashSlice(nonce string) []byte {
	sum := nonceHash(nonce)
	return sum[:]
}

// judge applies an answer to the open question.
func (t *turn) judge(q *Question, what, method string) bool {
	p, ok := t.brand.Purpose(q.Purpose)
	if !ok {
		return false
	}
	switch {
	case q.Kind == QuestionAge:
		return t.ageTapped(p, q, what, method)
	case q.Kind == QuestionUnsure:
		return t.cleared(q, what, method)
	case q.Kind == QuestionWard:
		t.wardAnswered(q, what, method)
		return true
	case q.Kind == QuestionKeep && what == answerYes:
		t.kept(p, q, method)
		return true
	case q.Kind == QuestionKeep && what == answerNo:
		t.closeQuestion()
		t.takeBack(p, "deleted and said no")
		t.say(KindReceipt, t.text("consent.withdrawn", t.with("Purpose", t.purposeName(p))))
		return true
	}
	switch what {
	case answerYes:
		t.yes(p, q, method)
	case answerNo:
		t.no(p)
	case answerLater:
		t.later(p)
	case answerLanguage:
		t.languageMenu()
	default:
		return false
	}
	return true
}

// kept takes a yes to going on although the confirmation was deleted (row 25).
func (t *turn) kept(p Purpose, q *Question, method string) {
	need := flows.OneToOne | flows.Authored | flows.Answers | flows.InTime | flows.Bound
	if missing := need &^ t.guards(q, method); missing != 0 {
		t.refuseYes(p, q, &flows.GuardError{Missing: missing})
		return
	}
	t.burn(q)
	t.say(KindReceipt, t.text("consent.kept", nil))
}

// takeBack withdraws one purpose and drops what was queued for it.
func (t *turn) takeBack(p Purpose, reason string) bool {
	if !t.move(p, flows.Withdraw, reason) {
		return false
	}
	t.drop(p.ID)
	return true
}

// guards are the conditions that hold for a yes now (2.5, G1 to G9).
func (t *turn) guards(q *Question, method string) flows.Guard {
	g := flows.Welcome
	if p, ok := t.brand.Purpose(q.Purpose); !ok || t.ofAge(p) {
		g |= flows.OfAge
	}
	if !t.ev.Traits.Has(TraitGroup) {
		g |= flows.OneToOne
	}
	if !t.ev.Traits.Has(TraitForwarded | TraitEdited | TraitHistory | TraitReaction | TraitCaption | TraitStandby) {
		g |= flows.Authored
	}
	if t.answers(q, method) {
		g |= flows.Answers
	}
	if t.inTime(q, method) {
		g |= flows.InTime
	}
	if t.h.Identity == flows.IdentityBound {
		g |= flows.Bound
	}
	if t.h.Hold == flows.HoldNormal {
		g |= flows.Free
	}
	if q.Notice == t.brand.Notice().Version {
		g |= flows.Current
	}
	return g
}

// answers is G3. A tap must quote the question it belongs to; where the
// response to our send was lost, the unguessable nonce itself shows that the
// question arrived. A typed yes counts only for the first act, in the very
// next message, and not as a reply to something else.
func (t *turn) answers(q *Question, method string) bool {
	context := t.ev.Message.Context
	if method == "button" {
		return context != "" && (q.Wamid == "" || context == q.Wamid)
	}
	return q.Kind != QuestionConfirm && q.Next && q.Wamid != "" && (context == "" || context == q.Wamid)
}

// inTime is G4. Meta's times are whole seconds, ours are not, and clocks
// differ a little: a tap proves by its nonce that it came after the question,
// a typed word must not be older than it.
func (t *turn) inTime(q *Question, method string) bool {
	if t.ev.Traits.Has(TraitUntimed) || t.now.Sub(t.at) > dedupeHorizon {
		return false
	}
	asked := q.SentAt.Truncate(time.Second)
	if q.Wamid == "" {
		asked = time.Time{}
	}
	if method == "button" {
		asked = asked.Add(-clockSkew)
	}
	return !t.at.Before(asked) && !t.now.After(q.Expires)
}

// clockSkew is how far Meta's clock may be behind ours without a fresh answer
// looking older than its question.
const clockSkew = 2 * time.Second

// yes applies a positive answer: the machine refuses it unless every guard
// holds, and says which one did not.
func (t *turn) yes(p Purpose, q *Question, method string) {
	k := t.h.consent(p.ID)
	event := yesEvent(p, q)
	next, err := flows.Consent.Fire(k.State, event, t.guards(q, method))
	if err != nil {
		t.refuseYes(p, q, err)
		return
	}
	act := t.act(q, method)
	t.line(Line{Type: LineConsent, Purpose: p.ID, Basis: p.Basis, Object: t.corr, Outcome: next,
		Reason: k.State + " " + event + " " + method})
	k.State, k.Since = next, t.now
	if next == flows.Pending {
		t.pending(p, q, act)
		return
	}
	t.given(p, k, q, act)
}

func yesEvent(p Purpose, q *Question) string {
	switch q.Kind {
	case QuestionConfirm:
		return flows.Confirm
	case QuestionRenew:
		return flows.Renew
	}
	if p.DoubleOptIn || p.Kind == Marketing || p.Kind == Health || p.Kind == Profiling {
		return flows.Yes
	}
	return flows.YesSingle
}

// refuseYes records a yes that does not count and tells the person once how
// to make it count (row 9).
func (t *turn) refuseYes(p Purpose, q *Question, err error) {
	t.line(Line{Type: LineSpoof, Purpose: p.ID, Object: t.corr, Outcome: "ignored", Reason: err.Error()})
	var g *flows.GuardError
	if errors.As(err, &g) && q.Kind != QuestionWard && q.Kind != QuestionAge && (g.Missing&flows.Current != 0 || t.now.After(q.Expires)) {
		t.askAgain(p) // tapping once more would change nothing
		return
	}
	t.hint(q)
}

// hint tells once how an answer counts.
func (t *turn) hint(q *Question) {
	if !q.Hinted {
		q.Hinted = true
		t.say(KindNotice, t.text("consent.tap", nil))
	}
}

// courtesy is how often the same courtesy line may be sent to one person.
const courtesy = 10 * time.Minute

// askAgain tells that the confirmation expired and asks anew in one message.
func (t *turn) askAgain(p Purpose) {
	k := t.h.consent(p.ID)
	if flows.Open(k.State) {
		t.move(p, flows.Expire, "answered late")
	}
	kind := QuestionAsk
	if k.State == flows.Stale {
		kind = QuestionRenew
	}
	t.ask(p, kind, t.text("consent.expired", nil))
}

func (t *turn) past(nonce string) *PastQuestion {
	sum := nonceHash(nonce)
	for i := range t.h.Asked {
		if subtle.ConstantTimeCompare(t.h.Asked[i].Nonce[:], sum[:]) == 1 {
			return &t.h.Asked[i]
		}
	}
	return nil
}
