package sensitive

import "strings"

// isCodiceFiscale is Italy's number of a person (D.M. 23 December 1976). Where
// two people would have the same, letters stand for digits.
func isCodiceFiscale(s span) bool {
	if !matches(s.id, "AAAAAA**A**A***A") || !s.within(3, 6, 11, 15) {
		return false
	}
	if !strings.ContainsRune("ABCDEHLMPRST", rune(s.id[8])) {
		return false
	}
	for _, i := range [...]int{6, 7, 9, 10, 12, 13, 14} {
		if isUpper(s.id[i]) && !strings.ContainsRune("LMNPQRSTUV", rune(s.id[i])) {
			return false
		}
	}
	odd := [...]int{1, 0, 5, 7, 9, 13, 15, 17, 19, 21, 2, 4, 18, 20, 11, 3, 6, 8, 12, 14, 16, 10, 22, 25, 24, 23}
	sum := 0
	for i, b := range s.id[:15] {
		n := int(b - 'A')
		if isDigit(b) {
			n = int(b - '0')
		}
		if i%2 == 0 {
			n = odd[n]
		}
		sum += n
	}
	return s.id[15] == 'A'+byte(sum%26)
}

// isNIR is the French number of social security: sex, year, month, place,
// serial, and a key of two digits modulo 97. Corsica's 2A and 2B count as 19
// and 18.
func isNIR(s span) bool {
	if len(s.id) != 15 || s.id[0] != '1' && s.id[0] != '2' || !s.within(1, 3, 5, 7, 10, 13) {
		return false
	}
	var room [15]byte
	id := append(room[:0], s.id...)
	if id[5] == '2' && (id[6] == 'A' || id[6] == 'B') {
		id[5], id[6] = '1', '9'-(s.id[6]-'A')
	}
	if !matches(id, "999999999999999") {
		return false
	}
	// Above 12 stand the months of people whose birth is not fully known.
	if month := value(id[3:5]); month == 0 || month > 12 && month < 20 {
		return false
	}
	return 97-value(id[:13])%97 == value(id[13:])
}

// isBSN is the Dutch citizen service number with its test of eleven. It is
// nine digits with a weak check, so a word must name it.
func isBSN(s span) bool {
	if s.label != bsn || !s.numeric() || len(s.id) < 8 || len(s.id) > 9 || oneDigit(s.id) {
		return false
	}
	sum := -value(s.id[len(s.id)-1:])
	for i := range len(s.id) - 1 {
		sum += int(s.id[len(s.id)-2-i]-'0') * (i + 2)
	}
	return sum%11 == 0
}

// isPESEL is Poland's number of a person. One digit of check is weak, so a
// word must name it.
func isPESEL(s span) bool {
	if s.label != pesel || !matches(s.id, "99999999999") || oneDigit(s.id) {
		return false
	}
	sum := 0
	for i, weight := range [...]int{1, 3, 7, 9, 1, 3, 7, 9, 1, 3, 1} {
		sum += int(s.id[i]-'0') * weight
	}
	return sum%10 == 0
}

// isSSN is the number of social security of the United States, which has no
// check: it must be written 3-2-4, or a word must name it. No number has an
// area of 000, 666 or from 900 on, nor a part of zeros only.
func isSSN(s span) bool {
	if !matches(s.id, "999999999") {
		return false
	}
	if s.label != ssn && (!s.grouped(3, 5) || s.seps != hyphened) {
		return false
	}
	area := value(s.id[:3])
	return area > 0 && area != 666 && area < 900 && value(s.id[3:5]) > 0 && value(s.id[5:]) > 0
}

// isNINO is the British national insurance number: letters that are in use, six
// digits, a letter from A to D.
func isNINO(s span) bool {
	if !matches(s.id, "AA999999A") || s.id[8] > 'D' {
		return false
	}
	if s.label != nino && !s.bare() && !s.grouped(2, 4, 6, 8) {
		return false
	}
	first, second := rune(s.id[0]), rune(s.id[1])
	if strings.ContainsRune("DFIQUV", first) || strings.ContainsRune("DFIOQUV", second) {
		return false
	}
	switch string(s.id[:2]) {
	case "BG", "GB", "KN", "NK", "NT", "TN", "ZZ":
		return false
	}
	return true
}

// isAadhaar is India's number of a person with the check of Verhoeff. One digit
// of check is weak: it must be written in fours, or a word must name it.
func isAadhaar(s span) bool {
	if !matches(s.id, "999999999999") || s.id[0] < '2' || !s.within(4, 8) {
		return false
	}
	if s.label != aadhaar && !s.grouped(4, 8) {
		return false
	}
	return verhoeff(s.id)
}

// verhoeff calculates in the group of turns and mirrors of a pentagon, in which
// swapped neighbours do not cancel out.
func verhoeff(id []byte) bool {
	turn := [...]int{1, 5, 7, 6, 2, 8, 3, 0, 9, 4}
	check := 0
	for i := range id {
		n := int(id[len(id)-1-i] - '0')
		for range i % 8 {
			n = turn[n]
		}
		check = pentagon(check, n)
	}
	return check == 0
}

// pentagon multiplies two of its ten symmetries: 0 to 4 turn, 5 to 9 mirror.
func pentagon(a, b int) int {
	switch {
	case a < 5 && b < 5:
		return (a + b) % 5
	case a < 5:
		return 5 + (a+b)%5
	case b < 5:
		return 5 + (a-b)%5
	}
	return (a - b + 5) % 5
}

// isDocument is a number of a passport, an identity card or a licence, for
// which only the word beside it speaks.
func isDocument(s span) bool {
	if s.label != document && s.label != dni || len(s.id) < 6 || len(s.id) > 12 || len(s.id)-s.digits > 4 {
		return false
	}
	// A day is when it ends, or when its holder was born.
	if s.seps&slashed != 0 || s.grouped(2, 4) || s.grouped(4, 6) || s.grouped(1, 3) || s.grouped(1, 2) {
		return false
	}
	return s.bare() || s.digits >= 7
}
