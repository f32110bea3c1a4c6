package flows

import (
	"cmp"
	"maps"
	"strconv"
	"strings"
)

// Position is where one conversation stands in a flow. It is plain data, for
// the caller to seal and store.
type Position struct {
	Flow    string
	Version int
	// State always names a state of that flow and version.
	State string
	Vars  Vars
	// Tries counts the answers in a row that did not fit.
	Tries int
	// Waiting says for what: one of the Wait words, or "" once the flow is over.
	Waiting string
}

// What a flow waits for.
const (
	WaitAnswer  = "answer"
	WaitStuck   = "stuck" // an answer, after offering a person or the menu
	WaitCall    = "call"
	WaitConsent = "consent"
	WaitTimer   = "timer"
)

// Start is what a flow begins with: answers that are already known. Those of
// fields that the flow does not declare are left out.
type Start struct {
	Vars Vars
}

// Reasons of a Handover that no flow wrote.
const (
	reasonAsked = "asked_for_human"
	reasonLoop  = "flow_fault"
)

// Start enters the flow. The position and the effects are to be stored
// together, as those of Step are.
func (f *Flow) Start(p Start) (Position, []Effect) {
	t := f.turn(Position{Vars: p.Vars}, Input{})
	t.enter(f.states[f.start.name])
	t.settle()
	return t.pos, t.effects
}

// Step takes one input to the next position. It is a function of its
// arguments alone and leaves pos as it was. A position of another flow, of
// another version or in an unknown state begins this flow anew with the
// answers it had: nobody may be left without a reply by a mix-up of ours.
func (f *Flow) Step(pos Position, in Input) (Position, []Effect) {
	s, ok := f.states[pos.State]
	if !ok || pos.Flow != f.ID || pos.Version != f.Version {
		return f.Start(Start{Vars: pos.Vars})
	}
	t := f.turn(pos, in)
	if pos.Waiting == "" {
		return t.pos, nil
	}
	t.take(s)
	t.settle()
	return t.pos, t.effects
}

// turn is the work of one step.
type turn struct {
	flow    *Flow
	in      Input
	pos     Position
	effects []Effect
	ended   bool
}

func (f *Flow) turn(pos Position, in Input) *turn {
	pos.Flow, pos.Version = f.ID, f.Version
	kept := make(Vars, len(pos.Vars))
	for name, v := range pos.Vars {
		if field, ok := f.Fields[name]; ok {
			kept[name] = Answer(cut(string(v), field.Max))
		}
	}
	pos.Vars = kept
	return &turn{flow: f, in: in, pos: pos}
}

// take gives the input to the state it was for.
func (t *turn) take(s *state) {
	switch {
	case t.in.Kind == InputTimer:
		if s.later != nil && t.in.ID == s.name {
			t.fire(eventTimer)
		}
	case t.in.Kind == InputResult:
		t.result(s)
	case t.in.Kind == InputConsent:
		t.consented(s)
	case s.asks():
		t.answered(s)
	}
}

func (t *turn) result(s *state) {
	if s.call == nil {
		return
	}
	if t.in.Outcome != eventOK {
		t.fire(s.call.outcome(t.in.Outcome))
		return
	}
	for field, name := range s.call.save {
		t.keep(field, t.in.Fields[name.name])
	}
	t.fire(eventOK)
}

// outcome maps what an endpoint answered to a way out; what the flow does not
// tell apart has failed.
func (c *endpointCall) outcome(word string) string {
	if word == eventNotFound && c.notFound.name != "" {
		return eventNotFound
	}
	return eventFailed
}

// keep stores a value that a business system sent. One that does not fit its
// field is dropped, and with it the older value, which is no longer true.
func (t *turn) keep(name string, v Answer) {
	f := t.flow.Fields[name]
	text := strings.TrimSpace(strings.ToValidUTF8(string(v), ""))
	if f.Type == typeText {
		text = cut(text, f.Max)
	}
	if text == "" || !f.holds(text) {
		delete(t.pos.Vars, name)
		return
	}
	t.pos.Vars[name] = Answer(text)
}

