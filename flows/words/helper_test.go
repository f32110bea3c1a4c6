package words_test

import (
	"sync"
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

// shared is built once: it never changes.
var shared = sync.OnceValues(func() (*words.Lexicon, error) {
	all, err := locales.Words()
	if err != nil {
		return nil, err
	}
	return words.New(all)
})

func lexicon(t testing.TB) *words.Lexicon {
	t.Helper()
	l, err := shared()
	if err != nil {
		t.Fatal(err)
	}
	return l
}
