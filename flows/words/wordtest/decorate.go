// Package wordtest measures how well a lexicon understands: every stop word in
// forty disguises, and what people write by labelled messages.
package wordtest

import (
	"slices"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// Decoration is one way in which people, keyboards and phones change a word
// without changing what is meant.
type Decoration struct {
	Name  string
	Apply func(word string) string
	// Latin, Cased and Letters: it is one for Latin letters, for scripts with
	// capitals, or for words of letters with spaces between them as written.
	Latin, Cased bool
}

// Applies reports whether the decoration makes sense for the word.
func (d Decoration) Applies(word string) bool {
	switch {
	case d.Latin:
		return strings.ContainsFunc(word, latin) && !strings.ContainsFunc(word, foreign)
	case d.Cased:
		return strings.ToUpper(word) != word
	}
	return true
}

func latin(r rune) bool { return unicode.Is(unicode.Latin, r) }

func foreign(r rune) bool { return unicode.IsLetter(r) && !unicode.Is(unicode.Latin, r) }

// Decorations are forty.
func Decorations() []Decoration {
	around := func(name, before, after string) Decoration {
		return Decoration{Name: name, Apply: func(w string) string { return before + w + after }}
	}
	return []Decoration{
		{Name: "capitals", Apply: strings.ToUpper, Cased: true},
		{Name: "title case", Apply: title, Cased: true},
		{Name: "every other capital", Apply: everyOther, Cased: true},
		{Name: "no accents", Apply: unaccented, Latin: true},
		{Name: "foreign accents", Apply: accented, Latin: true},
		{Name: "letters apart from their accents", Apply: norm.NFD.String},
		{Name: "full width", Apply: wide, Latin: true},
		{Name: "Cyrillic look-alikes", Apply: lookAlike, Latin: true},
		{Name: "spaced letters", Apply: spaced},
		{Name: "last letter held", Apply: held, Latin: true},
		{Name: "zero-width inside", Apply: inside("\u200b")},
		{Name: "soft hyphen inside", Apply: inside("\u00ad"), Latin: true},
		{Name: "joiner inside", Apply: inside("\u2060")},
		around("byte order mark", "\ufeff", ""),
		around("bidi isolate", "\u2067", "\u2069"),
		around("bidi override", "\u202e", "\u202c"),
		around("variation selector", "", "\ufe0f"),
		around("spaces", "   ", "  "),
		around("lines and tabs", "\n\t", "\n\n"),
		around("no-break space", "\u00a0", "\u00a0"),
		around("exclamation", "", "!!!"),
		around("question", "", "??!"),
		around("full stop", "", "."),
		around("ellipsis", "…", "..."),
		around("quotes", "“", "”"),
		around("guillemets", "« ", " »"),
		around("brackets", "[", "]"),
		around("bold", "*", "*"),
		around("italic", "_", "_"),
		around("struck out", "~", "~"),
		around("code", "```", "```"),
		around("number sign", "#", ""),
		around("dash of a signature", "- ", " --"),
		around("emoji before", "🛑😡 ", ""),
		around("emoji after", "", " 🙏🏽❤️"),
		around("please", "please ", ""),
		around("thanks", "", ", obrigado"),
		around("ok", "ok ", ""),
		around("greeting", "Oi, ", ""),
		{Name: "three times", Apply: func(w string) string { return w + " " + w + " " + w }},
	}
}

func title(w string) string {
	r := []rune(w)
	return string(unicode.ToTitle(r[0])) + string(r[1:])
}

func everyOther(w string) string {
	r := []rune(w)
	for i := range r {
		if i%2 == 1 {
			r[i] = unicode.ToUpper(r[i])
		}
	}
	return string(r)
}

func unaccented(w string) string {
	return strings.Map(func(r rune) rune {
		if unicode.Is(unicode.Mn, r) {
			return -1
		}
		return r
	}, norm.NFD.String(w))
}

// accented puts a mark of another language on every vowel.
func accented(w string) string {
	return strings.NewReplacer("a", "â", "e", "ë", "o", "ô", "u", "ù").Replace(w)
}

func wide(w string) string {
	return strings.Map(func(r rune) rune {
		if r > ' ' && r <= '~' {
			return r - '!' + '！'
		}
		return r
	}, w)
}

// lookAlike writes one letter of the longest word with its Cyrillic twin.
func lookAlike(text string) string {
	w := slices.MaxFunc(strings.Fields(text), func(a, b string) int { return len(a) - len(b) })
	return strings.Replace(text, w, twin(w), 1)
}

func twin(w string) string {
	for _, twin := range []string{"oо", "aа", "eе", "cс", "pр", "xх", "yу"} {
		if strings.Contains(w, twin[:1]) {
			return strings.Replace(w, twin[:1], twin[1:], 1)
		}
	}
	return w
}

// spaced puts a space after every letter, with its marks.
func spaced(w string) string {
	var b strings.Builder
	for i, r := range norm.NFC.String(w) {
		if r == ' ' {
			continue
		}
		if i > 0 && !unicode.Is(unicode.M, r) && r != '\u200d' && r != '\u200c' {
			b.WriteByte(' ')
		}
		b.WriteRune(r)
	}
	return b.String()
}

func held(w string) string {
	r := []rune(w)
	return w + strings.Repeat(string(r[len(r)-1]), 4)
}

func inside(hidden string) func(string) string {
	return func(w string) string {
		r := []rune(w)
		return string(r[:len(r)/2]) + hidden + string(r[len(r)/2:])
	}
}
