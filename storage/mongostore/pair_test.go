package mongostore

import (
	"context"
	"errors"
	"sync/atomic"
	"testing"

	"zoufang"
	"zoufang/storage"
	"zoufang/storage/storagetest"
	"zoufang/storage/storagetest/servers"
)

// pair is two copies of the program on one database, asked in turn.
type pair struct {
	*Store
	other *Store
	n     atomic.Int64
}

func (p *pair) next() *Store {
	if p.n.Add(1)%2 == 0 {
		return p.other
	}
	return p.Store
}

func (p *pair) Update(ctx context.Context, near zoufang.AreaID, f func(storage.Tx) error) error {
	return p.next().Update(ctx, near, f)
}

func (p *pair) View(ctx context.Context, f func(storage.View) error) error {
	return p.next().View(ctx, f)
}

func (p *pair) Close() error { return errors.Join(p.Store.Close(), p.other.Close()) }

// TestPair: what is promised of one copy holds of two, where nothing but
// collisions in the database keeps them apart.
func TestPair(t *testing.T) {
	storagetest.Records(t, func(t testing.TB, dir string, o storagetest.Options) storagetest.Store {
		var options []Option
		if o.Now != nil {
			options = append(options, WithClock(o.Now))
		}
		uri := servers.Mongo(t).Database(t, dir)
		return &pair{Store: at(t, uri, options...), other: at(t, uri, options...)}
	})
}

// crossed runs two updates at once in two copies, as nearly at the same time as
// can be, and again and again.
func crossed(t *testing.T, times int, prepare func() (one, two func(storage.Tx) error), check func(storage.View) error) {
	t.Helper()
	uri := servers.Mongo(t).Database(t, t.Name())
	a, b := at(t, uri), at(t, uri)
	for range times {
		one, two := prepare()
		done := make(chan error, 2)
		go func() { done <- a.Update(bg, "", one) }()
		go func() { done <- b.Update(bg, "", two) }()
		if err := errors.Join(<-done, <-done, a.View(bg, check)); err != nil {
			t.Fatal(err)
		}
	}
	t.Logf("%d pairs, %d collisions, %d stubs in the way", times,
		a.count.conflicts.Load()+b.count.conflicts.Load(), a.count.careful.Load()+b.count.careful.Load())
}

