package sqlite

import (
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"
)

func steps(texts ...string) fstest.MapFS {
	fs := fstest.MapFS{}
	for i, text := range texts {
		name := "migrations/000" + string(rune('1'+i)) + "_step.sql"
		fs[name] = &fstest.MapFile{Data: []byte(text)}
	}
	return fs
}

func scratchConn(t *testing.T) *conn {
	t.Helper()
	c, err := dial(t.Context(), filepath.Join(t.TempDir(), "a.db"), nil)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.close() })
	return c
}

func TestMigrate(t *testing.T) {
	c := scratchConn(t)
	const one, two = "CREATE TABLE a (x)", "INSERT INTO a VALUES (7)"
	for _, fs := range []fstest.MapFS{steps(one), steps(one, two), steps(one, two)} {
		if err := migrate(c, fs); err != nil {
			t.Fatal(err)
		}
	}
	if got, err := c.text("SELECT count(*) || '/' || sum(x) FROM a"); err != nil || got != "1/7" {
		t.Fatalf("each step once: %s %v", got, err)
	}
	t.Run("a failing step leaves nothing", func(t *testing.T) {
		err := migrate(c, steps(one, two, "INSERT INTO a VALUES (8); INSERT INTO nowhere VALUES (1)"))
		if err == nil || !strings.Contains(err.Error(), "0003_step.sql") {
			t.Fatalf("error: %v", err)
		}
		got, err := c.text("SELECT count(*) || '/' || (SELECT max(number) FROM aval_migrations) FROM a")
		if err != nil || got != "1/2" {
			t.Fatalf("after the failure: %s %v", got, err)
		}
	})
	t.Run("a newer file is refused", func(t *testing.T) {
		if err := migrate(c, steps(one)); err == nil || !strings.Contains(err.Error(), "newer") {
			t.Fatalf("error: %v", err)
		}
	})
	t.Run("a gap in the numbers is refused", func(t *testing.T) {
		fs := steps(one, two)
		fs["migrations/0004_step.sql"] = &fstest.MapFile{Data: []byte(one)}
		if err := migrate(c, fs); err == nil {
			t.Fatal("accepted")
		}
	})
}
