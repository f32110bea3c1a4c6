package flows

import (
	"slices"
	"strings"
)

// takes are the fields that a run fills when it is over.
func (s *state) takes() map[string]target {
	if s.run == nil {
		return nil
	}
	return s.run.take
}

// gives are the fields that a run fills in one other flow, with ours.
func (s *state) gives(to string) map[string]target {
	if s.run == nil || s.run.flow.name != to {
		return nil
	}
	return s.run.give
}

// parts checks the flows that run as parts of this one: that they are there,
// that fields go where they fit and may go, and that it ends.
func (l *linter) parts() {
	for _, s := range l.flow.order {
		if s.run == nil || s.run.flow.name == "" {
			continue
		}
		part := l.part(s)
		if part == nil {
			l.fault(s.run.flow.at, "%s runs the flow '%s', which there is not. %s",
				capital(s.label()), s.run.flow.name, didYouMean(s.run.flow.name, names(l.byID)))
			continue
		}
		for _, theirs := range names(s.run.give) {
			mine := s.run.give[theirs]
			l.handed(s, target{mine.name, mine.at}, l.flow, handTo{part, theirs})
		}
		for _, mine := range names(s.run.take) {
			theirs := s.run.take[mine]
			l.handed(s, theirs, part, handTo{l.flow, mine})
		}
		if slices.ContainsFunc(part.order, func(s *state) bool { return s.consent != nil && s.end }) {
			l.fault(s.run.flow.at, "%s runs the flow '%s', which ends with the house's question and so never comes back. "+
				"Give its ask_consent the steps 'given' and 'refused'.", capital(s.label()), part.ID)
		}
		if path := l.deepest(part, []string{l.flow.ID}); slices.Contains(path[:len(path)-1], path[len(path)-1]) {
			l.fault(s.run.flow.at, "%s makes flows run one another for ever: %s. Take one of them out.",
				capital(s.label()), strings.Join(path, " → "))
		} else if len(path) > maxDepth {
			l.fault(s.run.flow.at, "%s makes %d flows run one inside the other: %s. %d are allowed.",
				capital(s.label()), len(path), strings.Join(path, " → "), maxDepth)
		}
	}
}

// handTo is the field that takes a value.
type handTo struct {
	flow  *Flow
	field string
}

// handed checks one field that fills another across flows: it is there, of the
// same type, and its purpose allows it (LB-3).
func (l *linter) handed(s *state, from target, owner *Flow, to handTo) {
	a, okA := owner.Fields[from.name]
	b, okB := to.flow.Fields[to.field]
	for _, end := range []struct {
		ok    bool
		flow  *Flow
		field string
	}{{okA, owner, from.name}, {okB, to.flow, to.field}} {
		if !end.ok && end.flow != l.flow { // our own were checked when the file was read
			l.fault(from.at, "%s uses '%s' of the flow '%s', which it does not declare. %s",
				capital(s.label()), end.field, end.flow.ID, didYouMean(end.field, names(end.flow.Fields)))
		}
	}
	if !okA || !okB {
		return
	}
	if a.Type != b.Type {
		l.fault(from.at, "%s puts '%s' of type %s into '%s' of type %s. Make them the same.",
			capital(s.label()), from.name, a.Type, to.field, b.Type)
	}
	marketing, health := l.rules.Purposes[b.Purpose].Marketing, l.rules.Purposes[a.Purpose].Health || l.rules.Purposes[b.Purpose].Health
	if a.Purpose != b.Purpose && (marketing || health) {
		l.fault(from.at, "%s puts '%s', which was asked for '%s', into '%s', which is for '%s'. "+
			"Data given for one purpose does not serve another.", capital(s.label()), from.name, a.Purpose, to.field, b.Purpose)
	}
}

// deepest is the longest chain of flows that run one another, or the first
// that closes a circle.
func (l *linter) deepest(f *Flow, above []string) []string {
	path := append(slices.Clip(above), f.ID)
	if slices.Contains(above, f.ID) || len(path) > maxDepth+1 {
		return path
	}
	best, seen := path, map[*Flow]bool{nil: true}
	for _, s := range f.order {
		part := l.part(s)
		if seen[part] {
			continue
		}
		seen[part] = true
		found := l.deepest(part, path)
		if slices.Contains(found[:len(found)-1], found[len(found)-1]) {
			return found
		}
		if len(found) > len(best) {
			best = found
		}
	}
	return best
}
