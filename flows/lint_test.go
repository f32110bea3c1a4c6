package flows

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

const wantMark = "# want: "

// TestBroken holds every broken flow to exactly the faults that its own last
// lines name: place and sentence, none missing and none more.
func TestBroken(t *testing.T) {
	paths, err := filepath.Glob("testdata/broken/*.yaml")
	if err != nil || len(paths) < 180 {
		t.Fatalf("broken flows: %d, %v", len(paths), err)
	}
	for _, path := range paths {
		t.Run(strings.TrimSuffix(filepath.Base(path), ".yaml"), func(t *testing.T) {
			data, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			body, _, _ := strings.Cut(string(data), wantMark)
			got := body + faultLines(t, body)
			if *update {
				if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			if got != string(data) && !*update {
				t.Errorf("got\n%s\nwant\n%s", got[len(body):], data[len(body):])
			}
			if got == body {
				t.Error("no fault was found")
			}
		})
	}
}

func faultLines(t *testing.T, body string) string {
	p := read("", []byte(body))
	flows := []*Flow{
		parsed(t, "testdata/neighbour.yaml"), parsed(t, "testdata/address.yaml"), parsed(t, "testdata/offers.yaml"),
	}
	if p.flow != nil {
		flows = append(flows, p.flow)
	}
	var b strings.Builder
	for _, f := range append(p.faults, Lint(flows, testRules())...).sorted() {
		b.WriteString(wantMark + strings.TrimPrefix(f.String(), ":") + "\n")
	}
	return b.String()
}

func TestLint(t *testing.T) {
	t.Run("sound flow has no fault", func(t *testing.T) {
		if faults := Lint([]*Flow{parsed(t, "testdata/neighbour.yaml")}, testRules()); len(faults) > 0 {
			t.Error(faults)
		}
	})
	t.Run("no rules refuse everything", func(t *testing.T) {
		faults := Lint([]*Flow{parsed(t, "testdata/neighbour.yaml")}, Rules{}).Error()
		for _, part := range []string{"purpose 'service'", "stop words are not known"} {
			if !strings.Contains(faults, part) {
				t.Errorf("no fault about %q in %s", part, faults)
			}
		}
	})
}
