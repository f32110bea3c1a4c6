package flows

import (
	"crypto/sha256"
	"encoding/binary"
	"maps"
	"slices"
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
	// Waiting says for what: one of the Wait words, or "" once the
	// conversation is over.
	Waiting string
	// Outer are the flows that wait for this one to end because it runs as a
	// part of them, the outermost first. At most four.
	Outer []Frame
}

// Frame is where an outer flow waits for the one that it runs.
type Frame struct {
	Flow    string
	Version int
	State   string
	Vars    Vars
}

// What a flow waits for.
const (
	WaitAnswer  = "answer"
	WaitCall    = "call"
	WaitConsent = "consent"
	WaitTimer   = "timer"
)

// Reasons of a Handover that no flow wrote.
const (
	reasonMisfit = "not_understood"
	reasonFault  = "flow_fault"
)

// turn is the work of one step.
type turn struct {
	library *Library
	flow    *Flow
	in      Input
	pos     Position
	effects []Effect
	ended   bool
	shared  bool           // an effect holds pos.Vars, so they are copied before they change
	env     map[string]any // the answers as conditions read them
	tracing bool
	passed  []string // the states entered, while tracing
}

// begin enters a flow at its start; nil stands for one that is not there.
func (t *turn) begin(f *Flow, vars Vars) {
	t.pos = Position{}
	if f == nil {
		t.over(Handover{reasonFault}, Done{})
		return
	}
	t.stand(f, vars)
	t.enter(f.states[f.start.name])
	t.settle()
}

// step gives the input to the position.
func (t *turn) step() {
	f, s := t.library.stand(t.pos)
	if s == nil {
		id, vars := t.pos.Flow, t.pos.Vars
		if len(t.pos.Outer) > 0 {
			id, vars = t.pos.Outer[0].Flow, t.pos.Outer[0].Vars
		}
		t.begin(t.library.Latest(id), vars)
		return
	}
	t.stand(f, t.pos.Vars)
	if t.pos.Waiting == "" {
		return
	}
	t.take(s)
	t.settle()
}

// stand begins to work in a flow, with those answers that it declares.
func (t *turn) stand(f *Flow, vars Vars) {
	kept := make(Vars, len(vars))
	for name, v := range vars {
		if field, ok := f.Fields[name]; ok {
			kept[name] = Answer(cut(string(v), field.Max))
		}
	}
	t.flow, t.env, t.shared = f, nil, false
	t.pos.Flow, t.pos.Version, t.pos.Vars = f.ID, f.Version, kept
}

