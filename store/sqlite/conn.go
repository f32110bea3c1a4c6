package sqlite

import (
	"context"
	"database/sql/driver"
	"errors"
	"fmt"
	"io"
	"net/url"
	"strings"

	"modernc.org/sqlite"

	"aval/bot"
)

// conn is one connection to the database file. It is used by one goroutine at
// a time. It talks to the driver directly: database/sql would put its own pool,
// locks and conversions around every call of the hot path.
type conn struct {
	raw driver.Conn
}

// dial opens a connection and applies the settings one by one.
func dial(ctx context.Context, path string, settings []string) (*conn, error) {
	name := "file:" + (&url.URL{Path: path}).EscapedPath()
	connector, err := sqlite.NewConnector(name)
	if err != nil {
		return nil, fmt.Errorf("database name: %w", err)
	}
	raw, err := connector.Connect(ctx)
	if err != nil {
		return nil, fmt.Errorf("database connection: %w", fault(err))
	}
	c := &conn{raw: raw}
	for _, s := range settings {
		if err := c.exec(s); err != nil {
			return nil, errors.Join(fmt.Errorf("database setting %q: %w", s, err), c.close())
		}
	}
	return c, nil
}

func (c *conn) close() error { return c.raw.Close() }

// exec runs a statement, or several, that return nothing of interest.
func (c *conn) exec(text string) error {
	x, ok := c.raw.(driver.ExecerContext)
	if !ok {
		return errors.New("driver without direct execution")
	}
	_, err := x.ExecContext(context.Background(), text, nil)
	return fault(err)
}

// inTransaction runs work between BEGIN and COMMIT.
func (c *conn) inTransaction(work func() error) error {
	if err := c.exec("BEGIN IMMEDIATE"); err != nil {
		return fmt.Errorf("begin: %w", err)
	}
	if err := work(); err != nil {
		return errors.Join(err, c.exec("ROLLBACK"))
	}
	if err := c.exec("COMMIT"); err != nil {
		_ = c.exec("ROLLBACK") // the first error tells more; there may be nothing left to roll back
		return fmt.Errorf("commit: %w", err)
	}
	return nil
}

// rows runs a query that is not worth preparing and returns all of it.
func (c *conn) rows(text string, args ...driver.Value) ([][]driver.Value, error) {
	s, err := c.prepare(text)
	if err != nil {
		return nil, err
	}
	var all [][]driver.Value
	err = s.query(func(row []driver.Value) { all = append(all, append([]driver.Value(nil), row...)) }, args...)
	return all, errors.Join(err, s.close())
}

// text returns the first value of a query as text.
func (c *conn) text(query string) (string, error) {
	rows, err := c.rows(query)
	if err != nil || len(rows) == 0 || len(rows[0]) == 0 {
		return "", errors.Join(err, errNoRow(err))
	}
	return strings.TrimSpace(fmt.Sprint(rows[0][0])), nil
}

func errNoRow(err error) error {
	if err != nil {
		return nil
	}
	return errors.New("query without a row")
}

// prepared is what the driver's statements can do; asserted once, at prepare.
type prepared interface {
	driver.Stmt
	driver.StmtExecContext
	driver.StmtQueryContext
}

// stmt is a prepared statement with room for its arguments and one row.
type stmt struct {
	raw  prepared
	args []driver.NamedValue
	row  []driver.Value
}

func (c *conn) prepare(text string) (*stmt, error) {
	raw, err := c.raw.Prepare(text)
	if err != nil {
		return nil, fmt.Errorf("statement %q: %w", text, fault(err))
	}
	p, ok := raw.(prepared)
	if !ok {
		return nil, errors.New("driver without statement contexts")
	}
	return &stmt{raw: p}, nil
}

func (s *stmt) close() error { return s.raw.Close() }

func (s *stmt) bind(args []driver.Value) {
	s.args = s.args[:0]
	for i, a := range args {
		s.args = append(s.args, driver.NamedValue{Ordinal: i + 1, Value: a})
	}
}

// exec returns how many rows changed. It does not stop half-way when a caller
// loses patience: a group commit belongs to many callers.
func (s *stmt) exec(args ...driver.Value) (int64, error) {
	s.bind(args)
	res, err := s.raw.ExecContext(context.Background(), s.args)
	clear(s.args)
	if err != nil {
		return 0, fault(err)
	}
	return res.RowsAffected()
}

// query calls each with every row; the row is only valid during the call.
func (s *stmt) query(each func(row []driver.Value), args ...driver.Value) error {
	s.bind(args)
	rows, err := s.raw.QueryContext(context.Background(), s.args)
	clear(s.args)
	if err != nil {
		return fault(err)
	}
	if s.row == nil {
		s.row = make([]driver.Value, len(rows.Columns()))
	}
	for err = rows.Next(s.row); err == nil; err = rows.Next(s.row) {
		each(s.row)
	}
	clear(s.row)
	if err == io.EOF {
		err = nil
	}
	return fault(errors.Join(err, rows.Close()))
}

// Primary result codes of SQLite that mean something to a caller.
const (
	codeFull    = 13
	codeIO      = 10
	codeIOFsync = 10 | 4<<8
)

// resultCode is SQLite's extended result code of an error, or 0.
func resultCode(err error) int {
	var e *sqlite.Error
	if !errors.As(err, &e) {
		return 0
	}
	return e.Code()
}

// fault gives a full disk its name in the domain and leaves the rest alone.
func fault(err error) error {
	if err != nil && resultCode(err)&0xff == codeFull {
		return fmt.Errorf("%w: %w", bot.ErrFull, err)
	}
	return err
}
