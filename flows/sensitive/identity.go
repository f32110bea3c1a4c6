package sensitive

import (
	"bytes"
)

// named returns Identity for a number that a state gives to a person. A phone
// or an order that says so is none, whatever its check digits.
func (s span) named() Class {
	if s.label == phone || s.label == order {
		return ""
	}
	if isCPF(s) || isCNPJ(s) || isSteuerID(s) || isSVNR(s) || isDNI(s) || isNIF(s) || isCodiceFiscale(s) || isNIR(s) ||
		isBSN(s) || isPESEL(s) || isSSN(s) || isNINO(s) || isAadhaar(s) || isDocument(s) {
		return Identity
	}
	return ""
}

// matches compares with a shape: 9 is a digit, A a letter, * either.
func matches(id []byte, shape string) bool {
	if len(id) != len(shape) {
		return false
	}
	for i, b := range id {
		switch shape[i] {
		case '9':
			if !isDigit(b) {
				return false
			}
		case 'A':
			if !isUpper(b) {
				return false
			}
		default:
			if !isDigit(b) && !isUpper(b) {
				return false
			}
		}
	}
	return true
}

// value reads digits.
func value(id []byte) int {
	n := 0
	for _, b := range id {
		n = n*10 + int(b-'0')
	}
	return n
}

// oneDigit reports 111 111 111-11, which keeps many a check and is nobody's.
func oneDigit(id []byte) bool { return bytes.Count(id, id[:1]) == len(id) }

// isCPF is Brazil's number of a person, with two digits of check modulo 11.
func isCPF(s span) bool {
	if !matches(s.id, "99999999999") || oneDigit(s.id) || !s.within(3, 6, 9) {
		return false
	}
	return modulo11(s.id[:9], 11) == s.id[9] && modulo11(s.id[:10], 11) == s.id[10]
}

// isCNPJ is Brazil's number of a business, which a sole trader has too. From
// July 2026 on it may hold letters, which count as their ASCII code less 48
// (Instrução Normativa RFB 2.229/2024).
func isCNPJ(s span) bool {
	if !matches(s.id, "************99") || oneDigit(s.id) || !s.within(2, 5, 8, 12) {
		return false
	}
	return modulo11(s.id[:12], 9) == s.id[12] && modulo11(s.id[:13], 9) == s.id[13]
}

// modulo11 is Brazil's check digit: weights from 2 on the right to the most.
func modulo11(id []byte, most int) byte {
	sum, weight := 0, 2
	for i := len(id) - 1; i >= 0; i-- {
		sum += int(id[i]-'0') * weight
		if weight++; weight > most {
			weight = 2
		}
	}
	if rest := sum % 11; rest >= 2 {
		return '0' + byte(11-rest)
	}
	return '0'
}

// mobile reports the shape of a mobile phone in Brazil: an area without zeros,
// then a nine. It has eleven digits too, and is what people here write most.
func (s span) mobile() bool {
	return s.bare() && s.id[0] != '0' && s.id[1] != '0' && s.id[2] == '9' && s.label != otherwise
}

// isSteuerID is Germany's tax number of a person (§ 139b AO): of its first ten
// digits exactly one comes twice or three times, and the last is the check of
// ISO 7064, MOD 11,10. Of random numbers one in 250 is like that.
func isSteuerID(s span) bool {
	if !matches(s.id, "99999999999") || s.id[0] == '0' || !s.within(2, 5, 8) || s.mobile() {
		return false
	}
	var times [10]int
	again, product := 0, 10
	for _, b := range s.id[:10] {
		n := int(b - '0')
		if times[n]++; times[n] == 2 {
			again++
		}
		if times[n] > 3 {
			return false
		}
		sum := (n + product) % 10
		if sum == 0 {
			sum = 10
		}
		product = sum * 2 % 11
	}
	return again == 1 && s.id[10] == '0'+byte((11-product)%10)
}

// isSVNR is Germany's number of the pension insurance (VKVV § 2): area, day of
// birth, first letter of the name at birth, serial, check.
func isSVNR(s span) bool {
	if !matches(s.id, "99999999A999") || !date(s.id[2:4], s.id[4:6]) || !s.within(2, 4, 6, 8, 9, 11) {
		return false
	}
	letter := s.id[8] - 'A' + 1
	digits := append(append([]byte{}, s.id[:8]...), '0'+letter/10, '0'+letter%10)
	digits = append(digits, s.id[9:11]...)
	sum := 0
	for i, weight := range [...]int{2, 1, 2, 5, 7, 1, 2, 1, 2, 1, 2, 1} {
		n := int(digits[i]-'0') * weight
		sum += n/10 + n%10
	}
	return s.id[11] == '0'+byte(sum%10)
}

// date checks a day and a month.
func date(day, month []byte) bool {
	d, m := value(day), value(month)
	return d >= 1 && d <= 31 && m >= 1 && m <= 12
}

// isDNI is Spain's number of a person with its letter (Real Decreto 1553/2005),
// or of a foreigner, whose X, Y or Z stands for 0, 1 or 2. A space before the
// letter could begin a sentence, so a word must name the number then.
func isDNI(s span) bool {
	number := s.id
	switch {
	case matches(s.id, "99999999A"):
	case matches(s.id, "A9999999A") && s.id[0] >= 'X' && s.id[0] <= 'Z':
		number = append([]byte{s.id[0] - 'X' + '0'}, s.id[1:]...)
	default:
		return false
	}
	if s.seps&spaced != 0 && s.label != dni && s.label != nif {
		return false
	}
	return "TRWAGMYFPDXBNJZSQVHLCKE"[value(number[:8])%23] == s.id[8]
}

// isNIF is Portugal's tax number. Nine digits with one of check are a phone as
// well, so a word must name it or PT stand before it.
func isNIF(s span) bool {
	id := s.id
	if matches(id, "AA999999999") && string(id[:2]) == "PT" {
		id = id[2:]
	} else if s.label != nif {
		return false
	}
	if !matches(id, "999999999") || id[0] == '0' {
		return false
	}
	sum := 0
	for i, b := range id[:8] {
		sum += int(b-'0') * (9 - i)
	}
	check := 11 - sum%11
	if check > 9 {
		check = 0
	}
	return id[8] == '0'+byte(check)
}
