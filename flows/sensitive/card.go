package sensitive

import "strconv"

// issuer is a range of card numbers: the first digits from low to high, both
// written with as many digits, and the lengths in use.
type issuer struct {
	low, high      int
	shortest, most int
}

// issuers are the ranges of ISO/IEC 7812 in which cards are issued to people.
var issuers = [...]issuer{
	{4, 4, 13, 19}, {51, 55, 16, 16}, {2221, 2720, 16, 16}, // Visa, Mastercard
	{34, 34, 15, 15}, {37, 37, 15, 15}, // American Express
	{6011, 6011, 16, 19}, {644, 649, 16, 19}, {65, 65, 16, 19}, // Discover, and Elo and RuPay within
	{300, 305, 14, 19}, {3095, 3095, 14, 19}, {36, 36, 14, 19}, {38, 39, 14, 19}, // Diners, and Hipercard within
	{3528, 3589, 16, 19}, {62, 62, 16, 19}, {81, 81, 16, 19}, // JCB, UnionPay
	{5018, 5018, 13, 19}, {5020, 5020, 13, 19}, {5038, 5038, 13, 19}, {5893, 5893, 13, 19}, // Maestro
	{6304, 6304, 13, 19}, {6759, 6759, 13, 19}, {6761, 6763, 13, 19}, {560, 589, 16, 19},
	{504175, 504175, 16, 16}, {506699, 506778, 16, 16}, {509000, 509999, 16, 16}, // Elo
	{627780, 627780, 16, 16}, {636297, 636297, 16, 16}, {636368, 636368, 16, 16},
	{606282, 606282, 13, 19}, {637095, 637095, 13, 19}, {637568, 637568, 13, 19}, // Hipercard
	{637599, 637599, 13, 19}, {637609, 637609, 13, 19}, {637612, 637612, 13, 19},
	{2200, 2204, 16, 19}, {9792, 9792, 16, 16}, // Mir, Troy
	{508500, 508999, 16, 16}, {606985, 607984, 16, 16}, {608001, 608500, 16, 16}, // RuPay
}

// rowWithDate is the longest row of digits that may hold a card: its number,
// when it ends, and its code.
const rowWithDate = 27

// card reports a card number: its issuer exists, ISO/IEC 7812 holds its check
// digit and people part cards like that.
func (r *reading) card(s span, c chain) bool {
	if len(s.id) < 13 || len(s.id) > 19 || r.prefixed(s.first) || r.coded(s) {
		return false
	}
	// An invoice key in Brazil is a row of 44 digits, a payment slip of 47.
	if c.digits > rowWithDate && (!c.head || c.digits >= 44 && c.digits <= 48) {
		return false
	}
	// Thirteen digits are a German phone far more often than an old Visa.
	if len(s.id) == 13 && s.bare() && s.label != card {
		return false
	}
	if s.bare() && s.label == order || s.label == phone {
		return false
	}
	return issued(s.id) && s.parts(c) && luhn(s.id)
}

// coded reports digits that a hyphen ties to letters, as in a tracking code.
func (r *reading) coded(s span) bool {
	tied := func(i, gap int) bool {
		if i < 0 || i >= len(r.tokens) || r.tokens[i].letters == 0 || r.labels(i) != none {
			return false
		}
		g := r.gap(gap)
		return len(g) == 1 && g[0] == '-'
	}
	return tied(s.first-1, s.first) || tied(s.last+1, s.last+1)
}

// parts reports whether the groups are those of a card: of four, as American
// Express and Diners print it, or the whole row in ones or twos.
func (s span) parts(c chain) bool {
	if s.within(4, 8, 12, 16) || s.grouped(4, 10) || s.grouped(6) || s.grouped(4, 7, 10) {
		return true
	}
	if c.digits != len(s.id) {
		return false
	}
	var ones, twos uint64
	for i := 1; i < len(s.id); i++ {
		ones |= 1 << i
		if i%2 == 0 {
			twos |= 1 << i
		}
	}
	return s.cuts == ones || s.cuts == twos
}

func issued(id []byte) bool {
	first, _ := strconv.Atoi(string(id[:6]))
	for _, in := range issuers {
		width := len(strconv.Itoa(in.low))
		begin := first
		for range 6 - width {
			begin /= 10
		}
		if begin >= in.low && begin <= in.high && len(id) >= in.shortest && len(id) <= in.most {
			return true
		}
	}
	return false
}

// luhn is the check of ISO/IEC 7812-1, annex B.
func luhn(id []byte) bool {
	sum := 0
	for i := range id {
		n := int(id[len(id)-1-i] - '0')
		if i%2 == 1 {
			if n *= 2; n > 9 {
				n -= 9
			}
		}
		sum += n
	}
	return sum > 0 && sum%10 == 0
}
