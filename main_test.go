package main

import (
	"bytes"
	"context"
	"database/sql"
	"errors"
	"io"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"aval/store"
	"aval/templates"
)

// verbRun runs the program as the shell would.
func verbRun(t *testing.T, dir string, args ...string) (code int, out, errs string) {
	t.Helper()
	var o, e bytes.Buffer
	environ := []string{"AVAL_DATA=" + dir, "AVAL_ADDR=127.0.0.1:0", "AVAL_ADMIN_ADDR=127.0.0.1:0", "AVAL_SIMULATOR=off"}
	code = run(context.Background(), args, environ, stdio{&o, &e})
	return code, o.String(), e.String()
}

func TestExitCodes(t *testing.T) {
	bad := filepath.Join(t.TempDir(), "aval.yaml")
	if err := os.WriteFile(bad, []byte("brands: []\nsurprise: 1\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		name, say string
		args      []string
		code      int
	}{
		{"Version", "aval", []string{"version"}, exitOK},
		{"Check", "ok:", []string{"check"}, exitOK},
		{"UnknownVerb", "usage:", []string{"dance"}, exitUsage},
		{"UnknownOption", "usage:", []string{"check", "--sing"}, exitUsage},
		{"FaultsBeforeAnyPort", "surprise", []string{"serve", "-config", bad}, exitConfig},
		{"ContactWithoutStore", "there is no store in", []string{"contact", "show", "+15550000000"}, exitFailure},
		{"LedgerWithoutStore", "there is no store in", []string{"ledger", "verify"}, exitFailure},
	} {
		t.Run(tt.name, func(t *testing.T) {
			code, out, errs := verbRun(t, t.TempDir(), tt.args...)
			if code != tt.code || !strings.Contains(out+errs, tt.say) {
				t.Errorf("exit code %d, want %d with %q in:\n%s%s", code, tt.code, tt.say, out, errs)
			}
		})
	}
}

// TestSecondProcess: the directory belongs to one server at a time.
func TestSecondProcess(t *testing.T) {
	w := newWorld(t, nil)
	code, _, errs := verbRun(t, w.dir, "serve")
	if code != exitLocked || !strings.Contains(errs, "another aval uses this data directory") {
		t.Errorf("exit code %d: %s", code, errs)
	}
	w.stop()
	code, _, errs = verbRun(t, w.dir, "contact", "show", "+15550000000")
	if code != exitFailure || !strings.Contains(errs, "no such contact") {
		t.Errorf("exit code %d: %s", code, errs)
	}
}

// TestOwnFlows: a business's own flow stands in the place of the one that
// ships, and every fault of every file is named in one run.
func TestOwnFlows(t *testing.T) {
	shipped, err := fs.ReadFile(templates.Flows(), "talk-to-human.yaml")
	if err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		name, find, put string
		code            int
		say             []string
	}{
		{"Good", "tries: 1", "tries: 2", exitOK, []string{"ok: brands 1, flows 5"}},
		{"Faults", "purpose: service", "purpose: service\nfoo: 1\nbar: 2", exitConfig, []string{"talk-to-human.yaml:", "foo", "bar"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			dir := t.TempDir()
			own := strings.Replace(string(shipped), tt.find, tt.put, 1)
			if err := os.WriteFile(filepath.Join(dir, "talk-to-human.yaml"), []byte(own), 0o600); err != nil {
				t.Fatal(err)
			}
			var out bytes.Buffer
			code := run(t.Context(), []string{"check"}, []string{"AVAL_DATA=" + dir, "AVAL_FLOW_DIR=" + dir}, stdio{&out, &out})
			if code != tt.code {
				t.Errorf("exit code %d, want %d", code, tt.code)
			}
			for _, say := range tt.say {
				if !strings.Contains(out.String(), say) {
					t.Errorf("%q is not in:\n%s", say, out.String())
				}
			}
			if strings.Contains(out.String(), "which no file defines") {
				t.Errorf("the file is there:\n%s", out.String())
			}
		})
	}
}

// TestTamperedLedger changes one byte of one stored line.
func TestTamperedLedger(t *testing.T) {
	w := newWorld(t, nil)
	w.optIn(w.sim.Person("ana"), "oi")
	w.ledgerAtRest()
	w.stop()
	if code, out, errs := verbRun(t, w.dir, "ledger", "verify"); code != exitOK {
		t.Fatalf("an untouched ledger: %d %s%s", code, out, errs)
	}
	db, err := sql.Open("sqlite", filepath.Join(w.dir, "aval.db"))
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	res, err := db.Exec(`UPDATE ledger SET body = CAST(replace(CAST(body AS TEXT), '"outcome":"GIVEN"', '"outcome":"NEVER"') AS BLOB)`)
	if err != nil {
		t.Fatal(err)
	}
	if n, _ := res.RowsAffected(); n == 0 {
		t.Fatal("nothing was changed")
	}
	code, out, _ := verbRun(t, w.dir, "ledger", "verify")
	if code != exitIntegrity || !strings.Contains(out, "bad: line ") {
		t.Errorf("exit code %d: %s", code, out)
	}
}

// TestNoticeKeepsItsWords: a version means the same words for ever once
// somebody could have seen them (TRN-2).
func TestNoticeKeepsItsWords(t *testing.T) {
	w := newWorld(t, nil)
	reopen := func(change string) error {
		w.stop()
		n := &w.house.config.Brands[0].Notices[0]
		n.Layer1 = maps.Clone(n.Layer1)
		n.Layer1["pt"] += change
		a, err := w.house.open(t.Context(), w.sim.Now, discardLog())
		if err != nil {
			return err
		}
		return errors.Join(a.keepNotices(t.Context()), a.close())
	}
	if err := reopen(" Nova frase."); err != nil {
		t.Fatalf("nobody has seen it yet: %v", err)
	}
	w.startServer()
	w.optIn(w.sim.Person("ana"), "oi")
	if err := reopen(""); err != nil {
		t.Fatalf("the same words: %v", err)
	}
	err := reopen(".")
	if !errors.Is(err, store.ErrNoticeChanged) || !strings.Contains(err.Error(), "next version") {
		t.Fatalf("changed after ana agreed to it: %v", err)
	}
	if code := exitCode(err, stdio{io.Discard, io.Discard}); code != exitConfig {
		t.Errorf("exit code %d, want %d", code, exitConfig)
	}
}
