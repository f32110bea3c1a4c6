package flows

import (
	"net/mail"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"
)

// This file reads values as people type them.

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

// isoDate is how a date is stored and compared.
const isoDate = "2006-01-02"

// date reads a full date, day first or year first, and returns it as
// 2006-01-02, or "". Month-first dates are not guessed: the question says what
// is expected, and a wrong guess would be stored as the truth.
func date(s string) string {
	// "31/12/1990", "31. 12. 1990", "1990. 12. 31." and "1990年12月31日" are the same day.
	s = strings.Join(strings.FieldsFunc(digits(s), func(r rune) bool { return strings.ContainsRune("/.- 年月日년월일", r) }), "-")
	for _, form := range []string{isoDate, "2006-1-2", "2-1-2006"} {
		if t, err := time.Parse(form, s); err == nil && t.Year() >= 1900 && t.Year() < 2200 {
			return t.Format(isoDate)
		}
	}
	return ""
}

// maxEmail is the longest address that mail servers must take (RFC 5321).
const maxEmail = 254

// email reads an address and returns it with its domain in small letters, or
// "". It takes what people have: no quotes, no comments, no bare host.
func email(s string) string {
	at := strings.LastIndexByte(s, '@')
	a, err := mail.ParseAddress(s)
	if err != nil || a.Address != s || at < 1 || at > 64 || len(s) > maxEmail || strings.ContainsAny(s, "\"[]<>() ") {
		return ""
	}
	domain := strings.ToLower(s[at+1:])
	labels := strings.Split(domain, ".")
	for _, l := range labels {
		odd := func(r rune) bool { return r != '-' && !unicode.In(r, unicode.L, unicode.M, unicode.Nd) }
		if l == "" || len(l) > 63 || l[0] == '-' || l[len(l)-1] == '-' || strings.ContainsFunc(l, odd) {
			return ""
		}
	}
	top := labels[len(labels)-1]
	if len(labels) < 2 || utf8.RuneCountInString(top) < 2 || strings.ContainsAny(top[:1], "0123456789") {
		return ""
	}
	return s[:at+1] + domain
}
