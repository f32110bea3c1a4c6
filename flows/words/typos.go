package words

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Lengths in letters from which a word may be misspelt.
const (
	swapFrom = 4 // two letters in the wrong order, or one doubled
	oneFrom  = 5 // any one mistake
	twoFrom  = 9 // any two
)

// typos finds known words that a misspelt one may stand for: two words that
// differ by one mistake become equal when each loses one letter.
type typos struct {
	words []spelling
	// cuts are the words and what remains of them without a letter or two, by
	// a hash, and sorted by its upper half, of which buckets holds where each
	// begins. Equal hashes are told apart by looking at the words.
	cuts    []cut
	buckets [1<<16 + 1]int32
}

type cut struct {
	hash uint32
	word int32
}

// at are the cuts whose hash has the same upper half.
func (t *typos) at(h uint32) []cut { return t.cuts[t.buckets[h>>16]:t.buckets[h>>16+1]] }

type spelling struct {
	text  string
	langs uint64
}

func newTypos(tongues []*tongue) *typos {
	langs := map[string]uint64{}
	for i, g := range tongues {
		bit := uint64(1) << i
		for word, lex := range g.words {
			langs[word] |= bit
			for _, c := range lex.chains {
				for _, p := range c.rest {
					if !p.stem {
						langs[p.text] |= bit
					}
				}
			}
		}
	}
	t := &typos{}
	for word, set := range langs {
		if n := utf8.RuneCountInString(word); n >= swapFrom && runsUnspaced(word) == 0 {
			t.words = append(t.words, spelling{word, set})
		}
	}
	slices.SortFunc(t.words, func(a, b spelling) int { return strings.Compare(a.text, b.text) })
	t.index()
	return t
}

// index makes the cuts, sorted by counting.
func (t *typos) index() {
	var all []cut
	for i, w := range t.words {
		eachCut(w.text, func(h uint32) {
			all = append(all, cut{h, int32(i)})
			t.buckets[h>>16+1]++
		})
	}
	for i := range len(t.buckets) - 1 {
		t.buckets[i+1] += t.buckets[i]
	}
	t.cuts = make([]cut, len(all))
	next := t.buckets
	for _, c := range all {
		t.cuts[next[c.hash>>16]] = c
		next[c.hash>>16]++
	}
}

// eachCut calls f with the hash of the word and of the word without each of
// its letters; of a long one also without each two.
func eachCut(word string, f func(uint32)) {
	var ends [maxMendable + 1]int
	n := 0
	for i := range word {
		if n == maxMendable {
			return
		}
		ends[n] = i
		n++
	}
	ends[n] = len(word)
	f(hash(word))
	for i := range n {
		f(hash(word[:ends[i]], word[ends[i+1]:]))
		if n < twoFrom-1 {
			continue
		}
		for k := i + 1; k < n; k++ {
			f(hash(word[:ends[i]], word[ends[i+1]:ends[k]], word[ends[k+1]:]))
		}
	}
}

// maxMendable is the longest word that is mended, in letters.
const maxMendable = 16

// hash is FNV-1a.
func hash(pieces ...string) uint32 {
	h := uint32(2166136261)
	for _, s := range pieces {
		for i := range len(s) {
			h = (h ^ uint32(s[i])) * 16777619
		}
	}
	return h
}

// nearest is the known word of a language that a misspelt one stands for, and
// empty when there is none.
func (t *typos) nearest(word string, lang int) string {
	best, found := maxMistakes+1, ""
	eachCut(word, func(h uint32) {
		for _, c := range t.at(h) {
			w := &t.words[c.word]
			if c.hash != h || w.langs>>lang&1 == 0 {
				continue
			}
			if d := mistakes(word, w.text); d < best || d == best && d <= maxMistakes && w.text < found {
				best, found = d, w.text
			}
		}
	})
	return found
}

// near are the languages that have a word of which this may be a misspelling.
func (t *typos) near(word string) uint64 {
	var langs uint64
	eachCut(word, func(h uint32) {
		for _, c := range t.at(h) {
			if w := &t.words[c.word]; c.hash == h && mistakes(word, w.text) <= maxMistakes {
				langs |= w.langs
			}
		}
	})
	return langs
}

const maxMistakes = 2

// mistakes counts the mistakes that make one word of the other, maxMistakes+1
// when they are more than a word of that length may have.
func mistakes(wrong, right string) int {
	var a, b [maxMendable + maxMistakes]rune
	n, m := fill(&a, wrong), fill(&b, right)
	d := distance(a[:n], b[:m])
	switch {
	case m < swapFrom || d > maxMistakes:
	case d == 1 && m >= oneFrom, d == 2 && m >= twoFrom:
		return d
	case d == 1 && (n == m && swapped(a[:n], b[:m]) || n == m+1 && doubled(a[:n])):
		return d
	}
	return maxMistakes + 1
}

func fill(into *[maxMendable + maxMistakes]rune, s string) int {
	n := 0
	for _, r := range s {
		if n == len(into) {
			break
		}
		into[n] = r
		n++
	}
	return n
}

// swapped reports whether two words of one mistake differ by the order of two
// letters.
func swapped(a, b []rune) bool {
	for i := range a {
		if a[i] != b[i] {
			return i+1 < len(a) && a[i] == b[i+1] && a[i+1] == b[i]
		}
	}
	return false
}

func doubled(a []rune) bool {
	for i := 1; i < len(a); i++ {
		if a[i] == a[i-1] {
			return true
		}
	}
	return false
}

// distance counts letters that are wrong, missing, too many or in the wrong
// order.
func distance(a, b []rune) int {
	const width = maxMendable + maxMistakes + 1
	var rows [3][width]int
	for k := range b {
		rows[0][k+1] = k + 1
	}
	for i := range a {
		above, row, two := &rows[i%3], &rows[(i+1)%3], &rows[(i+2)%3]
		row[0] = i + 1
		for k := range b {
			cost := 1
			if a[i] == b[k] {
				cost = 0
			}
			row[k+1] = min(above[k+1]+1, row[k]+1, above[k]+cost)
			if i > 0 && k > 0 && a[i] == b[k-1] && a[i-1] == b[k] {
				row[k+1] = min(row[k+1], two[k-1]+1)
			}
		}
	}
	return rows[len(a)%3][len(b)]
}

// mend replaces the words that a language does not know by those they may be
// misspellings of, and returns how many.
func (s *speaking) mend(lang int, words []string, units []unit) int {
	n := 0
	for _, u := range units {
		word := words[u.at]
		if u.class != 0 || !mendable(word) {
			continue
		}
		if right := s.typos.nearest(word, lang); right != "" && right != word {
			words[u.at] = right
			n++
		}
	}
	return n
}

func mendable(word string) bool {
	letters := 0
	for _, r := range word {
		if !unicode.In(r, unicode.L, unicode.M) {
			return false
		}
		letters++
	}
	return letters >= swapFrom
}
