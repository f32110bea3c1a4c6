package sqlite

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"aval/bot"
	"aval/store"
	"aval/store/storetest"
)

var (
	plain   = store.Collection{Name: "plain"}
	indexed = store.Collection{Name: "indexed", Indexes: []string{"due", "queue"}}
)

func open(t testing.TB, dir string, o Options, cs ...store.Collection) *Engine {
	t.Helper()
	if len(cs) == 0 {
		cs = []store.Collection{plain, indexed}
	}
	e, err := Open(t.Context(), dir, cs, o)
	if err != nil {
		t.Fatalf("open: %v", err)
	}
	t.Cleanup(func() {
		if err := e.Close(); err != nil {
			t.Errorf("close: %v", err)
		}
	})
	return e
}

func put(t testing.TB, e *Engine, in store.Collection, id string, body []byte, index ...string) error {
	t.Helper()
	values := make([]string, len(in.Indexes))
	copy(values, index)
	results, err := e.Write(t.Context(), store.Write{In: in, Doc: store.Doc{ID: id, Index: values, Body: body}})
	if err != nil {
		return err
	}
	return results[0]
}

func TestConformance(t *testing.T) {
	storetest.Run(t, func(t *testing.T, dir string) store.Engine {
		e, err := Open(t.Context(), dir, storetest.Collections(), Options{})
		if err != nil {
			t.Fatalf("open: %v", err)
		}
		return e
	})
}

func TestFilesAreTheOwnersAlone(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "data")
	e := open(t, dir, Options{})
	if err := put(t, e, plain, "a", []byte("x")); err != nil {
		t.Fatal(err)
	}
	if info, err := os.Stat(dir); err != nil || info.Mode().Perm() != 0o700 {
		t.Errorf("directory: %v %v", info.Mode(), err)
	}
	for _, name := range []string{"aval.db", "aval.db-wal", "aval.db-shm", "aval.lock"} {
		if info, err := os.Stat(filepath.Join(dir, name)); err != nil || info.Mode().Perm() != 0o600 {
			t.Errorf("%s: %v %v", name, info, err)
		}
	}
}

func TestFullDisk(t *testing.T) {
	e := open(t, t.TempDir(), Options{MaxPages: 200})
	body := bytes.Repeat([]byte("x"), 100_000)
	kept := 0
	var err error
	for ; err == nil && kept < 100; kept++ {
		err = put(t, e, plain, fmt.Sprintf("%03d", kept), body)
	}
	kept--
	if !errors.Is(err, bot.ErrFull) || kept < 5 {
		t.Fatalf("after %d documents: %v", kept, err)
	}
	t.Run("nothing of the call was kept", func(t *testing.T) {
		_, err := e.Write(t.Context(),
			store.Write{In: plain, Doc: store.Doc{ID: "small"}},
			store.Write{In: plain, Doc: store.Doc{ID: "large", Body: body}})
		if !errors.Is(err, bot.ErrFull) {
			t.Fatalf("write: %v", err)
		}
		docs, err := e.Scan(t.Context(), plain, store.Range{})
		if err != nil || len(docs) != kept {
			t.Fatalf("%d documents, not %d: %v", len(docs), kept, err)
		}
	})
	t.Run("room lets it go on", func(t *testing.T) {
		results, err := e.Write(t.Context(), store.Write{Op: store.Delete, In: plain, Doc: store.Doc{ID: "000", Version: 1}})
		if err != nil || results[0] != nil {
			t.Fatalf("delete: %v %v", results, err)
		}
		if err := put(t, e, plain, "again", body); err != nil {
			t.Fatalf("insert: %v", err)
		}
	})
}

// TestErased plants a text in a document, deletes the document, and looks for
// the text in every file of the directory.
func TestErased(t *testing.T) {
	dir := t.TempDir()
	e := open(t, dir, Options{})
	planted := []byte("planted-4711-planted")
	for i := range 50 {
		body := bytes.Repeat(planted, 1+i*40)
		if err := put(t, e, indexed, fmt.Sprint("id", i), body, string(planted), ""); err != nil {
			t.Fatal(err)
		}
	}
	if !found(t, dir, planted) {
		t.Fatal("the planted text is not where the test looks for it")
	}
	var ops []store.Write
	for i := range 50 {
		d := store.Doc{ID: fmt.Sprint("id", i), Version: 1, Index: []string{"", ""}, Body: []byte("gone")}
		ops = append(ops, store.Write{Op: store.Op(1 + i%2), In: indexed, Doc: d})
	}
	results, err := e.Write(t.Context(), ops...)
	if err != nil || slices.ContainsFunc(results, func(err error) bool { return err != nil }) {
		t.Fatalf("write: %v %v", results, err)
	}
	if err := e.Checkpoint(t.Context()); err != nil {
		t.Fatal(err)
	}
	if found(t, dir, planted) {
		t.Fatal("the planted text outlived its document")
	}
}

func found(t *testing.T, dir string, text []byte) bool {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, entry := range entries {
		content, err := os.ReadFile(filepath.Join(dir, entry.Name()))
		if err != nil {
			t.Fatal(err)
		}
		if bytes.Contains(content, text) {
			return true
		}
	}
	return false
}

