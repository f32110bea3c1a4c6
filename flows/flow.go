// Package flows decides and does nothing else: pure finite-state machines for
// consent and the other regions of a contact, and the conversations that
// marketers write.
//
// A marketer's flow is a YAML file of states: what each says, what it expects,
// where each answer leads. Parse reads one file, Load a folder, and both give
// every fault at once with its place; a file of an older format is read as it
// is, and Migrate rewrites it. A Library holds all versions of all flows and
// runs them: from a stored position and one input to the next position and the
// effects, which the caller commits together before acting on any. No clock,
// no randomness and no I/O come near; the same arguments give the same result
// for ever, which is why a Recording without anybody's words can be played
// again on a draft.
package flows

import (
	"regexp"
	"sort"
	"strconv"
	"time"
)

// Limits of a flow file. They keep a file readable and every message within
// what WhatsApp takes; Parse and Lint name the limit that was passed.
const (
	maxFile      = 256 << 10 // bytes; a hundred wordy states in five languages need half
	maxStates    = 100
	maxChoices   = 10 // rows in a WhatsApp list
	maxButtons   = 3  // WhatsApp's reply buttons
	maxRoutes    = 30 // lines of one next
	maxFields    = 50
	maxKeywords  = 30 // per language, and per choice
	maxTries     = 5
	maxWays      = 10 // of a split
	maxDepth     = 5  // flows that run as parts of one another, the outermost included
	maxName      = 40 // characters of an id: with the bot's prefix below WhatsApp's 200
	maxHops      = 20 // states passed in one turn without waiting
	maxPattern   = 200
	maxAnswer    = 1000
	defaultField = 120 // characters of a text field that names no max
	defaultTries = 3   // two misfits are asked again, the third gets a person
	nameCap      = 40  // characters of a name in a template
)

// WhatsApp's limits on what a person sees, in UTF-16 units. Meta does not say
// which unit it counts; this one is never smaller than characters.
const (
	limitBody        = 4096
	limitButtonsBody = 1024 // with reply buttons, a link or a document
	limitButton      = 20
	limitRow         = 24
	limitHint        = 72
)

// maxDelay bounds keep, wait and timeout: five years and one day, beyond any
// retention period that a chat can justify.
const maxDelay = (5*366 + 1) * 24 * time.Hour

// Flow is a conversation that a marketer wrote: one version of one file,
// checked and ready to run. It is never changed after Parse, so any number of
// goroutines may step through it. The exported fields are for reading.
type Flow struct {
	ID      string
	Version int
	// Purpose covers what the flow says wherever a state names no other.
	Purpose string
	// Title and Description are its row in the menu.
	Title, Description Text
	// Entry is what begins the flow beside its row in the menu.
	Entry Entry
	// Fields are all that the flow may ask, keep or show.
	Fields map[string]Field

	file   string
	at     spots
	start  target
	human  bool // the author relies on the house's word for a person
	sound  bool // parsed without a fault
	states map[string]*state
	order  []*state
	asked  []string // fields that conditions read
}

// Entry is what begins a flow. Each word begins one flow of all.
type Entry struct {
	// Keywords start the flow when a message is nothing but one of them, by
	// language.
	Keywords map[string][]string
	// Links are words that the text of a wa.me link carries as "#word",
	// anywhere in a first message.
	Links []string
	// Buttons are payloads of the quick replies of message templates.
	Buttons []string
	// Ads are the source ids that Meta gives in a referral.
	Ads []string
}

// Field is one thing a flow remembers.
type Field struct {
	Purpose string
	// Type is text, number, date, email, choice, media, place or contact.
	Type string
	// Keep is how long the value may stay once the flow has ended; zero means
	// that it goes with the end of the flow.
	Keep time.Duration
	// Max is the most characters the value can have, whoever it came from.
	Max int
	// Label is what the person reads where the value is shown for correction;
	// a field that is kept has one.
	Label Text

	at       spot
	label    phrase
	safe     bool       // a name that is cleaned before it enters a template
	patterns []*pattern // what every step that asks for it demands, if all do
}

// The types of a field.
const (
	typeText    = "text"
	typeNumber  = "number"
	typeDate    = "date"
	typeEmail   = "email"
	typeChoice  = "choice"
	typeMedia   = "media"
	typePlace   = "place"
	typeContact = "contact"
)

// What a state can expect, beside the types of a field.
const (
	expectNothing = "nothing"
	expectButtons = "buttons"
	expectList    = "list"
	expectPattern = "pattern"
)

// spot is a place in a file, both counted from 1.
type spot struct{ line, column int }

// spots remembers where the parts of a flow or a field stood, by their name.
type spots map[string]spot

// target is the name of a state as some line of the file wrote it.
type target struct {
	name string
	at   spot
}

