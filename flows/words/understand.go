package words

import (
	"math/bits"
	"strings"
)

// maxClauses is how many clauses of a message are read.
const maxClauses = 24

// understand reads the sentences of a comparable text.
func (l *Lexicon) understand(text string, mend uint64) []Match {
	return l.matches(l.understood(text, mend))
}

// understood is what a text means, by intent, to which languages.
func (l *Lexicon) understood(text string, mend uint64) (best [len(order)]uint64) {
	d := l.speech.desks.Get().(*desk)
	defer l.speech.desks.Put(d)
	d.mend = mend
	clauses := &d.clauses
	n := 0
	for one := range strings.SplitSeq(l.speech.rejoin(text), clauseMark) {
		if n == maxClauses {
			return [len(order)]uint64{}
		}
		clauses[n] = clauseSense{text: one}
		l.clause(d, &clauses[n])
		n++
	}
	lightest, heaviest := plain, unknown
	related := true // all clauses are known, or about messages
	var stopping uint64
	for i := range clauses[:n] {
		c := &clauses[i]
		lightest, heaviest = min(lightest, c.weight), max(heaviest, c.weight)
		related = related && (c.weight > unknown || c.concerns)
		if c.weight >= cross {
			stopping |= c.langs
		}
		for i, langs := range c.intents {
			best[i] |= langs
		}
	}
	if heaviest < alone && n > 1 {
		if langs := l.across(d, clauses[:n]); langs != 0 {
			heaviest, stopping = plain, langs
		}
	}
	switch {
	case heaviest == plain, heaviest == alone && related:
		best[rank(Match{Intent: Stop})] = stopping
	case heaviest >= cross && lightest >= harmless:
		best[rank(Match{Intent: Unsure})] = stopping
	}
	answered(clauses[:n], &best)
	return best
}

// across reads two clauses as one where the first or the second leaves open
// what shall end: "könnt ihr aufhören, mir zu schreiben".
func (l *Lexicon) across(d *desk, clauses []clauseSense) uint64 {
	for i := range clauses[1:] {
		a, b := &clauses[i], &clauses[i+1]
		if !a.open && !b.open {
			continue
		}
		both := clauseSense{text: a.text + clauseMark + b.text}
		if l.clause(d, &both); both.weight == plain {
			return both.langs
		}
	}
	return 0
}

// matches turns sets of languages into matches, the best first.
func (l *Lexicon) matches(best [len(order)]uint64) []Match {
	var found []Match
	for i, langs := range best {
		if langs == 0 {
			continue
		}
		m := Match{Intent: order[i]}
		if bits.OnesCount64(langs) == 1 {
			m.Language = l.speech.tongues[bits.TrailingZeros64(langs)].lang
		}
		found = append(found, m)
	}
	return found
}

// clauseSense is what all languages together see in a clause.
type clauseSense struct {
	text    string
	weight  weight
	langs   uint64             // the languages that see that weight
	intents [len(order)]uint64 // the languages that see each intent
	answers replies
	open    bool
	// concerns: it is about messages or a list of them.
	concerns bool
}

// desk is the room that reading one message takes.
type desk struct {
	clauses [maxClauses]clauseSense
	whole   clause // as it is written
	cut     clause // where a language has no spaces
	mended  clause
	mend    uint64 // the languages whose misspellings are mended
}

// clause reads one clause in the languages that are likely.
func (l *Lexicon) clause(d *desk, heard *clauseSense) {
	l.listen(d, heard)
	if heard.weight >= cross && l.hides(heard.text) {
		heard.weight, heard.langs = unknown, 0
	}
}

// hides reports a false friend of any language.
func (l *Lexicon) hides(plainText string) bool {
	for rest := plainText; rest != ""; {
		if hit, ok := l.phraseAt(rest); ok && hit.match.Intent == "" {
			return true
		}
		_, rest, _ = strings.Cut(rest, " ")
	}
	return false
}

func (l *Lexicon) listen(d *desk, heard *clauseSense) {
	c := &d.whole
	if !c.set(heard.text) {
		return
	}
	s := &l.speech
	if strings.ContainsFunc(heard.text, joined) {
		for langs := s.cut; langs != 0; langs &= langs - 1 {
			i := bits.TrailingZeros64(langs)
			if cut, fits := s.tongues[i].slice(c, &d.cut); cut && fits {
				s.look(&d.cut)
				heard.take(s.hear(d, i, &d.cut, true), i)
			}
		}
		return
	}
	s.look(c)
	var tried [maxTried]int
	var verdicts [maxTried]verdict
	langs := s.candidates(c, &tried)
	seen := maxUnknown + 1 // the fewest unknown words of a language that saw a bar
	for place, i := range langs {
		few := place < maxMending || place < fewMending && len(c.words) <= fewWords
		verdicts[place] = s.hear(d, i, c, few && d.mend>>i&1 == 1)
		if v := &verdicts[place]; v.barred {
			seen = min(seen, v.unknown)
		}
	}
	for place, i := range langs {
		v := verdicts[place]
		if v.weight == plain && v.unknown > 0 && v.unknown >= seen {
			v.weight = unknown // who knows the text better saw why it is none
		}
		heard.take(v, i)
	}
}

