package sensitive

// maxNumber is the longest number here: an IBAN of 34 with its name before it.
const maxNumber = 38

// span is a number that may be written in groups.
type span struct {
	id          []byte // without what parts the groups
	cuts        uint64 // bit n: a group begins at character n
	seps        separators
	first, last int // its tokens
	digits      int
	label       label
}

// separators are what parts the groups of a number.
type separators uint8

const (
	spaced separators = 1 << iota
	dotted
	hyphened
	slashed
)

// bare reports digits in one piece.
func (s span) bare() bool { return s.cuts == 0 }

// grouped reports whether groups begin at these characters and nowhere else.
func (s span) grouped(at ...int) bool { return s.cuts == cuts(at...) }

// within reports whether every group begins at one of these characters.
func (s span) within(at ...int) bool { return s.cuts&^cuts(at...) == 0 }

func cuts(at ...int) uint64 {
	var bits uint64
	for _, n := range at {
		bits |= 1 << n
	}
	return bits
}

// numeric reports digits only.
func (s span) numeric() bool { return s.digits == len(s.id) }

// numbers returns the most serious class of a number in the text. From every
// token at most maxNumber characters are read, which keeps the time linear.
func (r *reading) numbers() Class {
	chains := r.chains()
	found, account := Class(""), 0 // the tokens before account are of an IBAN, whose digits are no card's
	for i := range r.tokens {
		if i < account || !r.begins(i) {
			continue
		}
		c, end := r.from(i, chains[i])
		switch {
		case c == Card:
			return Card
		case c == Bank:
			found, account = c, end
		case found == "":
			found = c
		}
	}
	return found
}

// begins reports whether a number may begin here: digits are near.
func (r *reading) begins(i int) bool {
	for _, t := range r.tokens[i:min(i+3, len(r.tokens))] {
		if t.digits > 0 {
			return true
		}
	}
	return false
}

// from reads ever longer numbers that begin at a token, and returns what was
// found and the token after an IBAN.
func (r *reading) from(i int, c chain) (found Class, end int) {
	var room [maxNumber]byte
	s := span{id: room[:0], first: i}
	for j := i; j < len(r.tokens) && len(s.id)+len(r.word(j)) <= maxNumber; j++ {
		if j > i {
			sep, ok := r.joined(j)
			if !ok {
				break
			}
			s.seps |= sep
			s.cuts |= 1 << len(s.id)
		}
		s.id, s.digits, s.last = append(s.id, r.word(j)...), s.digits+r.tokens[j].digits, j
		if s.digits < minDigits {
			continue
		}
		s.label = r.label(i, j)
		switch {
		case s.numeric() && r.card(s, c):
			return Card, 0
		case isIBAN(s.id):
			return Bank, j + 1
		case found == "" && r.apart(s):
			found = s.named()
		}
	}
	return found, 0
}

// joined returns the one character with which a token goes on a number. Line
// breaks and spaces are the same to who writes one.
func (r *reading) joined(j int) (sep separators, ok bool) {
	gap := r.gap(j)
	if len(gap) == 3 && gap[0] == ' ' && gap[2] == ' ' { // "123 - 456"
		gap = gap[1:2]
	}
	if len(gap) != 1 {
		return 0, false
	}
	switch gap[0] {
	case ' ', '\n':
		return spaced, true
	case '.':
		return dotted, true
	case '-':
		return hyphened, true
	case '/':
		return slashed, true
	}
	return 0, false
}

// apart reports whether a number is not a part of a longer one, of a code or
// of a phone with its country.
func (r *reading) apart(s span) bool {
	if r.prefixed(s.first) {
		return false
	}
	return !r.goesOn(s, s.first-1, s.first) && !r.goesOn(s, s.last+1, s.last+1)
}

// goesOn reports whether the number and its neighbour are one. A space parts
// them, unless spaces are what the number is written with.
func (r *reading) goesOn(s span, neighbour, gap int) bool {
	if neighbour < 0 || neighbour >= len(r.tokens) {
		return false
	}
	sep, ok := r.joined(gap)
	switch {
	case !ok || r.labels(neighbour) != none:
		return false
	case sep != spaced:
		return sep != dotted || r.tokens[neighbour].digits > 0
	}
	return r.tokens[neighbour].letters == 0 && s.seps == spaced
}

// prefixed reports the signs that make a number a phone, a link or a code.
func (r *reading) prefixed(i int) bool {
	gap := r.gap(i)
	if len(gap) == 0 {
		return false
	}
	switch gap[len(gap)-1] {
	case '+', '_', '/':
		return true
	case '(':
		return len(gap) > 1 && gap[len(gap)-2] == '+'
	}
	return false
}

// chain is a row of groups of digits: how many digits, and whether this is
// its first group.
type chain struct {
	digits int
	head   bool
}

// chains returns for every token the row that it stands in.
func (r *reading) chains() []chain {
	all := make([]chain, len(r.tokens))
	for i := 0; i < len(all); {
		end, digits := i, 0
		for end < len(all) && r.tokens[end].letters == 0 {
			if _, ok := r.joined(end); end > i && !ok {
				break
			}
			digits += r.tokens[end].digits
			end++
		}
		for j := i; j < end; j++ {
			all[j] = chain{digits: digits, head: j == i}
		}
		i = max(end, i+1)
	}
	return all
}
