package storagetest

import (
	"bytes"
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	"zoufang"
	"zoufang/storage"
)

// loads is the part of the contract of storage.Upkeep about Load: what one store
// dumped, another takes and is then the same to everybody who reads it.
func loads(t *testing.T, open Open) {
	t.Run("Same", func(t *testing.T) { loadSame(t, open) })
	t.Run("Clock", func(t *testing.T) { loadClock(t, open) })
	t.Run("GoesOn", func(t *testing.T) { loadGoesOn(t, open) })
	t.Run("Taken", func(t *testing.T) { loadTaken(t, open) })
	t.Run("Failing", func(t *testing.T) { loadFailing(t, open) })
	t.Run("Many", func(t *testing.T) { loadMany(t, open) })
}

// copyStore loads one store's dump into another.
func copyStore(from, to *store, epoch string) error {
	return from.Dump(from.ctx, func(d storage.Dump) error {
		m, err := d.Meta()
		if err != nil {
			return err
		}
		m.Epoch = epoch
		return to.Load(to.ctx, m, func(l storage.Load) error { return storage.All(d, l.Put) })
	})
}

func loadSame(t *testing.T, open Open) {
	from := opened(t, open, "", Options{})
	f := fill(from)
	to := opened(t, open, "", Options{})
	// A server that found nothing has made keys of its own.
	to.must(to.AddKey(to.ctx, storage.Key{ID: "own", Purpose: "token", Secret: []byte("own"), Created: 1}))
	old := from.meta()
	to.must(copyStore(from, to, "a new epoch"))
	equal(t, "everything", everything(to), everything(from))
	equal(t, "as read", f.read(to), f.read(from))
	m := to.meta()
	if m.Epoch != "a new epoch" || m.SafeAt != 0 || m.Clock < old.Clock {
		t.Errorf("meta after a load: %+v; it was %+v", m, old)
	}
	to.whole()
	d, u, err := to.Device(to.ctx, "d-revoked")
	to.must(err)
	if d.Revoked != 77 || u.Name != "李强" {
		t.Errorf("a revoked device: %+v of %+v", d, u)
	}
	u, err = to.UserByLogin(to.ctx, "wangfang")
	to.must(err)
	if u.Password != "$argon2id$…" || !slices.Equal(u.Grants, []zoufang.Grant{zoufang.Children}) {
		t.Errorf("a user: %+v", u)
	}
	keys, err := to.Keys(to.ctx, "token")
	to.must(err)
	equal(t, "keys", keys, []storage.Key{{ID: "k", Purpose: "token", Secret: []byte{0, 1, 255}, Created: 9}})
	// And once more from the copy.
	third := opened(t, open, "", Options{})
	third.must(copyStore(to, third, "another"))
	equal(t, "everything, copied twice", everything(third), everything(from))
}

// loadClock: the clock goes on from the dump's, whatever the machine's says.
func loadClock(t *testing.T, open Open) {
	at := func(ms int64) Options { return Options{Now: func() time.Time { return time.UnixMilli(ms) }} }
	from, to := opened(t, open, "", at(9_000_000)), opened(t, open, "", at(5_000_000))
	from.put(record("visit", village1))
	last, err := from.Advance(from.ctx)
	from.must(err)
	to.must(copyStore(from, to, "a new epoch"))
	now, err := to.Clock(to.ctx)
	to.must(err)
	if got, _ := to.received(village1); now < last || to.meta().Clock < last || got < last {
		t.Errorf("the clock is %d, a receipt %d, after a dump of %d", now, got, last)
	}
}

// loadGoesOn: a store that was loaded is written on like any other.
func loadGoesOn(t *testing.T, open Open) {
	from := opened(t, open, "", Options{})
	f := fill(from)
	dir := t.TempDir()
	to := opened(t, open, dir, Options{})
	to.view(func(v storage.View) error { _, err := v.Areas(); return err }) // remembers that there are none
	to.must(copyStore(from, to, "a new epoch"))
	for range 2 {
		r := to.record(f.moved)
		was := r.Ver
		r.Area = village1
		to.put(r)
		to.put(r)
		if r.Ver != was+3 && r.Ver != was+2 {
			t.Errorf("version %d after %d", r.Ver, was)
		}
		r.Area = village2
		to.put(r)
		fresh := record("visit", village1)
		to.put(fresh)
		first := zoufang.RecordID("")
		to.view(func(v storage.View) error {
			return v.List("visit", []zoufang.AreaID{village1, village2, village3}, 0, 1, func(r *zoufang.Record) bool { first = r.ID; return true })
		})
		equal(t, "the last written", first, fresh.ID)
		if err := to.Update(to.ctx, "", func(tx storage.Tx) error { return tx.AddCommit(f.commit) }); err == nil {
			t.Error("a loaded commit was added again")
		}
		to.fails("a log-in taken", to.PutUser(to.ctx, zoufang.User{ID: "u9", Login: "WANGFANG"}), storage.ErrTaken)
		to.whole()
		to.must(to.Close())
		to = opened(t, open, dir, Options{})
		equal(t, "the epoch, opened again", to.meta().Epoch, "a new epoch")
	}
}

