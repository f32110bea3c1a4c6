package words

import (
	"slices"
	"unicode"
	"unicode/utf8"
)

// Lengths in letters from which a word may be misspelt.
const (
	swapFrom = 4 // two letters in the wrong order, or one doubled
	oneFrom  = 5 // any one mistake
	twoFrom  = 9 // any two
	notFrom  = 6 // any one, in a word that turns a sentence round: "Lima" is no "ilma"
)

// typos finds the words of one language that a misspelt one may stand for: two
// words that differ by one mistake become equal when each loses one letter.
type typos struct {
	words []string
	// cuts are the words and what remains of them without a letter or two, by
	// a hash, and sorted by its upper bits, of which buckets holds where each
	// begins. Equal hashes are told apart by looking at the words.
	cuts    []cut
	buckets [1<<bucketBits + 1]int32
	// present has a bit for each hash that there is, a quick no for most.
	present [1 << (presentBits - 6)]uint64
}

type cut struct {
	hash uint32
	word int32
}

const bucketBits = 12

func bucket(h uint32) uint32 { return h >> (32 - bucketBits) }

const presentBits = 17

func (t *typos) maybe(h uint32) bool {
	h &= 1<<presentBits - 1
	return t.present[h>>6]>>(h&63)&1 == 1
}

// at are the cuts whose hash has the same upper bits.
func (t *typos) at(h uint32) []cut { return t.cuts[t.buckets[bucket(h)]:t.buckets[bucket(h)+1]] }

// exact are the classes that no misspelling stands for. A yes is not given by
// mistake: "perto" is no "certo". And who is at home, "em casa", is not tired of
// us, "cansa".
const exact = agree | upset

func newTypos(g *tongue) *typos {
	all := map[string]bool{}
	for word, lex := range g.words {
		short := utf8.RuneCountInString(word) < notFrom
		if lex.class&exact == 0 && !(short && lex.class&not != 0) {
			all[word] = true
		}
		for _, c := range lex.chains {
			for _, p := range c.rest {
				all[p.text] = all[p.text] || !p.stem
			}
		}
	}
	t := &typos{}
	for word, whole := range all {
		if whole && utf8.RuneCountInString(word) >= swapFrom && runsUnspaced(word) == 0 {
			t.words = append(t.words, word)
		}
	}
	slices.Sort(t.words)
	t.index()
	return t
}

// index makes the cuts, sorted by counting.
func (t *typos) index() {
	var all []cut
	for i, word := range t.words {
		add := func(h uint32) {
			all = append(all, cut{h, int32(i)})
			t.buckets[bucket(h)+1]++
			low := h & (1<<presentBits - 1)
			t.present[low>>6] |= 1 << (low & 63)
		}
		eachCut(word, false, add)
		if long(word, true) {
			eachCut(word, true, add)
		}
	}
	for i := range len(t.buckets) - 1 {
		t.buckets[i+1] += t.buckets[i]
	}
	t.cuts = make([]cut, len(all))
	next := t.buckets
	for _, c := range all {
		t.cuts[next[bucket(c.hash)]] = c
		next[bucket(c.hash)]++
	}
}

// eachCut calls f with the hash of the word and of the word without each of
// its letters; with two, without each two of them. Hashes of pieces are put
// together by arithmetic, so that each costs the same however long the word is.
func eachCut(word string, two bool, f func(uint32)) {
	var ends [maxMendable + 1]int
	var pre [utf8.UTFMax*maxMendable + 1]uint32 // the sum of the bytes before each place
	n := 0
	for i := range word {
		if n == maxMendable {
			return
		}
		ends[n] = i
		n++
	}
	ends[n] = len(word)
	for i := range len(word) {
		pre[i+1] = pre[i]*hashBase + uint32(word[i]) + 1
	}
	add := func(h uint32, from, to int) uint32 { // the bytes from one place to another
		return h*powers[to-from] + pre[to] - pre[from]*powers[to-from]
	}
	if !two {
		f(mix(pre[len(word)]))
	}
	for i := range n {
		if !two {
			f(mix(add(pre[ends[i]], ends[i+1], len(word))))
			continue
		}
		for k := i + 1; k < n; k++ {
			f(mix(add(add(pre[ends[i]], ends[i+1], ends[k]), ends[k+1], len(word))))
		}
	}
}

// hashBase is any odd number that spreads bytes well.
const hashBase = 0x01000193

// powers are those of hashBase. They never change.
var powers = newPowers()

func newPowers() (p [utf8.UTFMax*maxMendable + 1]uint32) {
	p[0] = 1
	for i := 1; i < len(p); i++ {
		p[i] = p[i-1] * hashBase
	}
	return p
}

// mix spreads the bits of a sum over a hash.
func mix(h uint32) uint32 {
	h = (h ^ h>>15) * 0x2c1b3c6d
	return h ^ h>>13
}

// long reports whether a word may hold two mistakes: right is one that is known.
func long(word string, right bool) bool {
	n := utf8.RuneCountInString(word)
	return n >= twoFrom || !right && n >= twoFrom-maxMistakes
}

// maxMendable is the longest word that is mended, in letters.
const maxMendable = 16

// nearest is the word of the language that a misspelt one stands for, and empty
// when there is none.
func (t *typos) nearest(word string) string {
	best, found := maxMistakes+1, ""
	look := func(h uint32) {
		if !t.maybe(h) {
			return
		}
		for _, c := range t.at(h) {
			if c.hash != h {
				continue
			}
			right := t.words[c.word]
			if !sameStart(word, right) {
				continue
			}
			if d := mistakes(word, right); d < best || d == best && d <= maxMistakes && right < found {
				best, found = d, right
			}
		}
	}
	eachCut(word, false, look)
	if best > 1 && long(word, false) {
		eachCut(word, true, look)
	}
	return found
}

// sameStart reports whether two words begin alike: the first letter is hardly
// ever wrong, at most in the second place.
func sameStart(wrong, right string) bool {
	a, n := utf8.DecodeRuneInString(wrong)
	b, m := utf8.DecodeRuneInString(right)
	if a == b {
		return true
	}
	a2, _ := utf8.DecodeRuneInString(wrong[n:])
	b2, _ := utf8.DecodeRuneInString(right[m:])
	return a == b2 && b == a2
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
func (t *typos) mend(words []string, units []unit) int {
	n := 0
	for _, u := range units {
		word := words[u.at]
		if u.class != 0 || !mendable(word) {
			continue
		}
		if right := t.nearest(word); right != "" && right != word {
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
