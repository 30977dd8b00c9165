package storagetest

import (
	"errors"
	"fmt"
	"strconv"
	"sync"
	"testing"

	"zoufang"
	"zoufang/storage"
)

// at once runs n goroutines and fails on the first error.
func (s *store) atOnce(n int, f func(i int) error) {
	s.t.Helper()
	var wg sync.WaitGroup
	errs := make([]error, n)
	for i := range n {
		wg.Go(func() { errs[i] = f(i) })
	}
	wg.Wait()
	if err := errors.Join(errs...); err != nil {
		s.t.Fatal(err)
	}
}

// lostUpdate: what f read has not changed when what it wrote is stored.
func lostUpdate(t *testing.T, s *store) {
	r := record("visit", village1, "note", "0")
	s.put(r)
	const writers, times = 8, 15
	s.atOnce(writers, func(int) error {
		for range times {
			err := s.Update(s.ctx, "", func(tx storage.Tx) error {
				r, err := tx.Record(r.ID)
				if err != nil {
					return err
				}
				was, _ := r.Shown("note").Text()
				n, err := strconv.Atoi(was)
				if err != nil {
					return err
				}
				set(r, "note", strconv.Itoa(n+1))
				return tx.PutRecord(r, r.Heads["note"].Live[0].ID)
			})
			if err != nil {
				return err
			}
		}
		return nil
	})
	if got, _ := s.record(r.ID).Shown("note").Text(); got != strconv.Itoa(writers*times) {
		t.Errorf("%d increments left %s", writers*times, got)
	}
	s.whole()
}

// writeSkew: of two updates that each hold a line unless the other's is held, one
// comes first and the other sees it.
func writeSkew(t *testing.T, s *store) {
	for range 20 {
		a, b := commit("u1").ID, commit("u1").ID
		s.atOnce(2, func(i int) error {
			mine, other := a, b
			if i == 1 {
				mine, other = b, a
			}
			return s.Update(s.ctx, "", func(tx storage.Tx) error {
				h, err := tx.Held(other)
				if err != nil || h != nil {
					return err
				}
				return tx.PutHeld(storage.Held{ID: mine, Sender: "u1", At: 1, Code: zoufang.HeldInvalid})
			})
		})
		s.view(func(v storage.View) error {
			ha, err1 := v.Held(a)
			hb, err2 := v.Held(b)
			if (ha == nil) == (hb == nil) {
				t.Fatalf("as if neither had seen the other: %v, %v", ha, hb)
			}
			return errors.Join(err1, err2)
		})
	}
}

// waitingSkew: a line is held because its record is missing while another update
// writes that record and looks who waits for it. Nobody may be left waiting.
func waitingSkew(t *testing.T, s *store) {
	for range 20 {
		r, line := record("visit", village1), commit("u1").ID
		key := storage.WaitsForRecord(r.ID)
		s.atOnce(2, func(i int) error {
			return s.Update(s.ctx, "", func(tx storage.Tx) error {
				if i == 0 {
					there, err := tx.Record(r.ID)
					if err != nil || there != nil {
						return err
					}
					return tx.PutHeld(storage.Held{ID: line, Sender: "u1", At: 1, Code: zoufang.HeldWaiting, Waits: []string{key}})
				}
				ids, err := tx.Waiting(key)
				if err != nil {
					return err
				}
				for _, id := range ids {
					if err := tx.DropHeld(id); err != nil {
						return err
					}
				}
				own := *r
				return tx.PutRecord(&own, r.Created)
			})
		})
		s.view(func(v storage.View) error {
			ids, err := v.Waiting(key)
			if len(ids) != 0 {
				t.Fatal("a line waits for a record that is there")
			}
			return err
		})
	}
	s.whole()
}

// sequences: numbers are gap-free and sums right whoever writes at once.
func sequences(t *testing.T, s *store) {
	villages := []zoufang.AreaID{village1, village2, village3}
	s.atOnce(12, func(i int) error {
		for n := range 10 {
			err := s.Update(s.ctx, "", func(tx storage.Tx) error {
				for k := range 1 + n%3 {
					r := record([]string{"visit", "item", "person"}[(i+k)%3], villages[(i+n+k)%3])
					if err := tx.PutRecord(r, r.Created); err != nil {
						return err
					}
				}
				if n%4 == 3 {
					return errOwn // takes no number
				}
				return nil
			})
			if err != nil && !errors.Is(err, errOwn) {
				return err
			}
		}
		return nil
	})
	s.whole()
}

// ownResults: updates that run at once each get their own result.
func ownResults(t *testing.T, s *store) {
	commits := make([]storage.Commit, 64)
	for i := range commits {
		commits[i] = commit("u1")
	}
	s.atOnce(len(commits), func(i int) error {
		own := fmt.Errorf("of update %d", i)
		err := s.Update(s.ctx, "", func(tx storage.Tx) error {
			if err := tx.AddCommit(commits[i]); err != nil {
				return err
			}
			if i%5 == 0 {
				return own
			}
			return nil
		})
		if i%5 == 0 && !errors.Is(err, own) || i%5 != 0 && err != nil {
			return fmt.Errorf("update %d got %v", i, err)
		}
		return nil
	})
	s.view(func(v storage.View) error {
		for i, c := range commits {
			got, err := v.Commit(c.ID)
			if err != nil {
				return err
			}
			if (got != nil) != (i%5 != 0) {
				t.Errorf("update %d: stored %v", i, got != nil)
			}
		}
		return nil
	})
}

// snapshot: a view does not change under its reader.
func snapshot(t *testing.T, s *store) {
	r := record("area", village1, "name", "旧")
	s.put(r)
	s.view(func(v storage.View) error {
		m, err := v.Meta()
		if err != nil {
			return err
		}
		set(r, "name", "新")
		other := record("visit", village1)
		s.put(r)
		s.put(other)
		got, err1 := v.Record(r.ID)
		none, err2 := v.Record(other.ID)
		rows, err3 := feed(v, village1, 0, false)
		heads, err4 := v.Heads([]zoufang.AreaID{village1})
		all, err5 := v.Areas()
		again, err6 := v.Meta()
		if err := errors.Join(err1, err2, err3, err4, err5, err6); err != nil {
			return err
		}
		if name, _ := got.Shown("name").Text(); name != "旧" || none != nil || len(rows) != 1 || heads[0].Seq != 1 || all[village1].Name != "旧" || again != m {
			t.Errorf("the view changed: %s, %v, %d rows, %v, %v, %v", name, none, len(rows), heads, all, again)
		}
		return nil
	})
	s.view(func(v storage.View) error {
		all, err := v.Areas()
		if all[village1].Name != "新" {
			t.Errorf("areas: %v", all)
		}
		return err
	})
}

// visible: a view sees every update that returned before it began.
func visible(t *testing.T, s *store) {
	s.atOnce(6, func(int) error {
		for range 25 {
			c := commit("u1")
			if err := s.Update(s.ctx, "", func(tx storage.Tx) error { return tx.AddCommit(c) }); err != nil {
				return err
			}
			err := s.View(s.ctx, func(v storage.View) error {
				got, err := v.Commit(c.ID)
				if err == nil && got == nil {
					err = errors.New("a stored commit is not seen")
				}
				return err
			})
			if err != nil {
				return err
			}
		}
		return nil
	})
}
