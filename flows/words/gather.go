package words

import (
	"cmp"
	"maps"
	"math/bits"
	"slices"
	"strings"
)

// derived says which class the words of an ordinary list have in a sentence.
// A stop word alone says too little there: "end" is also the end of March.
var derived = map[Intent]class{
	Stop: out, Unsure: upset, Resume: back, Human: human, Privacy: privacy, Yes: agree, No: refuse, Later: later, Greeting: greet,
}

// derive lets the words of the ordinary lists count in sentences too.
func (s *speaking) derive(lists map[string]map[string][]string) {
	for _, name := range slices.Sorted(maps.Keys(lists)) {
		c, ok := derived[Intent(name)]
		switch {
		case name == falseFriends:
			c = other
		case name == stopErase:
			c = out
		case !ok:
			continue
		}
		for _, lang := range slices.Sorted(maps.Keys(lists[name])) {
			if lang == anyLanguage {
				continue
			}
			g := s.tongue(lang)
			for _, text := range lists[name][lang] {
				g.deriveOne(c, text)
			}
		}
	}
}

func (g *tongue) deriveOne(c class, text string) {
	plain := trimCourtesy(bare(text))
	if strings.Contains(plain, clauseMark) {
		return // a sentence has no commas inside
	}
	parts, err := partsOf(plain)
	if err != nil || len(parts) == 1 && parts[0].text == "" {
		return // too long for a sentence; it still counts as a whole
	}
	if len(parts) == 1 {
		switch c {
		case out:
			c = single
		case back, other, privacy:
			return
		}
	}
	if c == out && g.bareStop(parts) {
		c |= single
	}
	g.add(parts, c)
}

// bareStop reports a phrase that is a word of stopping and fillers, as "band
// kar do" is in Hindi. Beside words that nobody knows it is no clearer than
// that word alone.
func (g *tongue) bareStop(parts []part) bool {
	for _, p := range parts {
		if g.class(p.text)&(halt|cancel|filler) == 0 {
			return false
		}
	}
	return true
}

// settle adds what every language knows and makes the common index. All lists
// were learnt before.
func (s *speaking) settle() {
	s.share()
	s.index, s.stems = map[string]known{}, map[string]known{}
	s.prefixes, s.suffixes = map[string]uint64{}, map[string]uint64{}
	for _, g := range s.tongues {
		bit := g.mask()
		for word, lex := range g.words {
			lex.finish()
			s.note(s.index, word, lex, bit)
		}
		for stem, lex := range g.stems {
			lex.finish()
			s.note(s.stems, stem, lex, bit)
		}
		for _, a := range g.prefixes {
			s.prefixes[a.text] |= bit
		}
		for _, a := range g.suffixes {
			s.suffixes[a.text] |= bit
		}
		if g.longest > 0 {
			s.cut |= bit
		}
		g.typos = newTypos(g)
	}
	s.rank()
	for stem := range s.stems { // also those inside sequences
		s.lens.add(stem)
	}
	s.ties = map[string]bool{}
	for _, g := range s.tongues {
		for word, lex := range g.words {
			if lex.class&tie != 0 {
				s.ties[word] = true
			}
		}
	}
	s.desks.New = func() any { return new(desk) }
}

// rank puts the lexemes of each word in the order of its languages.
func (s *speaking) rank() {
	for word, k := range s.index {
		k.at = int32(len(s.lexemes))
		for langs := k.langs; langs != 0; langs &= langs - 1 {
			s.lexemes = append(s.lexemes, s.tongues[bits.TrailingZeros64(langs)].words[word])
		}
		s.index[word] = k
	}
}

// note enters a word and the words that follow it in sequences.
func (s *speaking) note(in map[string]known, word string, lex *lexeme, bit uint64) {
	k := in[word]
	k.langs |= bit
	if !lex.shared {
		k.own |= bit
	}
	if lex.class&heads != 0 {
		k.heads |= bit
	}
	for _, c := range lex.chains {
		if c.class&heads != 0 {
			k.heads |= bit
		}
		for _, p := range c.rest {
			index := s.index
			if p.stem {
				index = s.stems
			}
			k := index[p.text]
			k.langs |= bit
			index[p.text] = k
		}
	}
	in[word] = known{langs: in[word].langs | k.langs, heads: in[word].heads | k.heads, own: k.own}
}

// share gives every language the international words, the courtesies and the
// greetings of all, unless it has the word already.
func (s *speaking) share() {
	type entry struct {
		parts []part
		class class
	}
	common := []entry{{[]part{{text: ","}}, joint | filler}} // where two clauses are read as one
	for _, phrase := range slices.Concat(politeness, attached) {
		if parts, err := partsOf(phrase); err == nil {
			common = append(common, entry{parts, nod})
		}
	}
	for word, lex := range s.byLang[anyLanguage].words {
		if lex.class != 0 {
			common = append(common, entry{[]part{{text: word}}, lex.class})
		}
		for _, c := range lex.chains {
			common = append(common, entry{append([]part{{text: word}}, c.rest...), c.class})
		}
	}
	for _, g := range s.tongues {
		for word, lex := range g.words {
			if lex.class == greet && len(word) > 2 {
				common = append(common, entry{[]part{{text: word}}, greet})
			}
		}
	}
	slices.SortStableFunc(common, func(a, b entry) int {
		return cmp.Or(strings.Compare(a.parts[0].text, b.parts[0].text), len(a.parts)-len(b.parts), cmp.Compare(a.class, b.class))
	})
	for _, g := range s.tongues {
		for _, e := range common {
			if g.longest == 0 && runsUnspaced(e.parts[0].text) > 0 {
				continue // no word of a language with spaces
			}
			if lex := g.words[e.parts[0].text]; len(e.parts) == 1 && lex != nil && lex.class != 0 {
				continue // the language's own sense wins
			}
			own := g.words[e.parts[0].text] != nil
			g.add(e.parts, e.class)
			if !own {
				g.words[e.parts[0].text].shared = true
			}
		}
	}
}
