package words

import (
	"cmp"
	"fmt"
	"maps"
	"math/bits"
	"slices"
	"strings"
	"sync"
)

// derived says which class the words of an ordinary list have in a sentence.
// A stop word alone says too little there: "end" is also the end of March.
var derived = map[Intent]class{
	Stop: out, Unsure: upset, Resume: back, Human: human, Privacy: privacy, Yes: agree, No: refuse, Later: later, Greeting: greet,
}

// learnAll takes the classes and what the ordinary lists say for sentences, each
// language by itself and all at once: that is most of what a start of the
// program costs.
func (s *speaking) learnAll(lists map[string]map[string][]string) error {
	if err := s.prepare(lists); err != nil {
		return err
	}
	names := slices.Sorted(maps.Keys(lists)) // a fixed order: equal lists make equal lexicons
	err := s.eachTongue(func(g *tongue) error {
		for _, name := range names {
			if err := g.learnList(name, lists[name][g.lang]); err != nil {
				return err
			}
		}
		for _, name := range names {
			g.derive(name, lists[name][g.lang])
		}
		return nil
	})
	if err != nil {
		return err
	}
	common := s.common()
	_ = s.eachTongue(func(g *tongue) error { // nothing can fail
		g.share(common)
		g.finish()
		return nil
	})
	s.settle()
	return nil
}

// eachTongue does something for all languages at once, and what they share.
func (s *speaking) eachTongue(do func(*tongue) error) error {
	langs := slices.Sorted(maps.Keys(s.byLang))
	errs := make([]error, len(langs))
	var all sync.WaitGroup
	for i, lang := range langs {
		all.Go(func() { errs[i] = do(s.byLang[lang]) })
	}
	all.Wait()
	return cmp.Or(errs...)
}

// learnList takes the entries of a class.
func (g *tongue) learnList(name string, entries []string) error {
	key, ok := strings.CutPrefix(name, speech)
	if !ok || len(entries) == 0 {
		return nil
	}
	c, err := classOf(key)
	if err != nil {
		return err
	}
	for _, text := range entries {
		g.spell(text)
		if err := g.learn(c, text); err != nil {
			return fmt.Errorf("word %q of %s in %s: %w", text, name, g.lang, err)
		}
	}
	return nil
}

// derive lets the words of an ordinary list count in sentences too.
func (g *tongue) derive(name string, texts []string) {
	c, ok := derived[Intent(name)]
	switch {
	case name == falseFriends:
		c = other
	case name == stopErase:
		c = out
	case !ok:
		return
	}
	if g.lang == anyLanguage {
		return
	}
	for _, text := range texts {
		g.deriveOne(c, text)
	}
}

func (g *tongue) deriveOne(c class, text string) {
	plain := trimCourtesy(bare(text))
	if strings.Contains(plain, clauseMark) {
		return // a sentence has no commas inside
	}
	parts, err := g.partsOf(plain)
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

// settle makes the common index of all languages, which are finished.
func (s *speaking) settle() {
	s.index, s.stems = map[string]known{}, map[string]known{}
	s.prefixes, s.suffixes = map[string]uint64{}, map[string]uint64{}
	s.ties = map[string]bool{}
	for _, g := range s.tongues {
		bit := g.mask()
		for word, lex := range g.words {
			s.note(s.index, word, lex, bit)
			if lex.class&tie != 0 {
				s.ties[word] = true
			}
		}
		for stem, lex := range g.stems {
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
	}
	s.rank()
	for stem := range s.stems { // also those inside sequences
		s.lens.add(stem)
	}
	s.desks.New = func() any { return new(desk) }
}

// finish ends learning.
func (g *tongue) finish() {
	for _, lex := range g.words {
		lex.finish()
	}
	for _, lex := range g.stems {
		lex.finish()
	}
	g.folded = nil
	g.typos = sync.OnceValue(func() *typos { return newTypos(g) })
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

// entry is a word or a sequence with its class.
type entry struct {
	parts []part
	class class
}

// common are the international words, the courtesies and the greetings of all
// languages.
func (s *speaking) common() []entry {
	all := []entry{{[]part{{text: ","}}, joint | filler}} // where two clauses are read as one
	international := s.byLang[anyLanguage]
	for _, phrase := range slices.Concat(politeness, attached) {
		if parts, err := international.partsOf(phrase); err == nil {
			all = append(all, entry{parts, nod})
		}
	}
	for word, lex := range international.words {
		if lex.class != 0 {
			all = append(all, entry{[]part{{text: word}}, lex.class})
		}
		for _, c := range lex.chains {
			all = append(all, entry{append([]part{{text: word}}, c.rest...), c.class})
		}
	}
	for _, g := range s.tongues {
		for word, lex := range g.words {
			if lex.class == greet && len(word) > 2 {
				all = append(all, entry{[]part{{text: word}}, greet})
			}
		}
	}
	slices.SortStableFunc(all, func(a, b entry) int {
		return cmp.Or(strings.Compare(a.parts[0].text, b.parts[0].text), len(a.parts)-len(b.parts), cmp.Compare(a.class, b.class))
	})
	return all
}

// share takes what is common, unless the language has the word already.
func (g *tongue) share(common []entry) {
	for _, e := range common {
		first := e.parts[0].text
		if g.longest == 0 && runsUnspaced(first) > 0 {
			continue // no word of a language with spaces
		}
		lex := g.words[first]
		if len(e.parts) == 1 && lex != nil && lex.class != 0 {
			continue // the language's own sense wins
		}
		g.add(e.parts, e.class)
		if lex == nil {
			g.words[first].shared = true
		}
	}
}
