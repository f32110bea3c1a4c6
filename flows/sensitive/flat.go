package sensitive

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// token is a word, a number or a mixture, such as DE89.
type token struct {
	start, end      int
	digits, letters int
}

// chars is the length in characters; only ASCII matters where it is asked for.
func (t token) chars() int { return t.digits + t.letters }

// reading is a text in one spelling, cut into tokens.
type reading struct {
	flat   []byte
	tokens []token
	digits int
}

// read appends to the flat text and the tokens that it is given. It takes them
// as they are, for a pointer to them would put them on the heap.
func read(text string, flat []byte, tokens []token) reading {
	flat = flatten(flat, text)
	digits := 0
	var t token
	for i, b := range flat {
		switch {
		case isDigit(b):
			t.digits++
			digits++
		case isUpper(b), b >= utf8.RuneSelf:
			t.letters++
		default:
			if t.chars() > 0 {
				t.end = i
				tokens = append(tokens, t)
			}
			t = token{start: i + 1}
		}
	}
	if t.chars() > 0 {
		t.end = len(flat)
		tokens = append(tokens, t)
	}
	return reading{flat: flat, tokens: tokens, digits: digits}
}

func (r *reading) word(i int) []byte { return r.flat[r.tokens[i].start:r.tokens[i].end] }

// gap is what stands between token i and the one before.
func (r *reading) gap(i int) []byte {
	if i == 0 {
		return r.flat[:r.tokens[0].start]
	}
	return r.flat[r.tokens[i-1].end:r.tokens[i].start]
}

func isDigit(b byte) bool { return b >= '0' && b <= '9' }
func isUpper(b byte) bool { return b >= 'A' && b <= 'Z' }

// flatten writes letters as capitals without marks, digits of any script as
// ASCII, every hyphen and space as one kind, and nothing that is not seen.
// Spaces are kept once. It costs one pass.
func flatten(buf []byte, text string) []byte {
	for i := 0; i < len(text); {
		b := text[i]
		if b >= utf8.RuneSelf {
			buf, i = wide(buf, text, i)
			continue
		}
		i++
		switch {
		case b >= 'a' && b <= 'z':
			buf = append(buf, b-'a'+'A')
		case b == '\n' || b == '\r':
			buf = space(buf, '\n')
		case b <= ' ' || b == '\'' || b == '`' || b == '*' || b == '~': // what WhatsApp makes bold is one word
			buf = space(buf, ' ')
		default:
			buf = append(buf, b)
		}
	}
	return buf
}

func space(buf []byte, s byte) []byte {
	if n := len(buf); n > 0 && (buf[n-1] == ' ' || buf[n-1] == '\n') {
		if s == '\n' {
			buf[n-1] = s
		}
		return buf
	}
	return append(buf, s)
}

// wide appends the character at i, taken apart by NFKD, and returns what
// follows it.
func wide(buf []byte, text string, i int) ([]byte, int) {
	c, size := utf8.DecodeRuneInString(text[i:])
	if c == 'º' || c == 'ª' { // "nº", which NFKD would make a letter of the number
		return space(buf, ' '), i + size
	}
	parts := norm.NFKD.PropertiesString(text[i:]).Decomposition()
	if len(parts) == 0 {
		return plain(buf, c), i + size
	}
	for len(parts) > 0 {
		part, n := utf8.DecodeRune(parts)
		buf, parts = plain(buf, part), parts[n:]
	}
	return buf, i + size
}

// unmarked are Latin letters that Unicode does not take apart.
var unmarked = map[rune]string{'ß': "SS", 'ẞ': "SS", 'ı': "I", 'ł': "L", 'Ł': "L", 'ø': "O", 'Ø': "O", 'đ': "D",
	'Đ': "D", 'æ': "AE", 'Æ': "AE", 'œ': "OE", 'Œ': "OE"}

func plain(buf []byte, c rune) []byte {
	if s, ok := unmarked[c]; ok {
		return append(buf, s...)
	}
	switch {
	case c >= 'a' && c <= 'z':
		return append(buf, byte(c)-'a'+'A')
	case c > ' ' && c < utf8.RuneSelf:
		return append(buf, byte(c))
	case unicode.IsDigit(c):
		return append(buf, digit(c))
	case unicode.In(c, unicode.Mn, unicode.Me, unicode.Cf):
		return buf
	case unicode.Is(unicode.Pd, c), c == '−':
		return append(buf, '-')
	case unicode.IsLetter(c):
		return utf8.AppendRune(buf, unicode.ToUpper(c))
	case unicode.IsPunct(c) && strings.ContainsRune("。！？؟।", c):
		return append(buf, '.', ' ')
	}
	return space(buf, ' ')
}

// digit is a decimal digit in ASCII. Unicode keeps the ten of a script
// together, from zero on, the mathematical ones in fives of ten from 1D7CE on.
func digit(c rune) byte {
	if c >= 0x1D7CE && c <= 0x1D7FF {
		return '0' + byte((c-0x1D7CE)%10)
	}
	value := byte(0)
	for value < 9 && unicode.IsDigit(c-1) {
		c--
		value++
	}
	return '0' + value
}
