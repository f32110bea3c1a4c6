package flows

import "strings"

// graph checks the ways through a flow: every step can be reached, can end,
// can reach a person, and none runs in a circle without asking.
func (l *linter) graph() {
	f := l.flow
	if !f.sound {
		// Ways that could not be read look missing; one fault is enough.
		return
	}
	start := f.states[f.start.name]
	reached := f.forward(start, nil)
	ends := f.backward((*state).final)
	people := f.backward(func(s *state) bool { return s.hand.name != "" })
	for _, s := range f.order {
		if !reached[s] {
			l.fault(s.at, "%s is never reached. Lead to it from another step, or remove it.", capital(s.label()))
			continue
		}
		if !ends[s] {
			l.fault(s.at, "%s never comes to an end. Let one of its answers lead to 'end: true' or a handover.",
				capital(s.label()))
		}
		if !people[s] && !f.human && !s.final() {
			l.fault(s.at, "%s leads to no person. Add a way to a handover, or write 'human: house' at the top "+
				"to rely on the house's word for a person.", capital(s.label()))
		}
	}
	l.circles()
}

// forward returns the states that can be reached from one, along the ways
// that may be taken; a nil filter takes all.
func (f *Flow) forward(from *state, may func(*state, edge) bool) map[*state]bool {
	seen := map[*state]bool{from: true}
	queue := []*state{from}
	for len(queue) > 0 {
		s := queue[0]
		queue = queue[1:]
		for _, e := range s.edges() {
			to, ok := f.states[e.to.name]
			if !ok || seen[to] || may != nil && !may(s, e) {
				continue
			}
			seen[to] = true
			queue = append(queue, to)
		}
	}
	return seen
}

// backward returns the states from which one that is a goal can be reached.
func (f *Flow) backward(goal func(*state) bool) map[*state]bool {
	seen := map[*state]bool{}
	for grown := true; grown; {
		grown = false
		for _, s := range f.order {
			if !seen[s] && (goal(s) || f.leadsTo(s, seen)) {
				seen[s], grown = true, true
			}
		}
	}
	return seen
}

func (f *Flow) leadsTo(s *state, seen map[*state]bool) bool {
	for _, e := range s.edges() {
		if to, ok := f.states[e.to.name]; ok && seen[to] {
			return true
		}
	}
	return false
}

// circles finds loops in which nobody is asked anything: through steps that
// go on at once or call a system. Conditions are not trusted to break them.
func (l *linter) circles() {
	unasked := func(s *state, _ edge) bool { return s.instant() || s.call != nil }
	for _, s := range l.flow.order {
		if !s.instant() && s.call == nil {
			continue
		}
		for _, e := range s.edges() {
			to, ok := l.flow.states[e.to.name]
			if ok && l.flow.forward(to, unasked)[s] {
				l.fault(s.at, "%s runs in a circle without asking anything: %s. Add a step that expects an answer.",
					capital(s.label()), l.circle(s, to, unasked))
				return
			}
		}
	}
	l.hops(unasked)
}

// circle names the steps of a loop, for the reader.
func (l *linter) circle(s, to *state, may func(*state, edge) bool) string {
	path := []string{s.name}
	for at := to; at != s && len(path) < maxStates; {
		path = append(path, at.name)
		at = l.closer(at, s, may)
	}
	return strings.Join(append(path, s.name), " → ")
}

// closer is a next state on a way from at to goal.
func (l *linter) closer(at, goal *state, may func(*state, edge) bool) *state {
	for _, e := range at.edges() {
		to, ok := l.flow.states[e.to.name]
		if ok && may(at, e) && to != at && l.flow.forward(to, may)[goal] {
			return to
		}
	}
	return goal
}

// hops finds chains of steps longer than one turn may pass.
func (l *linter) hops(may func(*state, edge) bool) {
	for _, s := range l.flow.order {
		if s.instant() && len(l.flow.forward(s, may)) > maxHops {
			l.fault(s.at, "%s starts more than %d steps that ask nothing. Put several texts into one step.",
				capital(s.label()), maxHops)
			return
		}
	}
}
