package words

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// Limit is the length in runes beyond which a text is no longer a word or a
// phrase and is not looked at. Letters that are repeated, such as "STOOO…OP",
// count three times at most.
const Limit = 200

// maxMarks bounds the marks on one letter. No script writes more than four;
// piles of them are made to hide a word or to hurt a program.
const maxMarks = 4

// clauseMark separates what a comma, a full stop or a line break separated:
// "não, quero mais" is the opposite of "não quero mais".
const clauseMark = " , "

// Forms are what remains of a text for comparison. Clauses are separated by
// " , ", words by one space.
type Forms struct {
	// Plain is free of case, of the marks on Latin and Greek letters, hidden
	// characters, punctuation and courtesies. It is empty for a text that holds
	// nothing else or is longer than Limit. A text of signs only, such as one
	// emoji, is those signs, each once. Plain of Plain is Plain.
	Plain string
	// Marked is Plain with the marks kept.
	Marked string
	// Loose is Plain with every repeated letter once. It is set only when a
	// letter stood three times in a row, which nobody writes by spelling.
	Loose string
}

// Normalise reduces a text to its comparable forms.
func Normalise(text string) Forms {
	f := normalise(text)
	text, ascii, ok := bounded(text)
	if !ok || ascii || f.Plain == "" {
		f.Marked = f.Plain
		return f
	}
	if marked, _ := shape(letters(text, keepMarks)); marked != "" {
		f.Marked = trimCourtesy(marked)
		return f
	}
	f.Marked = f.Plain
	return f
}

// normalise leaves Marked out, which costs as much as all the rest and which
// only guessing a language needs.
func normalise(text string) Forms {
	text, ascii, ok := bounded(text)
	if !ok {
		return Forms{}
	}
	lower := strings.ToLower(text)
	if !ascii {
		lower = letters(text, dropMarks)
	}
	plain, stretched := shape(lower)
	if plain == "" {
		return Forms{Plain: signs(text)}
	}
	plain = trimCourtesy(plain)
	return Forms{Plain: plain, Loose: loose(plain, stretched)}
}

// bounded drops what is invisible and cuts long repetitions, and gives up on
// a text that is still too long. It costs one pass whatever comes in. Hidden
// characters go before composition, so that they cannot part a letter from its
// mark.
func bounded(text string) (short string, ascii, ok bool) {
	if len(text) <= Limit && isASCII(text) {
		return text, true, true
	}
	buf := make([]byte, 0, (Limit+1)*utf8.UTFMax)
	kept, marks, run, ascii := 0, 0, 0, true
	last := rune(-1)
	for _, r := range text {
		if hidden(r) || kindOf(r) == kindNone {
			continue
		}
		run++
		if r != last {
			last, run = r, 1
		}
		marks++
		if r < 0x300 || !unicode.Is(unicode.Mn, r) {
			marks = 0
		}
		if marks > maxMarks || run > 3 && !unicode.IsDigit(r) {
			continue
		}
		if kept++; kept > Limit {
			return "", false, false
		}
		ascii = ascii && r < utf8.RuneSelf
		buf = utf8.AppendRune(buf, r)
	}
	return string(buf), ascii, true
}

func isASCII(s string) bool {
	for i := range len(s) {
		if s[i] >= utf8.RuneSelf {
			return false
		}
	}
	return true
}

// hidden reports characters that change a text without being seen: zero-width
// and bidirectional controls, variation selectors, the fillers of Hangul, the
// enclosing keycap and the skin tones.
func hidden(r rune) bool {
	if r < 0x300 {
		return r == '\u00ad' // the soft hyphen
	}
	switch {
	case unicode.Is(unicode.Cf, r), unicode.Is(unicode.Variation_Selector, r), unicode.Is(unicode.Me, r):
		return true
	case r >= 0x1F3FB && r <= 0x1F3FF:
		return true
	}
	return r == 0x034F || r == 0x115F || r == 0x1160 || r == 0x3164 || r == 0xFFA0
}

// loose reduces every repetition to one letter.
func loose(plain string, stretched bool) string {
	if !stretched {
		return ""
	}
	last := rune(-1)
	return strings.Map(func(r rune) rune {
		if r == last && !unicode.IsDigit(r) {
			return -1
		}
		last = r
		return r
	}, plain)
}

// signs keeps the pictures of a text without words, each once in a row.
func signs(text string) string {
	last := rune(-1)
	return strings.Map(func(r rune) rune {
		if r == last || !unicode.Is(unicode.So, r) {
			return -1
		}
		last = r
		return r
	}, text)
}
