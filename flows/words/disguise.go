package words

import (
	"strings"
	"unicode"
)

// squeezed is a comparable text without its spaces: people leave them out, and
// put them between letters.
func squeezed(plain string) string { return strings.ReplaceAll(plain, " ", "") }

// findDisguised understands a stop word that is written letter by letter,
// without its spaces, in the look-alikes of another script, or with digits for
// letters.
func (l *Lexicon) findDisguised(plain string) []Match {
	if strings.Contains(plain, " ") {
		if !spelt(plain) {
			return nil
		}
		plain = squeezed(plain)
	}
	for _, word := range [...]string{plain, otherScript(plain), lettersFor(plain)} {
		if word == "" {
			continue
		}
		if found := l.whole[word]; found != nil && found[0].Intent == Stop {
			return found
		}
		if found := l.tight[word]; found != nil {
			return found
		}
	}
	return nil
}

// spelt reports whether every word is one letter with its marks.
func spelt(plain string) bool {
	words := 0
	for word := range strings.SplitSeq(plain, " ") {
		words++
		for i, r := range word {
			if i > 0 && !unicode.Is(unicode.M, r) && !conjoined(r) {
				return false
			}
		}
	}
	return words > 1
}

// conjoined reports letters of scripts that write several as one sign, which a
// person who spaces a word keeps together.
func conjoined(r rune) bool { return unicode.In(r, unicode.Devanagari, unicode.Bengali, unicode.Thai) }

// otherScript respells a word whose every letter looks like one of another
// script, as STOP all in Cyrillic letters.
func otherScript(word string) string {
	for target := range scripts {
		if spelled, ok := respell(word, target); ok && spelled != word {
			return spelled
		}
	}
	return ""
}

// lettersFor reads digits as the letters they look like, if there are both.
func lettersFor(word string) string {
	digits := strings.ContainsAny(word, "01345")
	if !digits || !strings.ContainsFunc(word, unicode.IsLetter) {
		return ""
	}
	return strings.NewReplacer("0", "o", "1", "i", "3", "e", "4", "a", "5", "s").Replace(word)
}
