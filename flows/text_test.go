package flows

import (
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
