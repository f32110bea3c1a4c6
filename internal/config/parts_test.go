package config_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"log/slog"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"aval/internal/config"
)

func TestParseDuration(t *testing.T) {
	const day = 24 * time.Hour
	for text, want := range map[string]time.Duration{
		"500ms": 500 * time.Millisecond, "3s": 3 * time.Second, "10m": 10 * time.Minute, "24h": day,
		"30d": 30 * day, "2w": 14 * day, "24mo": 720 * day, "6y": 6 * 365 * day, "0": 0, "0d": 0,
	} {
		t.Run(text, func(t *testing.T) {
			if got, ok := config.ParseDuration(text); !ok || got != want {
				t.Errorf("got %v %t, want %v", got, ok, want)
			}
		})
	}
	for _, text := range []string{"", "h", "24", "-1h", "+1h", "1.5h", "1h30m", "24 h", "201y", "9999999999999999d"} {
		t.Run("not "+text, func(t *testing.T) {
			if got, ok := config.ParseDuration(text); ok {
				t.Errorf("got %v, want a refusal", got)
			}
		})
	}
}

func TestSpellIsReadBack(t *testing.T) {
	for _, d := range []time.Duration{time.Second, time.Minute, time.Hour, 24 * time.Hour, 7 * 24 * time.Hour,
		30 * 24 * time.Hour, 365 * 24 * time.Hour, 0} {
		if got, ok := config.ParseDuration(config.Spell(d)); !ok || got != d {
			t.Errorf("%v is spelled %q and read as %v", d, config.Spell(d), got)
		}
	}
}

func TestSuggest(t *testing.T) {
	known := []string{"retention", "recipients", "data", "id"}
	for word, want := range map[string]string{
		"retenton": "retention", "retnetion": "retention", "recipient": "recipients", "dta": "data",
		"zebra": "", "x": "", strings.Repeat("retention", 40): "",
	} {
		if got := config.Suggest(word, known); got != want {
			t.Errorf("%q suggests %q, want %q", word, got, want)
		}
	}
}

// TestConfigShowsNoSecret prints a loaded configuration in every way that has
// put secrets into logs before.
func TestConfigShowsNoSecret(t *testing.T) {
	const password = "plover-password-77"
	environ := append(productionEnv(), "AVAL_STORE=mongodb+srv://aval:"+password+"@db.acme.example/aval")
	c, faults := config.Load(source(good(t), environ...))
	if len(faults) > 0 {
		t.Fatal(faults)
	}
	if string(c.Meta.AppSecrets[0]) != secrets()[0] || !strings.Contains(string(c.Store), password) {
		t.Fatal("the secrets did not arrive, so the test would show nothing")
	}
	var log bytes.Buffer
	slog.New(slog.NewTextHandler(&log, nil)).Info("start", "config", c, "meta", c.Meta, "plain", *c)
	slog.New(slog.NewJSONHandler(&log, nil)).Info("start", "config", c, "meta", c.Meta)
	asJSON, err := json.Marshal(c)
	if err != nil {
		t.Fatal(err)
	}
	shown := log.String() + string(asJSON) + fmt.Sprintf("%v %+v %#v %s %v %+v %#v", c, *c, *c, c, c.Meta, c.Meta, c.Meta)
	for _, secret := range append(secrets(), password) {
		if strings.Contains(shown, secret) {
			t.Errorf("a secret is shown in:\n%s", shown)
		}
	}
	if !strings.Contains(c.String(), "mode=production") || !strings.Contains(c.String(), "store=mongodb+srv") {
		t.Errorf("the configuration does not say what runs: %s", c)
	}
}

func TestSecretFiles(t *testing.T) {
	files := good(t)
	for name, text := range map[string]string{"newline": "plover-41\n", "crlf": "plover-41\r\n", "bare": "plover-41"} {
		files["run/"+name] = &fstest.MapFile{Data: []byte(text)}
	}
	for _, name := range []string{"newline", "crlf", "bare"} {
		t.Run(name, func(t *testing.T) {
			c, faults := config.Load(source(files, "AVAL_META_VERIFY_TOKEN_FILE=/run/"+name))
			if len(faults) > 0 {
				t.Fatal(faults)
			}
			if got := string(c.Meta.VerifyToken); got != "plover-41" {
				t.Errorf("got %q", got)
			}
		})
	}
}

func TestFileSettings(t *testing.T) {
	files := good(t)
	files["run/token"] = &fstest.MapFile{Data: []byte("plover-41\n")}
	files["aval.yaml"].Data = append([]byte("addr: 127.0.0.1:9000\ndata: /srv/aval\nsimulator: off\n"+
		"meta: {verify_token_file: /run/token, waba_id: 300000000000001}\n"), files["aval.yaml"].Data...)
	c, faults := config.Load(source(files, "AVAL_DATA=/srv/other"))
	if len(faults) > 0 {
		t.Fatal(faults)
	}
	if c.Addr != "127.0.0.1:9000" || c.Simulator || c.Meta.WABA != "300000000000001" {
		t.Errorf("the file's settings did not arrive: %v", c)
	}
	if c.Data != "/srv/other" || string(c.Meta.VerifyToken) != "plover-41" {
		t.Errorf("data is %s; the environment wins over the file", c.Data)
	}
	if c.Meta.GraphURL != "https://graph.facebook.com/v26.0" {
		t.Errorf("without the simulator messages go to %s", c.Meta.GraphURL)
	}
}

func TestTwoAppSecretsWhileOneReplacesAnother(t *testing.T) {
	c, faults := config.Load(source(good(t), "AVAL_META_APP_SECRET=first-secret, second-secret"))
	if len(faults) > 0 {
		t.Fatal(faults)
	}
	if s := c.Meta.AppSecrets; len(s) != 2 || string(s[0]) != "first-secret" || string(s[1]) != "second-secret" {
		t.Errorf("got %d secrets", len(s))
	}
}

func TestSecondNoticeVersion(t *testing.T) {
	files := good(t)
	second := strings.NewReplacer("version: 1", "version: 2", "change: material", "change: cosmetic",
		"since: 2026-03-01", "since: 2026-05-01\ndifference: {en: Shorter., pt: Mais curto.}").
		Replace(string(files["notices/v1.yaml"].Data))
	files["notices/v2.yaml"] = &fstest.MapFile{Data: []byte(second)}
	c, faults := config.Load(source(files))
	if len(faults) > 0 {
		t.Fatal(faults)
	}
	n := c.Brands[0].Notice()
	if n.Ref() != "privacy/2" || n.Material || n.Difference["pt"] != "Mais curto." {
		t.Errorf("current notice is %+v", n)
	}
}

// ExampleFault shows the one line an operator gets.
func ExampleFault() {
	f := config.Fault{Where: "aval.yaml:46:7", Key: "brands[acme].rules.hold", Value: "48h",
		Rule: "at most a day", Mend: "write 1m to 24h"}
	fmt.Println(f)
	// Output: aval.yaml:46:7: brands[acme].rules.hold = "48h": at most a day; write 1m to 24h
}
