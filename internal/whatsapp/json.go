package whatsapp

import "unicode/utf8"

// The request bodies are few and fixed, and the types that hold personal data
// refuse json.Marshal on purpose; so they are written by hand. An opening
// bracket as the last byte means that no comma is due.

// key begins a member of an object.
func key(b []byte, name string) []byte {
	b = comma(b)
	b = append(b, '"')
	b = append(b, name...)
	return append(b, '"', ':')
}

// field writes a member that is a string.
func field(b []byte, name, value string) []byte {
	return appendString(key(b, name), value)
}

func comma(b []byte) []byte {
	if n := len(b); n > 0 && b[n-1] != '{' && b[n-1] != '[' {
		return append(b, ',')
	}
	return b
}

// appendString writes a JSON string. A byte that is not UTF-8 becomes the
// replacement character: Meta refuses the whole body otherwise.
func appendString(b []byte, s string) []byte {
	b = append(b, '"')
	start := 0
	for i := 0; i < len(s); {
		if c := s[i]; c < utf8.RuneSelf {
			if c < ' ' || c == '"' || c == '\\' {
				b = append(b, s[start:i]...)
				b = appendEscape(b, c)
				start = i + 1
			}
			i++
			continue
		}
		r, size := utf8.DecodeRuneInString(s[i:])
		if r == utf8.RuneError && size == 1 {
			b = append(b, s[start:i]...)
			b = append(b, "\ufffd"...)
			start = i + 1
		}
		i += size
	}
	b = append(b, s[start:]...)
	return append(b, '"')
}

func appendEscape(b []byte, c byte) []byte {
	const hex = "0123456789abcdef"
	switch c {
	case '"', '\\':
		return append(b, '\\', c)
	case '\n':
		return append(b, '\\', 'n')
	}
	return append(b, '\\', 'u', '0', '0', hex[c>>4], hex[c&15])
}
