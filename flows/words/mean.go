package words

import "slices"

// weight is how much a clause says about stopping. The heaviest of what the
// languages see in it counts.
type weight int

const (
	unknown  weight = iota // holds something that nobody knows
	harmless               // every word is known, and none says more
	cross                  // displeased, and nobody knows what shall follow
	weak                   // a stop word beside others
	alone                  // nothing but a stop word and courtesies
	plain                  // a sentence that asks to stop
)

// verdict is what a clause means to one language.
type verdict struct {
	weight  weight
	intents uint32 // other intents, by their place in order
	answer  class  // agree, refuse, later: nothing but an answer was said
	unknown int
	// open: something shall end, and this clause does not say what.
	open bool
	// worth: it may mean something if its misspellings are mended.
	worth bool
	// barred: a word was seen that keeps the clause from being a stop.
	barred bool
	// concerns: it is about messages or a list of them.
	concerns bool
}

// idle are the classes that change nothing about a stop.
const idle = filler | tie | nod | greet | agree | refuse | me | mine | it | joint | again | much | want | get | list | upset

// dress is what may surround a stop word.
const dress = nod | greet | agree | joint

// about are the classes that carry a wish about messages.
const about = halt | out | leave | cancel | not | write | send | want | get | mail | list | me | mine | again | enough | withdraw |
	consent

// stopClasses are all that a sentence of stopping may hold.
const stopClasses = idle | about | single | erase

// rule is a sentence in classes: one of each of needs, none of without.
type rule struct {
	intent  Intent
	needs   [4]class
	without class
}

// holds reports whether the classes fit.
func (r *rule) holds(bag class) bool {
	if bag&r.without != 0 {
		return false
	}
	for _, need := range r.needs {
		if need != 0 && bag&need == 0 {
			return false
		}
	}
	return true
}

// spoken are ways to stop, when every word is known.
var spoken = [...]rule{
	{needs: [4]class{out}},
	{needs: [4]class{halt, write | send | mail | get | list}},
	{needs: [4]class{leave, me}, without: it},
	{needs: [4]class{leave | cancel, mail | list}},
	{needs: [4]class{not, write}, without: get},
	{needs: [4]class{not, send, me | mail | again}},
	{needs: [4]class{not, want, mail | write | send | get | list}},
	{needs: [4]class{not, mail}, without: get | write | send},
	{needs: [4]class{enough, mail | write | send}},
	{needs: [4]class{withdraw | cancel | leave, consent}},
	{needs: [4]class{not, consent, again | mail | write | send | want | get}},
}

// strong are those that stay clear beside words that nobody knows.
var strong = [...]rule{
	{needs: [4]class{halt, write, me | mail}},
	{needs: [4]class{halt, send | get | want, mail}},
	{needs: [4]class{not, write, me | mail | again}, without: get},
	{needs: [4]class{not, send, mail, me | again}},
	{needs: [4]class{not, want, mail, again | me | get | send | write}},
	{needs: [4]class{leave, me, list}, without: it},
	{needs: [4]class{leave | cancel, mail, mine | me}},
	{needs: [4]class{withdraw, consent, mine | mail}},
}

// crossly are ways to be displeased.
var crossly = [...]rule{
	{needs: [4]class{upset}},
	{needs: [4]class{enough}},
	{needs: [4]class{much, mail | write}},
	{needs: [4]class{not, send}, without: want | get},
	{needs: [4]class{not, want, again}},
}

