package config_test

import (
	"os"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"aval/bot"
	"aval/internal/config"
)

// demo is the brand that ships. It is read from its folder, not from package
// templates, so that a fault names a file of this tree.
func demo() config.Source {
	return config.Source{
		ReadFile: func(string) ([]byte, error) { return nil, os.ErrNotExist },
		ReadDir:  os.ReadDir,
		Demo:     os.DirFS("../../templates/brands/demo"),
	}
}

func TestNothingConfiguredRunsTheDemoBrand(t *testing.T) {
	c, faults := config.Load(demo())
	if len(faults) > 0 {
		t.Fatalf("the demo brand has faults:\n%v", faults)
	}
	if c.Mode != config.Development || !c.Simulator || c.Store != config.StoreSQLite {
		t.Errorf("got %v, want development with the simulator and SQLite", c)
	}
	for name, addr := range map[string]string{"public": c.Addr, "admin": c.AdminAddr, "simulator": c.SimulatorAddr} {
		if !strings.HasPrefix(addr, "127.0.0.1:") {
			t.Errorf("the %s listener is %s, want loopback", name, addr)
		}
	}
	if want := "http://127.0.0.1:8090/graph/v26.0"; c.Meta.GraphURL != want {
		t.Errorf("graph url is %s, want %s", c.Meta.GraphURL, want)
	}
}

func TestDemoBrand(t *testing.T) {
	b := loadDemo(t)
	if b.ID != "casa-lima" || b.Country != "BR" || b.Location.String() != "America/Sao_Paulo" {
		t.Errorf("got %s in %s, %s", b.ID, b.Country, b.Location)
	}
	want := bot.Number{ID: "100000000000001", Display: "+1 555 000 1234", PerSecond: 80}
	if len(b.Numbers) != 1 || b.Numbers[0] != want {
		t.Errorf("numbers are %+v, want %+v", b.Numbers, want)
	}
	marketing, _ := b.Purpose("marketing")
	if !marketing.DoubleOptIn || !marketing.NeedsConsent() || marketing.Valid != 24*30*24*time.Hour {
		t.Errorf("marketing is %+v, want double opt-in for 24 months", marketing)
	}
	if e := b.Endpoints["orders"]; e.Timeout != 3*time.Second || e.Purpose != "service" {
		t.Errorf("endpoint orders is %+v", e)
	}
	if got := b.Clock.Source("access"); got != "LGPD 19 II" || b.Clock.Where != b.Location || b.Ages.Strictest != 16 {
		t.Errorf("access rests on %s in %s, the strictest age is %d", got, b.Clock.Where, b.Ages.Strictest)
	}
	if b.Serving().ID != "service" || b.Rules.Hold != 24*time.Hour || b.Rules.Repeat != 6*time.Hour {
		t.Errorf("serving %s, rules %+v", b.Serving().ID, b.Rules)
	}
}

func TestDemoNoticeFitsAPhone(t *testing.T) {
	b := loadDemo(t)
	n := b.Notice()
	if n.Ref() != "privacy/1" || !n.Material || len(n.Items) != 9 {
		t.Errorf("notice is %s, material %t, items %v", n.Ref(), n.Material, n.Items)
	}
	for _, lang := range []string{"pt", "en", "es", "de"} {
		text := n.Layer1[lang]
		if size := utf8.RuneCountInString(text); size == 0 || size > 650 {
			t.Errorf("the notice in %s has %d characters, want 1 to 650", lang, size)
		}
		if !strings.Contains(text, "Meta") || !strings.Contains(text, b.Controller.PrivacyURL) {
			t.Errorf("the notice in %s lacks Meta or its link:\n%s", lang, text)
		}
	}
}

func TestPhoneNumberIDReplacesTheOnlyNumber(t *testing.T) {
	src := demo()
	src.Environ = []string{"AVAL_META_PHONE_NUMBER_ID=200000000000002"}
	c, faults := config.Load(src)
	if len(faults) > 0 {
		t.Fatal(faults)
	}
	if got := c.Brands[0].Numbers[0].ID; got != "200000000000002" {
		t.Errorf("number id is %s, want that of the environment", got)
	}
}

func TestNoticeHashChangesWithEveryWord(t *testing.T) {
	n := loadDemo(t).Notice()
	before := config.NoticeHash(n)
	changes := map[string]func(*bot.Notice){
		"a word of one language": func(n *bot.Notice) { n.Layer1 = with(n.Layer1, "es", n.Layer1["es"]+".") },
		"the version":            func(n *bot.Notice) { n.Version++ },
		"cosmetic now":           func(n *bot.Notice) { n.Material = false },
		"touches less":           func(n *bot.Notice) { n.Touches = []string{"marketing"} },
		"another day":            func(n *bot.Notice) { n.Since = n.Since.AddDate(0, 0, 1) },
		"a difference":           func(n *bot.Notice) { n.Difference = map[string]string{"pt": "novo"} },
	}
	for name, change := range changes {
		t.Run(name, func(t *testing.T) {
			changed := n
			change(&changed)
			if config.NoticeHash(changed) == before {
				t.Error("the hash is the same")
			}
		})
	}
	if again := config.NoticeHash(loadDemo(t).Notice()); again != before {
		t.Error("the same notice has two hashes")
	}
}

func with(m map[string]string, key, text string) map[string]string {
	changed := map[string]string{key: text}
	for k, v := range m {
		if k != key {
			changed[k] = v
		}
	}
	return changed
}

func loadDemo(t *testing.T) *bot.Brand {
	t.Helper()
	c, faults := config.Load(demo())
	if len(faults) > 0 {
		t.Fatal(faults)
	}
	if !slices.Equal(c.Profiles, []string{"gdpr", "lgpd"}) {
		t.Errorf("profiles are %v", c.Profiles)
	}
	return c.Brands[0]
}
