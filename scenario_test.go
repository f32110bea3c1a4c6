package main

import (
	"bufio"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"aval/internal/simulator"
)

// update rewrites what the scenarios expect with what happened. Lines that
// match as they are stay as somebody wrote them.
var update = flag.Bool("update", false, "rewrite the expectations in testdata/scenarios")

// TestScenarios plays every conversation in testdata/scenarios against a real
// server. README.txt there explains the format.
func TestScenarios(t *testing.T) {
	files, err := filepath.Glob("testdata/scenarios/*.txt")
	if err != nil || len(files) == 0 {
		t.Fatalf("no scenarios: %v", err)
	}
	work := make(chan string)
	var players sync.WaitGroup
	for range companies {
		players.Go(func() {
			for file := range work {
				t.Run(strings.TrimSuffix(filepath.Base(file), ".txt"), func(t *testing.T) { play(t, file) })
			}
		})
	}
	for _, file := range files {
		if filepath.Base(file) != "README.txt" {
			work <- file
		}
	}
	close(work)
	players.Wait()
}

// companies is how many scenarios are played at once, whatever the number of
// processors: most of the time is spent waiting for the server's clockwork.
const companies = 8

// scene is one act of a scenario with the lines that must follow from it.
type scene struct {
	before []string // comments and empty lines above the act
	act    string
	line   int
	want   []string
}

// expected reports whether a line says what must follow rather than what is
// done.
func expected(line string) bool {
	for _, word := range []string{"bot -> ", "bot: ", "state ", "refused: ", "ledger: "} {
		if strings.HasPrefix(line, word) {
			return true
		}
	}
	return false
}

// readScenes splits a file into its acts. What follows the last act, comments
// mostly, is returned as an act without a name.
func readScenes(t *testing.T, file string) []scene {
	t.Helper()
	f, err := os.Open(file)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	scenes := []scene{{}}
	lines := bufio.NewScanner(f)
	for n := 1; lines.Scan(); n++ {
		line := strings.TrimRight(lines.Text(), " \t")
		here := &scenes[len(scenes)-1]
		switch {
		case line == "" || strings.HasPrefix(line, "#"):
			if here.act != "" {
				scenes = append(scenes, scene{})
				here = &scenes[len(scenes)-1]
			}
			here.before = append(here.before, line)
		case !expected(line):
			if here.act != "" {
				scenes = append(scenes, scene{})
				here = &scenes[len(scenes)-1]
			}
			here.act, here.line = line, n
		case here.act == "":
			t.Fatalf("%s:%d: nothing was done that this could follow from", file, n)
		default:
			here.want = append(here.want, line)
		}
	}
	if err := lines.Err(); err != nil {
		t.Fatal(err)
	}
	return scenes
}

// play runs one scenario and compares, or rewrites it.
func play(t *testing.T, file string) {
	scenes := readScenes(t, file)
	got := perform(t, scenes)
	if *update {
		rewrite(t, file, scenes, got)
		return
	}
	for i, s := range scenes {
		if !agrees(s.want, got[i]) {
			t.Errorf("%s:%d: %s\n%s", file, s.line, s.act, difference(s.want, got[i]))
		}
	}
}

// agrees reports whether every line that was wanted came, in order, and no
// other.
func agrees(want, got []string) bool {
	if len(want) != len(got) {
		return false
	}
	for i := range want {
		if !like(want[i], got[i]) {
			return false
		}
	}
	return true
}

// like compares a line with a pattern in which … stands for anything.
func like(pattern, line string) bool {
	parts := strings.Split(pattern, "…")
	if len(parts) == 1 {
		return pattern == line
	}
	if !strings.HasPrefix(line, parts[0]) {
		return false
	}
	line = line[len(parts[0]):]
	last := parts[len(parts)-1]
	for _, part := range parts[1 : len(parts)-1] {
		at := strings.Index(line, part)
		if at < 0 {
			return false
		}
		line = line[at+len(part):]
	}
	return strings.HasSuffix(line, last)
}

func difference(want, got []string) string {
	var b strings.Builder
	for i := range max(len(want), len(got)) {
		var w, g string
		if i < len(want) {
			w = want[i]
		}
		if i < len(got) {
			g = got[i]
		}
		if w == "" || g == "" || !like(w, g) {
			fmt.Fprintf(&b, "    want %s\n    got  %s\n", w, g)
		}
	}
	return b.String()
}

// rewrite puts what happened into the file.
func rewrite(t *testing.T, file string, scenes []scene, got [][]string) {
	t.Helper()
	var b strings.Builder
	for i, s := range scenes {
		for _, line := range s.before {
			b.WriteString(line + "\n")
		}
		if s.act == "" {
			continue
		}
		b.WriteString(s.act + "\n")
		for _, line := range got[i] {
			b.WriteString(kept(s.want, line) + "\n")
		}
	}
	if err := os.WriteFile(file, []byte(b.String()), 0o644); err != nil {
		t.Fatal(err)
	}
}

// kept returns the pattern that already stands for the line, or the line with
// its long paragraphs cut.
func kept(want []string, line string) string {
	for _, pattern := range want {
		if like(pattern, line) {
			return pattern
		}
	}
	return simulator.Abridged(line)
}

func TestSpokenFiles(t *testing.T) {
	for want, m := range map[string]simulator.Message{
		"bot -> ana: [document my-data.pdf] Here it is. ¶ Bye [Thanks]": {
			Body: "Here it is.", Footer: "Bye", File: &simulator.File{Kind: "document", Name: "my-data.pdf"},
			Choices: []simulator.Choice{{Label: "Thanks"}},
		},
		"bot -> ana: [document my-data.pdf]": {File: &simulator.File{Kind: "document", Name: "my-data.pdf"}},
		"bot -> ana: [image] Look":           {Body: "Look", File: &simulator.File{Kind: "image"}},
	} {
		if got := simulator.Spoken("ana", m); got != want {
			t.Errorf("got  %s\nwant %s", got, want)
		}
	}
}
