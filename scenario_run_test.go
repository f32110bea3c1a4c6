package main

import (
	"cmp"
	"encoding/json"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"aval/bot"
	"aval/internal/simulator"
)

// rehearsal is a scenario being played.
type rehearsal struct {
	world  *world
	before []func(*house) // changes to the house before it opens
	people map[string]*simulator.Person
	cast   []string // in the order of their appearance
	heard  map[string]int
	states map[string]regions
	got    [][]string
	ends   []time.Time
	silent bool // the act is a condition, its effects are not compared
	phones bool // states and the ledger are not compared
	// newcomers share their number with somebody else and are looked up by
	// their user id alone.
	newcomers map[string]bool
	// code is the last that an officer made; told is what officers were told
	// in this act.
	code string
	told []string
	shop chan string // what the shop's system was sent
}

// perform plays the scenes and returns what followed from each.
func perform(t *testing.T, scenes []scene) [][]string {
	r := &rehearsal{
		world: &world{t: t}, people: map[string]*simulator.Person{}, heard: map[string]int{}, states: map[string]regions{},
		newcomers: map[string]bool{},
	}
	for _, s := range scenes {
		r.silent = false
		if s.act != "" {
			r.do(s)
		}
		r.got = append(r.got, r.follows(s))
		r.ends = append(r.ends, r.now())
	}
	if r.world.sim == nil {
		t.Fatal("nobody does anything")
	}
	r.world.stop()
	r.account()
	if n := r.world.house.texts.Misses(); n != 0 {
		t.Errorf("%d sentences lacked a value or a translation", n)
	}
	if strings.Contains(r.world.log.String(), `"level":"ERROR"`) {
		t.Errorf("log:\n%s", r.world.log)
	}
	return r.got
}

func (r *rehearsal) now() time.Time {
	if r.world.sim == nil {
		return time.Time{}
	}
	return r.world.sim.Now()
}

// do finds what an act means and does it.
func (r *rehearsal) do(s scene) {
	r.world.t.Helper()
	text, hurried := strings.CutPrefix(s.act, "at once ")
	for _, a := range acts() {
		m := a.form.FindStringSubmatch(text)
		if m == nil {
			continue
		}
		if a.stage == nil {
			r.open()
			r.world.sim.Advance(time.Millisecond) // what the last act caused was before
			if !hurried {
				r.world.sim.Advance(pause)
			}
			a.play(r, m[1:])
			r.world.settle()
			return
		}
		if r.world.sim != nil {
			r.world.t.Fatalf("line %d: %q comes before everything else", s.line, s.act)
		}
		a.stage(r, m[1:])
		r.silent = true
		return
	}
	r.world.t.Fatalf("line %d: nobody knows how to %q", s.line, s.act)
}

// pause is how long people take between two acts. It is longer than Meta's six
// seconds between two messages to one person.
const pause = 10 * time.Second

// open starts the world at the first act. Its clock stands still but for the
// pauses, so that a slow machine plays the same scenario.
func (r *rehearsal) open() {
	if r.world.sim != nil {
		return
	}
	change := func(h *house) {
		for _, change := range r.before {
			change(h)
		}
	}
	r.world = newTunedWorld(r.world.t, change, func(meta *simulator.Config) {
		meta.Now = func() time.Time { return epoch }
	})
}

// follows collects messages and states that changed. Ledger lines are added at
// the end, when all of them are in the ledger.
func (r *rehearsal) follows(s scene) []string {
	if r.world.sim == nil || s.act == "" {
		return nil
	}
	said, changed := r.said(), []string{}
	if len(said) == 0 {
		said = append(said, "bot: says nothing")
	}
	for _, who := range r.cast {
		now := r.seen(who)
		if diff := now.changed(r.states[who]); diff != "" {
			changed = append(changed, "state "+who+": "+diff)
		}
		r.states[who] = now
	}
	if r.silent {
		return nil
	}
	said, r.told = append(said, r.told...), nil
	if r.phones {
		return said
	}
	return append(said, changed...)
}

func (r *rehearsal) said() []string {
	type heard struct {
		who string
		m   simulator.Message
	}
	var all []heard
	for _, who := range r.cast {
		inbox := r.people[who].Inbox()
		for _, m := range inbox[r.heard[who]:] {
			all = append(all, heard{who, m})
		}
		r.heard[who] = len(inbox)
	}
	slices.SortStableFunc(all, func(a, b heard) int { return a.m.At.Compare(b.m.At) })
	var out []string
	for _, h := range all {
		out = append(out, simulator.Spoken(h.who, h.m))
	}
	return out
}

