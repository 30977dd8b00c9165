package sqlitestore

import (
	"context"
	"errors"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"zoufang"
	"zoufang/storage"
	"zoufang/storage/storagetest"
)

// jobCalls calls all of storage.Jobs.
func jobCalls(ctx context.Context, s *Store) error {
	err1 := s.AddJob(ctx, storage.Job{ID: "j", User: "u1", State: storage.JobWaiting}, func([]storage.Job) error { return nil })
	_, err2 := s.ChangeJob(ctx, "j", func(*storage.Job) ([]storage.JobPart, error) { return []storage.JobPart{{Name: "p"}}, nil })
	_, err3 := s.JobPart(ctx, "j", "p")
	_, err4 := s.ListJobs(ctx, storage.JobQuery{User: "u1"})
	_, err5 := s.ListJobs(ctx, storage.JobQuery{Due: 9})
	_, err6 := s.ListJobs(ctx, storage.JobQuery{Before: 9})
	return errors.Join(err1, err2, err3, err4, err5, err6, s.DropJob(ctx, "j"))
}

// TestPlans has every port called and then asks SQLite how it runs each
// statement that was used: no big table is read from end to end, and neither a
// feed nor a list is sorted.
func TestPlans(t *testing.T) {
	ctx := context.Background()
	s := open(t, filepath.Join(t.TempDir(), "plans.db"))
	v1, v2 := newVisit(1), newVisit(2)
	read := func(v storage.View) error {
		_, err1 := v.Meta()
		_, err2 := v.Commit(v1.id)
		_, err3 := v.Held(v1.id)
		_, err4 := v.Record(v1.record.ID)
		_, err5 := v.User("u1")
		_, err6 := v.Device("d1")
		_, err7 := v.Areas()
		_, err8 := v.Heads([]zoufang.AreaID{v1.record.Area})
		err9 := v.Feed(v1.record.Area, 0, false, func(storage.FeedRow) bool { return true })
		err10 := v.Feed(v1.record.Area, 0, true, func(storage.FeedRow) bool { return true })
		_, err11 := v.HeldBy("u1", 5)
		err12 := v.HeldOpen(func(storage.Held) bool { return true })
		_, err13 := v.CountHeld("u1", false)
		_, err14 := v.Waiting("r:x")
		_, err15 := v.Medium(v1.photos[0])
		_, err16 := v.Names(v1.photos[0])
		_, err17 := v.History(v1.record.ID)
		err18 := v.List("visit", []zoufang.AreaID{v1.record.Area}, 0, 5, func(*zoufang.Record) bool { return true })
		places := []zoufang.AreaID{v1.record.Area, v2.record.Area}
		_, err19 := v.Readable(storage.Reader{User: "u1", Device: "d1", Areas: places, Above: places}, v1.photos[0], v2.photos[0])
		_, err21 := v.Readable(storage.Reader{Areas: places}, v1.photos...)
		_, err20 := v.Arrivals(5)
		_, err22 := v.CountHeld("u1", true)
		err23 := v.HeldShares("", 5, func(storage.HeldShare) bool { return true })
		err24 := v.HeldOf(storage.HeldGroup{}, storage.HeldPlace{}, func(storage.Held) bool { return true })
		_, err25 := v.ChargesOf("u1")
		_, err26 := v.ChargesFor(v1.photos[0])
		_, err27 := v.ChargesBefore(storage.StageStored, 5, 5)
		return errors.Join(err1, err2, err3, err4, err5, err6, err7, err8, err9, err10, err11, err12, err13, err14, err15, err16, err17, err18, err19, err20,
			err21, err22, err23, err24, err25, err26, err27)
	}
	err := s.Update(ctx, "", func(tx storage.Tx) error {
		if err := errors.Join(v1.save(tx), v2.save(tx), tx.PutHeld(storage.Held{ID: v1.id, Sender: "u1", Code: zoufang.HeldWaiting, Waits: []string{"r:x"}}), read(tx)); err != nil {
			return err
		}
		v1.record.Area, v1.record.Need = v2.record.Area, nil
		area := &zoufang.Record{ID: newVisit(3).record.ID, Kind: "area", Area: v1.record.Area, Created: v1.id}
		err := errors.Join(tx.PutRecord(v1.record, v1.id), tx.PutRecord(area, v1.id), tx.AddMedium(storage.Medium{Digest: v1.photos[0]}), tx.DropHeld(v1.id))
		_, err2 := tx.Areas()
		_, err3 := storagetest.Needing(tx, v1.photos[0])
		charge := storage.Charge{ID: "c", User: "u1", Digest: v1.photos[0], Stage: storage.StageOpen}
		return errors.Join(err, err2, err3, tx.PutCharge(charge), tx.DropCharge("c"), tx.FlawMedium(v1.photos[0], zoufang.FlawCut), tx.DropMedium(v2.photos[0]))
	})
	if err != nil {
		t.Fatal(err)
	}
	_, err1 := s.UserByLogin(ctx, "nobody")
	err2 := s.PutUser(ctx, zoufang.User{ID: "u1", Login: "x"})
	err3 := s.AddCode(ctx, storage.Code{Hash: "h", User: "u1", Expires: 9})
	_, err4 := s.UseCode(ctx, "h", 1, zoufang.Device{ID: "d1"})
	_, _, err5 := s.Device(ctx, "d1")
	_, err6 := s.Keys(ctx, "p")
	_, err7 := s.Session(ctx, "s")
	if errors.Is(err1, storage.ErrNotFound) && errors.Is(err7, storage.ErrNotFound) {
		err1, err7 = nil, nil
	}
	err8 := errors.Join(s.AddKey(ctx, storage.Key{ID: "k", Purpose: "p"}), s.AddSession(ctx, storage.Session{ID: "s"}), s.TurnSession(ctx, "", storage.Session{ID: "s"}), s.DropSession(ctx, "s"),
		s.Touch(ctx, "d1", 1<<40), s.Revoke(ctx, "d1", 5), s.View(ctx, read))
	if err := errors.Join(err1, err2, err3, err4, err5, err6, err7, err8, jobCalls(ctx, s)); err != nil {
		t.Fatal(err)
	}

	used := map[string]bool{}
	err = s.submit(ctx, s.alone(func(w *writer) error {
		for _, c := range append(s.readers.idle, w.c) {
			for sql := range c.stmts {
				if regexp.MustCompile(`^(SELECT|INSERT|UPDATE|DELETE)`).MatchString(sql) {
					used[sql] = true
				}
			}
		}
		return nil
	}))
	if err != nil {
		t.Fatal(err)
	}
	for _, sql := range []string{feedAll, feedPublic, heldBy, heldOpen, countHeld, countWaiting, nextShare, countShare, heldOf, waiting, listStep, areasSince, deviceWithUser, placeAt, namedBy, recorded, namingNext, movePlaces} {
		if !used[sql] {
			t.Errorf("not used: %s", sql)
		}
	}
	c, err := connect(s.path)
	if err != nil {
		t.Fatal(err)
	}
	defer c.close()
	for sql := range used {
		var plan []string
		err := c.each("EXPLAIN QUERY PLAN "+sql, func(row row) (bool, error) {
			plan = append(plan, text(row[3]))
			return true, nil
		}, make([]any, strings.Count(sql, "?"))...)
		if err != nil {
			t.Fatalf("%s: %v", sql, err)
		}
		all := strings.Join(plan, "; ")
		if regexp.MustCompile(`SCAN (commits|held|waits|rows|gone|writes|media|names|arrivals|charges|users|devices|sessions|codes|jobs|job_parts)\b`).MatchString(all) && sql != heldOpen && sql != listArrivals {
			t.Errorf("reads a whole table: %s\n%s", sql, all)
		}
		if sql == heldOpen && all != "SCAN held USING INDEX held_open" { // from its beginning, which is the oldest
			t.Errorf("HeldOpen: %s", all)
		}
		if strings.Contains(all, "TEMP B-TREE") && sql != heldBy && !strings.Contains(sql, "FROM keys") {
			t.Errorf("sorts: %s\n%s", sql, all)
		}
	}
	t.Logf("%d statements", len(used))
}
