package words_test

import (
	"testing"

	"aval/flows/words"
	"aval/flows/words/wordtest"
	"aval/locales"
)

// messages are all labelled messages, for speed.
func messages(t testing.TB) []wordtest.Line {
	t.Helper()
	var all []wordtest.Line
	for _, half := range []string{"dev", "test"} {
		corpora, err := locales.Corpus(half)
		if err != nil {
			t.Fatal(err)
		}
		for lang, text := range corpora {
			lines, err := wordtest.Parse(text)
			if err != nil {
				t.Fatalf("%s %s: %v", half, lang, err)
			}
			all = append(all, lines...)
		}
	}
	return all
}

// BenchmarkCorpus reads what people write; the aim is 100,000 messages a
// second on one core.
func BenchmarkCorpus(b *testing.B) {
	l, lines := lexicon(b), messages(b)
	b.ReportAllocs()
	for b.Loop() {
		for _, line := range lines {
			l.Match(line.Text)
		}
	}
	b.ReportMetric(float64(b.N)*float64(len(lines))/b.Elapsed().Seconds(), "messages/s")
}

// BenchmarkNew is what a start of the program costs.
func BenchmarkNew(b *testing.B) {
	all := lists(b)
	b.ReportAllocs()
	for b.Loop() {
		if _, err := words.New(all); err != nil {
			b.Fatal(err)
		}
	}
}
