package words

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// The ages that Age believes. Below three nobody writes, above 120 nobody is.
const (
	minAge = 3
	maxAge = 120
)

// agePattern is a sentence about one's own age, cut at the number.
type agePattern struct {
	before, after string // in their comparable form, without spaces at the number
	// spaced: a space parts before from the number, as in most scripts.
	spaced bool
	lang   string
}

// number is where a pattern of ages holds the age.
const number = "#"

// joins are words that begin another clause without a comma, and that a person
// may put before their age too.
var joins = [...]string{"and", "but", "so", "because", "e", "mas", "porque", "y", "pero", "und", "aber", "weil", "et",
	"mais", "ma", "maar", "i", "ale", "и", "а", "но", "та", "але", "ve", "ama", "او", "و", "لكن", "और", "dan", "tapi"}

// starts are words with which people go on after their age, comma or not. A
// word that could make the number a number of something else ("anos de
// garantia") is not among them.
var starts = [...]string{"can", "my", "want", "quero", "posso", "queria", "meu", "minha", "quiero", "puedo", "mi",
	"ich", "kann", "mochte", "darf", "je", "puis", "voglio", "ik", "chce", "хочу", "можно"}

// numerals are the numbers from three on in words, ready to compare.
var numerals = map[string][]string{
	"en": {"three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve", "thirteen", "fourteen",
		"fifteen", "sixteen", "seventeen", "eighteen"},
	"pt": {"tres", "quatro", "cinco", "seis", "sete", "oito", "nove", "dez", "onze", "doze", "treze", "quatorze catorze",
		"quinze", "dezesseis dezasseis", "dezessete dezassete", "dezoito"},
	"es": {"tres", "cuatro", "cinco", "seis", "siete", "ocho", "nueve", "diez", "once", "doce", "trece", "catorce",
		"quince", "dieciseis", "diecisiete", "dieciocho"},
	"de": {"drei", "vier", "funf fuenf", "sechs", "sieben", "acht", "neun", "zehn", "elf", "zwolf zwoelf", "dreizehn",
		"vierzehn", "funfzehn fuenfzehn", "sechzehn", "siebzehn", "achtzehn"},
}

// addAge learns a sentence such as "tenho # anos".
func (l *Lexicon) addAge(lang, word string) error {
	if strings.Count(word, number) != 1 {
		return fmt.Errorf("age %q in %s: one %s must stand for the number", word, lang, number)
	}
	// A digit survives normalising, and no sentence holds another one.
	plain := Normalise(strings.Replace(word, number, "0", 1)).Plain
	before, after, ok := strings.Cut(plain, "0")
	if !ok || before == "" && after == "" || strings.Contains(after, "0") {
		return fmt.Errorf("age %q in %s: nothing stands beside the number", word, lang)
	}
	p := agePattern{before: strings.TrimSpace(before), after: strings.TrimSpace(after), lang: lang}
	last, _ := utf8.DecodeLastRuneInString(p.before)
	p.spaced = strings.HasSuffix(before, " ") && !unspaced(last)
	l.ages = append(l.ages, p)
	return nil
}

// sortAges puts the most particular sentence first.
func (l *Lexicon) sortAges() {
	slices.SortStableFunc(l.ages, func(a, b agePattern) int {
		return cmp.Or(longerFirst(a.before, b.before), longerFirst(a.after, b.after))
	})
}

// Age recognises a person who says how old they are, in any language: as the
// whole message, or as its first clause. Anybody else's age, a warranty and an
// order number are none; where it is in doubt it is not said.
func (l *Lexicon) Age(text string) (years int, ok bool) {
	if strings.ContainsFunc(text, measures) {
		return 0, false
	}
	rest := normalise(text).Plain
	asks := strings.ContainsAny(text, "?？؟")
	for rest != "" {
		for _, p := range l.ages {
			if years, after, ok := p.match(rest); ok && p.complete(after, asks) {
				return years, true
			}
		}
		rest = l.skip(rest)
	}
	return 0, false
}

// measures reports signs that make a number no age, and that normalising would
// drop: money, percent, degrees, plus.
func measures(r rune) bool {
	return unicode.Is(unicode.Sc, r) || strings.ContainsRune("%‰°º#+=№", r)
}

// skip cuts what may stand before: a greeting, a yes or no with a comma, a
// word that joins. It returns nothing when something else comes first.
func (l *Lexicon) skip(rest string) string {
	if clause, after, ok := strings.Cut(rest, clauseMark); ok && l.means(clause, Greeting, Yes, No) {
		return after
	}
	first, after, _ := strings.Cut(rest, " ")
	if slices.Contains(joins[:], first) || l.means(first, Greeting) {
		return after
	}
	if l.means(first, Yes) && first != "si" { // which is also the Spanish "if"
		return after
	}
	second, after, _ := strings.Cut(after, " ")
	if l.means(first+" "+second, Greeting) {
		return after
	}
	return ""
}

func (l *Lexicon) means(plain string, intents ...Intent) bool {
	return slices.ContainsFunc(l.whole[plain], func(m Match) bool { return slices.Contains(intents, m.Intent) })
}

// match reads the sentence at the beginning of a text and returns what follows.
func (p agePattern) match(text string) (years int, after string, ok bool) {
	rest, ok := strings.CutPrefix(text, p.before)
	if !ok || p.spaced && !strings.HasPrefix(rest, " ") {
		return 0, "", false
	}
	years, rest, ok = readAge(strings.TrimPrefix(rest, " "), p.lang)
	if !ok {
		return 0, "", false
	}
	if p.after == "" {
		return years, rest, true
	}
	rest, ok = strings.CutPrefix(strings.TrimPrefix(rest, " "), p.after)
	return years, rest, ok
}

// complete reports whether the sentence ends where the pattern does. Without a
// subject ("12 years") more must be an own clause, and a question is about
// something else.
func (p agePattern) complete(after string, asks bool) bool {
	if after == "" {
		return !asks
	}
	if clause, ok := strings.CutPrefix(after, clauseMark); ok {
		next, _ := utf8.DecodeRuneInString(clause)
		return !unicode.IsDigit(next) // 5,5 is no age
	}
	if p.before == "" || after[0] != ' ' {
		return false
	}
	next, _, _ := strings.Cut(after[1:], " ")
	return slices.Contains(joins[:], next) || slices.Contains(starts[:], next)
}

// readAge reads digits of any script, or a number in words.
func readAge(text, lang string) (years int, rest string, ok bool) {
	rest = strings.TrimLeftFunc(text, unicode.IsDigit)
	if digits := text[:len(text)-len(rest)]; digits != "" {
		for _, r := range digits {
			if years = years*10 + digit(r); years > maxAge {
				return 0, "", false
			}
		}
		return years, rest, years >= minAge
	}
	word, _, _ := strings.Cut(text, " ")
	for i, spellings := range numerals[lang] {
		if slices.Contains(strings.Fields(spellings), word) {
			return minAge + i, text[len(word):], true
		}
	}
	return 0, "", false
}

// digit is the value of a decimal digit. Unicode keeps the ten of a script
// together, from zero on.
func digit(r rune) int {
	value := 0
	for value < 9 && unicode.IsDigit(r-1) {
		r--
		value++
	}
	return value
}
