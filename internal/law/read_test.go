package law

import (
	"os"
	"strings"
	"testing"
	"testing/fstest"
)

// TestFaultyFiguresNameTheirLine spoils one line of a file at a time.
func TestFaultyFiguresNameTheirLine(t *testing.T) {
	for _, c := range []struct{ file, old, spoilt, want string }{
		{casesFile, "version: 1", "version: 0", "cases.yaml:1: version is missing"},
		{casesFile, `as_of: "2026-11-24"`, "as_of: soon", "cases.yaml:1: as_of is not a date"},
		{casesFile, "profile: lgpd", "profile: lgdp", `is not a legal profile`},
		{casesFile, "kinds: [access]", "kinds: [acess]", `"acess" is not a kind of case`},
		{casesFile, "kinds: [rectify]", "kinds: []", "kinds are missing"},
		{casesFile, "kinds: [rectify]", "kinds: [access]", "hipaa has two terms for access"},
		{casesFile, "days: 15", "days: -15", "a term is not negative"},
		{casesFile, "days: 15", "days: fifteen", "cases.yaml:"},
		{casesFile, "days: 15", "dasy: 15", `unknown field "dasy"`},
		{casesFile, "months: 1", "moths: 1", `unknown field "moths"`},
		{casesFile, "more_days: 30", "more_months: 1", "an extension is counted as its term is"},
		{casesFile, "days: 60", "note: ''", "cases.yaml:"},
		{casesFile, "source: LGPD 19 II", "source: ''", "source and note are needed"},
		{casesFile, "terms:", "terms: [", "cases.yaml:"},
		{agesFile, "version: 1", "version: 0", "ages.yaml:1: version is missing"},
		{agesFile, "country: AT", "country: at", `"at" is not a country`},
		{agesFile, "country: AT", "country: BE", "BE is there twice"},
		{agesFile, "years: 14", "years: 140", "140 is not an age"},
		{agesFile, "years: 14", "yaers: 14", `unknown field "yaers"`},
		{agesFile, `codes: ["43"]`, `codes: ["043"]`, "is not a calling code"},
		{agesFile, `codes: ["43"]`, "codes: []", "AT has no calling code"},
		{agesFile, "years: 14, ", "", "AT: nothing is there to be checked"},
	} {
		good := text(t, c.file)
		spoilt := strings.Replace(good, c.old, c.spoilt, 1)
		if spoilt == good {
			t.Fatalf("%s does not hold %q", c.file, c.old)
		}
		fsys := fstest.MapFS{}
		for _, name := range []string{casesFile, agesFile} {
			fsys[name] = &fstest.MapFile{Data: []byte(text(t, name))}
		}
		fsys[c.file] = &fstest.MapFile{Data: []byte(spoilt)}
		_, err := load(fsys)
		if err == nil || !strings.Contains(err.Error(), c.want) || !strings.HasPrefix(err.Error(), c.file+":") {
			t.Errorf("%s instead of %s: %v, want %s", c.spoilt, c.old, err, c.want)
		}
	}
}

// TestFaultNamesTheEntry: the line is that of the spoilt entry, not of the list.
func TestFaultNamesTheEntry(t *testing.T) {
	spoilt := strings.Replace(text(t, agesFile), "years: 16", "years: 160", 1)
	want := 1 + strings.Count(spoilt[:strings.Index(spoilt, "years: 160")], "\n")
	_, err := load(fstest.MapFS{
		casesFile: &fstest.MapFile{Data: []byte(text(t, casesFile))}, agesFile: &fstest.MapFile{Data: []byte(spoilt)},
	})
	if prefix := fault(agesFile, want, "").Error(); err == nil || !strings.HasPrefix(err.Error(), prefix) {
		t.Errorf("%v, want line %d", err, want)
	}
}

func text(t *testing.T, name string) string {
	t.Helper()
	raw, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	return string(raw)
}
