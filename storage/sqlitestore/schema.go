package sqlitestore

import (
	"context"
	_ "embed"
	"fmt"

	"zoufang"
)

var (
	//go:embed schema/1.sql
	schema1 string
	//go:embed schema/2.sql
	schema2 string
	//go:embed schema/3.sql
	schema3 string
	//go:embed schema/4.sql
	schema4 string
	//go:embed schema/5.sql
	schema5 string
	//go:embed schema/6.sql
	schema6 string
	//go:embed schema/7.sql
	schema7 string
	//go:embed schema/guard.sql
	guard string
	//go:embed schema/guard4.sql
	guard4 string
)

// steps lead from one schema version to the next: step i makes version i+1. A
// step that has been released is never changed.
var steps = []func(c *conn) error{
	func(c *conn) error {
		if err := c.script(context.Background(), schema1+guard); err != nil {
			return err
		}
		_, err := c.exec("INSERT INTO meta (id, epoch, clock, areas, written) VALUES (1, ?, 0, 0, 0)", zoufang.Token(9))
		return err
	},
	func(c *conn) error { return c.script(context.Background(), schema2) },
	func(c *conn) error { return c.script(context.Background(), schema3) },
	func(c *conn) error { return c.script(context.Background(), schema4+guard4) },
	func(c *conn) error { return c.script(context.Background(), schema5) },
	func(c *conn) error { return c.script(context.Background(), schema6) },
	func(c *conn) error { return c.script(context.Background(), schema7) },
}

// guards are the triggers of guard.sql and guard4.sql.
var guards = []string{"commits_keep", "commits_stay", "writes_keep", "writes_stay", "audit_keep", "audit_stay"}

// fileMark tells our files from other SQLite files ("Zouf").
const fileMark = 0x5a6f7566

// version reads the schema version of a file and refuses what is not ours or
// newer than this program.
func version(c *conn) (int, error) {
	v, err := c.number("PRAGMA user_version")
	if err != nil {
		return 0, err
	}
	mark, err := c.number("PRAGMA application_id")
	if err != nil {
		return 0, err
	}
	tables, err := c.number("SELECT count(*) FROM sqlite_schema")
	switch {
	case err != nil:
		return 0, err
	case mark != fileMark && (tables > 0 || v != 0):
		return 0, fmt.Errorf("this SQLite file is not a Zoufang store")
	case int(v) > len(steps):
		return 0, fmt.Errorf("the store was made by a newer program: its schema is %d, this program knows %d", v, len(steps))
	}
	return int(v), nil
}

// migrate takes the file to the present schema in one transaction.
func migrate(c *conn) error {
	v, err := version(c)
	if err != nil || v == len(steps) {
		return err
	}
	if err := lock(context.Background(), c); err != nil {
		return err
	}
	defer c.script(context.Background(), "ROLLBACK")
	if v, err = version(c); err != nil { // another process may have been first
		return err
	}
	for ; v < len(steps); v++ {
		if err := steps[v](c); err != nil {
			return fmt.Errorf("schema step %d: %w", v+1, err)
		}
	}
	if err := c.script(context.Background(), fmt.Sprintf("PRAGMA application_id = %d; PRAGMA user_version = %d; COMMIT", fileMark, len(steps))); err != nil {
		return err
	}
	return nil
}
