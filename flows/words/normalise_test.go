package words_test

import (
	"strings"
	"testing"
	"unicode/utf8"

	"aval/flows/words"
	"aval/locales"
)

func TestNormalise(t *testing.T) {
	for _, tt := range []struct{ name, text, want string }{
		{"Empty", "", ""},
		{"Case", "StOp", "stop"},
		{"Punctuation", "  “Stop!!!”  ", "stop"},
		{"Bold", "*STOP*", "stop"},
		{"Inside", "opt-out", "opt out"},
		{"Apostrophe", "DON’T contact me", "dont contact me"},
		{"Clauses", "Não, quero mais.", "nao , quero mais"},
		{"Lines", "oi\n\nparar\n", "oi , parar"},
		{"Emoji", "🛑 stop 🙏🏽", "stop"},
		{"SignsOnly", "🛑🛑\uFE0F!", "🛑"},
		{"PunctuationOnly", "?!", ""},
		{"FullWidth", "ＳＴＯＰ！", "stop"},
		{"ZeroWidth", "st\u200bo\u200dp\u2060", "stop"},
		{"Bidi", "\u202estop\u202c", "stop"},
		{"Decomposed", "na\u0303o", "nao"},
		{"HiddenMark", "na\u200b\u0303o", "nao"},
		{"Repeats", "STOOOOP", "stoop"},
		{"Digits", "R$ 10000", "r 10000"},
		{"Courtesy", "por favor, pare, obrigada", "pare"},
		{"CourtesyOnly", "Please!", "please"},
		{"CourtesyUnspaced", "停止してください", "停止して"},
		{"TurkishUpper", "ÇIKIŞ", "cikis"},
		{"TurkishLower", "çıkış", "cikis"},
		{"TurkishDotted", "İPTAL", "iptal"},
		{"Polish", "odwołuję zgodę", "odwoluje zgode"},
		{"Danish", "SLUT PÅ MÅNEDEN Ø Æ", "slut pa maneden o ae"},
		{"Sharp", "STRAẞE straße", "strasse strasse"},
		{"Greek", "ΔΙΑΚΟΠΉ τέλος", "διακοπη τελοσ"},
		{"CyrillicKept", "Відпишіть отменой ещё", "відпишіть отменой еще"},
		{"Arabic", "إِلْغَـــاء", "الغاء"},
		{"Persian", "لغو عضویت", "لغو عضويت"},
		{"Hebrew", "הָסֵר", "הסר"},
		{"Hindi", "बंद करें", "बंद करें"},
		{"Hangul", "수신거부", "수신거부"},
		{"HalfWidthKana", "ｽﾄｯﾌﾟ", "ストップ"},
		{"CyrillicWithLatinO", "СТOП", "стоп"},
		{"LatinWithCyrillicO", "STОP", "stop"},
		{"GreekWithLatin", "ΣTOΠ", "στοπ"},
		{"NoOneScript", "яq", "яq"},
		{"TwoScriptsApart", "стоп please", "стоп"},
		{"BadUTF8", "st\xffop", "st op"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if got := words.Normalise(tt.text).Plain; got != tt.want {
				t.Errorf("%q became %q, want %q", tt.text, got, tt.want)
			}
		})
	}
}

func TestNormaliseForms(t *testing.T) {
	got := words.Normalise("Nãooo, OBRIGADO")
	if want := (words.Forms{Plain: "naoo", Marked: "nãoo", Loose: "nao"}); got != want {
		t.Errorf("got %+v, want %+v", got, want)
	}
}

func TestNormaliseLimit(t *testing.T) {
	for name, text := range map[string]string{
		"Words":  strings.Repeat("ab ", 100),
		"Digits": strings.Repeat("7", words.Limit+1),
		"Letter": strings.Repeat("é", 3) + strings.Repeat("xy", words.Limit),
	} {
		if got := words.Normalise(text); got != (words.Forms{}) {
			t.Errorf("%s: looked at %d bytes", name, len(text))
		}
	}
	long := "PAR" + strings.Repeat("A", 4000) + "R" + strings.Repeat("!", 90) + strings.Repeat("\u200b", 500)
	if got := words.Normalise(long).Loose; got != "parar" {
		t.Errorf("stretched word became %q", got)
	}
}

// The short way through the tables says what the long one says.
func TestUsualLetters(t *testing.T) {
	corpora, err := locales.Corpus("dev")
	if err != nil {
		t.Fatal(err)
	}
	usual := 0
	for lang, text := range corpora {
		for line := range strings.Lines(text) {
			short, long, ok := words.BothLetters(line)
			if !ok {
				continue
			}
			usual++
			if short != long {
				t.Errorf("%s: %q became %q, the long way %q", lang, line, short, long)
			}
		}
	}
	if usual < 3000 {
		t.Errorf("the short way took %d lines", usual)
	}
}

func FuzzNormalise(f *testing.F) {
	for _, s := range []string{"STOP", "Não, obrigado!", "СТOП", "🛑\uFE0F", "s'il vous plaît stop", "إِلْغَـــاء", "ÇIKIŞ",
		"e\u0301\u0301\u0301\u0301\u0301\u0301", "ﷺ", "停止してください", "a,b.c", "\xff", "1\uFE0F\u20E3", "각ᄀ",
		"ıП", "Ꮃ", "П'A", "ください̇", "o\u043e\u0307"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		once := words.Normalise(s)
		twice := words.Normalise(once.Plain)
		if once.Plain != twice.Plain {
			// What grew beyond the limit by decomposition is not looked at again.
			if utf8.RuneCountInString(once.Plain) <= words.Limit {
				t.Errorf("%q became %q and then %q", s, once.Plain, twice.Plain)
			}
		}
		if n := utf8.RuneCountInString(once.Plain); n > 20*words.Limit || len(once.Loose) > len(once.Plain) {
			t.Errorf("%d runes out of %d bytes", n, len(s))
		}
		if !utf8.ValidString(once.Plain) || !utf8.ValidString(once.Marked) {
			t.Errorf("%q became invalid", s)
		}
	})
}

func BenchmarkNormalise(b *testing.B) {
	for name, text := range map[string]string{
		"ascii":   "Quero saber do meu pedido",
		"accents": "Olá, não recebi meu pedido",
		"long":    strings.Repeat("Olá, não recebi meu pedido. ", 40),
	} {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				words.Normalise(text)
			}
		})
	}
}
