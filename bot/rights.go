package bot

import (
	"strings"
	"time"

	"aval/flows"
	"aval/flows/words"
)

// rights takes a request under data protection law, or what the person says to
// one that is open. It comes before everything but a stop, in every state, and
// while an agent has the chat.
func (t *turn) rights() bool {
	switch t.match.Intent {
	case words.Object:
		t.object()
	case words.Status:
		t.caseStatus()
	case words.Lift:
		t.lift()
	case CaseAccess, CasePortability, CaseRectify, CaseErase, CaseRestrict:
		t.request(string(t.match.Intent))
	default:
		return false
	}
	t.beside(*t.ev.Message)
	return true
}

// beside goes on with what a message wants beside a right: who asks for an
// order and for their data gets both, the right first (DSR-1).
func (t *turn) beside(m Message) {
	switch t.match.Intent {
	case words.Access, words.Portability, words.Rectify, words.Erase:
	default:
		return // "no more offers" is not a wish for offers
	}
	if t.h.Question != nil || t.h.Turn != flows.TurnBot || t.h.Hold != flows.HoldNormal || !t.allowed(t.brand.Serving()) {
		return
	}
	if id := t.intent(string(m.Body)); id != "" && m.Kind == MessageText {
		t.start(t.flows.Latest(id))
	}
}

// doubt: it is not sure that the account is still this contact's person. What
// they ask for is a case of its own; those of before are not named to them.
func (t *turn) doubt() bool { return t.h.Identity != flows.IdentityBound }

// personally says what belongs to the person alone.
func (t *turn) personally(kind Kind, body string) {
	t.say(kind, body).personal = true
}

func (t *turn) date(at time.Time) string {
	return at.In(t.brand.Location).Format(t.text("date.format", nil))
}

// privacy answers PRIVACY with the current notice and the person's own
// choices, at any point (TRN-3).
func (t *turn) privacy() bool {
	if t.match.Intent != "privacy" && t.ev.Message.Choice != prefixMenu+"privacy" {
		return false
	}
	t.parts = append(t.parts, part{kind: KindRights, content: Outgoing{
		Body: Text(t.brand.Notice().Text(t.h.Language, t.brand.Language))}})
	if t.h.Identity == flows.IdentityBound { // else the choices may be another person's
		t.personally(KindRights, t.text("privacy.choices", t.with("Choices", t.choices())))
	}
	return true
}

// choices lists the person's state for every purpose.
func (t *turn) choices() string {
	var lines []string
	for _, p := range t.brand.Purposes {
		state, since := flows.None, ""
		if k := t.h.Consents[p.ID]; k != nil {
			state = k.State
			if k.Record != "" && k.State != flows.Asked && k.State != flows.Pending {
				since = " (" + t.date(k.Since) + ", " + k.Record + ")"
			}
		}
		lines = append(lines, "• "+t.purposeName(p)+": "+t.stateWord(state)+since)
	}
	return strings.Join(lines, "\n")
}

func (t *turn) stateWord(state string) string {
	words := map[string]string{
		flows.None: "none", flows.Asked: "asked", flows.Pending: "pending", flows.Given: "given", flows.Stale: "stale",
		flows.Renewed: "renewed", flows.Deferred: "deferred", flows.Refused: "refused", flows.Withdrawn: "withdrawn",
		flows.Expired: "expired", flows.Invalid: "invalid", flows.Revoked: "revoked", flows.Live: "given",
		flows.Objected: "withdrawn", flows.Ended: "revoked",
	}
	return t.text("choice.state."+words[state], nil)
}

// human queues the conversation for a person and says so honestly.
func (t *turn) human() bool {
	if t.match.Intent != "human" && t.ev.Message.Choice != prefixMenu+"human" {
		return false
	}
	t.queue("asked for a person")
	return true
}

func (t *turn) hours() map[string]any {
	return t.with("Hours", pick(t.brand.HumanHours, t.h.Language, t.brand.Language))
}

// queue hands the conversation over.
func (t *turn) queue(reason string) {
	hours := t.hours()
	if t.h.Turn != flows.TurnBot {
		if !t.quiet("human", courtesy) {
			t.say(KindService, t.text("human.already", hours))
		}
		return
	}
	fire(flows.Turn, &t.h.Turn, flows.Queue)
	t.quiet("queued", 0) // told now
	t.h.TurnSince = t.now
	t.h.Flow, t.h.Call = flows.Position{}, nil
	t.line(Line{Type: LineHuman, Outcome: t.h.Turn, Reason: reason})
	t.say(KindService, t.text("human.queued", hours))
}

