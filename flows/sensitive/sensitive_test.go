package sensitive_test

import (
	"os"
	"strings"
	"testing"

	"aval/flows/sensitive"
)

// TestSamples holds what MIN-5 promises: of cards, accounts and identities at
// least 95 in 100 are seen, of health 80, and nothing is seen where nothing is.
func TestSamples(t *testing.T) {
	file, err := os.ReadFile("testdata/samples.txt")
	if err != nil {
		t.Fatal(err)
	}
	all, found := map[sensitive.Class]int{}, map[sensitive.Class]int{}
	for line := range strings.Lines(string(file)) {
		class, text, ok := strings.Cut(strings.TrimSuffix(line, "\n"), "\t")
		if !ok {
			continue
		}
		want := sensitive.Class(class)
		if want == "none" {
			want = ""
		}
		all[want]++
		switch got := sensitive.Find(text); {
		case got == want:
			found[want]++
		case want == "":
			t.Errorf("%q is seen as %s", text, got)
		default:
			t.Logf("%q is %s, seen as %q", text, want, got)
		}
	}
	for class, least := range map[sensitive.Class]int{
		sensitive.Card: 95, sensitive.Bank: 95, sensitive.Identity: 95, sensitive.Health: 80,
	} {
		t.Logf("%s: %d of %d", class, found[class], all[class])
		if all[class] == 0 || found[class]*100 < all[class]*least {
			t.Errorf("%s: %d of %d, at least %d %%", class, found[class], all[class], least)
		}
	}
	if positive := all[sensitive.Card] + all[sensitive.Bank] + all[sensitive.Identity] + all[sensitive.Health]; positive < 220 || all[""] < 120 {
		t.Errorf("%d samples and %d of nothing are too few", positive, all[""])
	}
}

// TestPublished uses numbers that the standards and their offices print.
func TestPublished(t *testing.T) {
	for text, want := range map[string]sensitive.Class{
		"4111 1111\n1111 1111": sensitive.Card, "4\u200b111111111111111": sensitive.Card, "*4111111111111111*": sensitive.Card,
		"cartão 4222222222222": sensitive.Card, "4222222222222": "", "４１１１１１１１１１１１１１１１": sensitive.Card,
		"DE89 3704 0044 0532 0130 00": sensitive.Bank, "12.ABC.345/01DE-35": sensitive.Identity,
		"11.222.333/0001-81": sensitive.Identity, "529.982.247-25": sensitive.Identity, "86 095 742 719": sensitive.Identity,
		"12345678Z": sensitive.Identity, "X1234567L": sensitive.Identity, "BSN 111222333": sensitive.Identity, "111222333": "",
		"pesel 44051401359": sensitive.Identity, "2 55 08 14 168 025 38": sensitive.Identity,
		"RSSMRA85T10A562S": sensitive.Identity, "2341 2341 2346": sensitive.Identity, "": "",
		"CPF 529.982.247-25, 4111 1111 1111 1111": sensitive.Card, "tenho diabetes, cpf 52998224725": sensitive.Identity,
	} {
		if got := sensitive.Find(text); got != want {
			t.Errorf("%q is seen as %q, want %q", text, got, want)
		}
	}
}

// TestHeadings finds a heading that no code knows, and so does nothing.
func TestHeadings(t *testing.T) {
	files, err := os.ReadDir("health")
	if err != nil || len(files) > 16 {
		t.Fatal(err, len(files))
	}
	for _, f := range files {
		text, err := os.ReadFile("health/" + f.Name())
		if err != nil {
			t.Fatal(err)
		}
		for line := range strings.Lines(string(text)) {
			if heading, ok := strings.CutPrefix(line, "## "); ok &&
				!strings.Contains(" clear words signs turns friends ", " "+strings.TrimSpace(heading)+" ") {
				t.Errorf("%s: %s", f.Name(), heading)
			}
		}
	}
}

// TestLinear reads much more text in about as much more time: a text that
// costs the square of its length would run into the test's deadline.
func TestLinear(t *testing.T) {
	for _, part := range []string{"1 ", "12-", "a 1 ", "4", "DE89 ", "i have ", "ﷺ", "é1", "\u0301", "cpf 5 "} {
		sensitive.Find(strings.Repeat(part, 1<<16))
	}
}

func FuzzFind(f *testing.F) {
	for _, s := range []string{"", "4111 1111 1111 1111", "IBAN DE89", "\xff1234\xf0", "٤١١١", "i have", "PT 12 34"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		switch c := sensitive.Find(text); c {
		case "", sensitive.Card, sensitive.Bank, sensitive.Identity, sensitive.Health:
		default:
			t.Errorf("%q is seen as %q", text, c)
		}
	})
}

func BenchmarkFind(b *testing.B) {
	for name, text := range map[string]string{
		"chat":   "Oi, tudo bem? Queria saber se o vestido azul chegou na loja, obrigada!",
		"phone":  "meu telefone é 11 98765-4321, pode ligar depois das 14h",
		"longer": strings.Repeat("Ich habe gestern zwei Paar Schuhe bestellt. ", 12),
	} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				sensitive.Find(text)
			}
		})
	}
}