func (t *turn) consented(s *state) {
	if s.consent == nil || s.consent.given.name == "" {
		return
	}
	if t.in.Outcome == eventGiven {
		t.fire(eventGiven)
		return
	}
	t.fire(eventRefused)
}

// answered judges what the person sent in a state that asks.
func (t *turn) answered(s *state) {
	if t.pos.Waiting == WaitStuck && t.house(s) {
		return
	}
	limit := maxAnswer
	if f, ok := t.flow.Fields[s.save.name]; ok {
		limit = f.Max
	}
	a, ok := s.answer(t.in, limit)
	if !ok {
		t.wrong(s)
		return
	}
	if s.save.name != "" {
		t.pos.Vars[s.save.name] = a
	}
	t.follow(s, a)
}

// house takes the answer to its own offer of a person or the menu. A typed
// number means that offer, unless the state itself asks for a number.
func (t *turn) house(s *state) bool {
	choice := t.in.ID
	if t.in.Kind == InputText && s.expect != typeNumber {
		choice = map[int]string{1: ChoiceHuman, 2: ChoiceMenu}[place(cut(string(t.in.Text), 8))]
	}
	switch choice {
	case ChoiceHuman:
		t.over(Handover{reasonAsked}, Done{})
	case ChoiceMenu:
		t.over(Done{Menu: true})
	default:
		return false
	}
	return true
}

// wrong says what was expected, and after some tries offers another way.
func (t *turn) wrong(s *state) {
	t.pos.Tries = min(t.pos.Tries, maxTries) + 1
	if t.pos.Tries < s.tries {
		again := t.flow.message(s, t.pos.Vars)
		again.Text, again.Template = s.again.Text, nil
		if s.again.empty() {
			again.Text = Text{Key: keyInput + s.kind()}
		}
		t.effects = append(t.effects, again)
		return
	}
	if s.giveUp.name != "" {
		t.fire(eventGiveUp)
		return
	}
	t.pos.Waiting = WaitStuck
	t.effects = append(t.effects, Say{
		Text: Text{Key: keyStuck},
		Choices: []Option{
			{ID: ChoiceHuman, Label: Text{Key: keyHuman}},
			{ID: ChoiceMenu, Label: Text{Key: keyMenu}},
		},
		Purpose: t.flow.purposeOf(s),
	})
}

// kind is the type of value that a state asks for.
func (s *state) kind() string {
	if s.expect == expectButtons || s.expect == expectList {
		return typeChoice
	}
	return s.expect
}

// follow takes the first line of next that fits.
func (t *turn) follow(s *state, a Answer) {
	for _, r := range s.routes {
		if r.answer.name != "" && r.answer.name != string(a) {
			continue
		}
		if t.all(r.when) {
			t.fire(r.event)
			return
		}
	}
	t.over(Handover{reasonLoop}, Done{})
}

func (t *turn) all(when []condition) bool {
	for _, c := range when {
		if !c.holds(t.pos.Vars[c.field.name], t.flow.Fields[c.field.name].Type) {
			return false
		}
	}
	return true
}

// holds compares. A field without a value meets only is_not and known: false.
func (c condition) holds(have Answer, kind string) bool {
	v := string(have)
	switch c.op {
	case opKnown:
		return strconv.FormatBool(v != "") == c.values[0]
	case opIsNot:
		return v == "" || compare(v, c.values[0], kind) != 0
	case opOver:
		return v != "" && compare(v, c.values[0], kind) > 0
	case opUnder:
		return v != "" && compare(v, c.values[0], kind) < 0
	}
	for _, want := range c.values {
		if v != "" && compare(v, want, kind) == 0 {
			return true
		}
	}
	return false
}