// account adds the ledger lines to the acts that caused them. An act ends when
// both sides have come to rest, so times tell which.
func (r *rehearsal) account() {
	lines := make([][]string, len(r.got))
	for _, l := range inTurn(ledgerLines(r.world), r.ends) {
		if l.Actor == onlooker || l.Type == bot.LinePublished && !l.At.After(r.world.opened) {
			continue
		}
		i, _ := slices.BinarySearchFunc(r.ends, l.At, time.Time.Compare)
		if i == len(lines) {
			r.world.t.Errorf("after the last act: %s", recorded(l))
			continue
		}
		lines[i] = append(lines[i], recorded(l))
	}
	for i := range r.got {
		if len(lines[i]) > 0 && r.got[i] != nil && !r.phones {
			r.got[i] = append(r.got[i], "ledger: "+strings.Join(lines[i], ", "))
		}
	}
}

// inTurn puts the lines of an act that concerns several people in the order of
// the people: theirs are decided at the same time.
func inTurn(lines []bot.Line, ends []time.Time) []bot.Line {
	type turn struct {
		act     int
		subject string
	}
	order := map[turn]int{}
	of := func(l bot.Line) turn {
		act, _ := slices.BinarySearchFunc(ends, l.At, time.Time.Compare)
		return turn{act, l.Subject}
	}
	for i, l := range lines {
		if _, seen := order[of(l)]; !seen {
			order[of(l)] = i
		}
	}
	slices.SortStableFunc(lines, func(a, b bot.Line) int {
		x, y := of(a), of(b)
		return cmp.Or(cmp.Compare(x.act, y.act), cmp.Compare(order[x], order[y]))
	})
	return lines
}

// person finds somebody by name; whoever is named is watched from then on.
func (r *rehearsal) person(who string) *simulator.Person {
	if p := r.people[who]; p != nil {
		return p
	}
	return r.enter(who, r.world.sim.Person(who))
}

func (r *rehearsal) enter(who string, p *simulator.Person) *simulator.Person {
	r.people[who] = p
	r.cast = append(r.cast, who)
	r.heard[who] = len(p.Inbox())
	r.states[who] = r.seen(who)
	return p
}

// act is a form of words and what it means. A stage is set before the world
// opens.
type act struct {
	form  *regexp.Regexp
	play  func(*rehearsal, []string)
	stage func(*rehearsal, []string)
}

// acts are all that can be done in a scenario, the first form that fits counts.
func acts() []act {
	return slices.Concat(stages(), caseStages(), flowStages(), flowActs(), caseActs(), conditions(), pageActs(), writing(), tapping(), changing(), metas())
}

func when(form string, play func(*rehearsal, []string)) act {
	return act{form: regexp.MustCompile("^" + form + "$"), play: play}
}

func stage(form string, change func(*house)) act {
	return staged(form, func(r *rehearsal, _ []string) { r.before = append(r.before, change) })
}

// stages change the house before it opens.
func stages() []act {
	return []act{
		stage("the brand serves on contract", func(h *house) {
			h.config.Brands[0].Purposes[0].Basis = bot.BasisContract
		}),
		stage("the shop's system is down", func(h *house) {
			for name, e := range h.config.Brands[0].Endpoints {
				e.URL = "http://127.0.0.1:1/{number}" // nobody listens on port 1
				h.config.Brands[0].Endpoints[name] = e
			}
		}),
		stage("service needs one yes", func(h *house) { h.config.Brands[0].Purposes[0].DoubleOptIn = false }),
	}
}