// loadTaken: nothing is loaded over what is there.
func loadTaken(t *testing.T, open Open) {
	none := func(storage.Load) error { t.Error("loaded into a store in use"); return nil }
	for name, use := range map[string]func(s *store){
		"Commit": func(s *store) { s.update(func(tx storage.Tx) error { return tx.AddCommit(commit("u1")) }) },
		"User":   func(s *store) { s.must(s.PutUser(s.ctx, zoufang.User{ID: "u1"})) },
		"Record": func(s *store) { s.put(record("visit", village1)) },
	} {
		t.Run(name, func(t *testing.T) {
			s := opened(t, open, "", Options{})
			use(s)
			was, m := everything(s), s.meta()
			s.fails("Load", s.Load(s.ctx, storage.Meta{Epoch: "never"}, none), storage.ErrTaken)
			equal(t, "everything", everything(s), was)
			equal(t, "epoch", s.meta().Epoch, m.Epoch)
		})
	}
}

// loadFailing: a load that fails leaves the store empty, and it can be called again.
func loadFailing(t *testing.T, open Open) {
	from := opened(t, open, "", Options{})
	fill(from)
	dir := t.TempDir()
	to := opened(t, open, dir, Options{})
	epoch := to.meta().Epoch
	for range 2 {
		err := from.Dump(from.ctx, func(d storage.Dump) error {
			return to.Load(to.ctx, storage.Meta{Epoch: "never"}, func(l storage.Load) error {
				return errors.Join(storage.All(d, l.Put), errOwn)
			})
		})
		to.fails("Load", err, errOwn)
		equal(t, "everything", everything(to), "")
		equal(t, "epoch", to.meta().Epoch, epoch)
		_, err = to.UserByLogin(to.ctx, "wangfang")
		to.fails("a user of a failed load", err, storage.ErrNotFound)
		to.must(to.Close())
		to = opened(t, open, dir, Options{})
	}
	to.must(copyStore(from, to, "a new epoch"))
	equal(t, "everything", everything(to), everything(from))
	to.whole()
}

// loadMany: more than an adapter would hold in memory or store at once.
func loadMany(t *testing.T, open Open) {
	from, to := opened(t, open, "", Options{}), opened(t, open, "", Options{})
	for range 25 {
		from.update(func(tx storage.Tx) error {
			for range 50 {
				c, r := commit("u1"), record("visit", village1)
				if err := errors.Join(tx.AddCommit(c), tx.PutRecord(r, c.ID)); err != nil {
					return err
				}
			}
			return nil
		})
	}
	big := commit("u1")
	big.Line = bytes.Repeat([]byte("一行"), 1<<19)
	from.update(func(tx storage.Tx) error { return tx.AddCommit(big) })
	to.must(copyStore(from, to, "a new epoch"))
	equal(t, "everything", len(everything(to)), len(everything(from)))
	to.whole()
}

// everything tells all a dump gives, one thing a line, and records by when they
// were written; commits' lines and records as they are kept.
func everything(s *store) string {
	s.t.Helper()
	type row struct {
		written int64
		line    string
	}
	var lines []string
	var rows []row
	err := s.Dump(s.ctx, func(d storage.Dump) error {
		return storage.All(d, func(e storage.Entry) error {
			r, ok := e.(storage.StoredRecord)
			if !ok {
				lines = append(lines, fmt.Sprintf("%#v", e))
				return nil
			}
			b, err := storage.PlainRecord(r.Record)
			rows = append(rows, row{r.Written, fmt.Sprintf("record %x", b)})
			return err
		})
	})
	if err != nil {
		s.t.Fatalf("Dump: %v", err)
	}
	slices.Sort(lines)
	slices.SortFunc(rows, func(a, b row) int { return int(min(max(a.written-b.written, -1), 1)) })
	for i, r := range rows {
		if i > 0 && rows[i-1].written == r.written {
			s.t.Error("two records were written at the same time")
		}
		lines = append(lines, r.line)
	}
	var b bytes.Buffer
	for _, l := range lines {
		b.WriteString(l + "\n")
	}
	return b.String()
}
