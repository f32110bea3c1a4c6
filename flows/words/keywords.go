package words

import (
	"math/bits"
	"strings"
	"unicode/utf8"
)

// Fit is how well a text asks for something by its keywords. More is better.
type Fit int

// The fits, from none to the text being a keyword.
const (
	NoFit    Fit = iota
	Misspelt     // a keyword with a mistake, by itself or in a short text
	Within       // a keyword in a short text
	Whole        // the text is a keyword
)

// Keywords are words by which people ask for one thing of a business. They
// never change and are safe for concurrent use. The house's own intents come
// first; it is the caller who asks for those before.
type Keywords struct {
	plain  []string
	fields [][]string
}

// NewKeywords takes the words as they are spelled.
func NewKeywords(spelled []string) *Keywords {
	k := &Keywords{}
	for _, word := range spelled {
		if plain := normalise(word).Plain; plain != "" {
			k.plain = append(k.plain, plain)
			k.fields = append(k.fields, strings.Fields(plain))
		}
	}
	return k
}

// Fit looks for a keyword in a text that Normalise made Plain. In a text of
// more than eight words it is more often spoken about than asked for. One
// mistake is forgiven in a word of five letters or more, two from nine on.
func (k *Keywords) Fit(plain string) Fit {
	best := NoFit
	short := !tooMany(plain)
	spaced := " " + plain + " "
	for _, word := range k.plain {
		if word == plain {
			return Whole
		}
		if short && strings.Contains(spaced, " "+word+" ") {
			best = Within
		}
	}
	if best == NoFit && short && k.misspelt(strings.Fields(plain)) {
		return Misspelt
	}
	return best
}

func (k *Keywords) misspelt(text []string) bool {
	for _, keyword := range k.fields {
		for at := 0; at+len(keyword) <= len(text); at++ {
			if alike(text[at:at+len(keyword)], keyword) {
				return true
			}
		}
	}
	return false
}

// alike reports whether each word is the keyword's or a misspelling of it.
func alike(text, keyword []string) bool {
	for i, right := range keyword {
		if text[i] == right {
			continue
		}
		if bits.OnesCount64(lettersOf(text[i])^lettersOf(right)) > 2*maxMistakes {
			return false // the cheap way to see it
		}
		if utf8.RuneCountInString(right) < oneFrom || mistakes(text[i], right) > maxMistakes {
			return false
		}
	}
	return true
}

// lettersOf is the set of a word's letters, some of them thrown together. A
// mistake changes two at most.
func lettersOf(word string) uint64 {
	var set uint64
	for _, r := range word {
		set |= 1 << (r & 63)
	}
	return set
}
