package config_test

import (
	"os"
	"strings"
	"testing"
	"testing/fstest"

	"aval/internal/config"
)

// FuzzLoad feeds anything as aval.yaml. It must end in a configuration or in
// faults of one line each, and never in a panic.
func FuzzLoad(f *testing.F) {
	seeds(f, "testdata/good/aval.yaml")
	notice, err := os.ReadFile("testdata/good/notices/v1.yaml")
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		check(t, fstest.MapFS{"aval.yaml": {Data: data}, "notices/v1.yaml": {Data: notice}})
	})
}

// FuzzNotice feeds anything as a notice.
func FuzzNotice(f *testing.F) {
	seeds(f, "testdata/good/notices/v1.yaml")
	brand, err := os.ReadFile("testdata/good/aval.yaml")
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		check(t, fstest.MapFS{"aval.yaml": {Data: brand}, "notices/v1.yaml": {Data: data}})
	})
}

func check(t *testing.T, files fstest.MapFS) {
	c, faults := config.Load(source(files))
	if (c == nil) == (len(faults) == 0) {
		t.Fatalf("configuration and faults exclude each other; got both or neither")
	}
	for _, fault := range faults {
		if line := fault.String(); strings.ContainsAny(line, "\n\r") || line == "" {
			t.Fatalf("a fault is not one line: %q", line)
		}
	}
	if c != nil && (len(c.Brands) == 0 || len(c.Brands[0].Notices) == 0) {
		t.Fatal("accepted without a brand or a notice")
	}
}

// FuzzTree looks for input that breaks the YAML reader.
func FuzzTree(f *testing.F) {
	for _, s := range []string{"a: b", "- - -", "{a: [b, {c: d}]}", "? a\n: b", "a: |\n  b\n", "&a b: *a", "a: <<"} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		if err := config.ParseTree(data); err != nil && err.Error() == "" {
			t.Error("a fault without words")
		}
	})
}

func seeds(f *testing.F, name string) {
	data, err := os.ReadFile(name)
	if err != nil {
		f.Fatal(err)
	}
	f.Add(data)
	f.Add([]byte(""))
	f.Add([]byte("brands: [{id: a, notice: notices}]"))
}
