package flows

import (
	"log/slog"
	"math"
	"slices"
	"strconv"
	"strings"
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
	InputMedia   InputKind = "media"   // Text is the id of the file, Media its kind
	InputPlace   InputKind = "place"   // Text is "latitude,longitude"
	InputContact InputKind = "contact" // Text is the card in one line: "Name, +number"
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
	Media   string // image, document, audio or video
	Outcome string
	Fields  map[string]Answer // by the paths of Call.Save

	// Lang is the person's language; it decides what the point in 1.234 is.
	Lang string
	// Today is the date where the brand is, as 2006-01-02.
	Today string
	// Seed decides which way of a split the person goes. It is made of a
	// secret and the contact's name, and stays the same for ever; it is stored
	// nowhere.
	Seed string
	// Fold makes what people type comparable: case, accents, punctuation.
	// Without it only case and space are folded.
	Fold func(string) string
	// Known gives the answers with which a flow may begin that another one
	// runs. Nil stands for none.
	Known func(*Flow) Vars
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
		wanted := len(s.kinds) == 0 || slices.Contains(s.kinds, in.Media)
		return in.Text, in.Kind == InputMedia && wanted && in.Text != "" && fits(string(in.Text), maxAnswer)
	case typePlace:
		return in.Text, in.Kind == InputPlace && in.Text != "" && fits(string(in.Text), limit)
	case typeContact:
		card := Answer(strings.TrimSpace(string(in.Text)))
		return card, in.Kind == InputContact && card != "" && fits(string(card), limit)
	}
	if in.Kind != InputText {
		return "", false
	}
	f := Field{Type: s.kind(), Max: limit}
	if s.pattern != nil {
		f.patterns = []*pattern{s.pattern}
	}
	value, ok := f.Read(in.Text, in.Lang)
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
	case typeEmail:
		text = email(text)
	case typeText:
		if !fits(text, f.Max) || !f.matches(text) {
			return "", false
		}
	default:
		return "", false
	}
	return Answer(text), text != "" && fits(text, f.Max)
}

// matches reports whether a text has one of the forms that are asked for.
func (f Field) matches(text string) bool {
	return len(f.patterns) == 0 || slices.ContainsFunc(f.patterns, func(p *pattern) bool { return p.whole.MatchString(text) })
}

// Typable reports whether a person can write a value of the field.
func (f Field) Typable() bool {
	switch f.Type {
	case typeText, typeNumber, typeDate, typeEmail:
		return true
	}
	return false
}

// AsksFor reports whether a step asks for a kind of answer, such as contact.
func (f *Flow) AsksFor(kind string) bool {
	return slices.ContainsFunc(f.order, func(s *state) bool { return s.expect == kind })
}

// Told reports whether a system of the business, and not the person, fills a
// field of the flow.
func (f *Flow) Told(field string) bool {
	return slices.ContainsFunc(f.order, func(s *state) bool {
		_, saved := s.calls()[field]
		return saved
	})
}

// calls are the fields that a state's call fills, with their paths.
func (s *state) calls() map[string]target {
	if s.call == nil {
		return nil
	}
	return s.call.save
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

func (s *state) inRange(n string) bool {
	v, err := strconv.ParseFloat(n, 64)
	if err != nil || math.IsInf(v, 0) {
		return false
	}
	return (s.min == nil || v >= *s.min) && (s.max == nil || v <= *s.max)
}
