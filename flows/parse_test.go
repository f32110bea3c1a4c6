package flows

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"
	"time"
)

func TestParse(t *testing.T) {
	f := parsed(t, "testdata/everything.yaml")
	t.Run("keeps what the file says", func(t *testing.T) {
		if f.ID != "everything" || f.Version != 3 || f.Purpose != "service" || f.Title.Inline["pt"] != "De tudo" {
			t.Errorf("%+v", f)
		}
		name := f.Fields["name"]
		if name.Purpose != "service" || name.Type != "text" || name.Keep != 30*24*time.Hour || name.Max != 20 {
			t.Errorf("%+v", name)
		}
		if got := f.Entry.Keywords["en"]; len(got) != 1 || got[0] != "everything" {
			t.Errorf("keywords %q", got)
		}
	})
	t.Run("uses every word of the format", func(t *testing.T) {
		data, err := os.ReadFile("testdata/everything.yaml")
		if err != nil {
			t.Fatal(err)
		}
		p := &parser{}
		for _, word := range names(p.stateWords(&state{}, &patternPart{})) {
			if !strings.Contains(string(data), "    "+word+":") {
				t.Errorf("no step has %q", word)
			}
		}
		if faults := Lint([]*Flow{f, parsed(t, "testdata/address.yaml")}, testRules()); len(faults) > 0 {
			t.Error(faults)
		}
	})
}

// TestParseBounds gives the parser files that are only large.
func TestParseBounds(t *testing.T) {
	bye := "  s: {end: true}\n"
	cases := map[string]struct{ file, want string }{
		"too large":         {strings.Repeat("#\n", maxFile/2+1), "bytes; 262144 are allowed"},
		"not UTF-8":         {"id: \xff\xfe", "not UTF-8"},
		"too many pairs":    {strings.Repeat("a: 1\n", maxColons+1), "5000 colons"},
		"deep brackets":     {"a: " + strings.Repeat("[", 100_000), "nests too many brackets"},
		"deep dashes":       {strings.Repeat("- ", 100_000), "nests too many brackets"},
		"brackets by lines": {strings.Repeat("[\n", 100_000), "nests too many brackets"},
		"too many states":   {"states:\n" + numbered("  s%: {end: true}\n", maxStates+1), "101 steps; 100 are allowed"},
		"too many fields": {
			"fields:\n" + numbered("  f%: {purpose: a}\n", maxFields+1) + "states:\n" + bye,
			"51 fields; 50",
		},
		"a list": {"- a\n- b\n", "needs 'name: value' lines"},
	}
	for _, name := range names(cases) {
		t.Run(name, func(t *testing.T) {
			f, faults := Parse("big.yaml", []byte(cases[name].file))
			if f != nil || !strings.Contains(faults.Error(), cases[name].want) {
				t.Errorf("got %.300s", faults.Error())
			}
		})
	}
}

// numbered repeats a line with letters in the place of %, since digits would
// do as well but read worse in a fault.
func numbered(line string, n int) string {
	var b strings.Builder
	for i := range n {
		b.WriteString(strings.ReplaceAll(line, "%", string(rune('a'+i/26))+string(rune('a'+i%26))))
	}
	return b.String()
}

func TestLoad(t *testing.T) {
	good, err := os.ReadFile("testdata/neighbour.yaml")
	if err != nil {
		t.Fatal(err)
	}
	file := func(data string) *fstest.MapFile { return &fstest.MapFile{Data: []byte(data)} }
	t.Run("a sound folder", func(t *testing.T) {
		folder := fstest.MapFS{"a.yaml": file(string(good)), "readme.txt": file("not a flow")}
		flows, faults := Load(folder, testRules())
		if len(flows) != 1 || len(faults) != 0 {
			t.Errorf("%d flows, %v", len(flows), faults)
		}
	})
	t.Run("faults of all files at once and no flow", func(t *testing.T) {
		other := strings.Replace(string(good), "id: neighbour", "id: other", 1)
		folder := fstest.MapFS{"a.yaml": file(string(good)), "b.yaml": file(other), "c.yaml": file("id: [")}
		flows, faults := Load(folder, testRules())
		text := faults.Error()
		if flows != nil || !strings.Contains(text, "b.yaml:") || !strings.Contains(text, "c.yaml:") {
			t.Errorf("%d flows, %s", len(flows), text)
		}
	})
}

func TestDidYouMean(t *testing.T) {
	known := []string{"next", "say", "set"}
	cases := map[string]string{
		"nxt":    "Did you mean 'next'?",
		"ntex":   "Did you mean 'next'?",
		"sya":    "Did you mean 'say'?",
		"banana": "Choose: next, say, set.",
	}
	for word, want := range cases {
		if got := didYouMean(word, known); got != want {
			t.Errorf("%s: %s, want %s", word, got, want)
		}
	}
}

// FuzzParse holds the parser to two promises on any bytes: it returns either
// a flow or faults with a place inside the file, and a flow it returns runs.
func FuzzParse(f *testing.F) {
	for _, pattern := range []string{"testdata/*.yaml", "testdata/broken/*.yaml", "../templates/flows/*.yaml"} {
		paths, err := filepath.Glob(pattern)
		if err != nil {
			f.Fatal(err)
		}
		for _, path := range paths {
			data, err := os.ReadFile(path)
			if err != nil {
				f.Fatal(err)
			}
			f.Add(data)
		}
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		flow, faults := Parse("f.yaml", data)
		if (flow == nil) != (len(faults) > 0) {
			t.Fatalf("flow %v and %d faults", flow != nil, len(faults))
		}
		for _, fault := range faults {
			if fault.Line < 1 || fault.Column < 1 || fault.Text == "" {
				t.Fatalf("fault without a place: %v", fault)
			}
		}
		if flow == nil {
			return
		}
		Lint([]*Flow{flow}, testRules())
		newest, faults := Migrate("f.yaml", data)
		if again, more := Parse("f.yaml", newest); len(faults) > 0 || again == nil {
			t.Fatalf("a sound flow cannot be rewritten: %v %v", faults, more)
		}
		lib := NewLibrary([]*Flow{flow}, nil)
		pos, effects := lib.Start(flow.ID, 0, Start{})
		check(t, lib, pos, effects)
		pos, effects = lib.Step(pos, Input{Kind: InputText, Text: "1"})
		check(t, lib, pos, effects)
	})
}
