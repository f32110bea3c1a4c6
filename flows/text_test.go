package flows

import (
	"strings"
	"testing"
)

func TestRender(t *testing.T) {
	lookup := func(key string, data map[string]any) string { return key + ":" + data["name"].(string) }
	vars := Vars{"name": "Ana\u202e\nLima", "day": "2026-12-05", "empty": ""}
	inline := func(pairs ...string) Text {
		out := Text{Inline: map[string]string{}}
		for i := 0; i < len(pairs); i += 2 {
			out.Inline[pairs[i]] = pairs[i+1]
		}
		return out
	}
	cases := map[string]struct {
		text Text
		lang string
		want string
	}{
		"exact":                {inline("pt", "Oi", "pt-BR", "Opa"), "pt-BR", "Opa"},
		"without region":       {inline("pt", "Oi", "en", "Hi"), "pt-BR", "Oi"},
		"sister region":        {inline("pt-PT", "Olá", "en", "Hi"), "pt-BR", "Olá"},
		"English":              {inline("de", "Hallo", "en", "Hi"), "fr", "Hi"},
		"first":                {inline("pt", "Oi", "de", "Hallo"), "fr", "Hallo"},
		"nothing at all":       {Text{}, "fr", ""},
		"field, made harmless": {inline("en", "Hi {name}!"), "en", "Hi Ana Lima!"},
		"day in English":       {inline("en", "{day}"), "en", "5 Dec 2026"},
		"day in Portuguese":    {inline("pt", "{day}"), "pt", "05/12/2026"},
		"day in German":        {inline("de", "{day}"), "de", "05.12.2026"},
		"day in Japanese":      {inline("ja", "{day}"), "ja", "2026-12-05"},
		"missing and empty":    {inline("en", "{none}{empty}"), "en", "……"},
		"braces":               {inline("en", "{{name}} {name}"), "en", "{name} Ana Lima"},
		"no second round":      {inline("en", "{trick}"), "en", "{name}"},
		"key":                  {Text{Key: "hello"}, "en", "hello:Ana Lima"},
	}
	vars["trick"] = "{name}"
	for _, name := range names(cases) {
		t.Run(name, func(t *testing.T) {
			c := cases[name]
			if got := c.text.Render(c.lang, vars, lookup); got != c.want {
				t.Errorf("%q, want %q", got, c.want)
			}
		})
	}
}

func TestCut(t *testing.T) {
	cases := []struct {
		text  string
		limit int
		want  string
	}{
		{"Lisboa", 6, "Lisboa"},
		{"Lisboa", 3, "Lis"},
		{"ação", 3, "açã"},
		{"ac\u0327a\u0303o", 2, "a"},         // a cedilla of its own stays with its c
		{"ac\u0327a\u0303o", 3, "ac\u0327"},  //
		{"👍🏽👍", 1, ""},                       // no thumb without its colour
		{"a👨‍👩‍👧b", 3, "a"},                  // a family is one
		{"a👨‍👩‍👧b", 6, "a👨‍👩‍👧"},             //
		{"🇵🇹🇧🇷", 3, "🇵🇹"},                    // half a flag is none
		{"🇵🇹🇧🇷", 1, ""},                      //
		{strings.Repeat("\u0301", 5), 2, ""}, // marks without a letter
		{strings.Repeat("🇵🇹", 50), 99, strings.Repeat("🇵🇹", 49)},
	}
	for _, c := range cases {
		if got := cut(c.text, c.limit); got != c.want {
			t.Errorf("%q to %d: %q, want %q", c.text, c.limit, got, c.want)
		}
	}
}

// TestTemplateValues puts what people might want in a template into one.
func TestTemplateValues(t *testing.T) {
	cases := map[string]string{
		"Ana":                         "Ana",
		"  Ana\u00a0 Lima ":           "Ana Lima",
		"Jean-Luc d’Arc O'Hara":       "Jean-Luc d’Arc O'Hara",
		"Zoë Müller":                  "Zoë Müller",
		"王小明":                         "王小明",
		"أحمد":                        "أحمد",
		"Ana\nLima\t\tda Silva":       "Ana Lima da Silva",
		"Ana\u202eamiL":               "AnaamiL",
		strings.Repeat("Ana ", 20):    strings.TrimSpace(strings.Repeat("Ana ", 10)),
		"Conta bloqueada, ligue 0800": "cliente",
		"http://evil.example":         "cliente",
		"evil.example":                "cliente",
		"Ana 2":                       "cliente",
		"*Ana*":                       "cliente",
		"Ana @evil":                   "cliente",
		"+55 11 90000-0000":           "cliente",
		"٠٨٠٠":                        "cliente",
		"Ana 😀":                       "cliente",
		" - ' ":                       "cliente",
		"":                            "cliente",
	}
	f := parsed(t, "testdata/everything.yaml")
	form := f.states["remind"].form
	for _, typed := range names(cases) {
		t.Run(typed, func(t *testing.T) {
			turn := &turn{flow: f, in: Input{Lang: "pt-BR"}, pos: Position{Vars: Vars{"name": Answer(typed)}}}
			got := turn.template(form)
			if string(got.Params[0]) != cases[typed] {
				t.Errorf("%q, want %q", string(got.Params[0]), cases[typed])
			}
			if got.Params[1] != missing {
				t.Errorf("a day that is not known shows as %q", string(got.Params[1]))
			}
		})
	}
}

func TestExample(t *testing.T) {
	text := Text{Key: "input.pattern", Example: "CL-1042"}
	plain := func(string, map[string]any) string { return "Try again." }
	if got := text.Render("en", nil, plain); got != "Try again.\n→ CL-1042" {
		t.Errorf("%q", got)
	}
	uses := func(_ string, data map[string]any) string { return "Write it like " + data["Example"].(string) + "." }
	if got := text.Render("en", nil, uses); got != "Write it like CL-1042." {
		t.Errorf("%q", got)
	}
}
