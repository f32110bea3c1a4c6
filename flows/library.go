package flows

import (
	"maps"
	"slices"
	"strings"
)

// Library holds every version of every flow that anybody may still stand in,
// and says which version of each is published. It never changes, so any number
// of goroutines may run flows from it; a new version is a new Library.
//
// A version that was published once must stay in it for as long as a Position
// may name it: a conversation ends in the version in which it began. A part
// that a flow runs is pinned to the version published at the moment it begins.
type Library struct {
	versions  map[string]map[int]*Flow
	published map[string]int
}

// NewLibrary makes a library of parsed flows. published says which version of
// a flow begins from now on; a flow that it leaves out begins nowhere, such as
// one of which there are only drafts. A nil map publishes the highest version
// of each.
func NewLibrary(known []*Flow, published map[string]int) *Library {
	l := &Library{versions: map[string]map[int]*Flow{}, published: map[string]int{}}
	for _, f := range known {
		if l.versions[f.ID] == nil {
			l.versions[f.ID] = map[int]*Flow{}
		}
		l.versions[f.ID][f.Version] = f
		if published == nil {
			l.published[f.ID] = max(l.published[f.ID], f.Version)
		}
	}
	for id, version := range published {
		if l.Flow(id, version) != nil {
			l.published[id] = version
		}
	}
	return l
}

// With is the same library with another version of one flow published: an
// older one to roll back, or a draft, for those who may try it. It costs the
// copy of a small map. A version that the library does not have takes the flow
// out of publication.
func (l *Library) With(id string, version int) *Library {
	other := &Library{versions: l.versions, published: maps.Clone(l.published)}
	delete(other.published, id)
	if l.Flow(id, version) != nil {
		other.published[id] = version
	}
	return other
}

// Flow is one version of a flow, or nil.
func (l *Library) Flow(id string, version int) *Flow { return l.versions[id][version] }

// Latest is the published version of a flow, or nil.
func (l *Library) Latest(id string) *Flow { return l.versions[id][l.published[id]] }

// Published lists the published version of each flow, in the order of ids.
func (l *Library) Published() []*Flow {
	var out []*Flow
	for id := range l.published {
		out = append(out, l.Latest(id))
	}
	slices.SortFunc(out, func(a, b *Flow) int { return strings.Compare(a.ID, b.ID) })
	return out
}

// LeadsTo reports whether a flow, or one that it runs as a part, is of a
// purpose, says something of it or asks consent for it.
func (l *Library) LeadsTo(f *Flow, purpose string) bool {
	seen := map[string]bool{}
	var leads func(*Flow) bool
	leads = func(f *Flow) bool {
		if f == nil || seen[f.ID] {
			return false
		}
		seen[f.ID] = true
		if f.serves(purpose) {
			return true
		}
		return slices.ContainsFunc(f.order, func(s *state) bool {
			return s.run != nil && leads(l.Latest(s.run.flow.name))
		})
	}
	return leads(f)
}

func (f *Flow) serves(purpose string) bool {
	return f.Purpose == purpose || slices.ContainsFunc(f.order, func(s *state) bool {
		return f.purposeOf(s) == purpose || s.consent != nil && s.consent.purpose.name == purpose
	})
}

// Start is what a flow begins with.
type Start struct {
	// Vars are answers that are known already. Those of fields that the flow
	// does not declare are left out.
	Vars Vars
	// Today, Seed, Lang and Known are those of Input.
	Today, Seed, Lang string
	Known             func(*Flow) Vars
}

// Start enters a flow in a version, or in the published one where version is
// zero. The position and the effects are to be stored together, as those of
// Step are. A flow that the library does not have brings a person.
func (l *Library) Start(id string, version int, s Start) (Position, []Effect) {
	f := l.Flow(id, version)
	if version == 0 {
		f = l.Latest(id)
	}
	t := &turn{library: l, in: Input{Today: s.Today, Seed: s.Seed, Lang: s.Lang, Known: s.Known}}
	t.begin(f, s.Vars)
	return t.pos, t.effects
}

// Step takes one input to the next position. It is a function of its
// arguments alone and leaves pos as it was. A position in a version or a state
// that the library does not have begins the published version anew with the
// answers it had: nobody may be left without a reply by a mix-up of ours.
func (l *Library) Step(pos Position, in Input) (Position, []Effect) {
	t := &turn{library: l, in: in, pos: pos}
	t.step()
	return t.pos, t.effects
}

// stand finds the flow and the state of a position; nil where there is none.
func (l *Library) stand(pos Position) (*Flow, *state) {
	f := l.Flow(pos.Flow, pos.Version)
	if f == nil {
		return nil, nil
	}
	return f, f.states[pos.State]
}

// Fits reports whether an input is an answer to the question in which a
// position waits. A caller that knows better what a misfit may mean, the word
// of another flow for example, asks before it steps.
func (l *Library) Fits(pos Position, in Input) bool {
	f, s := l.stand(pos)
	if s == nil || pos.Waiting == "" || !s.asks() {
		return false
	}
	_, ok := s.answer(in, f.limit(s))
	return ok
}

// Chooses reports whether an input is one of the choices that a position
// offers, tapped or typed: a label means what the flow puts behind it, whatever
// else its words may mean.
func (l *Library) Chooses(pos Position, in Input) bool {
	_, s := l.stand(pos)
	return s != nil && s.kind() == typeChoice && l.Fits(pos, in)
}

// Parts are the flows that a flow runs as parts, by id.
func (f *Flow) Parts() []string {
	var ids []string
	for _, s := range f.order {
		if s.run != nil {
			ids = append(ids, s.run.flow.name)
		}
	}
	return ids
}