// compare orders two values; words that differ only in case are the same.
func compare(a, b, kind string) int {
	if kind == typeNumber {
		x, errX := strconv.ParseFloat(a, 64)
		y, errY := strconv.ParseFloat(b, 64)
		if errX == nil && errY == nil {
			return cmp.Compare(x, y)
		}
	}
	return strings.Compare(foldCase(a), foldCase(b))
}

// settle goes on through states that wait for nothing. The linter refuses
// loops without a question; the bound holds even for a flow it never saw.
func (t *turn) settle() {
	for range maxHops {
		s := t.flow.states[t.pos.State]
		if t.ended || t.pos.Waiting != "" || !s.instant() {
			return
		}
		t.follow(s, "")
	}
	if !t.ended && t.pos.Waiting == "" {
		t.over(Handover{reasonLoop}, Done{})
	}
}

// fire moves along an event. Its refusal would be a fault of ours, since the
// compiler checked the table; a person takes over then.
func (t *turn) fire(event string) {
	if _, err := t.flow.machine.Fire(t.pos.State, event, t); err != nil {
		t.over(Handover{reasonLoop}, Done{})
	}
}

func (t *turn) over(effects ...Effect) {
	t.effects = append(t.effects, effects...)
	t.pos.Waiting, t.pos.Tries, t.ended = "", 0, true
}

// enter does what stands in a state: remember, say, then act.
func (t *turn) enter(s *state) {
	t.pos.State, t.pos.Tries, t.pos.Waiting = s.name, 0, ""
	for _, set := range s.set {
		t.pos.Vars[set.field.name] = Answer(set.value)
	}
	if s.speaks() {
		t.effects = append(t.effects, t.flow.message(s, maps.Clone(t.pos.Vars)))
	}
	if s.later != nil {
		t.pos.Waiting = WaitTimer
		t.effects = append(t.effects, Schedule{s.later.after, s.name, t.flow.purposeOf(s)})
	}
	switch {
	case s.asks():
		t.pos.Waiting = WaitAnswer
	case s.call != nil:
		t.request(s)
	case s.consent != nil:
		t.askConsent(s)
	case s.hand.name != "":
		t.over(Handover{s.hand.name}, Done{})
	case s.end:
		t.over(Done{})
	}
}

func (t *turn) request(s *state) {
	t.pos.Waiting = WaitCall
	params := make(map[string]Answer, len(s.call.send))
	for name, field := range s.call.send {
		params[name] = t.pos.Vars[field.name]
	}
	var save []string
	for _, field := range names(s.call.save) {
		save = append(save, s.call.save[field].name)
	}
	t.effects = append(t.effects, Call{s.call.endpoint.name, params, save, t.flow.purposeOf(s)})
}

func (t *turn) askConsent(s *state) {
	if s.end {
		t.over(AskConsent{Purpose: s.consent.purpose.name}, Done{})
		return
	}
	t.pos.Waiting = WaitConsent
	t.effects = append(t.effects, AskConsent{Purpose: s.consent.purpose.name, Wait: true})
}

// message is what a state says.
func (f *Flow) message(s *state, vars Vars) Say {
	say := Say{Text: s.say.Text, List: s.expect == expectList, Purpose: f.purposeOf(s)}
	for _, c := range s.choices {
		say.Choices = append(say.Choices, Option{c.id, c.label.Text, c.hint.Text})
	}
	if say.List {
		say.Open = s.open.Text
		if s.open.empty() {
			say.Open = Text{Key: keyOpen}
		}
	}
	if s.link != nil {
		say.Link = &Link{s.link.label.Text, s.link.url}
	}
	if s.doc != nil {
		say.Document = &Document{s.doc.url, s.doc.name}
	}
	if s.form != nil {
		say.Template = &Template{Name: s.form.name}
		for _, p := range s.form.params {
			say.Template.Params = append(say.Template.Params, vars[p.name])
		}
	}
	return say
}
