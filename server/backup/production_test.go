package backup

import (
	"testing"
	"time"

	"zoufang/internal/seal"
	"zoufang/storage"
	"zoufang/storage/minioblob"
	"zoufang/storage/mongostore"
	"zoufang/storage/storagetest/servers"
)

// hall is an installation on MongoDB and S3, under a keyring of its own, with a
// target for backups in another bucket.
type hall struct {
	*Place
	target *minioblob.Files
}

func newHall(t *testing.T, name string, keys Keys) *hall {
	t.Helper()
	s3 := servers.Minio(t)
	config := func(bucket string) minioblob.Config {
		return minioblob.Config{Endpoint: s3.Endpoint, Bucket: s3.Bucket(t, t.Name()+bucket), AccessKey: s3.AccessKey, SecretKey: s3.SecretKey, Now: time.Now}
	}
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	ring, err := seal.Open(t.TempDir() + "/seal.json")
	must(err)
	store, err := mongostore.Open(t.Context(), servers.Mongo(t).Database(t, t.Name()+name), ring, mongostore.ToLoad())
	must(err)
	t.Cleanup(func() { store.Close() })
	blobs, err := minioblob.Open(t.Context(), config(name))
	must(err)
	target, err := minioblob.OpenFiles(t.Context(), config("backups"), "county")
	must(err)
	keys.work = 10
	return &hall{&Place{Store: store, Blobs: blobs, Keys: keys, Version: "test", Now: time.Now}, target}
}

var _ Target = (*minioblob.Files)(nil)

// From a directory into MongoDB and S3, by sets in a bucket into others, and back
// into a directory: it is the same store all the way, under other seals.
func TestProductionThereAndBack(t *testing.T) {
	keys := Keys{Passphrase: phrase}
	a := newHouse(t, keys)
	a.settle()
	for range 20 {
		a.visit(dong, 60000)
	}
	want := content(t, a.store)
	b := newHall(t, "b", keys)
	c, err := Copy(t.Context(), a.Place, b.Place)
	a.must(err)
	if got := content(t, b.Store); got != want || c.Added != 23 {
		t.Fatalf("copied %+v:\n%s\nwanted\n%s", c, got, want)
	}
	if _, err := Copy(t.Context(), a.Place, b.Place); err == nil {
		t.Error("copied over a store in use")
	}
	first, err := b.WriteSet(t.Context(), b.target, 1)
	a.must(err)
	second, err := b.WriteSet(t.Context(), b.target, 1)
	a.must(err)
	if first.Added != 23 || second.Added != 0 || second.Media != 23 {
		t.Errorf("sets %+v, %+v", first, second)
	}
	if m, err := storage.ReadMeta(t.Context(), b.Store); err != nil || m.SafeAt != second.SafeAt {
		t.Errorf("meta %+v, %v", m, err)
	}
	if all, err := Sets(t.Context(), b.target); err != nil || len(all) != 1 {
		t.Errorf("sets %+v, %v", all, err)
	}
	d := newHall(t, "d", keys)
	r, err := d.RestoreSet(t.Context(), d.target, "")
	a.must(err)
	if got := content(t, d.Store); got != want || r.Added != 23 || r.From != c.Epoch {
		t.Fatalf("restored %+v:\n%s\nwanted\n%s", r, got, want)
	}
	if _, err := d.RestoreSet(t.Context(), d.target, ""); err == nil {
		t.Error("restored over a store in use")
	}
	file := t.TempDir() + "/b.zfb"
	_, err = d.WriteFile(t.Context(), file)
	a.must(err)
	e, f := newHouse(t, keys), newHouse(t, keys)
	_, err = e.RestoreFile(t.Context(), file)
	e.must(err)
	e.whole(a, want)
	_, err = Copy(t.Context(), d.Place, f.Place)
	f.must(err)
	f.whole(a, want)
}
