package words

import (
	"slices"
	"strings"
)

// certainty is the lead that makes a guess sure: two words that only one
// language has, or one greeting.
const certainty = 4

// Points for a word: one that only this language has, and one that it shares.
const (
	ownWord    = 2
	sharedWord = 1
)

// hint notes a word of a language both as it is spelled and without marks: "é"
// is Portuguese, but a plain "e" may be anything.
func (l *Lexicon) hint(f Forms, lang string) {
	for _, word := range []string{f.Marked, f.Plain} {
		if !slices.Contains(l.hints[word], lang) {
			l.hints[word] = append(l.hints[word], lang)
		}
	}
}

// Language guesses the language of a text from its first Limit runes, among
// the languages that have hints, greetings or stop words. When it is not sure
// the tag is the best guess, or empty when there is none; a single word that
// several languages share is never sure.
func (l *Lexicon) Language(text string) (tag string, sure bool) {
	f := Normalise(truncate(text))
	score := map[string]int{}
	for _, m := range l.whole[f.Plain] {
		if m.Language != "" && (m.Intent == Greeting || m.Intent == Stop) {
			score[m.Language] += certainty
		}
	}
	for token := range strings.FieldsSeq(f.Marked) {
		l.weigh(token, score)
	}
	return winner(score)
}

func (l *Lexicon) weigh(token string, score map[string]int) {
	langs := l.hints[token]
	points := sharedWord
	if len(langs) == 1 {
		points = ownWord
	}
	for _, lang := range langs {
		score[lang] += points
	}
}

func winner(score map[string]int) (tag string, sure bool) {
	best, second := 0, 0
	for lang, points := range score {
		switch {
		case points > best:
			tag, best, second = lang, points, best
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
