package flows

import "testing"

func TestSame(t *testing.T) {
	for name, tt := range map[string]struct {
		a, b string
		want bool
	}{
		"comment":  {"id: a # the offers\nversion: 1\n", "# Offers\nid: a\n\nversion: 1", true},
		"quotes":   {"id: \"a\"", "id: 'a'", true},
		"flow":     {"say: {en: Hello, pt: Oi}", "say:\n  en: Hello\n  pt: Oi\n", true},
		"word":     {"say: {en: Hello}", "say: {en: Hallo}", false},
		"order":    {"states: {a: 1, b: 2}", "states: {b: 2, a: 1}", false},
		"broken":   {"id: [", "id: [", true},
		"unlike":   {"id: [", "id: ]", false},
		"language": {"say: {en: Hello}", "say: {en: Hello, pt: Oi}", false},
	} {
		if got := Same([]byte(tt.a), []byte(tt.b)); got != tt.want {
			t.Errorf("%s: %v", name, got)
		}
	}
}
