package locales

import (
	"slices"
	"strings"
	"testing"
	"testing/fstest"
)

func TestWords(t *testing.T) {
	all, err := Words()
	if err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct{ intent, lang, word string }{
		{"stop", "en", "unsubscribe"},
		{"stop", "ru", "стоп"},
		{"stop", "und", "🛑"},
		{"stop_erase", "el", "διαγραφή"},
		{"resume", "pt", "voltar"},
		{"erase", "pt", "apague meus dados"},
		{"erase", "pt", "excluir todos os meus dados"},
		{"no", "en", "no"},
		{"language", "en", "inglés"},
	} {
		if !slices.Contains(all[tt.intent][tt.lang], tt.word) {
			t.Errorf("%s in %s lacks %q", tt.intent, tt.lang, tt.word)
		}
	}
	for _, lang := range []string{"pt", "en", "es", "de"} {
		for intent, langs := range all {
			if intent != "false_friends" && intent != "unsure" && !strings.HasPrefix(intent, "speech.") && len(langs[lang]) == 0 {
				t.Errorf("%s has no words for %s", lang, intent)
			}
		}
	}
}

func TestExpand(t *testing.T) {
	for _, tt := range []struct {
		pattern string
		want    []string
	}{
		{"stop", []string{"stop"}},
		{"(a|b) c", []string{"a c", "b c"}},
		{"a [b] c", []string{"a b c", "a c"}},
		{"[a|b] c", []string{"a c", "b c", "c"}},
		{"(a|b) [c]", []string{"a c", "a", "b c", "b"}},
	} {
		if got, err := expand(tt.pattern); err != nil || !slices.Equal(got, tt.want) {
			t.Errorf("%q: %q, %v", tt.pattern, got, err)
		}
	}
	for _, pattern := range []string{"(a", "a)", "[a", "a|b", "((a))", "(a|[b])"} {
		if got, err := expand(pattern); err == nil {
			t.Errorf("%q gave %q", pattern, got)
		}
	}
}

func TestWordsRefuses(t *testing.T) {
	for name, text := range map[string]string{
		"NotALists": "stop: word",
		"Bracket":   "stop: ['(a']",
		"Twice":     "stop: [a]\nstop: [b]",
	} {
		t.Run(name, func(t *testing.T) {
			if _, err := readWords(fstest.MapFS{"words/xx.yaml": {Data: []byte(text)}}); err == nil {
				t.Error("accepted")
			}
		})
	}
}
