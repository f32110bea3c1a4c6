package words

import (
	"math/bits"
	"strings"
	"unicode/utf8"
)

// maxWords is the longest clause that is read, in words. A longer one talks
// about something.
const maxWords = 24

// maxUnits is what a clause becomes at most: an affix is a unit of its own.
const maxUnits = 2 * maxWords

// maxGap is how many words may stand inside a sequence with a gap.
const maxGap = 6

// maxTried is how many languages are tried on one clause, the likeliest first.
const maxTried = 4

// unit is a word or a sequence of words of a clause as one language sees it.
// Its class is 0 when the language does not know it.
type unit struct {
	class class
	at    int8 // the word it begins with
	width int8 // how many words it took
}

// clause is a part of a message between commas.
type clause struct {
	words []string
	buf   [maxWords]string
	units [maxUnits]unit
}

// set cuts the text at its spaces. It reports whether the clause is short
// enough.
func (c *clause) set(text string) bool {
	n := 0
	for text != "" {
		word, rest, _ := strings.Cut(text, " ")
		if word != "" {
			if n == maxWords {
				return false
			}
			c.buf[n] = word
			n++
		}
		text = rest
	}
	c.words = c.buf[:n]
	return n > 0
}

// candidates are the languages worth trying, the likeliest first: those that
// know most of the words, and among them those that know one that matters.
func (s *speaking) candidates(c *clause, into *[maxTried]int) []int {
	var count [maxTongues]uint8
	var found, matters uint64
	for _, word := range c.words {
		k := s.lookup(word)
		found |= k.langs
		matters |= k.heads
		for langs := k.langs; langs != 0; langs &= langs - 1 {
			count[bits.TrailingZeros64(langs)] += 2
		}
	}
	if found == 0 && len(c.words) == 1 {
		found = s.typos.near(c.words[0])
	}
	for langs := matters; langs != 0; langs &= langs - 1 {
		count[bits.TrailingZeros64(langs)]++
	}
	n := 0
	for found |= matters; found != 0; found &= found - 1 {
		i := bits.TrailingZeros64(found)
		at := n
		for at > 0 && count[into[at-1]] < count[i] {
			at--
		}
		if at == maxTried {
			continue
		}
		n = min(n+1, maxTried)
		copy(into[at+1:n], into[at:n-1])
		into[at] = i
	}
	return into[:n]
}

// lookup says who knows the word, whole, by its beginning or by its affixes.
func (s *speaking) lookup(word string) known {
	k, ok := s.index[word]
	for i := 2; i <= len(word) && (i > 2 || s.mayStem(word)); i++ {
		if i < len(word) && !utf8.RuneStart(word[i]) {
			continue
		}
		if stem, is := s.stems[word[:i]]; is {
			k.langs |= stem.langs
			k.heads |= stem.heads
		}
	}
	if ok {
		return k
	}
	for i := 1; i <= min(len(word)-2, maxAffix); i++ {
		if langs := s.prefixes[word[:i]]; langs != 0 {
			k.join(s.index[word[i:]], langs)
		}
		if langs := s.suffixes[word[len(word)-i:]]; langs != 0 {
			k.join(s.index[word[:len(word)-i]], langs)
		}
	}
	return k
}

// mayStem is a quick no for most words.
func (s *speaking) mayStem(word string) bool {
	return len(word) > 1 && s.stemmed[int(word[0])<<8|int(word[1])]
}

// maxAffix is the length of the longest affix, in bytes.
const maxAffix = 12

func (k *known) join(other known, langs uint64) {
	k.langs |= other.langs & langs
	k.heads |= langs // the affix may be what matters
}

// read makes units of the words. It leaves out the sequences that are of the
// skipped classes only.
func (g *tongue) read(words []string, skip class, into *[maxUnits]unit) []unit {
	n := 0
	var used uint32 // words that a sequence with a gap took
	for i := 0; i < len(words); {
		if used>>i&1 == 1 {
			i++
			continue
		}
		if c, end, took := g.chainAt(words, i, used, skip); c != 0 {
			into[n] = unit{c, int8(i), int8(end - i + bits.OnesCount32(took))}
			used |= took
			i, n = end, n+1
			continue
		}
		first, second := g.classes(words[i])
		into[n] = unit{first, int8(i), 1}
		n++
		if second != 0 {
			into[n] = unit{second, int8(i), 1}
			n++
		}
		i++
	}
	return into[:n]
}

// chainAt finds the longest sequence that begins at a word. It returns the
// first word after its unbroken part, and the words it took behind a gap.
func (g *tongue) chainAt(words []string, i int, used uint32, skip class) (c class, end int, took uint32) {
	if lex := g.words[words[i]]; lex != nil {
		if c, end, took := lex.chainAt(words, i, used, skip); c != 0 {
			return c, end, took
		}
	}
	for k := len(words[i]); len(g.stems) > 0 && k >= 2; k-- {
		if k < len(words[i]) && !utf8.RuneStart(words[i][k]) {
			continue
		}
		if lex := g.stems[words[i][:k]]; lex != nil {
			if c, end, took := lex.chainAt(words, i, used, skip); c != 0 {
				return c, end, took
			}
		}
	}
	return 0, 0, 0
}

