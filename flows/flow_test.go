package flows

import (
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

var update = flag.Bool("update", false, "rewrite what the files in testdata expect")

// testRules are a brand with a little of everything.
func testRules() Rules {
	stops := map[string]bool{}
	for _, w := range strings.Fields("stop end quit cancel cancelar parar pare para sair salir baja alto fin") {
		stops[w] = true
	}
	return Rules{
		Languages: []string{"pt", "en"},
		Purposes: map[string]PurposeRule{
			"service":   {Retention: 365 * 24 * time.Hour},
			"utility":   {},
			"marketing": {Marketing: true},
			"health":    {Health: true},
		},
		Endpoints: map[string]EndpointRule{
			"orders":     {Purpose: "service"},
			"newsletter": {Purpose: "marketing"},
		},
		Templates: map[string]TemplateRule{
			"visit_reminder": {Languages: []string{"pt", "en"}, Params: 2},
			"weekly_offers":  {Languages: []string{"pt", "en"}, Params: 0, Marketing: true},
			"only_english":   {Languages: []string{"en"}, Params: -1},
		},
		IsStop: func(s string) bool { return stops[foldCase(s)] },
		HasKey: func(key string) bool { return key == "ask.name" },
	}
}

// parsed reads a flow of testdata that must be sound.
func parsed(t testing.TB, path string) *Flow {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	f, faults := Parse(filepath.Base(path), data)
	if len(faults) > 0 {
		t.Fatal(faults)
	}
	return f
}
