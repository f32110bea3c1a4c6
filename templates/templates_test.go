package templates

import (
	"strings"
	"testing"

	"aval/flows"
	"aval/flows/words"
	"aval/locales"
)

// shop are the rules of the demo brand, with the house's real stop words.
func shop(t testing.TB) flows.Rules {
	t.Helper()
	lists, err := locales.Words()
	if err != nil {
		t.Fatal(err)
	}
	lexicon, err := words.New(lists)
	if err != nil {
		t.Fatal(err)
	}
	return flows.Rules{
		Languages: []string{"pt", "en", "es", "de"},
		Purposes:  map[string]flows.PurposeRule{"service": {}, "marketing": {Marketing: true}},
		Endpoints: map[string]flows.EndpointRule{"orders": {Purpose: "service"}},
		IsStop:    lexicon.IsStop,
		HasKey:    func(string) bool { return false },
		Fold:      func(s string) string { return words.Normalise(s).Plain },
	}
}

func TestFlows(t *testing.T) {
	loaded, faults := flows.Load(Flows(), shop(t))
	if len(faults) > 0 {
		t.Fatalf("%d faults:\n%v", len(faults), faults)
	}
	var ids []string
	for _, f := range loaded {
		ids = append(ids, f.ID)
	}
	if got := strings.Join(ids, " "); got != "moving offers opening-hours order-status talk-to-human" {
		t.Errorf("flows: %s", got)
	}
}

// TestLocaleKeys holds the locales to what flows say by themselves.
func TestLocaleKeys(t *testing.T) {
	catalog, err := locales.Load()
	if err != nil {
		t.Fatal(err)
	}
	for _, key := range flows.LocaleKeys() {
		for _, lang := range []string{"pt", "en", "es", "de"} {
			if text := catalog.Text(lang, key, nil); text == "" || text == key {
				t.Errorf("%s has no %s", lang, key)
			}
		}
	}
}