// handed reports whether somebody else answers. The person can always call the
// bot back with the menu word.
func (t *turn) handed() bool {
	t.endTurn()
	if t.h.Turn == flows.TurnBot {
		if t.h.Missed {
			t.h.Missed = false
			t.say(KindService, t.text("human.missed", nil))
		}
		return false
	}
	if t.match.Intent == words.Menu || strings.HasPrefix(t.ev.Message.Choice, prefixMenu) {
		t.release("menu")
		return false
	}
	if t.h.Turn == flows.TurnQueued && !t.quiet("queued", time.Hour) {
		t.say(KindService, t.text("human.already", t.hours()))
	}
	return true
}

func (t *turn) release(reason string) {
	if fire(flows.Turn, &t.h.Turn, flows.Release) {
		t.h.TurnSince = t.now
		t.line(Line{Type: LineRelease, Actor: "person", Outcome: t.h.Turn, Reason: reason})
	}
}

// languageChoice answers a language's name, typed or tapped.
func (t *turn) languageChoice() bool {
	tag := t.match.Language
	if rest, ok := strings.CutPrefix(t.ev.Message.Choice, prefixLanguage); ok {
		tag = rest
	} else if t.match.Intent != "language" {
		return false
	}
	if tag == "" {
		return false
	}
	said := t.text("language.missing", map[string]any{"Languages": t.languageNames()})
	if t.speaks(tag) {
		t.h.Language, t.h.Chosen = tag, true
		t.line(Line{Type: LineLanguage, Outcome: tag})
		said = t.text("language.done", nil)
	}
	if q := t.h.Question; q != nil && t.h.Language == tag {
		t.reask(q)
		return true
	}
	t.say(KindService, said)
	p := t.brand.Serving()
	if !t.allowed(p) {
		t.askOrRemind(p)
		return true
	}
	if !t.handed() {
		t.menu("")
	}
	return true
}

// reask shows the open question in the language just chosen.
func (t *turn) reask(q *Question) {
	p, ok := t.brand.Purpose(q.Purpose)
	if !ok {
		return
	}
	switch q.Kind {
	case QuestionConfirm:
		t.repeatConfirm(p)
	case QuestionAge:
		t.askAge(p, "")
	case QuestionNumber:
		t.askNumber()
	case QuestionWard:
		if q.Act1 == nil {
			t.askGuardian("guardian.ask", "guardian.yes", "consent.no")
			return
		}
		t.askGuardian("guardian.confirm", "consent.confirm", "consent.cancel").Act1 = q.Act1
	case QuestionUnsure:
		t.closeQuestion()
		t.askUnclear()
	case QuestionKeep:
		t.question(p, q.Kind, t.text("consent.revoked", t.with("Purpose", t.purposeName(p))))
	default:
		t.question(p, q.Kind, t.questionBody(p, q.Kind, ""))
	}
}

// listRows is how many rows WhatsApp shows in a list.
const listRows = 10

// languageMenu offers the languages. More than three become a list, whose
// button must be understood by who does not read the language of the moment.
// What has no row there is named above it: a name can be typed as well.
func (t *turn) languageMenu() {
	body := t.text("language.ask", nil)
	choices := make([]Choice, 0, listRows)
	for _, l := range t.brand.Languages[:min(len(t.brand.Languages), listRows)] {
		choices = append(choices, Choice{ID: prefixLanguage + l, Label: Text(t.languageName(l))})
	}
	if len(t.brand.Languages) > listRows {
		body += "\n\n" + t.languageNames()
	}
	t.parts = append(t.parts, part{kind: KindNotice, purpose: t.brand.Serving().ID, content: Outgoing{
		Body: Text(body), Choices: choices, ListLabel: Text(t.text("language.button", nil))}})
}

// languageName is what a language calls itself.
func (t *turn) languageName(tag string) string { return t.env.Texts.Text(tag, "language.self", nil) }

// languageNames are those of the brand's languages.
func (t *turn) languageNames() string {
	var all []string
	for _, l := range t.brand.Languages {
		all = append(all, t.languageName(l))
	}
	return strings.Join(all, ", ")
}
