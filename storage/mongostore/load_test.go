package mongostore

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"

	"go.mongodb.org/mongo-driver/v2/bson"

	"zoufang"
	"zoufang/storage"
	"zoufang/storage/storagetest"
	"zoufang/storage/storagetest/servers"
)

func enrol(t *testing.T, s *Store, d zoufang.DeviceID, u zoufang.UserID) {
	t.Helper()
	ctx := context.Background()
	err := errors.Join(s.PutUser(ctx, zoufang.User{ID: u, Name: "李强", Role: zoufang.Coordinator}),
		s.AddCode(ctx, storage.Code{Hash: "code of " + string(d), User: u, Expires: 1 << 50}))
	if err == nil {
		_, err = s.UseCode(ctx, "code of "+string(d), 1, zoufang.Device{ID: d, X: "x", Y: "y"})
	}
	if err != nil {
		t.Fatal(err)
	}
}

// users brings n users to a load.
func users(n int) func(storage.Load) error {
	return func(l storage.Load) error {
		for i := range n {
			if err := l.Put(storage.User{User: zoufang.User{ID: zoufang.UserID(fmt.Sprint("u", i)), Name: "王芳"}}); err != nil {
				return err
			}
		}
		return nil
	}
}

// TestLoadInterrupted: while a store is being loaded, and after that was cut off,
// nobody sees any of it; a load that comes after begins afresh.
func TestLoadInterrupted(t *testing.T) {
	ctx := t.Context()
	uri := servers.Mongo(t).Database(t, t.Name())
	s, other := opened(t, t.Name()), opened(t, t.Name())
	var late storage.Load
	err := s.Load(ctx, storage.Meta{Epoch: "first"}, func(l storage.Load) error {
		if err := users(2 * batchDocs)(l); err != nil {
			return err
		}
		look := func(v storage.View) error { _, err := v.User("u1"); return err }
		for what, err := range map[string]error{
			"View":    other.View(ctx, look),
			"Update":  other.Update(ctx, "", func(tx storage.Tx) error { return look(tx) }),
			"PutUser": other.PutUser(ctx, zoufang.User{ID: "intruder"}),
			"Dump":    other.Dump(ctx, func(d storage.Dump) error { return storage.Each(d, func(storage.User) error { return nil }) }),
			"SafeAt":  other.SetSafeAt(ctx, 1),
			"Open":    refused(t, uri),
		} {
			if !errors.Is(err, ErrHalfLoaded) {
				t.Errorf("%s beside a load: %v", what, err)
			}
		}
		// As after kill -9: the mark stays, and what was stored by then.
		late = l
		toLoad, err := Open(ctx, uri, storagetest.Sealer(), ToLoad())
		if err != nil {
			return err
		}
		defer toLoad.Close()
		return toLoad.Load(ctx, storage.Meta{Epoch: "second"}, users(3))
	})
	if !errors.Is(err, errOvertaken) {
		t.Fatalf("the load that was overtaken: %v", err)
	}
	if err := late.(*load).flush(); err != nil {
		t.Errorf("with nothing to store: %v", err)
	}
	if err := errors.Join(users(2 * batchDocs)(late)); !errors.Is(err, errOvertaken) {
		t.Errorf("a late batch of it: %v", err)
	}
	all, err := other.Users(ctx)
	if err != nil || len(all) != 3 {
		t.Errorf("%d users, %v", len(all), err)
	}
	if m, err := other.readMeta(ctx); err != nil || m.Epoch != "second" {
		t.Errorf("%+v, %v", m, err)
	}
	if err := other.Load(ctx, storage.Meta{Epoch: "third"}, users(1)); !errors.Is(err, storage.ErrTaken) {
		t.Errorf("a load over it: %v", err)
	}
}

// TestLoadNoticesOthers: what an old connection still wrote makes a load fail.
func TestLoadNoticesOthers(t *testing.T) {
	ctx := t.Context()
	s := opened(t, t.Name())
	err := s.Load(ctx, storage.Meta{Epoch: "first"}, func(l storage.Load) error {
		_, err := s.db.Collection(colCommits).InsertOne(ctx, bson.D{{Key: "_id", Value: "x"}, {Key: "hash", Value: []byte{1}}})
		return errors.Join(err, users(3)(l))
	})
	if err == nil {
		t.Fatal("loaded beside others")
	}
	if err := s.Load(ctx, storage.Meta{Epoch: "second"}, users(3)); err != nil {
		t.Error(err)
	}
}

func TestCheck(t *testing.T) {
	ctx := t.Context()
	s := opened(t, t.Name())
	f, err := s.Check(ctx)
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("%+v", f)
	if f.Schema != len(steps) || f.KnownSchema != len(steps) || f.Loading || len(f.Missing) != 0 || f.Set == "" || f.TLS || f.Ahead.Abs() > f.Exact+1e9 {
		t.Errorf("facts: %+v", f)
	}
	if err := s.db.Collection(colUsers).Indexes().DropOne(ctx, "login"); err != nil {
		t.Fatal(err)
	}
	if f, err = s.Check(ctx); err != nil || len(f.Missing) != 1 || f.Missing[0] != "users.login" {
		t.Errorf("missing: %v, %v", f.Missing, err)
	}
}

// TestDumpTooLong: the server ends a transaction that lasts too long; the error
// says which of its parameters to raise.
func TestDumpTooLong(t *testing.T) {
	ctx := t.Context()
	s := opened(t, t.Name())
	enrol(t, s, "d1", "u1")
	err := s.Dump(ctx, func(d storage.Dump) error {
		if err := storage.Each(d, func(storage.User) error { return nil }); err != nil {
			return err
		}
		session := d.(*dump).session
		if err := s.client.Database("admin").RunCommand(ctx, bson.D{{Key: "killSessions", Value: bson.A{session.ID()}}}).Err(); err != nil {
			return err
		}
		return storage.Each(d, func(storage.Device) error { return nil })
	})
	if err == nil || !strings.Contains(err.Error(), "transactionLifetimeLimitSeconds") {
		t.Errorf("Dump: %v", err)
	}
}
