package flows

import (
	"log/slog"
	"math"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"
)

// Answer is a value a person gave, or that a business system told about them.
// It prints as a placeholder wherever text is made by accident; code that
// needs the value writes string(a).
type Answer string

// Vars are the answers of one conversation by field.
type Vars map[string]Answer

const hidden = "[answer]"

// String returns a placeholder.
func (Answer) String() string { return hidden }

// GoString keeps %#v from printing the value.
func (Answer) GoString() string { return hidden }

// LogValue returns a placeholder.
func (Answer) LogValue() slog.Value { return slog.StringValue(hidden) }

// MarshalJSON returns a placeholder.
func (Answer) MarshalJSON() ([]byte, error) { return []byte(`"` + hidden + `"`), nil }

// InputKind is what reaches a flow.
type InputKind string

// The kinds of input, and the fields of Input that each sets.
const (
	InputText    InputKind = "text"    // Text
	InputChoice  InputKind = "choice"  // ID of the choice, without the bot's prefix
	InputMedia   InputKind = "media"   // Text is the id of the file
	InputPlace   InputKind = "place"   // Text is "latitude,longitude"
	InputResult  InputKind = "result"  // Outcome of a Call: ok, failed, not_found; Fields
	InputConsent InputKind = "consent" // Outcome of AskConsent: given, refused
	InputTimer   InputKind = "timer"   // ID is the Schedule's State
)

// Input is one thing that happened. An input that the state does not wait for
// changes nothing and has no effects.
type Input struct {
	Kind    InputKind
	Text    Answer
	ID      string
	Outcome string
	Fields  map[string]Answer
	// Lang is the person's language; it decides what the point in 1.234 is.
	Lang string
	// Fold makes what people type comparable: case, accents, punctuation.
	// Without it only case and space are folded.
	Fold func(string) string
}

func (in Input) fold(s string) string {
	if in.Fold != nil {
		return in.Fold(s)
	}
	return foldCase(s)
}

func foldCase(s string) string {
	return strings.ToLower(strings.Join(strings.Fields(s), " "))
}

// answer turns an input into the value that a state expects. It reports false
// when it is none.
func (s *state) answer(in Input, limit int) (Answer, bool) {
	switch s.expect {
	case expectButtons, expectList:
		return s.chosen(in)
	case typeMedia:
		return in.Text, in.Kind == InputMedia && in.Text != "" && fits(string(in.Text), maxAnswer)
	case typePlace:
		return in.Text, in.Kind == InputPlace && in.Text != "" && fits(string(in.Text), limit)
	}
	if in.Kind != InputText {
		return "", false
	}
	value, ok := Field{Type: s.expect, Max: limit}.Read(in.Text, in.Lang)
	return value, ok && (s.expect != typeNumber || s.inRange(string(value)))
}

// Read turns what a person typed into a value of the field, and reports false
// when it is none. What cannot be typed, a file or a place, never is.
func (f Field) Read(typed Answer, lang string) (Answer, bool) {
	text := strings.TrimSpace(string(typed))
	switch f.Type {
	case typeNumber:
		text = number(text, lang)
	case typeDate:
		text = date(text)
	case typeMedia, typePlace, typeChoice:
		return "", false
	default:
		return Answer(text), text != "" && fits(text, f.Max)
	}
	return Answer(text), text != ""
}

// Typable reports whether a person can write a value of the field.
func (f Field) Typable() bool {
	return f.Type == typeText || f.Type == typeNumber || f.Type == typeDate
}

// LeadsTo reports whether the flow is of a purpose, says something of it or asks
// consent for it.
func (f *Flow) LeadsTo(purpose string) bool {
	for _, s := range f.order {
		if f.purposeOf(s) == purpose || s.consent != nil && s.consent.purpose.name == purpose {
			return true
		}
	}
	return f.Purpose == purpose
}

// Told reports whether a system of the business, and not the person, fills a
// field of the flow.
func (f *Flow) Told(field string) bool {
	for _, s := range f.order {
		if s.call == nil {
			continue
		}
		if _, saved := s.call.save[field]; saved {
			return true
		}
	}
	return false
}

// Shown is an answer as a person reads it: dates as the language writes them.
func Shown(v Answer, lang string) string { return shown(v, lang) }

func fits(s string, limit int) bool {
	return utf8.ValidString(s) && utf8.RuneCountInString(s) <= limit
}

// chosen finds the choice that was tapped, or typed: as its place in the
// order shown, its label in any language of the flow, or one of its words.
func (s *state) chosen(in Input) (Answer, bool) {
	if in.Kind == InputChoice {
		_, ok := s.choice(in.ID)
		return Answer(in.ID), ok
	}
	if in.Kind != InputText || !fits(string(in.Text), maxAnswer) {
		return "", false
	}
	if n := place(string(in.Text)); n >= 1 && n <= len(s.choices) {
		return Answer(s.choices[n-1].id), true
	}
	typed := in.fold(string(in.Text))
	if typed == "" {
		return "", false
	}
	for _, c := range s.choices {
		if c.says(typed, in) {
			return Answer(c.id), true
		}
	}
	return "", false
}

