package flows

import (
	"strings"
	"time"
	"unicode"
	"unicode/utf16"
)

// Text is something to say: a key of the locales, or the words themselves by
// language. It holds no answers; Render puts them in at the last moment.
type Text struct {
	Key    string
	Inline map[string]string
	// Example is a sample answer that goes with the sentence of Key.
	Example string
}

func (t Text) empty() bool { return t.Key == "" && len(t.Inline) == 0 }

// Render gives the words in a language with the {fields} filled in. When the
// language is missing it takes, in this order, the language without its
// region, a sister region, English, and the first in the alphabet: something
// understandable is better than silence. lookup answers for a Key in the same
// language; its data are the fields and the Example, which stands in a line of
// its own below a sentence that does not use it. A field without a value shows
// as "…".
func (t Text) Render(lang string, vars Vars, lookup func(key string, data map[string]any) string) string {
	if t.Key != "" {
		return t.sentence(lang, vars, lookup)
	}
	var b strings.Builder
	for _, p := range pieces(pickLanguage(t.Inline, lang)) {
		b.WriteString(p.literal)
		if p.field == "" {
			continue
		}
		if v := shown(vars[p.field], lang); v != "" {
			b.WriteString(v)
			continue
		}
		b.WriteString("…")
	}
	return b.String()
}

func (t Text) sentence(lang string, vars Vars, lookup func(key string, data map[string]any) string) string {
	data := make(map[string]any, len(vars)+1)
	for name, v := range vars {
		data[name] = shown(v, lang)
	}
	if t.Example == "" {
		return lookup(t.Key, data)
	}
	data["Example"] = t.Example
	s := lookup(t.Key, data)
	if !strings.Contains(s, t.Example) {
		s += "\n→ " + t.Example
	}
	return s
}

func pickLanguage(texts map[string]string, lang string) string {
	if s, ok := texts[lang]; ok {
		return s
	}
	base, _, _ := strings.Cut(lang, "-")
	if s, ok := texts[base]; ok {
		return s
	}
	tags := names(texts)
	for _, tag := range tags {
		if sister, _, _ := strings.Cut(tag, "-"); sister == base {
			return texts[tag]
		}
	}
	if s, ok := texts["en"]; ok {
		return s
	}
	if len(tags) == 0 {
		return ""
	}
	return texts[tags[0]]
}

// piece is a run of plain words and the field that follows it, if any. A
// brace that does not close, or closes around something that is no name, has
// broken set.
type piece struct {
	literal string
	field   string
	broken  bool
}

// pieces cuts a text at its {placeholders}. "{{" and "}}" are the braces
// themselves.
func pieces(s string) []piece {
	var out []piece
	var lit strings.Builder
	flush := func(p piece) {
		p.literal = lit.String()
		lit.Reset()
		out = append(out, p)
	}
	for i := 0; i < len(s); i++ {
		if s[i] != '{' && s[i] != '}' {
			lit.WriteByte(s[i])
			continue
		}
		if i+1 < len(s) && s[i+1] == s[i] {
			lit.WriteByte(s[i])
			i++
			continue
		}
		end := strings.IndexByte(s[i:], '}')
		if s[i] == '}' || end < 0 || !validField(s[i+1:i+end]) {
			flush(piece{broken: true})
			continue
		}
		flush(piece{field: s[i+1 : i+end]})
		i += end
	}
	flush(piece{})
	return out
}

// shown is an answer as it is read: dates as the language writes them.
func shown(v Answer, lang string) string {
	s := plain(string(v))
	day, err := time.Parse(isoDate, s)
	if err != nil {
		return s
	}
	base, _, _ := strings.Cut(lang, "-")
	switch base {
	case "en":
		// Day and month as digits mean two different days in English.
		return day.Format("2 Jan 2006")
	case "bg", "da", "de", "et", "hr", "lv", "nb", "pl", "ro", "ru", "tr", "uk":
		return day.Format("02.01.2006")
	case "cs", "sk", "sl":
		return day.Format("2. 1. 2006")
	case "fi":
		return day.Format("2.1.2006")
	case "nl":
		return day.Format("02-01-2006")
	case "hu", "ja", "ko", "lt", "sv", "zh":
		return s
	}
	return day.Format("02/01/2006")
}

// plain drops what could disguise an answer or break a message when it is
// shown again: control characters, and the invisible ones that turn or hide
// text.
func plain(s string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r == '\n' || r == '\t':
			return ' '
		case unicode.IsControl(r), unicode.Is(unicode.Bidi_Control, r), r == '\u200b', r == '\ufeff':
			return -1
		}
		return r
	}, s)
}

// units counts as WhatsApp may count.
func units(s string) int { return len(utf16.Encode([]rune(s))) }

// longest is the most units a text can have once its fields are filled in.
func (f *Flow) longest(s string) int {
	total := 0
	for _, p := range pieces(s) {
		total += units(p.literal)
		if p.field != "" {
			// A character outside the basic plane takes two units.
			total += 2 * f.Fields[p.field].Max
		}
	}
	return total
}

// cut shortens a value to a number of characters, never in the middle of one
// that people see as a whole: an accent stays with its letter, and an emoji
// of several parts is kept or left out.
func cut(s string, limit int) string {
	if len(s) <= limit {
		return s
	}
	r := []rune(s)
	if len(r) <= limit {
		return s
	}
	for end := limit; end > 0; end-- {
		if !joined(r[:end], r[end]) {
			return string(r[:end])
		}
	}
	return ""
}

// joined reports whether a rune belongs to what is seen before it.
func joined(before []rune, next rune) bool {
	last := before[len(before)-1]
	switch {
	case unicode.Is(unicode.M, next), next == zeroJoiner, last == zeroJoiner, next >= 0x1F3FB && next <= 0x1F3FF:
		return true // a mark, a joined emoji, a colour of skin
	case !flagLetter(next) || !flagLetter(last):
		return false
	}
	letters := 0
	for i := len(before) - 1; i >= 0 && flagLetter(before[i]); i-- {
		letters++
	}
	return letters%2 == 1 // two of them make a flag
}

const zeroJoiner = '\u200d'

func flagLetter(r rune) bool { return r >= 0x1F1E6 && r <= 0x1F1FF }
