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
	if s, ok := western.letters(text, keep); ok {
		return s
	}
	return strip(unmix(decompose(text)), keep)
}

// firstWestern and lastWestern bound the precomposed letters of the languages
// that most people write here: Latin-1 and Latin Extended-A.
const (
	firstWestern = 0xC0
	lastWestern  = 0x17F
)

// westernTable holds what letters makes of each of those letters, so that the
// usual text needs no decomposition. It never changes after the program began.
type westernTable [lastWestern - firstWestern + 1][2]string

var western = newWestern()

func newWestern() *westernTable {
	var t westernTable
	for i := range t {
		decomposed := decompose(string(rune(firstWestern + i)))
		t[i] = [2]string{dropMarks: strip(decomposed, dropMarks), keepMarks: strip(decomposed, keepMarks)}
	}
	return &t
}

// letters gives up at the first character that is not in the table and is not
// known to stand for itself.
func (t *westernTable) letters(text string, keep marks) (string, bool) {
	buf := make([]byte, 0, 2*Limit)
	for _, r := range text {
		switch {
		case r >= 'A' && r <= 'Z':
			buf = append(buf, byte(r)+'a'-'A')
		case kindOf(r) == kindNone:
		case r >= firstWestern && r <= lastWestern:
			buf = append(buf, t[r-firstWestern][keep]...)
		case r < utf8.RuneSelf, itself(r):
			buf = utf8.AppendRune(buf, r)
		default:
			return "", false
		}
	}
	return string(buf), true
}

// itself reports the punctuation and the emoji that no folding changes and that
// are common beside western letters.
func itself(r rune) bool {
	switch r {
	case '¡', '¿', '…', '–', '—', '“', '”':
		return true
	}
	return r >= 0x1F300 && r <= 0x1FAFF
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