func (o *clauseSense) take(v verdict, lang int) {
	bit := uint64(1) << lang
	switch {
	case v.weight > o.weight:
		o.weight, o.langs = v.weight, bit
	case v.weight == o.weight:
		o.langs |= bit
	}
	for set := v.intents; set != 0; set &= set - 1 {
		o.intents[bits.TrailingZeros32(set)] |= bit
	}
	o.answers.take(v.answer, bit)
	o.open = o.open || v.open
	o.concerns = o.concerns || v.concerns
}

// hear is what one language makes of a clause: as a whole, in the parts that
// "and" or "please" makes of it, as an answer, and at last with its
// misspellings mended.
func (s *speaking) hear(d *desk, lang int, c *clause, mend bool) verdict {
	g := s.tongues[lang]
	v, units := g.hear(c)
	if !mend || v.weight != unknown || !v.worth || v.intents != 0 || v.answer != 0 {
		return v
	}
	mended := &d.mended
	mended.words = mended.buf[:copy(mended.buf[:], c.words)]
	if g.typos().mend(mended.words, units) == 0 {
		return v
	}
	s.look(mended)
	v, _ = g.hear(mended)
	return v
}

// answers are the classes of what answers a question. A sequence of them, "I
// don't want to", may begin another sentence and counts as an answer only if
// nothing else is said.
const answers = agree | refuse | later

func (g *tongue) hear(c *clause) (verdict, []unit) {
	units := g.read(c, 0)
	said := answer(units)
	if doubtful(units) {
		units = g.read(c, answers)
	}
	v := judgeParts(units)
	if said != 0 && v.weight <= harmless && v.intents == 0 && len(c.words) <= maxTokens {
		v.answer, v.weight = said, harmless
	}
	return v, units
}

// doubtful reports a sequence that is an answer only.
func doubtful(units []unit) bool {
	for i := range units {
		if u := &units[i]; u.width > 1 && u.class&^answers == 0 {
			return true
		}
	}
	return false
}

// fewUnits is how short a clause is in which a misspelt word may be the only
// one that matters.
const fewUnits = 4

// dull are the classes that say nothing without others.
const dull = filler | tie | nod | greet | joint | it | me | mine | ask | unless

// In how many languages misspellings are looked for, the likeliest first: that
// costs more than all the rest. A few words hardly tell languages apart.
const (
	maxMending = 2
	fewMending = 8
	fewWords   = 4
)

// maxMended is how many misspelt words a clause may hold.
const maxMended = 3

// judgeParts weighs a clause as a whole, and if it says nothing, its parts.
func judgeParts(units []unit) verdict {
	v := judge(units)
	if v.weight >= alone || v.intents != 0 || v.answer != 0 {
		return v
	}
	parts, lightest, heaviest := 0, plain, unknown
	begin := 0
	for i := 0; i <= len(units); i++ {
		if i < len(units) && units[i].class&(joint|nod) == 0 {
			continue
		}
		if i > begin && i-begin < len(units) {
			part := judge(units[begin:i])
			parts++
			lightest, heaviest = min(lightest, part.weight), max(heaviest, part.weight)
			if len(units) <= maxWish {
				v.intents |= part.intents
			}
		}
		begin = i + 1
	}
	switch {
	case heaviest == plain:
		v.weight = plain
	case parts > 1 && heaviest == alone && lightest >= harmless:
		v.weight = alone
	}
	return v
}

// rejoin takes out the commas that only spelling wants: "ich will nicht, dass
// ihr schreibt" and "nie chcę, żebyście pisali" are one sentence each.
func (s *speaking) rejoin(plainText string) string {
	if !strings.Contains(plainText, clauseMark) {
		return plainText
	}
	var b strings.Builder
	for i, text := range strings.Split(plainText, clauseMark) {
		first, _, _ := strings.Cut(text, " ")
		switch {
		case i == 0:
		case s.ties[first]:
			b.WriteByte(' ')
		default:
			b.WriteString(clauseMark)
		}
		b.WriteString(text)
	}
	return b.String()
}
