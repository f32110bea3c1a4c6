package words_test

import (
	"strings"
	"testing"
)

func TestLanguage(t *testing.T) {
	l := lexicon(t)
	for _, tt := range []struct {
		text, want string
		sure       bool
	}{
		{"oi", "pt", true},
		{"Olá!", "pt", true},
		{"bom dia", "pt", true},
		{"hola", "es", true},
		{"hello", "en", true},
		{"Hi there", "en", true},
		{"descadastrar", "pt", true},
		{"não recebi meu pedido", "pt", true},
		{"nao recebi meu pedido ainda, voce pode ajudar?", "pt", true},
		{"where is my order?", "en", true},
		{"quiero saber dónde está mi pedido", "es", true},
		{"¿cuánto cuesta el envío a la ciudad?", "es", true},
		{strings.Repeat("where is my order? ", 100), "en", true},
		{"no", "", false},
		{"para", "", false},
		{"stop", "", false},
		{"parar", "", false},
		{"menu", "", false},
		{"12345", "", false},
		{"", "", false},
		{"🛑", "", false},
	} {
		tag, sure := l.Language(tt.text, "pt", "en", "es", "de")
		if sure != tt.sure || sure && tag != tt.want {
			t.Errorf("%q: %q, sure %v; want %q, %v", tt.text, tag, sure, tt.want, tt.sure)
		}
	}
}
