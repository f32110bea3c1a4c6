package flows

import (
	"strconv"
	"time"
)

// freeWords is how long after a person's word a flow may still speak in free
// words. Meta's window is 24 hours; the last one is left to the way of the
// message and to clocks that differ.
const freeWords = 23 * time.Hour

// silence is the longest time that can have passed since the person's last
// word when a step is entered, and the step whose timer was the last to run.
type silence struct {
	since time.Duration
	timer *state
}

// window finds waits after which a flow speaks when WhatsApp no longer takes
// free words. It follows the ways that need no word of the person through all
// flows, into those that run as parts and back.
func (l *linter) window() {
	quiet := map[*state]silence{}
	steps := 1
	for _, f := range l.all {
		steps += len(f.order)
	}
	for range steps { // a circle, which is a fault of its own, ends here
		if !l.longer(quiet) {
			break
		}
	}
	told := map[*state]bool{}
	for _, f := range l.all {
		if l.circular[f] {
			continue
		}
		for _, s := range f.order {
			q := quiet[s]
			speaks := !s.say.empty() || s.consent != nil
			if !speaks || q.since <= freeWords || q.timer == nil || told[q.timer] {
				continue
			}
			told[q.timer] = true
			l.late(q, f, s)
		}
	}
}

func (l *linter) late(q silence, f *Flow, s *state) {
	step := s.label()
	for _, owner := range l.all {
		if owner.states[q.timer.name] != q.timer {
			continue
		}
		if l.flow = owner; owner != f {
			step += " of the flow '" + f.ID + "'"
		}
	}
	word := "wait"
	if q.timer.asks() {
		word = "timeout"
	}
	l.fault(q.timer.later.at, "After the %s of %s, %s may speak %s hours after the person's last word. WhatsApp takes free words for 24: "+
		"keep all waits on the way to 23 hours together, or let it lead to a step with a template alone.",
		word, q.timer.label(), step, strconv.Itoa(int((q.since+time.Hour-1)/time.Hour)))
}

// longer goes one step along all silent ways and reports whether any silence
// grew.
func (l *linter) longer(quiet map[*state]silence) bool {
	grown := false
	grow := func(to *state, q silence) {
		q.since = min(q.since, 2*maxDelay)
		if to != nil && q.since > quiet[to].since {
			quiet[to], grown = q, true
		}
	}
	for _, f := range l.all {
		for _, s := range f.order {
			q := quiet[s]
			part := l.part(s)
			if part != nil {
				grow(part.states[part.start.name], q)
				q = l.endOf(part, quiet, q)
			}
			for _, e := range s.edges() {
				switch {
				case e.event == eventTimer:
					grow(f.states[e.to.name], silence{quiet[s].since + s.later.after, s})
				case silent(s, e):
					grow(f.states[e.to.name], q)
				}
			}
		}
	}
	return grown
}

// endOf is the longest silence with which a part comes back.
func (l *linter) endOf(part *Flow, quiet map[*state]silence, q silence) silence {
	for _, s := range part.order {
		if s.end && quiet[s].since > q.since {
			q = quiet[s]
		}
	}
	return q
}