// meanings are the sentences that mean something else.
var meanings = [...]rule{
	{Erase, [4]class{erase | leave | cancel, data, mine | me}, not | fix | use},
	{Erase, [4]class{erase | leave | cancel, account}, not},
	{Access, [4]class{show | want | get | send, data, mine | me}, not | erase | fix | wrong | use | halt | leave | begin},
	{Access, [4]class{have, data, me | mine}, not | erase | fix | wrong | use | halt | leave},
	{Access, [4]class{have, ask, me}, not | erase | fix | wrong | use | halt | leave},
	{Rectify, [4]class{fix, data | name, mine | me}, not},
	{Rectify, [4]class{wrong, data | name, mine | me}, 0},
	{Human, [4]class{human, talk | want}, not},
	{Human, [4]class{bot, not}, 0},
	{Human, [4]class{several}, not},
	{Human, [4]class{bot, human}, 0},
	{Privacy, [4]class{privacy}, halt},
	{Privacy, [4]class{use, data}, not | halt | begin | again},
	{Restrict, [4]class{use, data, not | halt}, 0},
	{Lift, [4]class{use, data, begin | again}, not | halt},
	{Resume, [4]class{begin, write | send | mail | get | list}, not | halt | leave | cancel},
	{Resume, [4]class{back}, not | halt | leave | cancel},
	{Resume, [4]class{write, again}, not | halt | leave | cancel | ask | later | unless},
	{Resume, [4]class{want, mail | get, again}, not | halt | leave | cancel | ask | later | unless},
}

// certain are those that stay clear beside words that nobody knows.
var certain = [...]rule{
	{Erase, [4]class{erase, data, mine}, not | fix | use},
	{Erase, [4]class{erase, account, mine}, not},
	{Access, [4]class{show, data, mine}, not | erase | fix | wrong | use | halt | leave | begin},
	{Access, [4]class{have, data, me | mine}, not | erase | fix | wrong | use | halt | leave},
	{Rectify, [4]class{fix | wrong, data | name, mine}, not},
	{Human, [4]class{human, talk, want}, not},
	{Privacy, [4]class{privacy}, halt | not},
	{Privacy, [4]class{use, data, mine}, not | halt | begin | again},
}

// bar are the classes beside which nothing is a stop.
const bar = keep | ask | unless | other

// judge weighs a clause, or a part of one.
func judge(units []unit) verdict {
	var v verdict
	var bag class
	for i := range units {
		u := &units[i]
		bag |= u.sense()
		if u.class == 0 {
			v.unknown++
		}
		if u.class&human != 0 && u.width > 1 {
			bag |= several
		}
	}
	if turned(units) {
		bag |= keep
	}
	v.barred, v.concerns = bag&bar != 0, bag&bar == 0 && bag&(mail|write|list) != 0
	v.worth = v.unknown > 0 && v.unknown <= maxMended && bag&other == 0 && (bag&^dull != 0 || len(units) <= fewUnits)
	if v.unknown > 0 {
		if v.unknown <= maxUnknown && bag&bar == 0 && clearly(units) {
			v.weight = plain
		}
		v.intents = mean(certain[:], bag, len(units))
		return v
	}
	v.weight = weigh(bag, units)
	if v.weight < plain && v.weight != alone && bag&bar == 0 && clearly(units) {
		v.weight = plain // beside words about something else
	}
	v.open = v.weight < alone && bag&(halt|leave|cancel) != 0 && bag&(bar|not) == 0
	v.intents = mean(meanings[:], bag, len(units))
	if v.weight == plain {
		v.intents &= 1 << rank(Match{Intent: Erase})
	}
	return v
}

// maxWish is the longest clause that asks for something else than a stop, in
// words or sequences. A longer one talks about it.
const maxWish = 10

// mean collects the intents of the rules that hold.
func mean(rules []rule, bag class, words int) (intents uint32) {
	if bag&(other|keep) != 0 || words > maxWish {
		return 0
	}
	for i := range rules {
		if rules[i].holds(bag) {
			intents |= 1 << rank(Match{Intent: rules[i].intent})
		}
	}
	return intents
}

// sense is the class of a unit without what bars a stop if the word has
// another sense too.
func (u *unit) sense() class {
	if u.class&stopClasses != 0 {
		return u.class &^ bar
	}
	return u.class
}

// maxUnknown is how many unknown words a clear sentence may hold.
const maxUnknown = 6

