package words

import (
	"math/bits"
	"strings"
)

// maxWords is the longest clause that is read, in words. A longer one talks
// about something.
const maxWords = 24

// maxUnits is what a clause becomes at most: an affix is a unit of its own.
const maxUnits = 2 * maxWords

// maxGap is how many words may stand inside a sequence with a gap.
const maxGap = 6

// maxTried is how many languages are tried on one clause, the likeliest first,
// and fewTried on one of more than a few words, which tell languages apart.
const (
	maxTried = 16
	fewTried = 4
)

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
	seen  [maxWords]sight // by word, set by look
	units [maxUnits]unit
}

// sight says which languages know a word, whole and by its beginning. It saves
// asking them one by one.
type sight struct{ whole, stem known }

// in reduces it to one language.
func (s sight) in(g *tongue) (whole, stem bool) {
	return s.whole.langs>>g.bit&1 == 1, s.stem.langs>>g.bit&1 == 1
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
// know most of the words, not as borrowed ones, and then those that know one
// that matters. Who knows far fewer words than the best is none.
func (s *speaking) candidates(c *clause, into *[maxTried]int) []int {
	var count [maxTongues]uint8
	var found, matters uint64
	for i, word := range c.words {
		k := c.seen[i].whole
		if k.langs == 0 {
			k = s.affixed(word)
		}
		k.join(c.seen[i].stem)
		found |= k.langs
		matters |= k.heads
		for langs := k.own; langs != 0; langs &= langs - 1 {
			count[bits.TrailingZeros64(langs)]++
		}
		for langs := k.langs; langs != 0; langs &= langs - 1 {
			count[bits.TrailingZeros64(langs)] += 4
		}
	}
	if found == 0 && len(c.words) == 1 {
		found = s.near(c.words[0])
	}
	for langs := matters; langs != 0; langs &= langs - 1 {
		count[bits.TrailingZeros64(langs)] += 2
	}
	n, most := 0, maxTried
	if len(c.words) > fewWords {
		most = fewTried
	}
	for found |= matters; found != 0; found &= found - 1 {
		i := bits.TrailingZeros64(found)
		at := n
		for at > 0 && count[into[at-1]] < count[i] {
			at--
		}
		if at == most {
			continue
		}
		n = min(n+1, most)
		copy(into[at+1:n], into[at:n-1])
		into[at] = i
	}
	for n > 1 && 2*count[into[n-1]] < count[into[0]] {
		n--
	}
	return into[:n]
}

// near are the languages that have a word of which this may be a misspelling.
func (s *speaking) near(word string) (langs uint64) {
	if !mendable(word) {
		return 0
	}
	for i, g := range s.tongues {
		if g.typos().nearest(word) != "" {
			langs |= 1 << i
		}
	}
	return langs
}

// look notes who knows each word.
func (s *speaking) look(c *clause) {
	for i, word := range c.words {
		c.seen[i] = sight{whole: s.index[word]}
		for lens := s.lens.of(word); lens != 0; lens &= lens - 1 {
			c.seen[i].stem.join(s.stems[word[:bits.TrailingZeros64(lens)]])
		}
	}
}

// affixed says who knows the word by its affixes, if nobody knows it whole.
func (s *speaking) affixed(word string) (k known) {
	for i := 1; i <= min(len(word)-2, maxAffix); i++ {
		if langs := s.prefixes[word[:i]]; langs != 0 {
			k.langs |= s.index[word[i:]].langs & langs
			k.heads |= langs // the affix may be what matters
		}
		if langs := s.suffixes[word[len(word)-i:]]; langs != 0 {
			k.langs |= s.index[word[:len(word)-i]].langs & langs
			k.heads |= langs
		}
	}
	return k
}

// maxAffix is the length of the longest affix, in bytes.
const maxAffix = 12

func (k *known) join(other known) {
	k.langs |= other.langs
	k.heads |= other.heads
	k.own |= other.own
}

// lengths holds how long the stems are, in bytes, a bit for each length, by a
// hash of their first two bytes: most words have none to look for.
type lengths [1 << 10]uint64

func (l *lengths) at(word string) *uint64 {
	return &l[(uint32(word[0])<<5^uint32(word[1]))&(1<<10-1)]
}

// add notes a stem.
func (l *lengths) add(stem string) { *l.at(stem) |= 1 << len(stem) }

// of are the lengths of stems that the word may begin with.
func (l *lengths) of(word string) uint64 {
	if len(word) < 2 {
		return 0
	}
	lens := *l.at(word)
	if len(word) < maxStem {
		lens &= 1<<(len(word)+1) - 1
	}
	return lens
}

// maxStem is the length of the longest stem, in bytes.
const maxStem = 63

// read makes units of the words. It leaves out the sequences that are of the
// skipped classes only.
func (g *tongue) read(c *clause, skip class) []unit {
	words, into := c.words, &c.units
	n := 0
	var used uint32 // words that a sequence with a gap took
	for i := 0; i < len(words); {
		if used>>i&1 == 1 {
			i++
			continue
		}
		if class, end, took := g.chainAt(c, i, tail{used, skip}); class != 0 {
			into[n] = unit{class, int8(i), int8(end - i + bits.OnesCount32(took))}
			used |= took
			i, n = end, n+1
			continue
		}
		first, second := g.classes(words[i], c.seen[i])
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
func (g *tongue) chainAt(c *clause, i int, t tail) (class, int, uint32) {
	word := c.words[i]
	_, stem := c.seen[i].in(g)
	if lex := g.lexeme(c.seen[i].whole); lex != nil {
		if len(lex.chains) > 0 {
			if c, end, took := lex.chainAt(c.words, i, t); c != 0 {
				return c, end, took
			}
		}
	}
	if !stem {
		return 0, 0, 0
	}
	for lens := g.lens.of(word); lens != 0; {
		k := bits.Len64(lens) - 1
		lens &^= 1 << k
		if lex := g.stems[word[:k]]; lex != nil && len(lex.chains) > 0 {
			if c, end, took := lex.chainAt(c.words, i, t); c != 0 {
				return c, end, took
			}
		}
	}
	return 0, 0, 0
}

// lexeme is the language's own of a word that was looked up, or nil.
func (g *tongue) lexeme(k known) *lexeme {
	if k.langs>>g.bit&1 == 0 {
		return nil
	}
	before := bits.OnesCount64(k.langs & (1<<g.bit - 1))
	return g.all.lexemes[int(k.at)+before]
}

// tail is what the words after the first must heed: those that are used up, and
// the classes of sequences that do not count.
type tail struct {
	used uint32
	skip class
}

func (lex *lexeme) chainAt(words []string, i int, t tail) (class, int, uint32) {
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
		if c.class&^t.skip == 0 {
			continue
		}
		if end, took, ok := c.at(words, i+1, t.used); ok {
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
func (g *tongue) classes(word string, seen sight) (first, second class) {
	if lex := g.lexeme(seen.whole); lex != nil && lex.class != 0 {
		return lex.class, 0
	}
	if _, stem := seen.in(g); stem {
		if c := g.stemClass(word); c != 0 {
			return c, 0
		}
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
	return g.stemClass(word)
}

func (g *tongue) stemClass(word string) class {
	for lens := g.lens.of(word); lens != 0; {
		k := bits.Len64(lens) - 1
		lens &^= 1 << k
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
