package sqlitestore

import (
	"context"
	"database/sql/driver"
	"errors"
	"fmt"
	"io"
	"net/url"
	"path/filepath"

	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"
)

// conn is one connection with its prepared statements. The driver is used
// without database/sql, whose pool and locks cost more here than they give. One
// goroutine uses it at a time.
type conn struct {
	c     driver.Conn
	stmts map[string]*stmt
}

type stmt struct {
	exec  driver.StmtExecContext
	query driver.StmtQueryContext
	close func() error
	args  []driver.NamedValue
	dest  []driver.Value
	busy  bool // its rows are being read
}

// row is a row of a result; see integer and its like for what is in it.
type row = []driver.Value

// connect opens the database file at path and sets the connection up.
func connect(path string, pragmas ...string) (*conn, error) {
	abs, err := filepath.Abs(path)
	if err != nil {
		return nil, err
	}
	connector, err := sqlite.NewConnector((&url.URL{Scheme: "file", Path: abs}).String())
	if err != nil {
		return nil, err
	}
	dc, err := connector.Connect(context.Background())
	if err != nil {
		return nil, err
	}
	c := &conn{c: dc, stmts: map[string]*stmt{}}
	for _, p := range pragmas {
		if err := c.script(context.Background(), "PRAGMA "+p); err != nil {
			c.close()
			return nil, fmt.Errorf("pragma %s: %w", p, err)
		}
	}
	return c, nil
}

func (c *conn) close() error {
	for _, s := range c.stmts {
		s.close()
	}
	c.stmts = nil
	return c.c.Close()
}

// script runs statements that are not kept prepared. It ends early with ctx.
func (c *conn) script(ctx context.Context, sql string, args ...any) error {
	named := make([]driver.NamedValue, len(args))
	for i, a := range args {
		named[i] = driver.NamedValue{Ordinal: i + 1, Value: a}
	}
	_, err := c.c.(driver.ExecerContext).ExecContext(ctx, sql, named)
	return err
}

// prepared gives the statement kept for the text, or another while the rows of
// that one are being read; done gives it back.
func (c *conn) prepared(sql string, args []any) (s *stmt, done func(), err error) {
	s = c.stmts[sql]
	if s == nil || s.busy {
		ds, err := c.c.Prepare(sql)
		if err != nil {
			return nil, nil, fmt.Errorf("prepare %q: %w", sql, err)
		}
		fresh := &stmt{exec: ds.(driver.StmtExecContext), query: ds.(driver.StmtQueryContext), close: ds.Close}
		if s != nil {
			s, done = fresh, func() { fresh.close() }
		} else {
			c.stmts[sql], s = fresh, fresh
		}
	}
	s.args = s.args[:0]
	for i, a := range args {
		s.args = append(s.args, driver.NamedValue{Ordinal: i + 1, Value: a})
	}
	return s, done, nil
}

func (c *conn) run(sql string, args []any) (driver.Result, error) {
	s, done, err := c.prepared(sql, args)
	if err != nil {
		return nil, err
	}
	if done != nil {
		defer done()
	}
	return s.exec.ExecContext(context.Background(), s.args)
}

// exec runs a prepared statement and tells how many rows it changed.
func (c *conn) exec(sql string, args ...any) (int64, error) {
	res, err := c.run(sql, args)
	if err != nil {
		return 0, err
	}
	return res.RowsAffected()
}

// insert runs a prepared statement and gives the rowid of the row it added.
func (c *conn) insert(sql string, args ...any) (int64, error) {
	res, err := c.run(sql, args)
	if err != nil {
		return 0, err
	}
	return res.LastInsertId()
}

// each calls f for the rows until it returns false. What f is given is good
// until it returns.
func (c *conn) each(sql string, f func(row) (bool, error), args ...any) error {
	s, done, err := c.prepared(sql, args)
	if err != nil {
		return err
	}
	if done != nil {
		defer done()
	}
	s.busy = true
	defer func() { s.busy = false }()
	rows, err := s.query.QueryContext(context.Background(), s.args)
	if err != nil {
		return err
	}
	defer rows.Close()
	if n := len(rows.Columns()); len(s.dest) != n {
		s.dest = make([]driver.Value, n)
	}
	for {
		if err := rows.Next(s.dest); err == io.EOF {
			return nil
		} else if err != nil {
			return err
		}
		if more, err := f(s.dest); err != nil || !more {
			return err
		}
	}
}

// one gives the first row, or nil. It is good until the statement runs again.
func (c *conn) one(sql string, args ...any) (row, error) {
	var found row
	err := c.each(sql, func(r row) (bool, error) {
		found = r
		return false, nil
	}, args...)
	return found, err
}

// number gives the first column of the first row, a number.
func (c *conn) number(sql string, args ...any) (int64, error) {
	row, err := c.one(sql, args...)
	if err != nil || row == nil {
		return 0, err
	}
	return row[0].(int64), nil
}

// isBusy reports that another connection holds the lock that is needed.
func isBusy(err error) bool {
	var e *sqlite.Error
	return errors.As(err, &e) && e.Code()&0xff == sqlite3.SQLITE_BUSY
}

// passes reports whether a failure may be over when asked again: a disk that is full,
// or does not take a write for another reason.
func passes(err error) bool {
	var e *sqlite.Error
	if !errors.As(err, &e) {
		return false
	}
	code := e.Code() & 0xff
	return code == sqlite3.SQLITE_FULL || code == sqlite3.SQLITE_IOERR || code == sqlite3.SQLITE_BUSY
}

func isUnique(err error) bool {
	var e *sqlite.Error
	return errors.As(err, &e) && (e.Code() == sqlite3.SQLITE_CONSTRAINT_UNIQUE || e.Code() == sqlite3.SQLITE_CONSTRAINT_PRIMARYKEY)
}

// Columns come back as int64, string, []byte or nil; an empty blob as nil.

func integer(v driver.Value) int64 { n, _ := v.(int64); return n }

func text(v driver.Value) string { s, _ := v.(string); return s }

func blob(v driver.Value) []byte { b, _ := v.([]byte); return b }

func truth(v driver.Value) bool { return integer(v) != 0 }

func bit(b bool) int64 {
	if b {
		return 1
	}
	return 0
}