func weigh(bag class, units []unit) weight {
	if bag&(single|out) != 0 && bag&(keep|ask|unless) == 0 && every(units, halt|single|out|dress) {
		if slices.ContainsFunc(units, func(u unit) bool { return u.class&out != 0 && u.width > 1 }) {
			return plain // "leave me alone" is clear beside anything, "end" is not
		}
		return alone
	}
	if bag&other != 0 {
		return unknown
	}
	if bag&bar == 0 && every(units, stopClasses) {
		if anyOf(spoken[:], bag) {
			return plain
		}
		if bag&halt != 0 && !asks(units) {
			return weak
		}
	}
	if bag&(keep|unless) == 0 && every(units, stopClasses|ask) && anyOf(crossly[:], bag) {
		return cross
	}
	return harmless
}

// asks reports a question word, also one that has another sense: beside a bare
// "stop" it matters, as in "which stop is it".
func asks(units []unit) bool {
	for i := range units {
		if units[i].class&ask != 0 {
			return true
		}
	}
	return false
}

func anyOf(rules []rule, bag class) bool {
	for i := range rules {
		if rules[i].holds(bag) {
			return true
		}
	}
	return false
}

func every(units []unit, allowed class) bool {
	for _, u := range units {
		if u.class&allowed == 0 {
			return false
		}
	}
	return true
}

// clearly reports whether a clause with unknown words says it without them:
// by a core with at most one of them inside, or by all that follows the last.
func clearly(units []unit) bool {
	first, last, strange := -1, -1, -1
	var bag class
	for i, u := range units {
		if u.class&stopClasses == 0 {
			strange = i // unknown, or about something else
			continue
		}
		if u.class&about == 0 {
			continue
		}
		if u.class&(out|single) == out && u.width >= longOut {
			return true
		}
		bag |= u.class
		last = i
		if first < 0 {
			first = i
		}
	}
	if ending(units[strange+1:]) {
		return true
	}
	if first < 0 || !anyOf(strong[:], bag) {
		return false
	}
	inside := 0
	for _, u := range units[first:last] {
		if u.class&stopClasses == 0 {
			inside++
		}
	}
	return inside <= 1
}

// ending reports whether what follows the last unknown word is a sentence of
// stopping that begins with the word of stopping: "bought a house stop texting
// me". Where the object stands first, the unknown word may be that, so a
// sequence by itself is not enough.
func ending(units []unit) bool {
	for i, u := range units {
		if u.class&out != 0 {
			return settled(units[i:]) && others(units[i+1:], me|mail|list)
		}
		if u.class&(halt|leave|cancel|not|withdraw|enough) != 0 {
			return settled(units[i:])
		}
		if u.class&about != 0 && u.class&filler == 0 {
			return false
		}
	}
	return false
}

// settled reports a stop of which every word is known.
func settled(units []unit) bool {
	var bag class
	for i := range units {
		bag |= units[i].sense()
	}
	return bag&bar == 0 && !turned(units) && every(units, stopClasses) && anyOf(spoken[:], bag)
}

// longOut is the length in words of a sequence that leaves no doubt.
const longOut = 4

func others(units []unit, wanted class) bool {
	for _, u := range units {
		if u.class&wanted != 0 {
			return true
		}
	}
	return false
}

// turned reports whether a negation turns a word of stopping around: "don't
// stop", "I do not want to unsubscribe".
func turned(units []unit) bool {
	const stopping = halt | out | leave | cancel | withdraw | enough
	const between = filler | tie | nod | me | mine | again | want | get | agree | refuse | greet
	for i, u := range units {
		if u.class&stopping == 0 || u.class&not != 0 {
			continue
		}
		for k := i - 1; k >= 0; k-- {
			if units[k].class&(not|write|send|out) == not {
				return true
			}
			if units[k].class&between == 0 || units[k].class&joint != 0 {
				break
			}
		}
	}
	return false
}

// answer is what a clause says that holds nothing but an answer.
func answer(units []unit) class {
	var said class
	for _, u := range units {
		if u.class&(agree|refuse|later|nod|greet) == 0 {
			return 0
		}
		said |= u.class & (agree | refuse | later)
	}
	return said | nod
}