// set is the one way in which an answer changes.
func (t *turn) set(name string, v Answer) {
	if t.shared {
		t.pos.Vars, t.shared = maps.Clone(t.pos.Vars), false
	}
	t.env = nil
	if v == "" {
		delete(t.pos.Vars, name)
		return
	}
	t.pos.Vars[name] = v
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
	for field, path := range s.call.save {
		t.keep(field, t.in.Fields[path.name])
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

// keep stores a value that came from elsewhere. One that does not fit its
// field is dropped, and with it the older value, which is no longer true.
func (t *turn) keep(name string, v Answer) {
	f := t.flow.Fields[name]
	text := strings.TrimSpace(strings.ToValidUTF8(string(v), ""))
	if f.Type == typeText {
		text = cut(text, f.Max)
	}
	if !f.holds(text) {
		text = ""
	}
	t.set(name, Answer(text))
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

// limit is the most characters that an answer to a state can have.
func (f *Flow) limit(s *state) int {
	if field, ok := f.Fields[s.save.name]; ok {
		return field.Max
	}
	return maxAnswer
}

// answered judges what the person sent in a state that asks.
func (t *turn) answered(s *state) {
	a, ok := s.answer(t.in, t.flow.limit(s))
	if !ok {
		t.wrong(s)
		return
	}
	if s.save.name != "" {
		t.set(s.save.name, a)
	}
	t.follow(s, a)
}

// wrong asks again, and after some tries gives up.
func (t *turn) wrong(s *state) {
	t.pos.Tries = min(max(t.pos.Tries, 0), maxTries) + 1
	if t.pos.Tries < s.tries {
		again := t.message(s)
		again.Text, again.Template = s.reply(t.pos.Tries), nil
		t.effects = append(t.effects, again)
		t.schedule(s)
		return
	}
	if s.giveUp.name != "" {
		t.fire(eventGiveUp)
		return
	}
	t.leave(Handover{reasonMisfit}, Done{})
}

// reply is what a state says to a misfit, the first one being number one.
func (s *state) reply(misfit int) Text {
	if len(s.again) > 0 {
		return s.again[min(misfit, len(s.again))-1].Text
	}
	if s.pattern != nil {
		return Text{Key: keyInput + expectPattern, Example: s.pattern.example}
	}
	return Text{Key: keyInput + s.kind()}
}

// kind is the type of value that a state asks for.
func (s *state) kind() string {
	switch s.expect {
	case expectButtons, expectList:
		return typeChoice
	case expectPattern:
		return typeText
	}
	return s.expect
}

// follow takes the first line of next that fits.
func (t *turn) follow(s *state, a Answer) {
	for _, r := range s.routes {
		if r.answer.name != "" && r.answer.name != string(a) {
			continue
		}
		if r.when == nil || t.holds(r.when) {
			t.fire(r.event)
			return
		}
	}
	t.leave(Handover{reasonFault}, Done{})
}

// settle goes on through states that wait for nothing. The linter refuses
// loops without a question; the bound holds even for a flow it never saw.
func (t *turn) settle() {
	for range maxHops {
		if t.ended || t.pos.Waiting != "" {
			return
		}
		s := t.flow.states[t.pos.State]
		switch {
		case s.run != nil:
			t.into(s)
		case s.end:
			t.back()
		case s.split != nil:
			t.fire(s.split.way(t.in.Seed))
		default:
			t.follow(s, "")
		}
	}
	if !t.ended && t.pos.Waiting == "" {
		t.leave(Handover{reasonFault}, Done{})
	}
}

// way is the event of one person's way: seed and name decide, so that it is
// the same for ever, in every version that keeps the name.
func (p *splitPart) way(seed string) string {
	sum := sha256.Sum256([]byte("split/" + p.name + "/" + seed))
	// The shares are whole hundredths; the bias of 2^64 modulo 100 is nothing.
	place := int(binary.BigEndian.Uint64(sum[:8]) % 100)
	for i, w := range p.ways {
		if place -= w.share; place < 0 {
			return eventWay + strconv.Itoa(i+1)
		}
	}
	return eventWay + strconv.Itoa(len(p.ways))
}

// into begins the flow that a state runs, in the version published now.
func (t *turn) into(s *state) {
	part := t.library.Latest(s.run.flow.name)
	if part == nil || len(t.pos.Outer)+1 >= maxDepth {
		t.leave(Handover{reasonFault}, Done{})
		return
	}
	ours := t.pos.Vars
	t.pos.Outer = append(slices.Clip(t.pos.Outer), Frame{t.pos.Flow, t.pos.Version, t.pos.State, ours})
	var known Vars
	if t.in.Known != nil {
		known = t.in.Known(part)
	}
	t.stand(part, known)
	for theirs, mine := range s.run.give {
		t.keep(theirs, ours[mine.name])
	}
	t.enter(part.states[part.start.name])
}

// back returns from a flow that ended to the one that runs it.
func (t *turn) back() {
	last := len(t.pos.Outer) - 1
	frame, theirs := t.pos.Outer[last], t.pos.Vars
	t.keepFields(t.flow, theirs)
	t.pos.Outer = slices.Clip(t.pos.Outer[:last])
	f := t.library.Flow(frame.Flow, frame.Version)
	if f == nil || f.states[frame.State] == nil || f.states[frame.State].run == nil {
		t.leave(Handover{reasonFault}, Done{})
		return
	}
	t.stand(f, frame.Vars)
	t.pos.State = frame.State
	for mine, their := range f.states[frame.State].run.take {
		t.keep(mine, theirs[their.name])
	}
	t.fire(eventDone)
}

// fire moves along an event. Its refusal would be a fault of ours, since the
// compiler checked the table; a person takes over then.
func (t *turn) fire(event string) {
	if _, err := t.flow.states[t.pos.State].machine.Fire(t.pos.State, event, t); err != nil {
		t.leave(Handover{reasonFault}, Done{})
	}
}

// leave ends the whole conversation, and with it every flow that runs.
func (t *turn) leave(effects ...Effect) {
	t.keepFields(t.flow, t.pos.Vars)
	for i := len(t.pos.Outer) - 1; i >= 0; i-- {
		frame := t.pos.Outer[i]
		if f := t.library.Flow(frame.Flow, frame.Version); f != nil {
			t.keepFields(f, frame.Vars)
		}
	}
	t.pos.Outer = nil
	t.over(effects...)
}

func (t *turn) over(effects ...Effect) {
	t.effects = append(t.effects, effects...)
	t.pos.Waiting, t.pos.Tries, t.ended = "", 0, true
}

// keepFields hands over what may outlive a flow.
func (t *turn) keepFields(f *Flow, vars Vars) {
	for name := range vars {
		if f.Fields[name].Keep > 0 {
			t.effects = append(t.effects, Keep{f.ID, f.Version, vars})
			t.shared = true
			return
		}
	}
}

// enter does what stands in a state: remember, say, then act.
func (t *turn) enter(s *state) {
	t.pos.State, t.pos.Tries, t.pos.Waiting = s.name, 0, ""
	t.trace(s)
	for _, set := range s.set {
		t.set(set.field.name, Answer(set.value))
	}
	if s.speaks() {
		t.effects = append(t.effects, t.message(s))
	}
	t.schedule(s)
	switch {
	case s.asks():
		t.pos.Waiting = WaitAnswer
	case s.call != nil:
		t.request(s)
	case s.consent != nil:
		t.askConsent(s)
	case s.hand.name != "":
		t.leave(Handover{s.hand.name}, Done{})
	case s.end && len(t.pos.Outer) == 0:
		t.leave(Done{})
	}
}

// schedule sets the state's timer, anew after each misfit: whoever answers
// wrongly is still there.
func (t *turn) schedule(s *state) {
	if s.later == nil {
		return
	}
	if !s.asks() {
		t.pos.Waiting = WaitTimer
	}
	t.effects = append(t.effects, Schedule{s.later.after, s.name, t.flow.purposeOf(s)})
}

func (t *turn) request(s *state) {
	t.pos.Waiting = WaitCall
	params := make(map[string]Answer, len(s.call.send))
	for name, field := range s.call.send {
		params[name] = t.pos.Vars[field.name]
	}
	t.effects = append(t.effects, Call{s.call.endpoint.name, params, s.call.paths(), t.flow.purposeOf(s)})
}

// paths are what the flow wants of a result, each once.
func (c *endpointCall) paths() []string {
	var out []string
	for _, path := range c.save {
		out = append(out, path.name)
	}
	slices.Sort(out)
	return slices.Compact(out)
}

func (t *turn) askConsent(s *state) {
	if s.end {
		t.leave(AskConsent{Purpose: s.consent.purpose.name}, Done{})
		return
	}
	t.pos.Waiting = WaitConsent
	t.effects = append(t.effects, AskConsent{Purpose: s.consent.purpose.name, Wait: true})
}

// message is what a state says.
func (t *turn) message(s *state) Say {
	t.shared = true
	say := Say{Text: s.say.Text, Vars: t.pos.Vars, List: s.expect == expectList, Purpose: t.flow.purposeOf(s)}
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
		say.Template = t.template(s.form)
	}
	return say
}

// trace notes a state that is entered; one of a part stands with its flow.
func (t *turn) trace(s *state) {
	if !t.tracing {
		return
	}
	name := s.name
	if len(t.pos.Outer) > 0 {
		name = t.flow.ID + "/" + name
	}
	t.passed = append(t.passed, name)
}
