package words_test

import (
	"maps"
	"slices"
	"strings"
	"testing"

	"aval/flows/words"
	"aval/flows/words/wordtest"
)

// Every stop word of every language stops in each of forty disguises.
func TestEveryStopWordStops(t *testing.T) {
	l := lexicon(t)
	if n := len(wordtest.Decorations()); n != 40 {
		t.Errorf("%d decorations", n)
	}
	all := lists(t)
	for _, list := range []string{"stop", "stop_erase"} {
		for lang, entries := range all[list] {
			if lang == "und" {
				continue // signs: TestMatch has them
			}
			if _, failed := wordtest.Decorated(l, entries); len(failed) > 0 {
				t.Errorf("%s: these do not stop:\n%s", lang, strings.Join(failed, "\n"))
			}
			for _, word := range entries {
				if got := l.Match(word); list == "stop_erase" && got.Also != words.Erase {
					t.Errorf("%q does not offer to erase", word)
				}
			}
		}
	}
}

func TestEveryWordIsUnderstood(t *testing.T) {
	l := lexicon(t)
	for intent, langs := range lists(t) {
		if intent == "false_friends" || intent == "hints" || intent == "stop_erase" || intent == "age" || strings.HasPrefix(intent, "speech.") {
			continue
		}
		for lang, entries := range langs {
			for _, word := range entries {
				found := false
				for _, m := range l.All(word) {
					found = found || string(m.Intent) == intent
				}
				if !found {
					t.Errorf("%s in %s: %q means %v", intent, lang, word, l.All(word))
				}
			}
		}
	}
}

func TestFalseFriendsDoNotStop(t *testing.T) {
	l := lexicon(t)
	for lang, texts := range lists(t)["false_friends"] {
		for _, text := range texts {
			for _, written := range []string{text, strings.ToUpper(text), text + "!", "Oi, " + text} {
				if got := l.Match(written); got.Intent != "" {
					t.Errorf("%s: %q means %+v", lang, written, got)
				}
			}
		}
	}
}

// The words of 47 CFR 64.1200(a)(10), with no list loaded at all.
func TestLockedWords(t *testing.T) {
	l, err := words.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	for _, word := range []string{"STOP", "QUIT", "END", "REVOKE", "OPT OUT", "CANCEL", "UNSUBSCRIBE", "opt-out"} {
		if !l.IsStop(word) {
			t.Errorf("%s does not stop", word)
		}
	}
}

func TestMatch(t *testing.T) {
	l := lexicon(t)
	for _, tt := range []struct {
		name, text string
		want       words.Match
	}{
		{"Nothing", "quero uma pizza", words.Match{}},
		{"Empty", "", words.Match{}},
		{"SharedStop", "stop", words.Match{Intent: words.Stop}},
		{"OwnStop", "descadastrar", words.Match{Intent: words.Stop, Language: "pt"}},
		{"Stretched", "STOOOP", words.Match{Intent: words.Stop}},
		{"StretchedDouble", "STOPPPPP", words.Match{Intent: words.Stop}},
		{"MixedScripts", "СТOП", words.Match{Intent: words.Stop}},
		{"Sign", "⛔️", words.Match{Intent: words.Stop}},
		{"Signs", "🛑 🚫!!", words.Match{Intent: words.Stop}},
		{"SignAmongOthers", "🛑😀", words.Match{}},
		{"Thanks", "Stop. Thank you", words.Match{Intent: words.Stop}},
		{"GreetingStop", "Oi, parar.", words.Match{Intent: words.Stop}},
		{"NoStop", "No. Stop!", words.Match{Intent: words.Stop}},
		{"YesStop", "yes, stop", words.Match{Intent: words.Stop}},
		{"YesNo", "sim, não", words.Match{}},
		{"YesThenTalk", "sim, mas quero saber o preço", words.Match{}},
		{"CommaTurnsAround", "não, quero mais", words.Match{}},
		{"Delete", "excluir", words.Match{Intent: words.Stop, Language: "pt", Also: words.Erase}},
		{"EraseInSentence", "quero comprar e apague meus dados", words.Match{Intent: words.Erase, Language: "pt"}},
		{"EraseNegated", "não quero apagar meus dados", words.Match{}},
		{"EraseAfterNo", "não, apague meus dados", words.Match{Intent: words.Erase, Language: "pt"}},
		{"EraseLong", "um amigo disse que posso pedir para apagar meus dados com vocês", words.Match{}},
		{"Access", "MEUS DADOS", words.Match{Intent: words.Access, Language: "pt"}},
		{"AccessShadowed", "atualizar meus dados", words.Match{Intent: words.Rectify, Language: "pt"}},
		{"AccessShielded", "qual o preço do my data plan", words.Match{}},
		{"TwoRights", "delete my data, correct my data", words.Match{Intent: words.Erase, Language: "en"}},
		{"Object", "não quero perfil", words.Match{Intent: words.Object, Language: "pt"}},
		{"Human", "quero falar com um humano", words.Match{Intent: words.Human, Language: "pt"}},
		{"HumanGreeting", "Oi! Atendente, por favor", words.Match{Intent: words.Human, Language: "pt"}},
		{"HumanNot", "my travel agent", words.Match{}},
		{"Receipt", "MEU CONSENTIMENTO", words.Match{Intent: words.Receipt, Language: "pt"}},
		{"Privacy", "privacy", words.Match{Intent: words.Privacy}},
		{"Resume", "Voltar", words.Match{Intent: words.Resume, Language: "pt"}},
		{"Start", "START", words.Match{Intent: words.Resume}},
		{"Yes", "Sim!", words.Match{Intent: words.Yes, Language: "pt"}},
		{"YesOfTwo", "confirmo", words.Match{Intent: words.Yes}},
		{"No", "no", words.Match{Intent: words.No}},
		{"NoThanks", "Não, obrigado", words.Match{Intent: words.No, Language: "pt"}},
		{"Later", "mais tarde", words.Match{Intent: words.Later, Language: "pt"}},
		{"Language", "inglês", words.Match{Intent: words.Language, Language: "en"}},
		{"Menu", "help", words.Match{Intent: words.Menu, Language: "en"}},
		{"Greeting", "Bom dia!!", words.Match{Intent: words.Greeting, Language: "pt"}},
		{"Greetings", "Oi! Bom dia", words.Match{Intent: words.Greeting, Language: "pt"}},
		{"Thumb", "👍", words.Match{}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if got := l.Match(tt.text); got != tt.want {
				t.Errorf("%q means %+v, want %+v", tt.text, got, tt.want)
			}
		})
	}
}