// TestCrossed: what an update found missing is missing still when it is stored.
func TestCrossed(t *testing.T) {
	n, times := 0, 60
	var v, w visit
	fresh := func() {
		v, w = newVisit(n, villages(2)[0]), newVisit(n+1, villages(2)[1])
		n += 2
	}
	t.Run("Commits", func(t *testing.T) { // each is stored unless the other is known
		unless := func(mine, other *visit) func(storage.Tx) error {
			return func(tx storage.Tx) error {
				if known, err := tx.Known(other.commit.ID); err != nil || known {
					return err
				}
				return tx.AddCommit(mine.commit)
			}
		}
		crossed(t, times, func() (_, _ func(storage.Tx) error) {
			fresh()
			return unless(&v, &w), unless(&w, &v)
		}, func(view storage.View) error {
			a, err1 := view.Known(v.commit.ID)
			b, err2 := view.Known(w.commit.ID)
			if a == b {
				return errors.New("as if neither had seen the other")
			}
			return errors.Join(err1, err2)
		})
	})
	t.Run("Records", func(t *testing.T) {
		unless := func(mine, other *visit) func(storage.Tx) error {
			return func(tx storage.Tx) error {
				if r, err := tx.Record(other.record.ID); err != nil || r != nil {
					return err
				}
				return tx.PutRecord(mine.record.Clone(), mine.commit.ID)
			}
		}
		crossed(t, times, func() (_, _ func(storage.Tx) error) {
			fresh()
			return unless(&v, &w), unless(&w, &v)
		}, func(view storage.View) error {
			a, err1 := view.Record(v.record.ID)
			b, err2 := view.Record(w.record.ID)
			if (a == nil) == (b == nil) {
				return errors.New("as if neither had seen the other")
			}
			return errors.Join(err1, err2)
		})
	})
	t.Run("SameRecord", func(t *testing.T) { // in two areas: a shard knows of its own alone
		create := func(area int) func(storage.Tx) error {
			return func(tx storage.Tx) error {
				if r, err := tx.Record(v.record.ID); err != nil || r != nil {
					return err
				}
				r := v.record.Clone()
				r.Area = villages(2)[area]
				return tx.PutRecord(r, v.commit.ID)
			}
		}
		crossed(t, times, func() (_, _ func(storage.Tx) error) {
			fresh()
			return create(0), create(1)
		}, func(view storage.View) error {
			h, err := view.History(v.record.ID)
			if len(h) != 1 {
				return errors.New("created twice")
			}
			return err
		})
	})
	t.Run("Media", func(t *testing.T) { // a record never needs what has come
		crossed(t, times, func() (_, _ func(storage.Tx) error) {
			fresh()
			return func(tx storage.Tx) error {
					m, err := tx.Medium(v.photo)
					r := v.record.Clone()
					if m == nil {
						r.Need = []zoufang.Digest{v.photo}
					}
					return errors.Join(err, tx.PutRecord(r, v.commit.ID))
				}, func(tx storage.Tx) error {
					if err := tx.AddMedium(storage.Medium{Digest: v.photo, Type: "image/jpeg"}); err != nil {
						return err
					}
					ids, err := storagetest.Needing(tx, v.photo)
					if err != nil || len(ids) == 0 {
						return err
					}
					r, err := tx.Record(ids[0])
					if err != nil {
						return err
					}
					r.Need = nil
					return tx.PutRecord(r, "")
				}
		}, func(view storage.View) error {
			r, err := view.Record(v.record.ID)
			if err == nil && len(r.Need) != 0 {
				err = errors.New("a record needs a medium that has come")
			}
			return err
		})
	})
	t.Run("WaitsForCommit", func(t *testing.T) { // nobody waits for what is there
		crossed(t, times, func() (_, _ func(storage.Tx) error) {
			fresh()
			key := storage.WaitsForCommit(v.commit.ID)
			return func(tx storage.Tx) error {
					if known, err := tx.Known(v.commit.ID); err != nil || known {
						return err
					}
					return tx.PutHeld(storage.Held{ID: w.commit.ID, Sender: "u1", At: 1, Code: zoufang.HeldWaiting, Waits: []string{key}})
				}, func(tx storage.Tx) error {
					ids, err := tx.Waiting(key)
					for _, id := range ids {
						err = errors.Join(err, tx.DropHeld(id))
					}
					return errors.Join(err, tx.AddCommit(v.commit))
				}
		}, func(view storage.View) error {
			ids, err := view.Waiting(storage.WaitsForCommit(v.commit.ID))
			if len(ids) != 0 {
				return errors.New("a line waits for a commit that is there")
			}
			return err
		})
	})
	t.Run("WaitsForDecision", func(t *testing.T) { // or decided
		crossed(t, times, func() (_, _ func(storage.Tx) error) {
			fresh()
			s := at(t, servers.Mongo(t).Database(t, t.Name()))
			held := storage.Held{ID: v.commit.ID, Sender: "u1", At: 1, Code: zoufang.HeldInvalid}
			if err := s.Update(bg, "", func(tx storage.Tx) error { return errors.Join(tx.AddCommit(v.commit), tx.PutHeld(held)) }); err != nil {
				t.Fatal(err)
			}
			s.Close()
			key := storage.WaitsForCommit(v.commit.ID)
			return func(tx storage.Tx) error {
					h, err := tx.Held(v.commit.ID)
					if err != nil || h == nil {
						return err
					}
					return tx.PutHeld(storage.Held{ID: w.commit.ID, Sender: "u1", At: 1, Code: zoufang.HeldWaiting, Waits: []string{key}})
				}, func(tx storage.Tx) error {
					ids, err := tx.Waiting(key)
					for _, id := range ids {
						err = errors.Join(err, tx.DropHeld(id))
					}
					return errors.Join(err, tx.DropHeld(v.commit.ID))
				}
		}, func(view storage.View) error {
			ids, err := view.Waiting(storage.WaitsForCommit(v.commit.ID))
			if len(ids) != 0 {
				return errors.New("a line waits for a decision that was made")
			}
			return err
		})
	})
}
