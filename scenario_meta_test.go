package main

import (
	"fmt"
	"strconv"
	"strings"

	"aval/internal/simulator"
)

// changing is what happens to the account.
func changing() []act {
	return []act{
		when(`(\w+) changes number to (\d+)`, func(r *rehearsal, m []string) { r.person(m[0]).ChangeNumber(m[1]) }),
		when(`(\w+) changes user id`, func(r *rehearsal, m []string) { r.person(m[0]).ChangeNumber("") }),
		when(`(\w+) hides the number`, func(r *rehearsal, m []string) { r.person(m[0]).Hide(true) }),
		when(`(\w+) shows the number`, func(r *rehearsal, m []string) { r.person(m[0]).Hide(false) }),
		when(`(\w+)'s phone has the identity (\w+)`, func(r *rehearsal, m []string) { r.person(m[0]).SetKeyHash(m[1]) }),
	}
}

// metas is what Meta does by itself.
func metas() []act {
	fault := func(r *rehearsal, edit func(*simulator.Faults)) {
		f := r.world.sim.Faults()
		edit(&f)
		r.world.sim.SetFaults(f)
	}
	number := func(s string) int {
		n, _ := strconv.Atoi(s) // digits by the form
		return n
	}
	return []act{
		when(`meta preference: (\w+) (\w+)`, func(r *rehearsal, m []string) { r.person(m[1]).Preference(m[0]) }),
		when(`meta refuses the next (\d+) messages with (\d+)`, func(r *rehearsal, m []string) {
			fault(r, func(f *simulator.Faults) { f.GraphError.Code, f.GraphError.Next = number(m[1]), number(m[0]) })
		}),
		when(`meta fails the next (\d+) messages with (\d+)`, func(r *rehearsal, m []string) {
			fault(r, func(f *simulator.Faults) { f.Failure.Code, f.Failure.Next = number(m[1]), number(m[0]) })
		}),
		when(`meta loses the next (\d+) answers`, func(r *rehearsal, m []string) {
			fault(r, func(f *simulator.Faults) {
				f.GraphAnswer.Kind, f.GraphAnswer.Next = simulator.AnswerDrop, number(m[0])
			})
		}),
		when(`meta delivers everything twice`, func(r *rehearsal, _ []string) {
			fault(r, func(f *simulator.Faults) { f.Duplicates = 1 })
		}),
		when(`meta refused nothing with (\d+)`, func(r *rehearsal, m []string) {
			for _, c := range r.world.sim.Calls() {
				if strings.Contains(string(c.Answer), fmt.Sprintf(`"code":%s`, m[0])) {
					r.world.t.Errorf("Meta refused a message with %s", m[0])
				}
			}
		}),
	}
}
