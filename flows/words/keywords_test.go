package words_test

import (
	"testing"

	"aval/flows/words"
)

func TestKeywords(t *testing.T) {
	k := words.NewKeywords([]string{"Preços", "segunda via", "aula experimental", "pix", "?"})
	for text, want := range map[string]words.Fit{
		"PREÇOS!":                          words.Whole,
		"quais os precos?":                 words.Within,
		"prexos":                           words.Misspelt,
		"quero ver os perços":              words.Misspelt,
		"segunda via":                      words.Whole,
		"preciso da segunda via do boleto": words.Within,
		"segnda via":                       words.Misspelt,
		"aula expermientl":                 words.Misspelt,
		"pxi":                              words.NoFit,
		"segunda":                          words.NoFit,
		"passos":                           words.NoFit,
		"":                                 words.NoFit,
		"oi eu queria muito saber tudo dos seus precos": words.NoFit,
	} {
		if got := k.Fit(words.Normalise(text).Plain); got != want {
			t.Errorf("%q: %d, want %d", text, got, want)
		}
	}
}
