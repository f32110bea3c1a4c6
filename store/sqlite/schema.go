package sqlite

import (
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"aval/store"
)

// table is a declared collection: one SQL table with a column for each index
// field, and the texts of the statements on it.
type table struct {
	name    string
	indexes []string
}

// goodName keeps names plain enough to need no quoting rules and to be read in
// any database browser.
var goodName = regexp.MustCompile(`^[a-z][a-z0-9_]{0,47}$`)

func newTable(c store.Collection) (*table, error) {
	if !goodName.MatchString(c.Name) || reserved(c.Name) {
		return nil, fmt.Errorf("collection name %q is not usable", c.Name)
	}
	for i, field := range c.Indexes {
		taken := field == "id" || field == "version" || field == "body" || slices.Contains(c.Indexes[:i], field)
		if taken || !goodName.MatchString(field) {
			return nil, fmt.Errorf("collection %s: index name %q is not usable", c.Name, field)
		}
	}
	return &table{name: c.Name, indexes: slices.Clone(c.Indexes)}, nil
}

func reserved(name string) bool {
	return strings.HasPrefix(name, "sqlite_") || strings.HasPrefix(name, "aval_")
}

func newTables(cs []store.Collection) (map[string]*table, error) {
	all := make(map[string]*table, len(cs))
	for _, c := range cs {
		t, err := newTable(c)
		if err != nil {
			return nil, err
		}
		if all[t.name] != nil {
			return nil, fmt.Errorf("collection %s is declared twice", t.name)
		}
		all[t.name] = t
	}
	return all, nil
}

// columns lists the index columns, quoted, each with a suffix.
func (t *table) columns(suffix string) string {
	var b strings.Builder
	for _, f := range t.indexes {
		b.WriteString(`, "` + f + `"` + suffix)
	}
	return b.String()
}

// create follows the declaration: a new collection gets its table, a new index
// field its column and index, and a field no longer declared loses both, so that
// it cannot come back one day with values nobody kept up.
//
// Ids sit in an index of their own beside the rows. The table's pages then
// fill in order of arrival, many new documents to a page that is written once
// per group; with the body in the key's own tree each random id would
// dirty a page of its own.
func (t *table) create(c *conn) error {
	err := c.exec(`CREATE TABLE IF NOT EXISTS "` + t.name + `" (
		id TEXT NOT NULL UNIQUE, version INTEGER NOT NULL` + t.columns(` TEXT NOT NULL DEFAULT ''`) + `, body BLOB)`)
	if err != nil {
		return fmt.Errorf("collection %s: %w", t.name, err)
	}
	had, err := t.existing(c)
	if err != nil {
		return fmt.Errorf("collection %s: %w", t.name, err)
	}
	return errors.Join(t.dropFields(c, had), t.addFields(c, had))
}

// existing are the index fields that the table on disk has.
func (t *table) existing(c *conn) ([]string, error) {
	rows, err := c.rows(`SELECT name FROM pragma_table_info(?) WHERE name NOT IN ('id', 'version', 'body')`, t.name)
	names := make([]string, 0, len(rows))
	for _, r := range rows {
		names = append(names, fmt.Sprint(r[0]))
	}
	return names, err
}

func (t *table) dropFields(c *conn, had []string) error {
	for _, f := range had {
		if slices.Contains(t.indexes, f) {
			continue
		}
		err := c.exec(`DROP INDEX IF EXISTS "` + t.index(f) + `"; ALTER TABLE "` + t.name + `" DROP COLUMN "` + f + `"`)
		if err != nil {
			return fmt.Errorf("collection %s: index %s: %w", t.name, f, err)
		}
	}
	return nil
}

func (t *table) addFields(c *conn, had []string) error {
	for _, f := range t.indexes {
		text := `CREATE INDEX IF NOT EXISTS "` + t.index(f) + `" ON "` + t.name + `" ("` + f + `", id)` +
			` WHERE "` + f + `" <> ''`
		if !slices.Contains(had, f) {
			text = `ALTER TABLE "` + t.name + `" ADD COLUMN "` + f + `" TEXT NOT NULL DEFAULT ''; ` + text
		}
		if err := c.exec(text); err != nil {
			return fmt.Errorf("collection %s: index %s: %w", t.name, f, err)
		}
	}
	return nil
}

func (t *table) index(field string) string { return t.name + "." + field }

func (t *table) insertText() string {
	return `INSERT INTO "` + t.name + `" (id, version` + t.columns("") + `, body) VALUES (?, 1` +
		strings.Repeat(", ?", len(t.indexes)+1) + `) ON CONFLICT (id) DO NOTHING`
}

func (t *table) replaceText() string {
	return `UPDATE "` + t.name + `" SET version = version + 1` + t.columns(" = ?") +
		`, body = ? WHERE id = ? AND version = ?`
}

func (t *table) deleteText() string {
	return `DELETE FROM "` + t.name + `" WHERE id = ? AND version = ?`
}

func (t *table) existsText() string { return `SELECT 1 FROM "` + t.name + `" WHERE id = ?` }

func (t *table) getText() string {
	return `SELECT id, version` + t.columns("") + `, body FROM "` + t.name + `" WHERE id = ?`
}

// scanText takes (value, id) to start behind, or the id to start at, then the
// end if there is one, then the limit.
func (t *table) scanText(field string, bounded, bare bool) string {
	body := "body"
	if bare {
		body = "NULL"
	}
	text := `SELECT id, version` + t.columns("") + `, ` + body + ` FROM "` + t.name + `" WHERE `
	column, order := "id", "id"
	start := "id >= ?"
	if field != "" {
		column = `"` + field + `"`
		start = column + ` <> '' AND (` + column + `, id) > (?, ?)`
		order = column + ", id"
	}
	text += start
	if bounded {
		text += ` AND ` + column + ` < ?`
	}
	return text + ` ORDER BY ` + order + ` LIMIT ?`
}