// phrase is a Text with the places of its languages.
type phrase struct {
	Text
	at    spot
	langs spots
}

// state is one step of the conversation. It does exactly one of: expect an
// answer, call, ask consent, run another flow, split, hand over, wait, go on,
// end.
type state struct {
	name    string
	number  int // position in the file, from 1
	at      spot
	purpose target
	say     phrase
	again   []phrase // for the second try and, if there are two, the third
	open    phrase   // label of the button that opens a list
	expect  string
	choices []choice
	kinds   []string // of media
	pattern *pattern
	save    target
	min     *float64
	max     *float64
	routes  []route
	tries   int
	giveUp  target
	set     []setting
	call    *endpointCall
	consent *consentStep
	run     *runPart
	split   *splitPart
	hand    target // reason of a handover
	later   *timer
	link    *linkPart
	doc     *documentPart
	form    *templatePart
	end     bool
	machine Machine // the ways out of this state alone
}

type choice struct {
	id          string
	at          spot
	label, hint phrase
	words       map[string][]target
}

// pattern is the form of an order number and the like.
type pattern struct {
	source, example string
	whole           *regexp.Regexp
}

type route struct {
	at        spot
	answer    target
	when      *condition
	otherwise bool
	to        target
	event     string
}

type setting struct {
	field target
	value string
}

type endpointCall struct {
	endpoint             target
	send                 map[string]target // parameter -> field
	save                 map[string]target // field -> path in the result
	ok, failed, notFound target
}

type consentStep struct {
	purpose        target
	given, refused target
}

// runPart runs another flow as a part of this one.
type runPart struct {
	at   spot
	flow target
	give map[string]target // its field -> ours
	take map[string]target // our field -> its
	done target
}

// splitPart sends a share of the people each way, always the same person the
// same way.
type splitPart struct {
	name string
	ways []way
}

type way struct {
	share int
	to    target
}

// timer is a pure wait, or in a state that asks the end of its patience.
type timer struct {
	at    spot
	after time.Duration
	to    target
}

type linkPart struct {
	label phrase
	url   string
}

type documentPart struct{ url, name string }

type templatePart struct {
	name   target
	params []target
	orElse phrase // what stands for a name that is missing or is none
}

// edge is one way out of a state.
type edge struct {
	event string
	to    target
}

// The events that are not answers.
const (
	eventOK       = "ok"
	eventFailed   = "failed"
	eventNotFound = "not_found"
	eventGiven    = "given"
	eventRefused  = "refused"
	eventTimer    = "timer"
	eventGiveUp   = "give_up"
	eventDone     = "done"
	eventWay      = "way:" // and its number
)

// edges lists every way out of a state, in the order of the file. It is the
// one place that knows them: the compiler, the reference check and the linter
// all ask here.
func (s *state) edges() []edge {
	var out []edge
	for _, r := range s.routes {
		out = append(out, edge{r.event, r.to})
	}
	add := func(event string, to target) {
		if to.name != "" {
			out = append(out, edge{event, to})
		}
	}
	if s.call != nil {
		add(eventOK, s.call.ok)
		add(eventFailed, s.call.failed)
		add(eventNotFound, s.call.notFound)
	}
	if s.consent != nil {
		add(eventGiven, s.consent.given)
		add(eventRefused, s.consent.refused)
	}
	if s.run != nil {
		add(eventDone, s.run.done)
	}
	if s.split != nil {
		for i, w := range s.split.ways {
			add(eventWay+strconv.Itoa(i+1), w.to)
		}
	}
	if s.later != nil {
		add(eventTimer, s.later.to)
	}
	add(eventGiveUp, s.giveUp)
	return out
}

// asks reports whether the state waits for something the person sends.
func (s *state) asks() bool { return s.expect != "" && s.expect != expectNothing }

// final reports whether the flow is over in this state.
func (s *state) final() bool { return s.end || s.hand.name != "" }

// instant reports whether the state is left in the same turn, if not by the
// flow it runs.
func (s *state) instant() bool {
	return !s.asks() && !s.final() && s.call == nil && s.consent == nil && s.later == nil
}

// speaks reports whether entering the state sends a message.
func (s *state) speaks() bool { return !s.say.empty() || s.form != nil }

// purposeOf is the purpose of what a state says and does.
func (f *Flow) purposeOf(s *state) string {
	if s.purpose.name != "" {
		return s.purpose.name
	}
	return f.Purpose
}

func (s *state) choice(id string) (choice, bool) {
	for _, c := range s.choices {
		if c.id == id {
			return c, true
		}
	}
	return choice{}, false
}

// names returns the keys of a map in order, so that faults come out the same
// every time.
func names[V any](m map[string]V) []string {
	out := make([]string, 0, len(m))
	for k := range m {
		out = append(out, k)
	}
	sort.Strings(out)
	return out
}
