package flows

import (
	"context"

	"github.com/looplab/fsm"
)

// compile turns the ways out of each state into the table of a looplab/fsm
// machine. That library takes a misspelt state, and the same event twice from
// one state, without a word; both are refused here, so that a machine that
// exists is right. It runs without Async and without events inside events: the
// one callback only collects effects. Each state has a table of its own,
// because making a machine costs as much as its table is long.
func (p *parser) compile() {
	f := p.flow
	for _, s := range f.order {
		var events fsm.Events
		seen := map[string]bool{}
		for _, e := range s.edges() {
			if _, ok := f.states[e.to.name]; !ok || seen[e.event] {
				p.fault(s.at, "%s has a way out that is unknown or stands twice: %s.", capital(s.label()), e.event)
				return
			}
			seen[e.event] = true
			events = append(events, on(e.event, e.to.name, s.name))
		}
		s.machine = Machine{
			name:      "flow " + f.ID,
			events:    events,
			callbacks: fsm.Callbacks{"after_event": enter},
		}
	}
}

// enter runs what stands in the state that an event leads to. It hangs on the
// event and not on the state, because a state that leads to itself speaks
// again and the library calls no enter_ callback then. The turn comes as the
// argument; nothing is captured, so one table serves everybody.
func enter(_ context.Context, e *fsm.Event) {
	if len(e.Args) == 0 {
		return
	}
	if t, ok := e.Args[0].(*turn); ok {
		t.enter(t.flow.states[e.Dst])
	}
}
