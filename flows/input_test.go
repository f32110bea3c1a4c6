package flows

import (
	"encoding/json"
	"fmt"
	"log/slog"
	"strings"
	"testing"
)

func TestNumber(t *testing.T) {
	cases := []struct{ typed, lang, want string }{
		{"12", "pt", "12"},
		{" 1 234 ", "pt", "1234"},
		{"1.234", "pt", "1234"},
		{"1.234", "en", "1.234"},
		{"1,234", "en", "1234"},
		{"1,234", "pt-BR", "1.234"},
		{"1.234,56", "en", "1234.56"},
		{"1,234.56", "pt", "1234.56"},
		{"12,34,567", "en", "1234567"},
		{"1'234", "de", "1234"},
		{"-0,5", "es", "-0.5"},
		{"007", "en", "7"},
		{"٤٢", "ar", "42"},
		{"１２", "ja", "12"},
		{"5.", "en", "5"},
		{"1.2.3", "pt", ""},
		{"1,2,3,4", "pt", ""},
		{"", "pt", ""},
		{"-", "pt", ""},
		{".5", "en", ""},
		{"1e9", "en", ""},
		{"NaN", "en", ""},
		{"12 maçãs", "pt", ""},
		{"1234567890123456", "pt", ""},
	}
	for _, c := range cases {
		t.Run(c.typed+" "+c.lang, func(t *testing.T) {
			if got := number(c.typed, c.lang); got != c.want {
				t.Errorf("%q, want %q", got, c.want)
			}
		})
	}
}

func TestDate(t *testing.T) {
	cases := map[string]string{
		"2026-11-23":    "2026-11-23",
		"2026/1/2":      "2026-01-02",
		"23/11/2026":    "2026-11-23",
		"1.2.2026":      "2026-02-01",
		"01 02 2026":    "2026-02-01",
		"٢٣/١١/٢٠٢٦":    "2026-11-23",
		"23. 11. 2026":  "2026-11-23",
		"2026. 11. 23.": "2026-11-23",
		"2026年11月23日":   "2026-11-23",
		"2026년 11월 23일": "2026-11-23",
		"29/02/2028":    "2028-02-29",
		"29/02/2026":    "",
		"11/23/2026":    "",
		"23/11":         "",
		"23/11/26":      "",
		"1/1/0001":      "",
		"amanhã":        "",
	}
	for typed, want := range cases {
		t.Run(typed, func(t *testing.T) {
			if got := date(typed); got != want {
				t.Errorf("%q, want %q", got, want)
			}
		})
	}
}

func TestChosen(t *testing.T) {
	f := parsed(t, "../templates/flows/order-status.yaml")
	s := f.states["delivered"]
	noAccents := func(s string) string {
		return strings.NewReplacer("ó", "o", "í", "i", "ã", "a").Replace(foldCase(s))
	}
	cases := map[string]struct {
		in   Input
		want Answer
	}{
		"tap":                     {Input{Kind: InputChoice, ID: "missing"}, "missing"},
		"number":                  {Input{Kind: InputText, Text: "2"}, "missing"},
		"number in brackets":      {Input{Kind: InputText, Text: "(1)"}, "fine"},
		"label of another tongue": {Input{Kind: InputText, Text: "LLEGÓ bien"}, "fine"},
		"label without accents":   {Input{Kind: InputText, Text: "llego bien", Fold: noAccents}, "fine"},
		"word":                    {Input{Kind: InputText, Text: "nao", Fold: noAccents}, "missing"},
		"number out of range":     {Input{Kind: InputText, Text: "3"}, ""},
		"zero":                    {Input{Kind: InputText, Text: "0"}, ""},
		"stale tap":               {Input{Kind: InputChoice, ID: "gone"}, ""},
		"only spaces":             {Input{Kind: InputText, Text: "  "}, ""},
		"a file":                  {Input{Kind: InputMedia, Text: "1"}, ""},
	}
	for _, name := range names(cases) {
		t.Run(name, func(t *testing.T) {
			got, ok := s.chosen(cases[name].in)
			if ok != (cases[name].want != "") || ok && got != cases[name].want {
				t.Errorf("%q %t, want %q", string(got), ok, string(cases[name].want))
			}
		})
	}
}

