package words_test

import (
	"testing"

	"aval/flows/words"
	"aval/locales"
)

func lists(t testing.TB) map[string]map[string][]string {
	t.Helper()
	all, err := locales.Words()
	if err != nil {
		t.Fatal(err)
	}
	return all
}

func lexicon(t testing.TB) *words.Lexicon {
	t.Helper()
	l, err := words.New(lists(t))
	if err != nil {
		t.Fatal(err)
	}
	return l
}
