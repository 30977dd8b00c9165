package sqlitestore

import (
	"encoding/hex"
	"fmt"

	"zoufang"
	"zoufang/storage"
)

// tx is one update's part of the writer's transaction.
type tx struct {
	view
	now   int64 // the stored clock
	at    int64 // the machine's; 0 once a receipt has been given
	wrote bool  // it may have written: its failure takes the transaction back
}

var _ storage.Tx = (*tx)(nil)

func (t *tx) Now() int64 { return t.now }

// Receipt is Now where the machine's clock is not behind: each update moves the stored
// clock. Where it is, receipts go on in steps of a millisecond.
func (t *tx) Receipt() int64 {
	if t.at != 0 {
		if t.at < t.now {
			t.now++
			t.w.meta.Clock = max(t.w.meta.Clock, t.now)
		}
		t.at = 0
	}
	return t.now
}

// Ahead does nothing: one look-up costs as much as one of many.
func (t *tx) Ahead([]zoufang.CommitID, []zoufang.RecordID) error { return nil }

// begin must come before every write. After a failure of the store nothing more
// is written: no half of what belongs together is stored, and SQLite, which takes
// a transaction back on some errors, would store what follows at once.
func (t *tx) begin() error {
	t.wrote = true
	return *t.failed
}

func (t *tx) exec(what, sql string, args ...any) (int64, error) {
	if err := t.begin(); err != nil {
		return 0, err
	}
	n, err := t.c.exec(sql, args...)
	return n, t.wrap(what, err)
}

const insertCommit = "INSERT INTO commits (" + commitColumns + ") VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)"

func (t *tx) AddCommit(c storage.Commit) error {
	line, err := storage.SealLine(t.s.sealer, c.ID, c.Line)
	if err != nil {
		return t.wrap("seal a line", err)
	}
	if err := t.begin(); err != nil {
		return err
	}
	_, err = t.c.exec(insertCommit,
		string(c.ID), c.Hash[:], string(c.Author), string(c.Sender), string(c.Device), c.From, c.At, bit(c.Staff), line)
	if err != nil && isUnique(err) {
		return fmt.Errorf("storage: commit %s is known", c.ID)
	}
	return t.wrap("add commit", err)
}

// digest gives the stored form of a digest.
func digest(d zoufang.Digest) ([]byte, error) {
	if !d.Valid() {
		return nil, fmt.Errorf("storage: not the digest of a medium")
	}
	return hex.DecodeString(string(d))
}

func (t *tx) AddMedium(m storage.Medium) error {
	d, err := digest(m.Digest)
	if err != nil {
		return err
	}
	_, err = t.exec("add medium", "INSERT INTO media ("+mediumColumns+") VALUES (?, ?, ?, ?, ?) ON CONFLICT DO NOTHING",
		d, m.Type, m.Size, m.At, string(m.Flaw))
	return err
}

const insertName = "INSERT INTO names (digest, role, place, id) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING"

func (t *tx) NameMedium(d zoufang.Digest, role storage.NameRole, id string) error {
	if role == storage.NamedByRecord {
		return storage.ErrNamedByRecord
	}
	b, err := digest(d)
	if err != nil {
		return err
	}
	_, err = t.exec("name medium", insertName, b, string(role), "", id)
	return err
}
