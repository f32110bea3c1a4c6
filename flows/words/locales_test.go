package words_test

import (
	"encoding/json"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"aval/flows/words"
	"aval/locales"
)

// Every label that the house puts on a button or a row, and what it means when
// it is typed instead of tapped. Empty: nothing that the house reserves.
var labels = map[string]words.Intent{
	"consent.yes": words.Yes, "consent.no": words.No, "consent.later": words.Later,
	"consent.confirm": words.Yes, "consent.cancel": words.No,
	"number.yes": words.Yes, "number.no": words.No,
	"language.button": "",
	"language.self":   words.Language,
	"menu.button":     words.Menu, "menu.human": words.Human, "menu.privacy": words.Privacy,
}

func catalog(t *testing.T) *locales.Catalog {
	t.Helper()
	c, err := locales.Load()
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func TestLabelsTyped(t *testing.T) {
	c, l := catalog(t), lexicon(t)
	for _, lang := range c.Languages() {
		for id, want := range labels {
			label := c.Text(lang, id, nil)
			if got := l.Match(label).Intent; got != want {
				t.Errorf("%s %s %q means %q, want %q", lang, id, label, got, want)
			}
		}
	}
}

// What a sentence tells people to write, in capitals, must be understood, in
// that language.
func TestAdvertisedWords(t *testing.T) {
	c, l := catalog(t), lexicon(t)
	for _, tt := range []struct {
		id   string
		want []words.Intent
	}{
		{"consent.receipt", []words.Intent{words.Stop, words.Receipt}},
		{"consent.refused_service", []words.Intent{words.Resume}},
		{"stop.done", []words.Intent{words.Resume, words.Erase}},
		{"stopped.reminder", []words.Intent{words.Resume, words.Human}},
		{"resume.done", []words.Intent{words.Stop}},
		{"call.failed", []words.Intent{words.Human}},
	} {
		for _, lang := range c.Languages() {
			var got []words.Intent
			for _, word := range advertised(lang, c.Text(lang, tt.id, nil)) {
				m := l.Match(strings.TrimSpace(word))
				got = append(got, m.Intent)
				if m.Language != "" && m.Language != lang {
					t.Errorf("%s %s: %q is a word of %s", lang, tt.id, word, m.Language)
				}
			}
			if !slices.Equal(got, tt.want) {
				t.Errorf("%s %s advertises %q, want %q", lang, tt.id, got, tt.want)
			}
		}
	}
}

// No sentence of any language advertises a word that would not be understood,
// and each advertises what the English one does.
func TestEveryAdvertisedWord(t *testing.T) {
	c, l := catalog(t), lexicon(t)
	for _, lang := range c.Languages() {
		reference := sentences(t, locales.Default)
		for id, text := range sentences(t, lang) {
			if strings.HasPrefix(id, "file.") || id == "guardian.word" {
				continue // names of laws and files; the word before a guardian's code
			}
			var got, want []words.Intent
			for _, word := range advertised(lang, text) {
				m := l.Match(word)
				got = append(got, m.Intent)
				if m.Intent == "" || m.Language != "" && m.Language != lang {
					t.Errorf("%s %s: %q means %+v", lang, id, word, m)
				}
			}
			for _, word := range advertised(locales.Default, reference[id]) {
				want = append(want, l.Match(word).Intent)
			}
			if !slices.Equal(got, want) {
				t.Errorf("%s %s advertises %q, in English %q", lang, id, got, want)
			}
		}
	}
}

// sentences reads a catalogue as its file holds it, without placeholders.
func sentences(t *testing.T, lang string) map[string]string {
	t.Helper()
	data, err := os.ReadFile("../../locales/active." + lang + ".json")
	if err != nil {
		t.Fatal(err)
	}
	var raw map[string]any
	if err := json.Unmarshal(data, &raw); err != nil {
		t.Fatal(err)
	}
	all := map[string]string{}
	for id, v := range raw {
		if text, ok := v.(string); ok { // what counts something says nothing to write
			all[id] = placeholder.ReplaceAllString(text, "…")
		}
	}
	return all
}

var placeholder = regexp.MustCompile(`\{\{[^}]*\}\}`)

// advertised finds the words that a text tells people to type: in capitals, or
// between quotes where the script has none.
func advertised(lang, text string) []string {
	if !slices.Contains(caseless[:], lang) {
		return capitals.FindAllString(text, -1)
	}
	var all []string
	for _, quoted := range quotes.FindAllStringSubmatch(text, -1) {
		all = append(all, quoted[1])
	}
	return all
}

// caseless are the languages whose script has no capitals.
var caseless = [...]string{"ar", "bn", "fa", "he", "hi", "ja", "ko", "th", "zh"}

// quotes leaves out what only quotes a placeholder.
var quotes = regexp.MustCompile(`[«“״「]([^«»“”״「」…]+)[»”״」]`)

// A word has two letters or more; the small ones and the apostrophes of a
// language come along inside: I MIEI DATI, M’IARRATAS, ID-DATA TIEGĦI.
var capitals = regexp.MustCompile(`(\p{Lu}’)?\p{Lu}{2,}(’?[ ’-]\p{Lu}+)*`)