// conditions bring people to where a scenario begins.
func conditions() []act {
	const name = `(\w+)`
	quiet := func(play func(*rehearsal, string)) func(*rehearsal, []string) {
		return func(r *rehearsal, m []string) {
			r.silent = true
			play(r, m[0])
		}
	}
	service := func(r *rehearsal, who string) {
		r.world.optIn(r.person(who), "oi")
	}
	marketing := func(r *rehearsal, who string) {
		p := r.person(who)
		service(r, who)
		r.world.sim.Advance(time.Minute)
		r.world.say(p, "ofertas")
		r.world.tap(p, "Sim, pergunte")
		r.world.tap(p, "Sim, aceito")
		r.world.tap(p, "Confirmo")
		r.world.sim.Advance(time.Minute)
	}
	return []act{
		when("given "+name+" has agreed to service", quiet(service)),
		when("given "+name+" has agreed to service and marketing", quiet(marketing)),
		when("given "+name+" has stopped", quiet(func(r *rehearsal, who string) {
			service(r, who)
			r.world.say(r.person(who), "PARAR")
		})),
		when(`person `+name+`: phone (\d+|none), id ([\w.]+|none)`, (*rehearsal).introduce),
		when(name+`'s number now belongs to `+name, func(r *rehearsal, m []string) {
			phone := r.person(m[0]).Profile().Phone
			r.newcomers[m[1]] = true
			r.enter(m[1], r.world.sim.Add(simulator.Profile{Key: m[1], Name: m[1], Phone: phone, BSUID: "US.7999" + phone}))
		}),
		when("pass (.+)", func(r *rehearsal, m []string) {
			r.world.sim.Advance(r.duration(m[0]))
		}),
		when(`given (\S+) have passed`, quiet(func(r *rehearsal, d string) { r.world.sim.Advance(r.duration(d)) })),
		when(`the server restarts`, func(r *rehearsal, _ []string) { r.restart() }),
		when(`the brand publishes notice (\d+), (material|cosmetic)(?:, about (\w+))?: (.*)`, (*rehearsal).publish),
	}
}

func (r *rehearsal) introduce(m []string) {
	p := simulator.Profile{Key: m[0], Name: m[0]}
	if m[1] != "none" {
		p.Phone = m[1]
	}
	if m[2] != "none" {
		p.BSUID = m[2]
	}
	r.enter(m[0], r.world.sim.Add(p))
	r.silent = true
}

// restart stops the server and opens it again on the same data.
func (r *rehearsal) restart() {
	r.world.stop()
	r.world.startServer()
}

// publish adds a version of the notice, which takes a restart.
func (r *rehearsal) publish(m []string) {
	version, err := strconv.Atoi(m[0])
	if err != nil {
		r.world.t.Fatal(err)
	}
	b := r.world.house.config.Brands[0]
	n := b.Notice()
	n.Version, n.Material, n.Since = version, m[1] == "material", r.now()
	n.Touches = nil
	if m[2] != "" {
		n.Touches = []string{m[2]}
	}
	n.Difference = map[string]string{"pt": m[3], "en": m[3], "es": m[3], "de": m[3]}
	b.Notices = append(slices.Clone(b.Notices), n)
	r.restart()
}

// duration reads 90s, 10m, 25h and 3d.
func (r *rehearsal) duration(s string) time.Duration {
	if days, ok := strings.CutSuffix(s, "d"); ok {
		n, err := strconv.Atoi(days)
		if err != nil {
			r.world.t.Fatal(err)
		}
		return time.Duration(n) * 24 * time.Hour
	}
	d, err := time.ParseDuration(s)
	if err != nil {
		r.world.t.Fatal(err)
	}
	return d
}

// writing is everything that has words.
func writing() []act {
	say := func(form string, write func(p *simulator.Person, text string)) act {
		return when(form+": (.*)", func(r *rehearsal, m []string) { write(r.person(m[0]), m[1]) })
	}
	return []act{
		say(`(\w+) forwards`, func(p *simulator.Person, s string) { p.Forward(s) }),
		say(`(\w+) in a group`, func(p *simulator.Person, s string) { p.Group(s) }),
		say(`(\w+) under a picture`, func(p *simulator.Person, s string) { p.Image(s) }),
		say(`(\w+) edits the last message`, func(p *simulator.Person, s string) { p.Edit(lastOwn(p), s) }),
		say(`(\w+) quotes the last message`, func(p *simulator.Person, s string) { p.Reply(s, lastHeard(p)) }),
		say(`(\w+) quotes an older message`, func(p *simulator.Person, s string) { p.Reply(s, p.Inbox()[0].ID) }),
		when(`(\w+) wrote (\S+) ago: (.*)`, func(r *rehearsal, m []string) {
			r.send(m[0], map[string]any{"type": "text", "text": map[string]any{"body": m[2]}, "timestamp": r.ago(m[1])})
		}),
		when(`(\w+) writes (\d+) times: (.*)`, func(r *rehearsal, m []string) {
			r.silent = true            // what is merged with what depends on how fast this machine is
			n, _ := strconv.Atoi(m[1]) // digits by the form
			for range n {
				r.person(m[0]).Text(m[2])
			}
		}),
		when(`(\w+) has got at most (\d+) messages`, func(r *rehearsal, m []string) {
			most, _ := strconv.Atoi(m[1]) // digits by the form
			if n := len(r.person(m[0]).Inbox()); n > most {
				r.world.t.Errorf("%s has got %d messages, %d are the most", m[0], n, most)
			}
		}),
		when(`(\w+) sends a voice note`, func(r *rehearsal, m []string) { r.person(m[0]).Voice() }),
		when(`(\w+) sends a place`, func(r *rehearsal, m []string) { r.person(m[0]).Location(-23.55, -46.63) }),
		when(`(\w+) sends a poll`, func(r *rehearsal, m []string) {
			r.send(m[0], map[string]any{"type": "poll", "poll": map[string]any{"name": "?"}})
		}),
		when(`(\w+) deletes the last message`, func(r *rehearsal, m []string) {
			r.person(m[0]).Revoke(lastOwn(r.person(m[0])))
		}),
		when(`(\w+) reacts (\S+)`, func(r *rehearsal, m []string) {
			r.person(m[0]).React(lastHeard(r.person(m[0])), m[1])
		}),
		when(`(\w+) calls`, func(r *rehearsal, m []string) { r.person(m[0]).Call() }),
		when(`(\w+): (.*)`, func(r *rehearsal, m []string) { r.person(m[0]).Text(m[1]) }),
	}
}