// TestAnswerHides prints a position in every careless way.
func TestAnswerHides(t *testing.T) {
	const secret = "ana.lima"
	pos := Position{Vars: Vars{"name": secret}}
	call := Call{Params: map[string]Answer{"name": secret}}
	var log strings.Builder
	logger := slog.New(slog.NewJSONHandler(&log, nil))
	logger.Info("step", "pos", pos, "vars", pos.Vars, "answer", pos.Vars["name"], "call", call)
	slog.New(slog.NewTextHandler(&log, nil)).Info("step", "pos", pos, "answer", pos.Vars["name"])
	encoded, err := json.Marshal([]any{pos, call, pos.Vars})
	if err != nil {
		t.Fatal(err)
	}
	printed := fmt.Sprint(pos, call) +
		fmt.Sprintf("%v %+v %#v %s %q %x", pos, call, pos, pos.Vars, pos.Vars, pos.Vars)
	for _, text := range []string{log.String(), string(encoded), printed} {
		if strings.Contains(text, secret) || strings.Contains(text, fmt.Sprintf("%x", secret)) {
			t.Errorf("shows the answer: %s", text)
		}
	}
}

func FuzzAnswers(f *testing.F) {
	for _, s := range []string{"1.234,5", "-1", "31/12/2026", "２", "9٫5", "((1))", "1e308"} {
		f.Add(s, "pt")
		f.Add(s, "en")
	}
	f.Fuzz(func(t *testing.T, typed, lang string) {
		if n := number(typed, lang); n != "" {
			if again := number(n, "en"); len(again) > maxDigits+2 || strings.Count(n, ".") > 1 {
				t.Errorf("%q became %q and then %q", typed, n, again)
			}
			if !(Field{Type: typeNumber, Max: fieldSize(typeNumber)}).holds(n) {
				t.Errorf("%q does not fit its field", n)
			}
		}
		if d := date(typed); d != "" && date(d) != d {
			t.Errorf("%q became %q", typed, d)
		}
		place(typed)
	})
}

func TestEmail(t *testing.T) {
	cases := map[string]string{
		"ana@Example.COM":                         "ana@example.com",
		"Ana.Lima+loja@mail.example.com.br":       "Ana.Lima+loja@mail.example.com.br",
		"o'hara@example.ie":                       "o'hara@example.ie",
		"josé@exemplo.pt":                         "josé@exemplo.pt",
		"ana@bücher.example":                      "ana@bücher.example",
		"ana@xn--bcher-kva.example":               "ana@xn--bcher-kva.example",
		"ana":                                     "",
		"ana@":                                    "",
		"@example.com":                            "",
		"ana@localhost":                           "",
		"ana@example..com":                        "",
		"ana@-example.com":                        "",
		"ana@example.com.":                        "",
		"ana@[127.0.0.1]":                         "",
		"ana@127.0.0.1":                           "",
		"ana@example.c":                           "",
		"ana lima@example.com":                    "",
		"Ana <ana@example.com>":                   "",
		`"ana lima"@example.com`:                  "",
		"ana@example.com, eva@example.com":        "",
		"ana(a comment)@example.com":              "",
		"ana@example.com\nBcc: eva@example.com":   "",
		"..@example.com":                          "",
		strings.Repeat("a", 65) + "@example.com":  "",
		"ana@" + strings.Repeat("a", 64) + ".com": "",
	}
	for _, typed := range names(cases) {
		t.Run(typed, func(t *testing.T) {
			if got := email(typed); got != cases[typed] {
				t.Errorf("%q, want %q", got, cases[typed])
			}
		})
	}
}

// TestPatternGuardsCorrection: what a pattern promised of an order number must
// hold for the number that somebody corrects later, too.
func TestPatternGuardsCorrection(t *testing.T) {
	f := parsed(t, "testdata/everything.yaml").Fields["order"]
	for typed, want := range map[Answer]bool{" cl-1042 ": true, "CL-10423": false, "call 0800": false, "": false} {
		if _, ok := f.Read(typed, "pt"); ok != want {
			t.Errorf("%q: %t", string(typed), ok)
		}
	}
	if name := parsed(t, "testdata/everything.yaml").Fields["name"]; !name.Typable() || (Field{Type: typeContact}).Typable() {
		t.Error("a name can be typed, a contact card cannot")
	}
}
