package dirblob

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"zoufang"
	"zoufang/storage"
)

func TestOpenCleansUp(t *testing.T) {
	root, now := t.TempDir(), time.Now()
	s, err := Open(root, now)
	if err != nil {
		t.Fatal(err)
	}
	data, d := medium()
	if err := s.Put(t.Context(), d, int64(len(data)), bytes.NewReader(data)); err != nil {
		t.Fatal(err)
	}
	for _, id := range []string{"old", "cut"} {
		if err := s.Create(t.Context(), storage.Upload{ID: id, Digest: d, Size: 1, Expires: 1 << 60}); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.WriteFile(s.meta("cut"), []byte(`{"id":"cu`), 0o600); err != nil {
		t.Fatal(err)
	}
	stale := map[string]bool{ // name → goes
		s.object(d) + ".1.new": true, s.object(d) + ".2.new": false,
		s.part("orphan"): true, s.part("begun"): false,
		filepath.Join(s.uploads.Path, "1.chunk"): true,
		s.object(d):                              false, s.part("old"): false, s.meta("old"): false,
	}
	for name, goes := range stale {
		if _, err := os.Lstat(name); err != nil {
			if err := os.WriteFile(name, []byte("x"), 0o600); err != nil {
				t.Fatal(err)
			}
		}
		age := 25 * time.Hour
		if !goes && strings.Contains(name, ".2.new") || name == s.part("begun") {
			age = 23 * time.Hour
		}
		if err := os.Chtimes(name, now, now.Add(-age)); err != nil {
			t.Fatal(err)
		}
	}
	if s, err = Open(root, now); err != nil {
		t.Fatal(err)
	}
	for name, goes := range stale {
		if _, err := os.Lstat(name); goes != errors.Is(err, os.ErrNotExist) {
			t.Errorf("%s: %v, want gone %v", filepath.Base(name), err, goes)
		}
	}
	seen := 0
	err = s.Each(t.Context(), func(found zoufang.Digest, _ int64) error {
		if seen++; found != d {
			t.Errorf("Each gives %q", found)
		}
		return nil
	})
	if err != nil || seen != 1 {
		t.Errorf("Each gave %d objects, %v; want the one beside leftovers", seen, err)
	}
	// A description cut short by a crash is nothing, and goes when it is old.
	if _, err := s.Upload(t.Context(), "cut"); !errors.Is(err, storage.ErrNotFound) {
		t.Errorf("Upload of a cut description: %v", err)
	}
	for _, c := range []struct {
		after time.Duration
		gone  bool
	}{{time.Hour, false}, {25 * time.Hour, true}} {
		if n, err := s.Expire(t.Context(), now.Add(c.after).UnixMilli()); n != 0 || err != nil {
			t.Errorf("Expire: %d, %v", n, err)
		}
		if _, err := os.Lstat(s.meta("cut")); c.gone != errors.Is(err, os.ErrNotExist) {
			t.Errorf("cut description after %v: %v", c.after, err)
		}
	}
	// Residents' photos are for the service's own user only.
	err = filepath.WalkDir(root, func(path string, e os.DirEntry, err error) error {
		if err != nil || path == root {
			return err
		}
		info, err := e.Info()
		if err == nil && info.Mode().Perm()&0o077 != 0 {
			t.Errorf("%s has mode %v", path, info.Mode())
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}
