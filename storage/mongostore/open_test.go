package mongostore

import (
	"context"
	"errors"
	"net"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"

	"zoufang/storage"
	"zoufang/storage/storagetest"
	"zoufang/storage/storagetest/servers"
)

// opened opens the store that key stands for.
func opened(t *testing.T, key string, options ...Option) *Store {
	t.Helper()
	s, err := Open(t.Context(), servers.Mongo(t).Database(t, key), storagetest.Sealer(), options...)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	return s
}

// refused opens a store that is not to be opened.
func refused(t *testing.T, uri string, options ...Option) error {
	t.Helper()
	s, err := Open(t.Context(), uri, storagetest.Sealer(), options...)
	if err == nil {
		s.Close()
		t.Fatal("opened")
	}
	return err
}

// TestCredentials: whatever is wrong, no error tells the user or the password.
func TestCredentials(t *testing.T) {
	closed, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	closed.Close()
	const user, password, encoded = "s3cr:tuser", "p@ss/w0rd%", "s3cr%3Atuser:p%40ss%2Fw0rd%25@"
	at := servers.Mongo(t).Addr()
	for name, uri := range map[string]string{
		"wrong password":   "mongodb://" + encoded + at + "/zoufang?authSource=admin",
		"unreachable":      "mongodb://" + encoded + closed.Addr().String() + "/zoufang?serverSelectionTimeoutMS=300",
		"unknown host":     "mongodb://" + encoded + "nobody.invalid/zoufang?serverSelectionTimeoutMS=300",
		"not encoded":      "mongodb://" + user + ":" + password + "@" + at + "/zoufang",
		"no scheme":        encoded + at,
		"unknown scheme":   "mongo://" + encoded + at,
		"unknown option":   "mongodb://" + encoded + at + "/zoufang?tls=maybe",
		"reserved":         "mongodb://" + encoded + at + "/admin",
		"strange database": "mongodb://" + encoded + at + "/a.b",
		"certificate":      "mongodb://" + encoded + at + "/zoufang?tls=true&tlsCertificateKeyFile=/nowhere.pem&tlsCertificateKeyFilePassword=p%40ss%2Fw0rd%25",
	} {
		t.Run(name, func(t *testing.T) {
			err := refused(t, uri)
			text := err.Error()
			t.Log(text)
			for _, secret := range []string{user, password, "s3cr", "w0rd"} {
				if strings.Contains(text, secret) {
					t.Errorf("the error tells %q", secret)
				}
			}
		})
	}
}

func TestHush(t *testing.T) {
	a, err := parse("mongodb://li:geheim@host/zoufang")
	if err != nil {
		t.Fatal(err)
	}
	for text, want := range map[string]string{
		"no secret":         "no secret",
		"with geheim in it": "with … in it",
	} {
		if got := a.hush(errors.New(text)).Error(); got != want {
			t.Errorf("%q became %q", text, got)
		}
	}
	if got := a.hush(errors.New("of li")).Error(); strings.Contains(got, "li ") || !strings.Contains(got, "left out") {
		t.Errorf("a short name: %q", got)
	}
	if err := a.hush(errAlone); err != errAlone {
		t.Errorf("our own sentence became %q", err)
	}
}

func TestDatabaseName(t *testing.T) {
	for uri, want := range map[string]string{
		"mongodb://h":                         "zoufang",
		"mongodb://h/":                        "zoufang",
		"mongodb://h/?replicaSet=a":           "zoufang",
		"mongodb://u:p%2F@h,g:1/county_1?w=0": "county_1",
	} {
		a, err := parse(uri)
		if err != nil || a.database != want {
			t.Errorf("%s: %+v, %v", uri, a, err)
		} else if w := a.options.WriteConcern; w.W != "majority" || w.Journal == nil || !*w.Journal {
			t.Errorf("%s: write concern %+v", uri, w)
		}
	}
}

// TestNoTransactions: what servers of each kind say of themselves.
func TestNoTransactions(t *testing.T) {
	for _, c := range []struct {
		h  hello
		ok bool
	}{
		{hello{Minutes: 30}, false},
		{hello{Set: "rs0"}, false},
		{hello{Set: "rs0", Minutes: 30}, true},
		{hello{Msg: "isdbgrid", Minutes: 30}, true},
	} {
		if c.h.transactions() != c.ok {
			t.Errorf("%+v", c.h)
		}
	}
}

// TestOpenAtOnce: several copies of the program begin on one empty database.
func TestOpenAtOnce(t *testing.T) {
	uri := servers.Mongo(t).Database(t, t.Name())
	var epochs [6]string
	var wg sync.WaitGroup
	for i := range epochs {
		wg.Go(func() {
			s, err := Open(context.Background(), uri, storagetest.Sealer())
			if err != nil {
				t.Error(err)
				return
			}
			defer s.Close()
			m, err := s.readMeta(context.Background())
			if err != nil {
				t.Error(err)
			}
			epochs[i] = m.Epoch
		})
	}
	wg.Wait()
	if slices.Sort(epochs[:]); epochs[0] == "" || epochs[0] != epochs[5] {
		t.Errorf("epochs: %q", epochs)
	}
}

func TestNotOurs(t *testing.T) {
	s := opened(t, t.Name())
	uri := servers.Mongo(t).Database(t, t.Name())
	ctx := t.Context()
	set := func(schema int) {
		t.Helper()
		if _, err := s.db.Collection(colMeta).UpdateOne(ctx, byID(metaStore), bson.D{{Key: "$set", Value: bson.D{{Key: "schema", Value: schema}}}}); err != nil {
			t.Fatal(err)
		}
	}
	set(len(steps) + 1)
	if err := refused(t, uri); !strings.Contains(err.Error(), "newer program") {
		t.Error(err)
	}
	if err := s.View(ctx, func(v storage.View) error { _, err := v.Meta(); return err }); err == nil {
		t.Error("a copy that was running goes on reading")
	}
	set(0) // as if the first step had been interrupted
	s = opened(t, t.Name())
	if m, err := s.readMeta(ctx); err != nil || m.Schema != len(steps) {
		t.Errorf("%+v, %v", m, err)
	}
	other := servers.Mongo(t).Database(t, t.Name()+"/other")
	name := other[strings.LastIndexByte(other, '/')+1:]
	name, _, _ = strings.Cut(name, "?")
	if _, err := s.client.Database(name).Collection("orders").InsertOne(ctx, bson.D{}); err != nil {
		t.Fatal(err)
	}
	if err := refused(t, other); !strings.Contains(err.Error(), "something else") {
		t.Error(err)
	}
}

// TestRevokedElsewhere: a copy of the program learns of what it did at once, and
// of what another did within the time promised.
func TestRevokedElsewhere(t *testing.T) {
	ctx := t.Context()
	one, two := opened(t, t.Name()), opened(t, t.Name())
	enrol(t, one, "d1", "u1")
	revoked := func(s *Store) bool {
		t.Helper()
		d, _, err := s.Device(ctx, "d1")
		if err != nil {
			t.Fatal(err)
		}
		return d.Revoked != 0
	}
	if revoked(one) || revoked(two) {
		t.Fatal("revoked")
	}
	if err := one.Revoke(ctx, "d1", 5); err != nil {
		t.Fatal(err)
	}
	if !revoked(one) {
		t.Error("the copy that revoked it lets it in")
	}
	start := time.Now()
	for !revoked(two) {
		if time.Since(start) > deviceLife+time.Second {
			t.Fatal("the other copy lets it in still")
		}
		time.Sleep(50 * time.Millisecond)
	}
	t.Logf("the other copy knew after %v", time.Since(start).Round(10*time.Millisecond))
}
