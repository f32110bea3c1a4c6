package bot

import (
	"strconv"
	"strings"
	"time"

	"aval/flows"
	"aval/flows/words"
)

// business lets the brand's own flows talk. Nothing reaches it without a
// basis, and nothing it returns can change a consent: a flow can only ask the
// house to ask.
func (t *turn) business(m Message) {
	if m.Kind == MessageOther || m.Kind == MessageForm {
		t.unknownKind()
		return
	}
	if f := t.entered(m); f != nil {
		t.start(f)
		return
	}
	if id, ok := strings.CutPrefix(m.Choice, prefixMenu); ok {
		if f := t.flows.Latest(id); f != nil {
			t.start(f)
			return
		}
		t.h.Flow = flows.Position{}
		t.menu("")
		return
	}
	if t.inFlow() && t.step(t.input(m)) {
		return
	}
	if id := t.intent(string(m.Body)); id != "" {
		t.start(t.flows.Latest(id))
		return
	}
	// A wait, or a call that is under way, goes on while somebody says something
	// else: only a question is over when they turn to something else.
	if t.h.Flow.Waiting == flows.WaitAnswer || t.h.Flow.Waiting == flows.WaitConsent {
		t.h.Flow = flows.Position{}
	}
	if row, ok := t.typedRow(string(m.Body)); ok {
		t.row(m, row)
		return
	}
	t.unknownWords(m)
}

// typedRow reads a number as a row of the menu: where a list cannot be shown it
// arrives as numbered text, and people count anyway.
func (t *turn) typedRow(body string) (Choice, bool) {
	rows := t.menuRows()
	n, err := strconv.Atoi(strings.TrimSpace(body))
	if err != nil || n < 1 || n > len(rows) {
		return Choice{}, false
	}
	return rows[n-1], true
}

// row does what a tap on a row of the menu does.
func (t *turn) row(m Message, row Choice) {
	m.Choice = row.ID
	t.ev.Message = &m
	if t.privacy() || t.human() {
		return
	}
	t.start(t.flows.Latest(strings.TrimPrefix(row.ID, prefixMenu)))
}

// unknownKind is said at most every ten minutes (COR-1).
func (t *turn) unknownKind() {
	if !t.quiet("kind", courtesy) {
		t.say(KindService, t.text("unknown.kind", nil))
	}
}

// baffledMost is how many misunderstood messages in a row get the menu; after
// that it comes at most every ten minutes, so that two machines that talk to
// each other fall silent.
const baffledMost = 2

// unknownWords falls back to the menu.
func (t *turn) unknownWords(m Message) {
	if m.Kind == MessageMedia || m.Kind == MessageLocation || m.Kind == MessageContacts {
		t.unknownKind()
		return
	}
	if t.means(words.Greeting) || t.means(words.Menu) || t.means(words.Resume) {
		t.menu("")
		return
	}
	t.h.Baffled++
	if t.h.Baffled > baffledMost && t.quiet("baffled", courtesy) {
		return
	}
	t.menu(t.text("menu.fallback", nil))
}

// menu offers what the brand's bot can do. A person can always be reached.
func (t *turn) menu(body string) {
	if body == "" {
		t.h.Baffled = 0
		body = t.text("menu.body", t.names())
	}
	t.parts = append(t.parts, part{kind: KindService, purpose: t.brand.Serving().ID, content: Outgoing{
		Body: Text(body), Choices: t.menuRows(), ListLabel: Text(t.text("menu.button", nil))}})
}

// menuRows are the brand's flows and what the house always offers.
func (t *turn) menuRows() []Choice {
	choices := make([]Choice, 0, 10)
	human := false
	for _, id := range t.brand.Flows {
		f := t.flows.Latest(id)
		if f == nil || t.outOfReach(f) || len(choices) == 8 { // two rows are the house's
			continue
		}
		human = human || id == "talk-to-human"
		choices = append(choices, Choice{ID: prefixMenu + id,
			Label: Text(f.Title.Render(t.h.Language, nil, t.lookup)),
			Hint:  Text(f.Description.Render(t.h.Language, nil, t.lookup))})
	}
	if !human {
		choices = append(choices, Choice{ID: prefixMenu + "human", Label: Text(t.text("menu.human", nil))})
	}
	return append(choices, Choice{ID: prefixMenu + "privacy", Label: Text(t.text("menu.privacy", nil))})
}

