package minioblob_test

import (
	"bytes"
	"errors"
	"strings"
	"sync"
	"testing"

	"zoufang/storage"
	"zoufang/storage/minioblob"
	"zoufang/storage/storagetest/servers"
)

// What is under a digest and has other bytes is written over by whoever brings the
// right ones: at once, in parts, and by an upload.
func TestWrongObjectsAreMended(t *testing.T) {
	at := servers.Minio(t)
	s := open(t, config(at, at.Bucket(t, t.Name())))
	all, err := s.Files("")
	if err != nil {
		t.Fatal(err)
	}
	for i, size := range []int{0, 1, 150_000, block, 12 << 20} {
		data, d := medium(i, size)
		key := "media/" + string(d[:2]) + "/" + string(d)
		rotten := bytes.Clone(data)
		if size > 0 {
			rotten[size/2] ^= 1
		}
		for what, bad := range map[string][]byte{"rotten": rotten, "cut": data[:size/2], "long": append(bytes.Clone(data), 0)} {
			for way, put := range map[string]func() error{
				"put": func() error { return s.Put(t.Context(), d, int64(size), bytes.NewReader(data)) },
				"upload": func() error {
					id := way(i, what)
					if err := s.Create(t.Context(), storage.Upload{ID: id, Digest: d, Size: int64(size), Expires: 1 << 50}); err != nil {
						return err
					}
					_, err := s.Append(t.Context(), id, storage.Part{Body: bytes.NewReader(data)})
					return err
				},
			} {
				if err := all.Put(t.Context(), key, bytes.NewReader(bad)); err != nil {
					t.Fatal(err)
				}
				if err := put(); err != nil {
					t.Fatalf("%d bytes, %s, %s: %v", size, what, way, err)
				}
				holds(t, s, data)
			}
		}
		// A wrong body mends and spoils nothing.
		if err := s.Put(t.Context(), d, int64(size)+1, bytes.NewReader(append(bytes.Clone(data), 1))); !errors.Is(err, storage.ErrChecksum) {
			t.Errorf("a wrong body: %v", err)
		}
		holds(t, s, data)
	}
	// Several at once.
	data, d := medium(99, 6<<20)
	if err := all.Put(t.Context(), "media/"+string(d[:2])+"/"+string(d), strings.NewReader("wrong")); err != nil {
		t.Fatal(err)
	}
	var wg sync.WaitGroup
	for range 4 {
		wg.Go(func() {
			if err := s.Put(t.Context(), d, int64(len(data)), bytes.NewReader(data)); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	holds(t, s, data)
}

func way(i int, what string) string { return what + string(rune('a'+i)) }

// For reading nothing is made and nothing written; what is there can be read.
func TestReadOnly(t *testing.T) {
	at := servers.PrivateMinio(t)
	c := config(at, "there")
	s := open(t, c)
	data, d := medium(1, 150_000)
	if err := s.Put(t.Context(), d, int64(len(data)), bytes.NewReader(data)); err != nil {
		t.Fatal(err)
	}
	all, err := s.Files("")
	if err != nil {
		t.Fatal(err)
	}
	before, err := all.List(t.Context(), "")
	if err != nil {
		t.Fatal(err)
	}
	c.ReadOnly = true
	only := open(t, c)
	holds(t, only, data)
	files, err := minioblob.OpenFiles(t.Context(), c, "")
	if err != nil {
		t.Fatal(err)
	}
	if some, err := files.Any(t.Context(), "media/"); err != nil || !some {
		t.Errorf("any media: %v, %v", some, err)
	}
	if some, err := files.Any(t.Context(), "nothing"); err != nil || some {
		t.Errorf("any of nothing: %v, %v", some, err)
	}
	large := strings.NewReader(strings.Repeat("x", 17<<20))
	for what, err := range map[string]error{
		"put":    only.Put(t.Context(), d, int64(len(data)), bytes.NewReader(data)),
		"create": only.Create(t.Context(), storage.Upload{ID: "u", Digest: d, Size: 1, Expires: 1 << 50}),
		"file":   files.Put(t.Context(), "f", strings.NewReader("x")),
		"large":  files.Put(t.Context(), "f", large),
		"small":  files.Create(t.Context(), "f", nil),
		"remove": files.Remove(t.Context(), "f"),
	} {
		if err == nil || !strings.Contains(err.Error(), "for reading only") {
			t.Errorf("%s: %v", what, err)
		}
	}
	c.Bucket = "mistyped"
	for range 2 {
		_, err := minioblob.Open(t.Context(), c)
		_, other := minioblob.OpenFiles(t.Context(), c, "backups")
		for _, err := range []error{err, other} {
			if err == nil || !strings.Contains(err.Error(), "no bucket mistyped") {
				t.Errorf("a bucket that is not there: %v", err)
			}
		}
	}
	if after, err := all.List(t.Context(), ""); err != nil || len(after) != len(before) {
		t.Errorf("%d objects, %d before, %v", len(after), len(before), err)
	}
}