// ago is Meta's timestamp of a moment in the past.
func (r *rehearsal) ago(s string) string {
	return strconv.FormatInt(r.now().Add(-r.duration(s)).Unix(), 10)
}

// send delivers a message that the simulator's phones cannot make.
func (r *rehearsal) send(who string, message map[string]any) {
	raw, err := json.Marshal(message)
	if err != nil {
		r.world.t.Fatal(err)
	}
	if _, err := r.person(who).Send(string(raw)); err != nil {
		r.world.t.Fatal(err)
	}
}

func lastHeard(p *simulator.Person) string {
	inbox := p.Inbox()
	return inbox[len(inbox)-1].ID
}

func lastOwn(p *simulator.Person) string {
	id := ""
	for _, m := range p.Transcript() {
		if m.Mine {
			id = m.ID
		}
	}
	return id
}

// tapping is everything that is pressed, honestly or not.
func tapping() []act {
	return []act{
		when(`(\w+) taps (.+) of message (\d+)`, func(r *rehearsal, m []string) {
			n, _ := strconv.Atoi(m[2]) // digits by the form
			on, c := r.choice(m[0], m[1], n)
			if _, err := r.person(m[0]).TapOn(on.ID, c.ID); err != nil {
				r.world.t.Fatal(err)
			}
		}),
		when(`(\w+) taps (.+) that (\w+) was sent`, func(r *rehearsal, m []string) {
			_, c := r.choice(m[2], m[1], 0)
			r.press(m[0], c, lastHeard(r.person(m[0])), "0s")
		}),
		when(`(\w+) taps (.+) without context`, func(r *rehearsal, m []string) {
			_, c := r.choice(m[0], m[1], 0)
			r.press(m[0], c, "", "0s")
		}),
		when(`(\w+) taps (.+) as of (\S+) ago`, func(r *rehearsal, m []string) {
			on, c := r.choice(m[0], m[1], 0)
			r.press(m[0], c, on.ID, m[2])
		}),
		when(`(\w+) taps (.+)`, func(r *rehearsal, m []string) {
			p := r.person(m[0])
			if _, err := p.Tap(m[1]); err != nil {
				r.world.t.Fatalf("tap %q: %v; there is: %s", m[1], err, choices(r.world.last(p)))
			}
		}),
	}
}

// choice finds a button by its label: on the nth message, or on the newest
// that has it for 0.
func (r *rehearsal) choice(who, label string, n int) (simulator.Message, simulator.Choice) {
	inbox := r.person(who).Inbox()
	if n > 0 {
		inbox = inbox[n-1 : n]
	}
	for _, m := range slices.Backward(inbox) {
		for _, c := range m.Choices {
			if c.Label == label {
				return m, c
			}
		}
	}
	r.world.t.Fatalf("%s has no button %q", who, label)
	return simulator.Message{}, simulator.Choice{}
}

// press makes a tap with a context and a time of its own.
func (r *rehearsal) press(who string, c simulator.Choice, context, ago string) {
	message := map[string]any{
		"type": "interactive", "timestamp": r.ago(ago),
		"interactive": map[string]any{"type": "button_reply", "button_reply": map[string]any{"id": c.ID, "title": c.Label}},
	}
	if context != "" {
		message["context"] = map[string]any{"from": "15550001234", "id": context}
	}
	r.send(who, message)
}
