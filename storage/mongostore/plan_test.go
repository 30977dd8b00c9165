package mongostore

import (
	"context"
	"errors"
	"testing"
	"time"

	"go.mongodb.org/mongo-driver/v2/event"

	"zoufang"
	"zoufang/storage"
)

// jobCalls calls all of storage.Jobs.
func jobCalls(ctx context.Context, s *Store) error {
	err1 := s.AddJob(ctx, storage.Job{ID: "j", User: "u7", State: storage.JobWaiting}, func([]storage.Job) error { return nil })
	_, err2 := s.ChangeJob(ctx, "j", func(*storage.Job) ([]storage.JobPart, error) { return []storage.JobPart{{Name: "p"}}, nil })
	_, err3 := s.JobPart(ctx, "j", "p")
	_, err4 := s.ListJobs(ctx, storage.JobQuery{User: "u7"})
	_, err5 := s.ListJobs(ctx, storage.JobQuery{Due: 9})
	_, err6 := s.ListJobs(ctx, storage.JobQuery{Before: 9})
	return errors.Join(err1, err2, err3, err4, err5, err6, s.DropJob(ctx, "j"))
}

// TestPlans has every port called on a filled store and then asks MongoDB how it
// runs each query that was sent: none reads a collection from end to end, none
// looks at many more keys than it gives, and neither a feed nor a list nor what is
// held is sorted.
func TestPlans(t *testing.T) {
	ctx := t.Context()
	var sent queries
	s := opened(t, t.Name(), func(s *Store) { s.watch = &event.CommandMonitor{Started: sent.note} })
	if err := s.Load(ctx, storage.Meta{Epoch: "full"}, full); err != nil {
		t.Fatal(err)
	}
	if err := s.Update(ctx, "", charges); err != nil {
		t.Fatal(err)
	}
	sent.begin()
	err := errors.Join(
		s.View(ctx, readAll), s.View(ctx, readAll), // the second finds what the first remembered
		s.Update(ctx, place(3), func(tx storage.Tx) error { return errors.Join(readAll(tx), writeAll(tx)) }),
		s.View(ctx, readAll))
	if err != nil {
		t.Fatal(err)
	}
	_, err1 := s.UserByLogin(ctx, "login7")
	_, err2 := s.User(ctx, "u7")
	err3 := s.PutUser(ctx, zoufang.User{ID: "u7", Login: "login7"})
	err4 := s.AddCode(ctx, storage.Code{Hash: "h", User: "u7", Expires: 9})
	_, err5 := s.UseCode(ctx, "h", 1, zoufang.Device{ID: "d-new"})
	_, err6 := s.UseCode(ctx, "h", 1, zoufang.Device{ID: "d-new"})
	_, _, err7 := s.Device(ctx, "d7")
	_, err8 := s.Keys(ctx, "p")
	err9 := s.AddKey(ctx, storage.Key{ID: "k", Purpose: "p"})
	err10 := errors.Join(s.AddSession(ctx, storage.Session{ID: "s"}), s.TurnSession(ctx, "", storage.Session{ID: "s"}))
	_, err11 := s.Session(ctx, "s")
	err12 := errors.Join(s.DropSession(ctx, "s"), s.Touch(ctx, "d7", 1<<40), s.Revoke(ctx, "d7", 5), s.SetSafeAt(ctx, 3))
	_, err13 := s.Clock(ctx)
	_, err14 := s.Users(ctx)
	_, err15 := s.Devices(ctx)
	now := time.UnixMilli(1_763_760_000_000)
	err16 := s.AppendAudit(ctx, storage.NewAudited(now, zoufang.AuditSignIn, "u7", ""))
	_, _, err17 := s.ListAudit(ctx, storage.AuditQuery{From: 1, To: now.UnixMilli() + 1, Limit: 1})
	_, err18 := s.Code(ctx, "h")
	err19 := jobCalls(ctx, s)
	if err := errors.Join(err19, err16, err17, err18, err1, err2, err3, err4, err5, err6, err7, err8, err9, err10, err11, err12, err13, err14, err15); err != nil {
		t.Fatal(err)
	}

	used, n := map[string]bool{}, 0
	for _, q := range sent.end() {
		p := q.explain(t, s)
		n++
		for _, x := range p.indexes {
			used[q.collection+"."+x] = true
		}
		whole := len(q.filter) == 0 && (q.collection == colUsers || q.collection == colDevices) // all are asked for
		switch {
		case p.scans && q.collection != colMeta && !whole:
			t.Errorf("reads a whole collection: %s", q)
		case p.keys > 20+3*p.given || p.docs > 20+2*p.given:
			t.Errorf("looks at %d keys and %d documents to give %d: %s", p.keys, p.docs, p.given, q)
		case p.sorts && (q.collection == colRows || q.collection == colHeld && !q.has("$or") && !q.has("waits")):
			t.Errorf("sorts: %s", q)
		}
		t.Logf("%v keys %d docs %d given %d: %s", p.indexes, p.keys, p.docs, p.given, q)
	}
	for _, x := range indexes {
		if !used[x.collection+"."+x.name] && x.collection+"."+x.name != "devices.enrolled" {
			t.Errorf("no query uses the index %s.%s", x.collection, x.name)
		}
	}
	t.Logf("%d queries", n)

	// A dump may read whole collections, but a server sorts no more than 100 MiB.
	sent.begin()
	err = s.Dump(ctx, func(d storage.Dump) error {
		return storage.All(d, func(storage.Entry) error { return nil })
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, q := range sent.end() {
		if q.explain(t, s).sorts {
			t.Errorf("a dump sorts: %s", q)
		}
	}
}