// TestLogStaysShort writes several times what may wait in the log.
func TestLogStaysShort(t *testing.T) {
	e := open(t, t.TempDir(), Options{})
	body := bytes.Repeat([]byte("x"), 8000)
	for i := range 120 {
		ops := make([]store.Write, 200)
		for j := range ops {
			ops[j] = store.Write{In: plain, Doc: store.Doc{ID: fmt.Sprint(i, "-", j), Body: body}}
		}
		if _, err := e.Write(t.Context(), ops...); err != nil {
			t.Fatal(err)
		}
	}
	info, err := os.Stat(e.path + "-wal")
	if limit := int64((mostPages + lookEvery*groupOps*2) * 8300); err != nil || info.Size() > limit {
		t.Fatalf("log of %d bytes, limit %d: %v", info.Size(), limit, err)
	}
	if err := e.Checkpoint(t.Context()); err != nil {
		t.Fatal(err)
	}
	info, err = os.Stat(e.path + "-wal")
	if err != nil || info.Size() != 0 {
		t.Fatalf("log of %d bytes after a checkpoint: %v", info.Size(), err)
	}
	if size, err := e.Size(); err != nil || size < 120*200*8000 {
		t.Fatalf("size %d: %v", size, err)
	}
}

// TestScansUseTheirIndex asks SQLite how it would run each scan: a plan that
// sorts, or reads the whole table, gets slower with every contact.
func TestScansUseTheirIndex(t *testing.T) {
	e := open(t, t.TempDir(), Options{})
	tbl := e.tables["indexed"]
	for _, field := range []string{"", "due", "queue"} {
		for _, bounded := range []bool{false, true} {
			text := tbl.scanText(field, bounded, false)
			args := make([]any, strings.Count(text, "?"))
			plan := explain(t, e, text, len(args))
			if !strings.Contains(plan, "SEARCH indexed USING INDEX") || strings.Contains(plan, "TEMP B-TREE") {
				t.Errorf("%s\n%s", text, plan)
			}
			if field != "" && !strings.Contains(plan, "indexed."+field) {
				t.Errorf("another index: %s", plan)
			}
		}
	}
}

func explain(t *testing.T, e *Engine, text string, args int) string {
	t.Helper()
	text = "EXPLAIN QUERY PLAN " + text
	for range args {
		text = strings.Replace(text, "?", "'x'", 1)
	}
	rows, err := e.writer.conn.rows(strings.Replace(text, "LIMIT 'x'", "LIMIT 5", 1))
	if err != nil {
		t.Fatal(err)
	}
	return fmt.Sprint(rows)
}

func TestDeclarations(t *testing.T) {
	bad := map[string][]store.Collection{
		"no name":          {{}},
		"quote in name":    {{Name: `a"b`}},
		"reserved name":    {{Name: "aval_migrations"}},
		"reserved column":  {{Name: "a", Indexes: []string{"body"}}},
		"index twice":      {{Name: "a", Indexes: []string{"x", "x"}}},
		"collection twice": {{Name: "a"}, {Name: "a"}},
	}
	for name, cs := range bad {
		t.Run(name, func(t *testing.T) {
			if e, err := Open(t.Context(), t.TempDir(), cs, Options{}); err == nil {
				e.Close()
				t.Fatal("accepted")
			}
		})
	}
}

func TestIndexesFollowTheDeclaration(t *testing.T) {
	dir := t.TempDir()
	with := func(indexes ...string) store.Collection { return store.Collection{Name: "c", Indexes: indexes} }
	e := open(t, dir, Options{}, with("old"))
	if err := put(t, e, with("old"), "a", []byte("x"), "1"); err != nil {
		t.Fatal(err)
	}
	e.Close()

	e = open(t, dir, Options{}, with("new", "old"))
	d, err := e.Get(t.Context(), with("new", "old"), "a")
	if err != nil || d.Index[0] != "" || d.Index[1] != "1" || string(d.Body) != "x" {
		t.Fatalf("after adding an index: %+v %v", d, err)
	}
	if err := put(t, e, with("new", "old"), "b", nil, "2", "2"); err != nil {
		t.Fatal(err)
	}
	docs, err := e.Scan(t.Context(), with("new", "old"), store.Range{Index: "new"})
	if err != nil || len(docs) != 1 || docs[0].ID != "b" {
		t.Fatalf("scan by the new index: %+v %v", docs, err)
	}
	e.Close()

	open(t, dir, Options{}, with("new")).Close()
	e = open(t, dir, Options{}, with("new", "old"))
	docs, err = e.Scan(t.Context(), with("new", "old"), store.Range{Index: "old"})
	if err != nil || len(docs) != 0 {
		t.Fatalf("a dropped index came back with %+v %v", docs, err)
	}
}

func TestVersions(t *testing.T) {
	for version, good := range map[string]bool{
		"3.51.3": true, "3.51.10": true, "3.54.1": true, "4.0.0": true, "3.51.2": false, "3.46.0": false, "2.99.99": false,
		"": false, "3.x.1": false,
	} {
		if err := checkVersion(version); (err == nil) != good {
			t.Errorf("%q: %v", version, err)
		}
	}
}

// TestLibraryPair: the SQLite module is translated against one exact version of
// its C library, and another one compiles and then corrupts memory.
func TestLibraryPair(t *testing.T) {
	mod, err := os.ReadFile("../../go.mod")
	if err != nil {
		t.Fatal(err)
	}
	want := map[string]string{"modernc.org/sqlite": "v1.62.0", "modernc.org/libc": "v1.80.1"}
	for module, version := range want {
		m := regexp.MustCompile(regexp.QuoteMeta(module) + ` (\S+)`).FindSubmatch(mod)
		if m == nil || string(m[1]) != version {
			t.Errorf("%s is %q, tested with %s: raise both as the go.mod of modernc.org/sqlite says", module, m, version)
		}
	}
}
