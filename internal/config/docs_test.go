package config_test

import (
	"os"
	"strings"
	"testing"

	"aval/internal/config"
)

// TestEverySettingIsDocumented keeps the manual complete: whoever adds a
// setting writes its line.
func TestEverySettingIsDocumented(t *testing.T) {
	manual, err := os.ReadFile("../../docs/configuration.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range config.SettingNames() {
		if !strings.Contains(string(manual), "`"+name+"`") {
			t.Errorf("docs/configuration.md does not name %s", name)
		}
	}
}
