package main

import (
	"os"
	"strings"
	"testing"

	"aval/flows/words/wordtest"
)

// What stands around the table in docs/words.md.
const (
	tableBegins = "<!-- the table of \"aval words report\", written by go test -run TestWordsTable . -update -->\n"
	tableEnds   = "<!-- end of the table -->\n"
)

// TestWordsTable: the table in the documentation is what the report prints
// today, and no figure has fallen below its floor. The floors of the half that
// nobody tuned on are below the aims, which stand beside the table.
func TestWordsTable(t *testing.T) {
	l, err := lexicon()
	if err != nil {
		t.Fatal(err)
	}
	r, err := newWordsReport(l, "")
	if err != nil {
		t.Fatal(err)
	}
	const page = "docs/words.md"
	data, err := os.ReadFile(page)
	if err != nil {
		t.Fatal(err)
	}
	before, rest, begun := strings.Cut(string(data), tableBegins)
	old, after, ended := strings.Cut(rest, tableEnds)
	if !begun || !ended {
		t.Fatalf("%s has no place for the table", page)
	}
	if table := r.table(); *update {
		if err := os.WriteFile(page, []byte(before+tableBegins+table+tableEnds+after), 0o644); err != nil {
			t.Fatal(err)
		}
	} else if old != table {
		t.Errorf("the table in %s is not what the report prints; run go test -run TestWordsTable . -update and read the difference", page)
	}
	var total wordsRow
	for _, lang := range r.langs {
		total.add(wordsRow{exact: r.exact[lang], dev: flatten(r.dev[lang]), test: flatten(r.test[lang])})
	}
	share := func(c wordtest.Count) float64 { return float64(c.Right) / float64(max(c.Of, 1)) }
	const stop, falseStops = 0, 3 // places in a wordsHalf
	for name, ok := range map[string]bool{
		"every stop word stops however it is decorated": total.exact.Of > 0 && share(total.exact) > 0.9995,
		"seen stops":             share(total.dev[stop]) >= 0.965,
		"seen false stops":       share(total.dev[falseStops]) <= 0.003,
		"stops nobody tuned on":  share(total.test[stop]) >= 0.925,
		"false stops, not tuned": share(total.test[falseStops]) <= 0.012,
		"both halves are there":  total.test[stop].Of > 1000 && total.dev[stop].Of > 1000,
		"languages of the table": len(r.langs) == 41,
	} {
		if !ok {
			t.Errorf("below the floor: %s", name)
		}
	}
}
