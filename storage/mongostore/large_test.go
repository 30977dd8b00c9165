package mongostore

import (
	"errors"
	"strings"
	"testing"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/event"

	"zoufang"
	"zoufang/storage"
	"zoufang/storage/storagetest/servers"
)

// TestTooLarge: an update that is too large ends as that, and takes nothing from
// those that it came with.
func TestTooLarge(t *testing.T) {
	s := at(t, servers.Mongo(t).Database(t, t.Name()))
	area := villages(1)[0]
	write := func(n, records int) error {
		return s.Update(bg, area, func(tx storage.Tx) error {
			for i := range records {
				v := newVisit(n+i, area)
				v.record.Heads["note"] = &zoufang.Heads{Live: []zoufang.Head{{ID: v.commit.ID, Value: zoufang.Quote(strings.Repeat("字", 150_000))}}}
				if err := tx.PutRecord(v.record, v.commit.ID); err != nil {
					return err
				}
			}
			return nil
		})
	}
	in, out, done := make(chan bool, 9), make(chan bool), make(chan error, 3)
	go func() { done <- s.Update(bg, area, func(storage.Tx) error { in <- true; <-out; return nil }) }()
	<-in
	large := make(chan error, 1)
	go func() { large <- write(1000, 200) }()
	for i := range 2 {
		go func() { _, err := newVisit(i, area).save(s, area); done <- err }()
	}
	close(out)
	if err := errors.Join(<-done, <-done, <-done); err != nil {
		t.Error(err)
	}
	if err := <-large; !errors.Is(err, storage.ErrTooLarge) || passing(err) {
		t.Errorf("90 MB at once: %v", err)
	}
	if err := write(2000, 20); err != nil {
		t.Errorf("9 MB at once: %v", err)
	}
	// What the server itself finds too large, if it does, is told in the same way.
	start := time.Now()
	if err := write(3000, 100); err != nil && !errors.Is(err, storage.ErrTooLarge) {
		t.Errorf("45 MB at once: %v", err)
	} else {
		t.Logf("45 MB at once: %v after %v, %d tries", err, time.Since(start), s.count.conflicts.Load())
	}
}

// TestHints: near is a hint and no more: what is no area leaves no head behind.
func TestHints(t *testing.T) {
	s := at(t, servers.Mongo(t).Database(t, t.Name()))
	v := newVisit(1, villages(1)[0])
	if _, err := v.save(s, zoufang.AreaID("$junk\x00/"+strings.Repeat("x", 60_000))); err != nil {
		t.Fatal(err)
	}
	if n, err := s.heads.CountDocuments(bg, bson.D{}); err != nil || n != 1 {
		t.Errorf("%d heads, %v", n, err)
	}
}

// TestKeys: what a cluster finds a document by is named in every write of it.
func TestKeys(t *testing.T) {
	uri := servers.Mongo(t).Database(t, t.Name())
	keys := map[string]string{"rows": "area", "names": "d"}
	sent := &monitored{}
	s := at(t, uri, func(s *Store) { s.watch = &event.CommandMonitor{Started: sent.started} })
	a, b := villages(2)[0], villages(2)[1]
	v := newVisit(1, a)
	if _, err := v.save(s, a); err != nil {
		t.Fatal(err)
	}
	for _, to := range []zoufang.AreaID{b, a, a} {
		if err := s.Update(bg, a, func(tx storage.Tx) error {
			r, err := tx.Record(v.record.ID)
			if err != nil {
				return err
			}
			r.Area = to
			return tx.PutRecord(r, v.commit.ID)
		}); err != nil {
			t.Fatal(err)
		}
	}
	// A group of one update that commits what it read.
	commits := sent.count("commitTransaction")
	if _, err := v.save(s, a); err != nil || sent.count("commitTransaction") != commits+1 {
		t.Errorf("what was only read is not known to be on a majority: %v", err)
	}
	for _, w := range sent.writes {
		if key := keys[w.collection]; key != "" {
			if _, err := w.filter.LookupErr(key); err != nil {
				t.Errorf("%s: %v is written without %s", w.collection, w.filter, key)
			}
		}
	}
	if len(sent.writes) < 8 {
		t.Errorf("only %d writes", len(sent.writes))
	}
}
