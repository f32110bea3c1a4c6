package flows

import (
	"slices"
	"strings"
)

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
	people := f.backward(l.handsOver)
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

// handsOver reports whether a step brings a person, itself or in the flow that
// it runs.
func (l *linter) handsOver(s *state) bool {
	if s.hand.name != "" {
		return true
	}
	part := l.part(s)
	return part != nil && slices.ContainsFunc(part.order, func(s *state) bool { return s.hand.name != "" })
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

// silent tells the ways that may be taken though the person says nothing: of
// steps that ask nothing, and of time running out. Consent counts among them,
// because the house may know the answer already.
func silent(s *state, e edge) bool { return !s.asks() || e.event == eventTimer }

// circles finds loops in which the person has no word: a flow that reminds for
// ever, or a server that never rests. Conditions are not trusted to break them.
func (l *linter) circles() {
	ahead := map[*state]map[*state]bool{} // what each step leads to in silence
	for _, s := range l.flow.order {
		ahead[s] = l.flow.forward(s, silent)
	}
	for _, s := range l.flow.order {
		for _, e := range s.edges() {
			to, ok := l.flow.states[e.to.name]
			if !ok || !silent(s, e) || !ahead[to][s] {
				continue
			}
			l.circular[l.flow] = true
			path := l.flow.circle(s, to)
			if slices.ContainsFunc(path, (*state).asks) {
				l.fault(s.at, "%s comes round for ever while the person says nothing: %s. Let the timeout lead to an end or a handover.",
					capital(s.label()), chain(path))
				return
			}
			l.fault(s.at, "%s runs in a circle without asking anything: %s. Add a step that expects an answer.",
				capital(s.label()), chain(path))
			return
		}
	}
	l.hops()
}

func chain(path []*state) string {
	words := make([]string, len(path))
	for i, s := range path {
		words[i] = s.name
	}
	return strings.Join(words, " → ")
}

// circle is the shortest loop from a step by way of another, for the reader.
func (f *Flow) circle(s, to *state) []*state {
	before := map[*state]*state{to: s}
	for queue := []*state{to}; before[s] == nil && len(queue) > 0; queue = queue[1:] {
		for _, e := range queue[0].edges() {
			next, ok := f.states[e.to.name]
			if ok && silent(queue[0], e) && before[next] == nil {
				before[next] = queue[0]
				queue = append(queue, next)
			}
		}
	}
	path := []*state{s}
	for at := before[s]; at != nil && at != s; at = before[at] {
		path = append(path, at)
	}
	path = append(path, s)
	slices.Reverse(path)
	return path
}

// hops finds chains of steps longer than one turn may pass, those of the flows
// that run as parts among them.
func (l *linter) hops() {
	for _, s := range l.flow.order {
		if s.instant() && l.chained(l.flow, s, 0) > maxHops {
			l.fault(s.at, "%s starts more than %d steps that ask nothing. Put several texts into one step.",
				capital(s.label()), maxHops)
			return
		}
	}
}

func (l *linter) chained(f *Flow, from *state, depth int) int {
	if n, known := l.chains[from]; known {
		return n
	}
	l.chains[from] = 0 // flows that run one another are a fault of their own
	count := 0
	for s := range f.forward(from, func(s *state, _ edge) bool { return s.instant() }) {
		count++
		if part := l.part(s); part != nil && depth < maxDepth && part.states[part.start.name] != nil {
			count += l.chained(part, part.states[part.start.name], depth+1)
		}
	}
	l.chains[from] = count
	return count
}

// part is the flow that a step runs, if there is one.
func (l *linter) part(s *state) *Flow {
	if s.run == nil {
		return nil
	}
	return l.byID[s.run.flow.name]
}
