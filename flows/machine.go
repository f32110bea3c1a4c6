package flows

import (
	"context"
	"errors"

	"github.com/looplab/fsm"
)

// Machine is one region of a contact's state: a closed table of states and
// events. It holds no state of its own; Fire takes a state and returns the
// next one, so one Machine serves every contact at once.
type Machine struct {
	name      string
	events    fsm.Events
	callbacks fsm.Callbacks
}

// Fire applies an event to a state. args reach the machine's guards. The
// state is unchanged when the error is not nil: a *GuardError says which
// condition was not met, any other error that the event does not apply here.
//
// A new fsm is made for each call: sharing one between goroutines mixes their
// states up, and making one costs less than sealing the result.
func (m Machine) Fire(state, event string, args ...any) (string, error) {
	f := fsm.NewFSM(state, m.events, m.callbacks)
	err := f.Event(context.Background(), event, args...)
	var same fsm.NoTransitionError
	if err == nil || errors.As(err, &same) && same.Err == nil {
		return f.Current(), nil
	}
	var canceled fsm.CanceledError
	if errors.As(err, &canceled) && canceled.Err != nil {
		return state, canceled.Err
	}
	return state, errors.New(m.name + ": " + event + " does not apply to " + state)
}

// Can reports whether the table has the event for the state; guards are not
// asked.
func (m Machine) Can(state, event string) bool {
	for _, e := range m.events {
		if e.Name != event {
			continue
		}
		for _, s := range e.Src {
			if s == state {
				return true
			}
		}
	}
	return false
}

// on is one line of a machine's table.
func on(event, to string, from ...string) fsm.EventDesc {
	return fsm.EventDesc{Name: event, Src: from, Dst: to}
}
