package simulator

import (
	"context"
	"fmt"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"
)

// tape records what is done on the page as a scenario: acts, and what the
// phones showed after each. An act is over when both sides have come to rest,
// as in the tests that play the file; until then the next one waits.
type tape struct {
	running atomic.Bool

	mu    sync.Mutex // held while an act is under way
	lines []string
	cast  []*role // in the order of their appearance
	// heard and wrote count what was on each phone when the recording began;
	// who is not in there had an empty one.
	base  map[*account]mark
	ended time.Time // at Meta, of the last act
}

// role is a person in a recording.
type role struct {
	name  string
	phone *Person
	heard int // messages of the business that are in the recording, or were before
}

// mark is a place in a phone's history.
type mark struct{ heard, wrote int }

// restWithin bounds how long an act may take to come to rest.
const restWithin = 10 * time.Second

// quietSpell is how much time may pass between two acts without a line.
const quietSpell = 5 * time.Minute

const tapeHead = `# Recorded on the phones page. To hold the states and the ledger too, delete the
# line below and run: go test -run TestScenarios . -update

only the phones are compared
`

// recording is the state of the recorder as the page shows it.
type recording struct {
	On   bool   `json:"on"`
	Text string `json:"text"`
}

func (s *Sim) getRecord(w http.ResponseWriter, _ *http.Request) {
	s.tape.mu.Lock()
	defer s.tape.mu.Unlock()
	writeJSON(w, http.StatusOK, s.tape.state())
}

// putRecord starts a new recording or ends the one that runs.
func (s *Sim) putRecord(w http.ResponseWriter, r *http.Request) {
	var change struct {
		On bool `json:"on"`
	}
	if err := readJSON(w, r, &change); err != nil {
		badRequest(w, err)
		return
	}
	t := &s.tape
	t.mu.Lock()
	defer t.mu.Unlock()
	if change.On {
		_ = s.rest(r.Context()) // what is still under way is not part of it
		t.start(s)
	} else if t.running.Load() {
		s.passed()
	}
	t.running.Store(change.On)
	s.hub.publish("record", t.state())
	writeJSON(w, http.StatusOK, t.state())
}

// state is called with the lock held.
func (t *tape) state() recording {
	if t.lines == nil {
		return recording{On: t.running.Load()}
	}
	return recording{On: t.running.Load(), Text: tapeHead + strings.Join(t.lines, "\n") + "\n"}
}

func (t *tape) start(s *Sim) {
	t.lines, t.cast, t.base, t.ended = []string{}, nil, map[*account]mark{}, s.Now()
	for _, a := range s.people.all() {
		t.base[a] = (&Person{sim: s, acct: a}).mark()
	}
}

func (p *Person) mark() mark {
	all := p.Transcript()
	heard := len(p.Inbox())
	return mark{heard, len(all) - heard}
}

// taped does something that people do. When a recording runs it waits for what
// follows and writes both down; what fails is not written.
func (s *Sim) taped(ctx context.Context, p *Person, a action) (string, error) {
	t := &s.tape
	if !t.running.Load() {
		return p.do(a)
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	s.passed()
	who := t.role(p)
	words := t.words(who, a)
	id, err := p.do(a)
	if err == nil && words != "" {
		s.written(ctx, words)
	}
	return id, err
}

// tapedChange is taped for what Meta does: the clock and the faults.
func (s *Sim) tapedChange(ctx context.Context, do func(), words ...string) {
	t := &s.tape
	if !t.running.Load() {
		do()
		return
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	s.passed()
	do()
	for _, w := range words {
		s.written(ctx, w)
	}
}

// written writes an act and what followed from it. The tape is locked.
func (s *Sim) written(ctx context.Context, words string) {
	t := &s.tape
	err := s.rest(ctx)
	if err != nil {
		t.lines = append(t.lines, "", "# Not at rest in time: something may be missing below.")
	}
	t.lines = append(t.lines, words)
	if !strings.HasPrefix(words, "#") {
		t.lines = append(t.lines, t.said()...)
	}
	t.ended = s.Now()
	s.hub.publish("record", t.state())
}

// passed writes down that time has gone by, if it was long or something came.
func (s *Sim) passed() {
	t := &s.tape
	gap := s.Now().Sub(t.ended).Round(time.Second)
	came := slices.ContainsFunc(t.cast, func(r *role) bool { return len(r.phone.Inbox()) > r.heard })
	if gap >= quietSpell || came {
		t.lines = append(t.lines, "pass "+spell(max(gap, time.Second)))
		t.lines = append(t.lines, t.said()...)
	}
	t.ended = s.Now()
}

// spell writes a duration without the parts that are nothing.
func spell(d time.Duration) string {
	text := strings.TrimSuffix(d.String(), "m0s")
	if len(text) < len(d.String()) {
		text += "m"
	}
	if short := strings.TrimSuffix(text, "h0m"); len(short) < len(text) {
		return short + "h"
	}
	return text
}

// said is what the phones have shown since it was last asked.
func (t *tape) said() []string {
	var out []string
	for _, r := range t.cast {
		inbox := r.phone.Inbox()
		for _, m := range inbox[r.heard:] {
			out = append(out, anyDate.ReplaceAllString(Abridged(Spoken(r.name, m)), "…"))
		}
		r.heard = len(inbox)
	}
	if out == nil {
		return []string{"bot: says nothing"}
	}
	return out
}

// rest waits until every update was delivered and the business has nothing
// left to do.
func (s *Sim) rest(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, restWithin)
	defer cancel()
	for quiet := 0; quiet < 3; {
		if err := s.Drain(ctx); err != nil {
			return err
		}
		if s.cfg.Idle == nil || s.cfg.Idle(ctx) {
			quiet++
			continue
		}
		quiet = 0
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(5 * time.Millisecond):
		}
	}
	return nil
}

// role finds a person in the recording, or lets them enter it.
func (t *tape) role(p *Person) *role {
	for _, r := range t.cast {
		if r.phone.acct == p.acct {
			return r
		}
	}
	who := p.Profile()
	r := &role{name: t.stageName(who.Key), phone: p, heard: len(p.Inbox())}
	t.cast = append(t.cast, r)
	if t.base[p.acct] != (mark{}) {
		t.lines = append(t.lines, "", "# "+r.name+` had a conversation before this recording: begin with a "given" line.`)
	}
	if !isDemo(who, r.name) {
		t.lines = append(t.lines, fmt.Sprintf("person %s: phone %s, id %s", r.name, orText(who.Phone, "none"), orText(who.BSUID, "none")))
	}
	if who.Hidden {
		t.lines = append(t.lines, r.name+" hides the number", "bot: says nothing")
	}
	return r
}

// isDemo reports whether the tests know this person as they are here.
func isDemo(who Profile, name string) bool {
	return slices.ContainsFunc(demoPeople(), func(d Profile) bool {
		return d.Key == name && d.Phone == who.Phone && d.BSUID == who.BSUID
	})
}

var notName = regexp.MustCompile(`[^A-Za-z0-9]`)

// stageName is the person's key as scenarios can write it, and nobody else's.
func (t *tape) stageName(key string) string {
	name := notName.ReplaceAllString(key, "")
	taken := strings.Fields("bot state ledger refused given meta the person pass at")
	for _, r := range t.cast {
		taken = append(taken, r.name)
	}
	for name == "" || slices.Contains(taken, name) {
		name += "x"
	}
	return name
}