func TestAll(t *testing.T) {
	l := lexicon(t)
	got := l.All("delete my data and talk to a human")
	if len(got) != 2 || got[0].Intent != words.Erase || got[1].Intent != words.Human {
		t.Errorf("got %+v", got)
	}
	got[0].Intent = words.Yes
	if l.Match("delete my data and talk to a human").Intent != words.Erase {
		t.Error("a caller changed the lexicon")
	}
}

func TestNewRefuses(t *testing.T) {
	for name, lists := range map[string]map[string]map[string][]string{
		"UnknownIntent": {"stopp": {"en": {"stop"}}},
		"NothingLeft":   {"yes": {"en": {"?!"}}},
		"TooLong":       {"yes": {"en": {strings.Repeat("ab", 200)}}},
		"AgeNoNumber":   {"age": {"en": {"i am old"}}},
		"AgeTwice":      {"age": {"en": {"# or #"}}},
		"AgeAlone":      {"age": {"en": {"#!"}}},
		"FalseFriend":   {"stop": {"en": {"bus stop"}}, "false_friends": {"en": {"Bus stop!"}}},
	} {
		t.Run(name, func(t *testing.T) {
			if _, err := words.New(lists); err == nil {
				t.Error("accepted")
			}
		})
	}
}

func FuzzMatch(f *testing.F) {
	l := lexicon(f)
	for _, s := range []string{"STOP", "sim, aceito", "quero comprar e apague meus dados", "🛑", ", ,", "a , b"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		m := l.Match(s)
		if all := l.All(s); len(all) > 0 && all[0] != m {
			t.Errorf("%q: %+v is not the first of %+v", s, m, all)
		}
		if l.Match(s) != m || l.IsStop(s) != (m.Intent == words.Stop) {
			t.Errorf("%q: not the same twice", s)
		}
		if _, sure := l.Language(s); sure && strings.TrimSpace(s) == "" {
			t.Errorf("%q: sure of a language", s)
		}
	})
}

// What is not to stop does not, in whatever dress, and nothing panics.
func FuzzFalseFriend(f *testing.F) {
	l := lexicon(f)
	all := lists(f)["false_friends"]
	for _, lang := range slices.Sorted(maps.Keys(all)) {
		for i := range all[lang] {
			f.Add(lang, uint(i), uint(0))
		}
	}
	dresses := wordtest.Decorations()
	f.Fuzz(func(t *testing.T, lang string, friend, dress uint) {
		texts := all[lang]
		if len(texts) == 0 {
			return
		}
		text := texts[friend%uint(len(texts))]
		d := dresses[dress%uint(len(dresses))]
		if d.Applies(text) && l.IsStop(d.Apply(text)) {
			t.Errorf("%s: %s: %q stops", lang, d.Name, d.Apply(text))
		}
	})
}

func BenchmarkMatch(b *testing.B) {
	l := lexicon(b)
	for name, text := range map[string]string{
		"stop":    "STOP",
		"ascii":   "Quero saber do meu pedido",
		"accents": "Olá, não recebi meu pedido",
		"long":    strings.Repeat("Hello, my order did not arrive. ", 40),
	} {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				l.Match(text)
			}
		})
	}
}