func (c choice) says(typed string, in Input) bool {
	for _, label := range c.label.Inline {
		if in.fold(label) == typed {
			return true
		}
	}
	for _, words := range c.words {
		for _, w := range words {
			if in.fold(w.name) == typed {
				return true
			}
		}
	}
	return false
}

// place reads "2", "2." or "(2)" as a position in a list; 0 is none.
func place(s string) int {
	s = strings.Trim(digits(s), " \t\n.()[]#-:")
	if len(s) > 2 {
		return 0
	}
	n, err := strconv.Atoi(s)
	if err != nil {
		return 0
	}
	return n
}

// digits writes every decimal digit of any script as 0 to 9: people answer on
// the keyboard they have.
func digits(s string) string {
	return strings.Map(func(r rune) rune {
		if r < utf8.RuneSelf || !unicode.Is(unicode.Nd, r) {
			return r
		}
		for _, t := range unicode.Nd.R16 {
			if lo, hi := rune(t.Lo), rune(t.Hi); r >= lo && r <= hi {
				return '0' + (r-lo)%10
			}
		}
		for _, t := range unicode.Nd.R32 {
			if lo, hi := rune(t.Lo), rune(t.Hi); r >= lo && r <= hi {
				return '0' + (r-lo)%10
			}
		}
		return r
	}, s)
}

// maxDigits keeps a number exact in a float64.
const maxDigits = 15

// number reads a number as people write it and returns it with a decimal
// point and nothing else, or "". One separator followed by three digits is
// read by the language: 1.234 is a thousand and more in Portuguese, and one
// and a bit in English.
func number(s, lang string) string {
	s = strings.Map(func(r rune) rune {
		if unicode.IsSpace(r) || r == '\'' || r == '’' {
			return -1
		}
		return r
	}, digits(s))
	sign := ""
	if rest, ok := strings.CutPrefix(s, "-"); ok {
		sign, s = "-", rest
	}
	whole, fraction := splitDecimal(s, decimalMark(lang))
	whole = ungroup(whole)
	if whole == "" || !onlyDigits(whole) || !onlyDigits(fraction) || len(whole)+len(fraction) > maxDigits {
		return ""
	}
	whole = strings.TrimLeft(whole[:len(whole)-1], "0") + whole[len(whole)-1:]
	if fraction == "" {
		return sign + whole
	}
	return sign + whole + "." + fraction
}

// splitDecimal finds the decimal mark: the last of two different separators,
// or a single one that cannot be a thousands separator.
func splitDecimal(s string, mark byte) (whole, fraction string) {
	i := strings.LastIndexAny(s, ".,")
	if i < 0 {
		return s, ""
	}
	other := strings.ContainsAny(s[:i], ".,")
	same := strings.Count(s, s[i:i+1]) > 1
	thousands := len(s)-i-1 == 3 && s[i] != mark && !other
	if same || thousands {
		return s, ""
	}
	return s[:i], s[i+1:]
}

// ungroup takes the thousands separators out, or returns "" if they do not
// stand where they belong. Groups of two are Indian.
func ungroup(s string) string {
	if !strings.ContainsAny(s, ".,") {
		return s
	}
	mark := s[strings.IndexAny(s, ".,")]
	groups := strings.Split(s, string(mark))
	for i, g := range groups[1:] {
		if len(g) != 3 && (len(g) != 2 || i == len(groups)-2) {
			return ""
		}
	}
	return strings.Join(groups, "")
}

// decimalMark tells which mark a language writes before decimals.
func decimalMark(lang string) byte {
	base, _, _ := strings.Cut(lang, "-")
	switch base {
	case "en", "zh", "ja", "ko", "he", "th", "hi", "bn", "sw", "ms":
		return '.'
	}
	return ','
}

func onlyDigits(s string) bool {
	return strings.Trim(s, "0123456789") == ""
}

func (s *state) inRange(n string) bool {
	v, err := strconv.ParseFloat(n, 64)
	if err != nil || math.IsInf(v, 0) {
		return false
	}
	return (s.min == nil || v >= *s.min) && (s.max == nil || v <= *s.max)
}

// isoDate is how a date is stored and compared.
const isoDate = "2006-01-02"

// date reads a full date, day first or year first, and returns it as
// 2006-01-02, or "". Month-first dates are not guessed: the question says what
// is expected, and a wrong guess would be stored as the truth.
func date(s string) string {
	s = strings.NewReplacer("/", "-", ".", "-", " ", "-").Replace(digits(s))
	for _, form := range []string{isoDate, "2006-1-2", "2-1-2006"} {
		if t, err := time.Parse(form, s); err == nil && t.Year() >= 1900 && t.Year() < 2200 {
			return t.Format(isoDate)
		}
	}
	return ""
}
