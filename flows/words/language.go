package words

import (
	"math/bits"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// share is what a word says about the language: divided by the number of
// languages that have it.
const share = 240

// certainty is the lead that makes a guess sure: more than one word that only
// one language has, or a greeting. Of the labelled messages three in four are
// sure then, and fewer than one in a thousand of those is wrong.
const certainty = share * 5 / 4

// strange is what a letter costs a language that does not use it.
const strange = share / 2

// guesser knows the words and the letters of the languages.
type guesser struct {
	words   map[string]uint64 // languages, by hint; as spelled and without marks
	letters map[rune]uint64   // languages, by what alphabet says of a letter
}

// hint notes a word of a language both as it is spelled and without marks: "é"
// is Portuguese, but a plain "e" may be anything.
func (g *guesser) hint(f Forms, lang uint64) {
	g.words[f.Marked] |= lang
	g.words[f.Plain] |= lang
}

// spell notes the letters of a text that is in the language.
func (g *tongue) spell(text string) {
	if isASCII(text) {
		return
	}
	for _, r := range text {
		if a := alphabet(r); a != 0 {
			g.letters[a] = true
		}
	}
}

// settle takes the letters of all languages.
func (g *guesser) settle(tongues []*tongue) {
	for _, t := range tongues {
		for r := range t.letters {
			g.letters[r] |= t.mask()
		}
	}
}

// alphabet is the lower-case letter itself where there are few, and stands for
// the script where there are many. It is 0 for what says nothing.
func alphabet(r rune) rune {
	if r < 0xC0 || !unicode.IsLetter(r) {
		return 0
	}
	for _, script := range [...]*unicode.RangeTable{unicode.Han, unicode.Hangul, unicode.Hiragana, unicode.Katakana, unicode.Thai,
		unicode.Devanagari, unicode.Bengali} {
		if unicode.Is(script, r) {
			return rune(script.R16[0].Lo)
		}
	}
	return unicode.ToLower(r)
}

// Language guesses the language of a text from its first Limit runes, by its
// words and letters, among the given languages, or among all that have any. When
// it is not sure the tag is the best guess, or empty when there is none; a single
// word that several languages share is never sure.
func (l *Lexicon) Language(text string, among ...string) (tag string, sure bool) {
	text = truncate(text)
	f := Normalise(text)
	var score [maxTongues]int
	for _, m := range l.whole[f.Plain] {
		if m.Language != "" && (m.Intent == Greeting || m.Intent == Stop) {
			score[l.speech.tongue(m.Language).bit] += certainty
		}
	}
	l.weighWords(f, &score)
	l.weighLetters(norm.NFC.String(text), &score)
	return l.winner(&score, l.speech.masks(among))
}

// weighWords counts each word for the languages that have it.
func (l *Lexicon) weighWords(f Forms, score *[maxTongues]int) {
	plain := f.Plain
	for marked := range strings.FieldsSeq(f.Marked) {
		var word string
		word, plain, _ = strings.Cut(plain, " ")
		langs := l.speech.index[word].langs | l.guess.words[marked]
		for lens := l.speech.lens.of(word); langs == 0 && lens != 0; lens &= lens - 1 {
			langs = l.speech.stems[word[:bits.TrailingZeros64(lens)]].langs
		}
		give(langs, share, score)
	}
}

// weighLetters counts letters that only some languages have, and those that a
// language does not have against it.
func (l *Lexicon) weighLetters(text string, score *[maxTongues]int) {
	seen := map[rune]bool{}
	var kana, ideographs bool
	for _, r := range text {
		a := alphabet(r)
		if a == 0 || seen[a] {
			continue
		}
		seen[a] = true
		kana = kana || unicode.In(r, unicode.Hiragana, unicode.Katakana)
		ideographs = ideographs || unicode.Is(unicode.Han, r)
		langs := l.guess.letters[a]
		if langs == 0 {
			continue
		}
		give(langs, share, score)
		give1(^langs, -strange, score)
	}
	if ideographs && !kana {
		give1(l.guess.letters[alphabet('の')], -strange, score)
	}
}

// give shares points out among languages.
func give(langs uint64, points int, score *[maxTongues]int) {
	if n := bits.OnesCount64(langs); n > 0 {
		give1(langs, max(points/n, 1), score)
	}
}

func give1(langs uint64, points int, score *[maxTongues]int) {
	for ; langs != 0; langs &= langs - 1 {
		score[bits.TrailingZeros64(langs)] += points
	}
}

func (l *Lexicon) winner(score *[maxTongues]int, among uint64) (tag string, sure bool) {
	best, second := 0, 0
	for i, g := range l.speech.tongues {
		if among&g.mask() == 0 {
			continue
		}
		switch points := score[i]; {
		case points > best:
			tag, best, second = g.lang, points, best
		case points == best:
			tag, second = "", points
		case points > second:
			second = points
		}
	}
	return tag, best-second >= certainty
}

func truncate(text string) string {
	count := 0
	for i := range text {
		if count++; count > Limit {
			return text[:i]
		}
	}
	return text
}
