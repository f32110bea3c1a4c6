package sqlite

import (
	"embed"
	"fmt"
	"io/fs"
	"path"
	"strconv"
	"strings"
)

// migrations change the file as a whole. They are never edited once released;
// the tables of the collections are not among them, for they follow the declaration.
//
//go:embed migrations/*.sql
var migrations embed.FS

// migrate brings the file to the newest number, one transaction for each
// step, so that a crash leaves a file that goes on from where it was.
func migrate(c *conn, steps fs.FS) error {
	err := c.exec(`CREATE TABLE IF NOT EXISTS aval_migrations (number INTEGER PRIMARY KEY, name TEXT NOT NULL)`)
	if err != nil {
		return fmt.Errorf("migrations table: %w", err)
	}
	at, err := c.text(`SELECT coalesce(max(number), 0) FROM aval_migrations`)
	if err != nil {
		return fmt.Errorf("migrations table: %w", err)
	}
	names, err := fs.Glob(steps, "migrations/*.sql")
	if err != nil {
		return fmt.Errorf("migrations: %w", err)
	}
	done, err := strconv.Atoi(at)
	if err != nil || done > len(names) {
		return fmt.Errorf("database has migration %s, this program knows %d: it was written by a newer one", at, len(names))
	}
	for i, name := range names {
		if err := step(c, steps, name, i+1, done); err != nil {
			return fmt.Errorf("migration %s: %w", path.Base(name), err)
		}
	}
	return nil
}

// step applies one migration unless the file has it.
func step(c *conn, steps fs.FS, name string, number, done int) error {
	if want := fmt.Sprintf("%04d_", number); !strings.HasPrefix(path.Base(name), want) {
		return fmt.Errorf("number is not %04d", number)
	}
	if number <= done {
		return nil
	}
	text, err := fs.ReadFile(steps, name)
	if err != nil {
		return err
	}
	return c.inTransaction(func() error {
		if err := c.exec(string(text)); err != nil {
			return err
		}
		return c.exec(fmt.Sprintf(`INSERT INTO aval_migrations VALUES (%d, '%s')`, number, path.Base(name)))
	})
}
