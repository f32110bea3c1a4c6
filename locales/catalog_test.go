package locales

import (
	"fmt"
	"os"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"testing/fstest"
	"unicode/utf16"
	"unicode/utf8"

	"github.com/nicksnyder/go-i18n/v2/i18n"
	"golang.org/x/text/language"
)

func mustLoad(t testing.TB) *Catalog {
	t.Helper()
	c, err := Load()
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// rawMessages reads the catalogues as the files hold them.
func rawMessages(t *testing.T) map[string]map[string]*i18n.Message {
	t.Helper()
	bundle := i18n.NewBundle(language.English)
	all := map[string]map[string]*i18n.Message{}
	for _, lang := range mustLoad(t).Languages() {
		file, err := bundle.LoadMessageFileFS(files, "active."+lang+".json")
		if err != nil {
			t.Fatal(err)
		}
		all[lang] = map[string]*i18n.Message{}
		for _, m := range file.Messages {
			all[lang][m.ID] = m
		}
	}
	return all
}

// languages are those of the Union and eleven more.
const languages = "ar bg cs da de el en es et fi fr ga he hi hr hu id it ja ko lt lv mt nb nl pl pt ro ru sk sl sv tr uk zh"

func TestLanguages(t *testing.T) {
	c := mustLoad(t)
	if got := c.Languages(); !slices.Equal(got, strings.Fields(languages)) {
		t.Errorf("languages %v", got)
	}
	for lang, want := range map[string]bool{"pt": true, "pt-BR": true, "pt_BR": true, "EN": true, "xx": false, "": false} {
		if got := c.Supports(lang); got != want {
			t.Errorf("Supports(%q) = %v", lang, got)
		}
	}
}

// The tone guide has a row for every language, with its mark.
func TestToneGuide(t *testing.T) {
	guide, err := os.ReadFile("README.md")
	if err != nil {
		t.Fatal(err)
	}
	row := regexp.MustCompile(`(?m)^\| ([a-z]{2}) \| [^|]+ \| [^|]+ \| (not yet|[^|]+, 20\d\d-\d\d-\d\d) \|$`)
	var listed []string
	for _, found := range row.FindAllStringSubmatch(string(guide), -1) {
		listed = append(listed, found[1])
	}
	if got := mustLoad(t).Languages(); !slices.Equal(listed, got) {
		t.Errorf("the guide lists %v, there are %v", listed, got)
	}
}

func TestParity(t *testing.T) {
	all := rawMessages(t)
	for lang, messages := range all {
		for id, m := range messages {
			t.Run(lang+"/"+id, func(t *testing.T) {
				reference, ok := all[Default][id]
				if !ok {
					t.Fatal("not in the default language")
				}
				if got, want := placeholders(forms(m)...), placeholders(forms(reference)...); !slices.Equal(got, want) {
					t.Errorf("placeholders %v, want %v", got, want)
				}
			})
		}
		for id := range all[Default] {
			if messages[id] == nil {
				t.Errorf("%s lacks %s", lang, id)
			}
		}
	}
}

// Every number has the form that its language wants: "2 dni", "5 dni", "1 rok",
// "22 года". What lacks a form is a miss.
func TestPlurals(t *testing.T) {
	c := mustLoad(t)
	for lang, messages := range rawMessages(t) {
		for id, m := range messages {
			if m.One+m.Few+m.Many+m.Two+m.Zero == "" && !slices.Contains(placeholders(forms(m)...), "Count") {
				continue
			}
			used := map[string]bool{}
			for _, n := range append(upTo(200), "1000", "1000000", "0.5", "1.5") {
				before := c.Misses()
				text := c.Text(lang, id, map[string]any{"Count": n})
				if c.Misses() != before || !strings.Contains(text, n) {
					t.Errorf("%s %s has no form for %s: %q", lang, id, n, text)
				}
				used[strings.ReplaceAll(text, n, "{{.Count}}")] = true
			}
			for _, form := range []string{m.Zero, m.One, m.Two, m.Few, m.Many} {
				if form != "" && !used[form] {
					t.Errorf("%s %s has the form %q, which no number takes", lang, id, form)
				}
			}
		}
	}
}

func upTo(n int) []string {
	all := make([]string, n+1)
	for i := range all {
		all[i] = strconv.Itoa(i)
	}
	return all
}

func limit(id string) int {
	buttons := []string{"consent.yes", "consent.no", "consent.later", "consent.confirm", "consent.cancel",
		"language.button", "menu.button", "number.yes", "number.no", "case.no", "unsure.all", "unsure.offers", "unsure.none",
		"guardian.yes", "guardian.undo", "suspect.afresh", "file.open"}
	rows := []string{"menu.human", "menu.privacy", "language.self"}
	switch {
	case slices.Contains(buttons, id), strings.HasPrefix(id, "case.yes."):
		return 20
	case slices.Contains(rows, id), strings.HasPrefix(id, "age.band."), strings.HasPrefix(id, "choice.state."):
		return 24
	}
	// Room for the values that are put in: a body ends at 1024.
	return 600
}

func TestLengths(t *testing.T) {
	for lang, messages := range rawMessages(t) {
		for id, m := range messages {
			for _, text := range forms(m) {
				longest := max(utf8.RuneCountInString(text), len(utf16.Encode([]rune(text))))
				if longest > limit(id) {
					t.Errorf("%s %s is %d long, limit %d", lang, id, longest, limit(id))
				}
				if strings.TrimSpace(text) != text {
					t.Errorf("%s %s begins or ends with space", lang, id)
				}
			}
		}
	}
}

func TestEveryTextRenders(t *testing.T) {
	c := mustLoad(t)
	for lang, messages := range rawMessages(t) {
		for id, m := range messages {
			data := map[string]any{}
			for _, name := range placeholders(forms(m)...) {
				data[name] = "<" + name + ">"
				if name == "Count" {
					data[name] = 7
				}
			}
			text := c.Text(lang, id, data)
			for name, value := range data {
				if !strings.Contains(text, fmt.Sprint(value)) {
					t.Errorf("%s %s does not show %s", lang, id, name)
				}
			}
			if text == "" || strings.Contains(text, "no value") || strings.Contains(text, "{{") {
				t.Errorf("%s %s renders as %q", lang, id, text)
			}
		}
	}
	if n := c.Misses(); n != 0 {
		t.Errorf("%d misses", n)
	}
}

func TestMisses(t *testing.T) {
	for _, tt := range []struct {
		name, lang, id, want string
		data                 map[string]any
		misses               int64
	}{
		{"Known", "pt-BR", "consent.yes", "Sim, aceito", nil, 0},
		{"UnknownID", "pt", "no.such.id", "no.such.id", nil, 1},
		{"UnknownLanguage", "xx", "consent.yes", "Yes, I agree", nil, 1},
		{"MissingValue", "en", "menu.body", "How can … help?", nil, 1},
		{"NilValue", "en", "menu.body", "How can … help?", map[string]any{"Brand": nil}, 1},
		{"OtherValue", "en", "menu.body", "How can … help?", map[string]any{"Shop": "x"}, 1},
		{"Markup", "en", "menu.body", "How can {{.Brand}} <b> help?", map[string]any{"Brand": "{{.Brand}} <b>"}, 0},
	} {
		t.Run(tt.name, func(t *testing.T) {
			c := mustLoad(t)
			if got := c.Text(tt.lang, tt.id, tt.data); got != tt.want {
				t.Errorf("got %q, want %q", got, tt.want)
			}
			if got := c.Misses(); got != tt.misses {
				t.Errorf("%d misses, want %d", got, tt.misses)
			}
		})
	}
}

func TestMissingTranslationAndPlural(t *testing.T) {
	c, err := load(fstest.MapFS{
		"active.en.json": {Data: []byte(`{"a.b":"English","left":{"one":"{{.Count}} try left","other":"{{.Count}} tries left"}}`)},
		"active.pt.json": {Data: []byte(`{"left":{"one":"Resta {{.Count}}","other":"Restam {{.Count}}"}}`)},
	})
	if err != nil {
		t.Fatal(err)
	}
	if got := c.Text("pt", "a.b", nil); got != "English" || c.Misses() != 1 {
		t.Errorf("got %q with %d misses", got, c.Misses())
	}
	for count, want := range map[int]string{1: "Resta 1", 2: "Restam 2"} {
		if got := c.Text("pt", "left", map[string]any{"Count": count}); got != want {
			t.Errorf("count %d: %q", count, got)
		}
	}
	before := c.Misses()
	// Portuguese counts whole millions as "many", which the file forgot.
	if got := c.Text("pt", "left", map[string]any{"Count": 1000000}); got != "Restam 1000000" || c.Misses() != before+1 {
		t.Errorf("got %q with %d misses", got, c.Misses()-before)
	}
}

func TestLoadRefuses(t *testing.T) {
	for name, text := range map[string]string{
		"Logic":     `{"a":"{{if .X}}b{{end}}"}`,
		"Function":  `{"a":"{{printf .X}}"}`,
		"Unclosed":  `{"a":"{{.X"}`,
		"Empty":     `{"a":" "}`,
		"NotJSON":   `{`,
		"NoDefault": "",
	} {
		t.Run(name, func(t *testing.T) {
			fsys := fstest.MapFS{"active.en.json": {Data: []byte(text)}}
			if name == "NoDefault" {
				fsys = fstest.MapFS{"active.pt.json": {Data: []byte(`{"a":"b"}`)}}
			}
			if _, err := load(fsys); err == nil {
				t.Error("accepted")
			}
		})
	}
}

func TestTextConcurrently(t *testing.T) {
	c := mustLoad(t)
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			for range 50 {
				if got := c.Text("es", "menu.body", map[string]any{"Brand": "Loja"}); got != "¿Cómo puede ayudar Loja?" {
					t.Errorf("got %q", got)
				}
			}
		})
	}
	wg.Wait()
}

func BenchmarkText(b *testing.B) {
	c := mustLoad(b)
	b.Run("plain", func(b *testing.B) {
		for b.Loop() {
			c.Text("pt", "consent.yes", nil)
		}
	})
	b.Run("data", func(b *testing.B) {
		data := map[string]any{"Brand": "Loja"}
		for b.Loop() {
			c.Text("pt", "menu.body", data)
		}
	})
}