func (lex *lexeme) chainAt(words []string, i int, used uint32, skip class) (class, int, uint32) {
	far := lex.far
	var near []chain
	if lex.near != nil && i+1 < len(words) {
		near = lex.near[words[i+1]]
	}
	for len(near)+len(far) > 0 {
		var c *chain
		if len(far) == 0 || len(near) > 0 && near[0].order(far[0]) <= 0 {
			c, near = &near[0], near[1:]
		} else {
			c, far = &far[0], far[1:]
		}
		if c.class&^skip == 0 {
			continue
		}
		if end, took, ok := c.at(words, i+1, used); ok {
			return c.class, end, took
		}
	}
	return 0, 0, 0
}

func (c *chain) at(words []string, next int, used uint32) (end int, took uint32, ok bool) {
	end = next
	gapped := false
	for _, p := range c.rest {
		last := next
		if p.gap {
			gapped = true
			last = next + maxGap
		}
		for ; next <= last; next++ {
			if next >= len(words) {
				return 0, 0, false
			}
			if used>>next&1 == 0 && p.is(words[next]) {
				break
			}
		}
		if next > last {
			return 0, 0, false
		}
		if gapped {
			took |= 1 << next
		} else {
			end = next + 1
		}
		next++
	}
	return end, took, true
}

func (p *part) is(word string) bool {
	if p.stem {
		return strings.HasPrefix(word, p.text)
	}
	return word == p.text
}

// classes are those of one word, and of its affix if it has one.
func (g *tongue) classes(word string) (first, second class) {
	if c := g.class(word); c != 0 {
		return c, 0
	}
	for _, a := range g.prefixes {
		if rest, ok := strings.CutPrefix(word, a.text); ok && len(rest) > 2 {
			if c := g.class(rest); c != 0 {
				return a.class, c
			}
		}
	}
	for _, a := range g.suffixes {
		if rest, ok := strings.CutSuffix(word, a.text); ok && len(rest) > 2 {
			if c := g.class(rest); c != 0 {
				return c, a.class
			}
		}
	}
	return 0, 0
}

// class is that of the whole word, or else of its longest known beginning.
func (g *tongue) class(word string) class {
	if lex := g.words[word]; lex != nil && lex.class != 0 {
		return lex.class
	}
	for k := len(word); len(g.stems) > 0 && k >= 2; k-- {
		if k < len(word) && !utf8.RuneStart(word[k]) {
			continue
		}
		if lex := g.stems[word[:k]]; lex != nil && lex.class != 0 {
			return lex.class
		}
	}
	return 0
}

// slice cuts the words of scripts without spaces into known pieces. It
// reports whether there were any, and whether all fits.
func (g *tongue) slice(c *clause, into *clause) (cut, fits bool) {
	n := 0
	put := func(word string) bool {
		if n == maxWords {
			return false
		}
		into.buf[n] = word
		n++
		return true
	}
	for _, word := range c.words {
		for word != "" {
			run := indexOr(word, func(r rune) bool { return !joined(r) })
			if run > 0 {
				cut = true
				if !g.pieces(word[:run], put) {
					return cut, false
				}
				word = word[run:]
				continue
			}
			rest := indexOr(word, joined)
			if !put(word[:rest]) {
				return cut, false
			}
			word = word[rest:]
		}
	}
	into.words = into.buf[:n]
	return cut, true
}

// maxRun is the longest text without spaces that is cut, in runes.
const maxRun = 64

// pieces cuts one run so that as little as possible stays unknown, in as few
// pieces as possible. What is unknown becomes one piece.
func (g *tongue) pieces(run string, put func(string) bool) bool {
	var at [maxRun + 1]int // where each rune begins
	n := 0
	for i := range run {
		if n == maxRun {
			return false
		}
		at[n] = i
		n++
	}
	at[n] = len(run)
	const unknown = 100 // the price of a rune that no piece covers
	var cost [maxRun + 1]int
	var from [maxRun + 1]int
	var is [maxRun + 1]bool
	for end := 1; end <= n; end++ {
		cost[end], from[end] = cost[end-1]+unknown, end-1
		for start := max(0, end-g.longest); start < end; start++ {
			if cost[start]+1 < cost[end] && g.words[run[at[start]:at[end]]] != nil {
				cost[end], from[end], is[end] = cost[start]+1, start, true
			}
		}
	}
	var ends [maxRun]int
	count := 0
	for end := n; end > 0; end = from[end] {
		ends[count] = end
		count++
	}
	begin := 0
	for i := count - 1; i >= 0; i-- {
		end := ends[i]
		if !is[end] && i > 0 && !is[ends[i-1]] {
			continue // the unknown goes on
		}
		if !put(run[at[begin]:at[end]]) {
			return false
		}
		begin = end
	}
	return true
}
