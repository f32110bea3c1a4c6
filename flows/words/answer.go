package words

// replies are the languages that hear nothing but an answer in a clause, and
// which answer.
type replies struct{ any, yes, no, wait uint64 }

// take notes what one language hears.
func (a *replies) take(said class, lang uint64) {
	if said == 0 {
		return
	}
	a.any |= lang
	if said&agree != 0 {
		a.yes |= lang
	}
	if said&refuse != 0 {
		a.no |= lang
	}
	if said&later != 0 {
		a.wait |= lang
	}
}

// answered adds the answer of a message that is nothing else. One language must
// hear it in every clause: "tak, poproszę" is no Malay no.
func answered(clauses []clauseSense, best *[len(order)]uint64) {
	langs := ^uint64(0)
	var yes, no, wait uint64 // the languages that hear each
	for i := range clauses {
		a := &clauses[i].answers
		if a.any == 0 {
			return
		}
		if a.yes|a.no|a.wait != 0 {
			yes, no, wait = yes|a.yes, no|a.no, wait|a.wait
			langs &= a.any
		}
	}
	yes, no, wait = yes&langs, no&langs, wait&langs
	switch {
	case wait != 0 && (yes == 0 || no == 0):
		best[rank(Match{Intent: Later})] = langs
	case wait == 0 && no == 0:
		best[rank(Match{Intent: Yes})] = yes
	case wait == 0 && yes == 0:
		best[rank(Match{Intent: No})] = no
	}
}
