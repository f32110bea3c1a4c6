package words

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/cases"
	"golang.org/x/text/unicode/norm"
)

// fold is stateless and safe for concurrent use.
var fold = cases.Fold()

// marks says what becomes of the marks on Latin and Greek letters.
type marks int

const (
	dropMarks marks = iota
	keepMarks
)

// letters folds case, width and look-alike spellings of every letter.
func letters(text string, keep marks) string {
	if s, ok := usual.letters(text, keep); ok {
		return s
	}
	return strip(unmix(decompose(text)), keep)
}

// blocks are the precomposed letters of most people who write here: Latin-1 and
// Latin Extended-A, Greek, Cyrillic, Hebrew and Arabic. Their marks by
// themselves are not among them: those need the text around.
var blocks = [...]struct{ first, last rune }{
	{0xC0, 0x17F}, {0x386, 0x3CE}, {0x400, 0x45F}, {0x490, 0x491}, {0x5D0, 0x5EA}, {0x621, 0x63A}, {0x641, 0x64A},
	{0x67E, 0x6D3},
}

// Bounds of the table.
const (
	firstUsual = 0xC0
	lastUsual  = 0x6D3
)

// usualTable holds what letters makes of each of those letters, so that the
// usual text needs no decomposition. It never changes after the program began.
type usualTable [lastUsual - firstUsual + 1][2]string

var usual = newUsual()

func newUsual() *usualTable {
	var t usualTable
	for _, b := range blocks {
		for r := b.first; r <= b.last; r++ {
			if unicode.IsLetter(r) {
				decomposed := decompose(string(r))
				t[r-firstUsual] = [2]string{dropMarks: strip(decomposed, dropMarks), keepMarks: strip(decomposed, keepMarks)}
			}
		}
	}
	return &t
}

// letters gives up at the first character that is not in the table and is not
// known to stand for itself, and at a mixture of scripts that look alike.
func (t *usualTable) letters(text string, keep marks) (string, bool) {
	buf := make([]byte, 0, 2*Limit)
	var seen [3]bool // Latin, Greek, Cyrillic
	for _, r := range text {
		switch {
		case r >= 'A' && r <= 'Z':
			seen[0] = true
			buf = append(buf, byte(r)+'a'-'A')
		case kindOf(r) == kindNone:
		case r < utf8.RuneSelf:
			seen[0] = seen[0] || r >= 'a' && r <= 'z'
			buf = append(buf, byte(r))
		case r >= firstUsual && r <= lastUsual:
			letter := t[r-firstUsual][keep]
			if letter == "" && (r != tatweel) {
				return "", false
			}
			seen[0] = seen[0] || r < 0x250
			seen[1] = seen[1] || r >= 0x370 && r < 0x400
			seen[2] = seen[2] || r >= 0x400 && r < 0x500
			buf = append(buf, letter...)
		case itself(r):
			buf = utf8.AppendRune(buf, r)
		default:
			return "", false
		}
	}
	return string(buf), !(seen[0] && (seen[1] || seen[2]) || seen[1] && seen[2])
}

// tatweel only stretches an Arabic word.
const tatweel = 'ـ'

// itself reports punctuation, emoji, kana, ideographs and Korean syllables that
// no folding changes.
func itself(r rune) bool {
	switch r {
	case '¡', '¿', '…', '–', '—', '“', '”', '،', '؛', '؟', '。', '、', '「', '」', 'ー':
		return true
	}
	return r >= 0x3041 && r <= 0x3096 || r >= 0x30A1 && r <= 0x30FA || r >= 0x4E00 && r <= 0x9FFF ||
		r >= 0xAC00 && r <= 0xD7A3 || r >= 0x1F300 && r <= 0x1FAFF
}

// decompose folds width, compatibility and case, parts every letter from its
// marks and unifies letters.
func decompose(text string) string {
	return unify.Replace(norm.NFKD.String(fold.String(norm.NFKC.String(text))))
}

// strip drops marks: in Latin and Greek when asked to, the vowel signs of Arabic
// and Hebrew always. Marks of other scripts are part of their words.
// Apostrophes go: don't and dont are one word.
func strip(decomposed string, keep marks) string {
	var b strings.Builder
	base := rune(' ')
	for _, r := range decomposed {
		if kindOf(r) == kindNone {
			continue
		}
		if !unicode.Is(unicode.Mn, r) {
			if unicode.Is(unicode.Cherokee, r) {
				r = unicode.ToUpper(r) // fold swaps the cases of Cherokee
			}
			base = r
			b.WriteRune(r)
			continue
		}
		if hidden(r) || silent(base, r, keep) {
			continue
		}
		b.WriteRune(r)
	}
	return norm.NFC.String(b.String())
}

// silent reports whether the mark says nothing on this letter.
func silent(base, mark rune, keep marks) bool {
	switch {
	case mark == 0x0307 && base == 'i': // what is left of the Turkish İ
		return true
	case unicode.In(base, unicode.Latin, unicode.Greek):
		return keep == dropMarks
	case unicode.In(base, unicode.Arabic, unicode.Hebrew):
		return true
	case unicode.Is(unicode.Cyrillic, base):
		// Only й, ў and ї need theirs; ё is written е by half of its users.
		return mark != 0x0306 && (mark != 0x0308 || base == 'е')
	}
	return !unicode.IsLetter(base) && !unicode.Is(unicode.M, base)
}

// unify brings letters together that have no decomposition, or that people use
// for one another. Both dotless and dotted i become i, so that ÇIK and çık meet.
var unify = strings.NewReplacer(
	"ı", "i", "ł", "l", "ø", "o", "đ", "d", "ð", "d", "þ", "th", "æ", "ae", "œ", "oe", "ħ", "h", "ŧ", "t",
	"ς", "σ",
	"ـ", "", "ٱ", "ا", "ى", "ي", "ی", "ي", "ې", "ي", "ک", "ك", "ة", "ه", "ۀ", "ه", "ہ", "ه",
)