func (t *turn) lookup(key string, data map[string]any) string { return t.text(key, data) }

// intent finds the flow that a message asks for: its whole text is one of the
// flow's keywords, or one of them stands in a short message, or a misspelt one.
func (t *turn) intent(body string) string {
	folded := Fold(body)
	if folded == "" {
		return ""
	}
	found, best := "", words.NoFit
	for _, id := range t.brand.Flows {
		if k := t.offer.keywords[t.flows.Latest(id)]; k != nil && k.Fit(folded) > best {
			found, best = id, k.Fit(folded)
		}
	}
	return found
}

// Fold makes what people type comparable to labels and keywords.
func Fold(s string) string { return words.Normalise(s).Plain }

func (t *turn) inFlow() bool {
	return t.h.Flow.Waiting != "" && t.flows.Latest(t.h.Flow.Flow) != nil
}

// outOfReach reports whether a flow leads to a purpose that is nothing for the
// person's age.
func (t *turn) outOfReach(f *flows.Flow) bool {
	for _, p := range t.brand.Purposes {
		if t.h.barred(p) && t.flows.LeadsTo(f, p.ID) {
			return true
		}
	}
	return false
}

// start begins a flow.
func (t *turn) start(f *flows.Flow) {
	t.h.Baffled = 0
	if t.outOfReach(f) {
		t.menu("")
		return
	}
	in, known := t.world(flows.Input{}), t.known(f)
	t.trace(f, known)
	t.changes.Began = append(t.changes.Began, flows.Position{Flow: f.ID, Version: f.Version})
	pos, effects := t.flows.Start(f.ID, f.Version, flows.Start{
		Vars: known, Today: in.Today, Seed: in.Seed, Lang: in.Lang, Known: in.Known,
	})
	t.proceed(pos, effects)
}

// step gives an input to the flow and reports whether it did anything. Words
// that do not answer the flow's question but ask for another flow, or for the
// menu, are not its.
func (t *turn) step(in flows.Input) bool {
	was, in := t.h.Flow, t.world(in)
	asks := in.Kind == flows.InputText && (t.means(words.Menu) || t.intent(string(in.Text)) != "")
	if asks && !t.flows.Fits(was, in) {
		return false
	}
	pos, effects := t.flows.Step(was, in)
	if len(effects) > 0 {
		t.tread(in)
	}
	t.proceed(pos, effects)
	return len(effects) > 0
}

// world is an input with what flows may know beside it. The seed of splits
// rests on a secret and on a name that ends with the contact.
func (t *turn) world(in flows.Input) flows.Input {
	seed := t.env.Keys.Hash("split/" + t.h.Pseudonym)
	in.Lang, in.Fold, in.Seed, in.Known = t.h.Language, Fold, string(seed[:]), t.known
	in.Today = t.now.In(t.brand.Location).Format(time.DateOnly)
	return in
}

// proceed takes a flow's new position and does what it wants.
func (t *turn) proceed(pos flows.Position, effects []flows.Effect) {
	if pos.Flow != t.h.Flow.Flow || pos.State != t.h.Flow.State {
		t.h.Timer = nil // a wait goes on while somebody says something else
	}
	t.h.Flow = pos
	t.apply(effects)
}

// input turns a message into what a flow understands.
func (t *turn) input(m Message) flows.Input {
	in := flows.Input{Kind: flows.InputText, Text: flows.Answer(m.Body)}
	switch m.Kind {
	case MessageButton, MessageList:
		rest, ok := strings.CutPrefix(m.Choice, t.flowPrefix())
		if ok {
			in.Kind, in.ID = flows.InputChoice, rest
		}
	case MessageMedia:
		if m.Media != nil {
			in.Kind, in.Text, in.Media = flows.InputMedia, flows.Answer(m.Media.ID), m.Media.kind()
		}
	case MessageContacts:
		if m.Card != nil {
			in.Kind, in.Text = flows.InputContact, flows.Answer(m.Card.line())
		}
	case MessageLocation:
		if m.Place != nil {
			in.Kind, in.Text = flows.InputPlace, flows.Answer(m.Place.coordinates())
		}
	}
	return in
}

