package words

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// politeness is what people put around a word without changing what it means.
// It is here and not among the words of a language because it has to go before
// any word can be compared.
var politeness = []string{
	"please", "pls", "plz", "thanks", "thank you", "thx", "ty", "kindly",
	"por favor", "pfv", "por gentileza", "porfa", "porfavor", "obrigado", "obrigada", "obg", "gracias", "muchas gracias",
	"s'il vous plaît", "s'il te plaît", "svp", "stp", "merci", "merci beaucoup",
	"bitte", "danke", "danke schön", "vielen dank", "per favore", "per piacere", "grazie", "alstublieft", "alsjeblieft",
	"aub", "bedankt", "dank je", "proszę", "dziękuję", "пожалуйста", "пж", "спасибо", "будь ласка", "дякую",
	"lütfen", "teşekkürler", "من فضلك", "لو سمحت", "رجاء", "شكرا", "בבקשה", "תודה", "لطفا", "ممنون",
	"कृपया", "प्लीज", "धन्यवाद", "dhanyavaad", "দয়া করে", "ধন্যবাদ", "tolong", "mohon", "terima kasih", "làm ơn", "vui lòng", "cảm ơn",
	"snälla", "tack", "vær så snill", "vennligst", "takk", "venligst", "kiitos", "ole hyvä", "prosím", "díky",
	"děkuji", "ďakujem", "vă rog", "te rog", "mulțumesc", "kérem", "köszönöm", "παρακαλώ", "ευχαριστώ", "tafadhali", "asante",
}

// closing are courtesies that begin something else in another language: tak is
// "thank you" and "no", "yes", "so".
var closing = []string{"tak", "mange tak"}

// attached are courtesies of scripts that put no space between words.
var attached = []string{
	"请", "請", "谢谢", "謝謝", "お願いします", "おねがいします", "ください", "下さい", "ありがとう", "해주세요", "주세요",
	"부탁드립니다", "제발", "감사합니다", "กรุณา", "ขอบคุณ", "ครับ", "ค่ะ", "คะ",
}

// courtesies are the phrases, ready to compare, by their first and last word.
type courtesies struct {
	first, last map[string][]string
	attached    []string
}

// polite never changes after the program has begun.
var polite = newCourtesies()

func newCourtesies() courtesies {
	c := courtesies{first: map[string][]string{}, last: map[string][]string{}}
	for i, phrase := range slices.Concat(politeness, closing) {
		plain := bare(phrase)
		fields := strings.Fields(plain)
		first, last := fields[0], fields[len(fields)-1]
		if i < len(politeness) {
			c.first[first] = append(c.first[first], plain)
		}
		c.last[last] = append(c.last[last], plain)
	}
	for _, phrase := range attached {
		c.attached = append(c.attached, bare(phrase))
	}
	for _, byWord := range []map[string][]string{c.first, c.last} {
		for _, phrases := range byWord {
			slices.SortFunc(phrases, longerFirst)
		}
	}
	slices.SortFunc(c.attached, longerFirst)
	return c
}

func longerFirst(a, b string) int { return len(b) - len(a) }

// bare is Plain of a text before courtesies are cut.
func bare(text string) string {
	plain, _ := shape(letters(text, dropMarks))
	return plain
}

// trimCourtesy cuts courtesies off both ends, unless nothing else is there.
func trimCourtesy(s string) string {
	for s != "" {
		shorter := cutFirst(cutLast(s))
		if shorter == s {
			break
		}
		s = shorter
	}
	return s
}

func cutLast(s string) string {
	word := s[strings.LastIndexByte(s, ' ')+1:]
	for _, phrase := range polite.last[word] {
		if rest, ok := strings.CutSuffix(s, phrase); ok && strings.HasSuffix(rest, " ") {
			return strings.TrimRight(rest, " ,")
		}
	}
	if last, _ := utf8.DecodeLastRuneInString(s); !unspaced(last) {
		return s
	}
	for _, phrase := range polite.attached {
		if rest, ok := strings.CutSuffix(s, phrase); ok && rest != "" {
			return strings.TrimRight(rest, " ,")
		}
	}
	return s
}

func cutFirst(s string) string {
	word, _, _ := strings.Cut(s, " ")
	for _, phrase := range polite.first[word] {
		if rest, ok := strings.CutPrefix(s, phrase); ok && strings.HasPrefix(rest, " ") {
			return strings.TrimLeft(rest, " ,")
		}
	}
	if first, _ := utf8.DecodeRuneInString(s); !unspaced(first) {
		return s
	}
	for _, phrase := range polite.attached {
		rest, ok := strings.CutPrefix(s, phrase)
		if rest = strings.TrimLeftFunc(rest, loneAtStart); ok && rest != "" {
			return rest
		}
	}
	return s
}

// loneAtStart reports what cannot begin a text: separators, and marks that lost
// their letter.
func loneAtStart(r rune) bool { return r == ' ' || r == ',' || unicode.Is(unicode.Mn, r) }

func unspaced(r rune) bool {
	return r >= 0x0E00 && unicode.In(r, unicode.Thai, unicode.Han, unicode.Hiragana, unicode.Katakana, unicode.Hangul)
}