// flowPrefix binds a flow's buttons to the state that showed them: an old
// button of the same label is read as its label and nothing more.
func (t *turn) flowPrefix() string {
	return prefixFlow + t.h.Flow.Flow + "." + t.h.Flow.State + "."
}

// apply carries a flow's effects out, as far as deciding goes.
func (t *turn) apply(effects []flows.Effect) {
	for _, e := range effects {
		switch e := e.(type) {
		case flows.Say:
			t.sayFlow(e)
		case flows.Call:
			t.h.Call = &Call{ID: t.env.token(nonceLength), Endpoint: e.Endpoint, Params: e.Params, Wants: e.Save}
		case flows.Handover:
			t.queue("flow: " + e.Reason)
		case flows.AskConsent:
			t.askFromFlow(e)
		case flows.Schedule:
			t.h.Timer = &Timer{At: t.now.Add(e.After), State: e.State}
		case flows.Keep:
			if f := t.flows.Flow(e.Flow, e.Version); f != nil {
				t.keepFields(f, e.Vars)
			}
		case flows.Done:
			t.arriveAtEnd()
			t.h.Flow = flows.Position{}
		}
	}
}

// sayFlow renders one message of a flow.
func (t *turn) sayFlow(e flows.Say) {
	vars := e.Vars
	render := func(x flows.Text) Text { return Text(x.Render(t.h.Language, vars, t.lookup)) }
	out := Outgoing{Body: render(e.Text), ListLabel: render(e.Open)}
	for _, c := range e.Choices {
		out.Choices = append(out.Choices, Choice{ID: t.flowPrefix() + c.ID, Label: render(c.Label), Hint: render(c.Hint)})
	}
	if e.Link != nil {
		out.Link = &Link{Label: render(e.Link.Label), URL: e.Link.URL}
	}
	if e.Document != nil {
		out.Document = &Document{URL: e.Document.URL, Name: e.Document.Name}
	}
	if e.Template != nil {
		out.Template = &TemplateUse{Name: e.Template.Name, Language: t.h.Language}
		for _, p := range e.Template.Params {
			out.Template.Params = append(out.Template.Params, Text(p))
		}
	}
	purpose := e.Purpose
	if purpose == "" {
		purpose = t.brand.Serving().ID
	}
	t.parts = append(t.parts, part{kind: t.kindOf(purpose), purpose: purpose, content: out, personal: len(vars) > 0})
}

// kindOf is the kind a purpose's messages have in the gate's table.
func (t *turn) kindOf(purpose string) Kind {
	p, _ := t.brand.Purpose(purpose)
	switch p.Kind {
	case Marketing, Profiling:
		return KindMarketing
	case Health:
		return KindHealth
	case Utility:
		return KindUtility
	}
	return KindService
}

// askFromFlow asks for consent because a flow wants it. What the flow said
// before stands above the question in the same message.
func (t *turn) askFromFlow(e flows.AskConsent) {
	p, ok := t.brand.Purpose(e.Purpose)
	if !ok {
		return
	}
	if !e.Wait {
		t.h.Flow = flows.Position{}
	}
	k := t.h.consent(p.ID)
	switch {
	case t.allowed(p):
		t.say(KindService, t.text("consent.already", t.with("Purpose", t.purposeName(p))))
		t.consentResult("given")
	case k.State == flows.Stale:
		t.ask(p, QuestionRenew, "")
	case flows.Open(k.State) && t.h.Question != nil && t.h.Question.Purpose == p.ID:
		t.reask(t.h.Question)
	case t.now.Before(k.Next) && !t.invited():
		t.consentResult("refused") // they said no, or later: only they may bring it up again
	default:
		if flows.Open(k.State) {
			t.move(p, flows.Expire, "asked anew")
		}
		t.ask(p, QuestionAsk, "")
	}
}

// invited: what led here is the person's own tap or yes, and not an answer
// about something else, a call or the clock.
func (t *turn) invited() bool {
	return t.ev.Kind == EventMessage && (t.ev.Message.Choice != "" || t.means(words.Yes))
}

// consentResult tells a flow that waits for it how its question ended.
func (t *turn) consentResult(outcome string) {
	if t.inFlow() {
		t.step(flows.Input{Kind: flows.InputConsent, Outcome: outcome})
	}
}

// Timer brings a flow on when the person says nothing.
type Timer struct {
	At    time.Time
	State string
}
