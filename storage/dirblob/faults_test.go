package dirblob

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"

	"zoufang"
	"zoufang/storage"
)

var errDisk = errors.New("disk failed")

// failOnce makes the next step of that name fail: before it happens (not done)
// or after (done, but the answer was lost).
func failOnce(s *Store, step string, done bool) (fired *bool) {
	fired = new(bool)
	s.fault = func(name string, after bool) error {
		if name != step || after != done || *fired {
			return nil
		}
		*fired = true
		return errDisk
	}
	return fired
}

var faults = []struct {
	step string
	done bool
}{{"write", false}, {"write", true}, {"fsync", false}, {"fsync", true},
	{"rename", false}, {"rename", true}, {"dirsync", false}, {"dirsync", true}}

func eachFault(t *testing.T, f func(t *testing.T, s *Store, step string, done bool)) {
	for _, c := range faults {
		t.Run(fmt.Sprintf("%s/done=%v", c.step, c.done), func(t *testing.T) {
			s, err := Open(t.TempDir(), time.Now())
			if err != nil {
				t.Fatal(err)
			}
			f(t, s, c.step, c.done)
		})
	}
}

func medium() ([]byte, zoufang.Digest) {
	data := bytes.Repeat([]byte("photo"), 60_000)
	sum := sha256.Sum256(data)
	return data, zoufang.Digest(hex.EncodeToString(sum[:]))
}

// check fails the test unless the object is whole or absent, as found says.
func check(t *testing.T, s *Store, d zoufang.Digest, size int, found bool) {
	t.Helper()
	n, err := s.Stat(t.Context(), d)
	if found && (err != nil || n != int64(size)) || !found && !errors.Is(err, storage.ErrNotFound) {
		t.Fatalf("Stat: %d, %v; want found %v", n, err, found)
	}
}

// leftovers lists files that are neither an object nor a description.
func leftovers(t *testing.T, s *Store) (names []string) {
	t.Helper()
	for _, suffix := range []string{newSuffix, chunkSuffix} {
		root := filepath.Dir(s.uploads.Path)
		for _, glob := range []string{"uploads/*", "objects/*/*"} {
			found, err := filepath.Glob(filepath.Join(root, glob+suffix))
			if err != nil {
				t.Fatal(err)
			}
			names = append(names, found...)
		}
	}
	return names
}

func TestPutFaults(t *testing.T) {
	eachFault(t, func(t *testing.T, s *Store, step string, done bool) {
		data, d := medium()
		put := func() error { return s.Put(t.Context(), d, int64(len(data)), bytes.NewReader(data)) }
		fired := failOnce(s, step, done)
		if err := put(); !*fired || !errors.Is(err, errDisk) {
			t.Fatalf("Put over a failing disk: %v (failed: %v)", err, *fired)
		}
		// Failed and not stored up to the rename, failed yet stored after it.
		check(t, s, d, len(data), step == "dirsync" || step == "rename" && done)
		if files := leftovers(t, s); len(files) > 0 {
			t.Errorf("left behind: %v", files)
		}
		if err := put(); err != nil {
			t.Fatalf("repeat: %v", err)
		}
		check(t, s, d, len(data), true)
	})
}

func TestCreateFaults(t *testing.T) {
	eachFault(t, func(t *testing.T, s *Store, step string, done bool) {
		if step == "rename" {
			return // Create renames nothing
		}
		data, d := medium()
		u := storage.Upload{ID: "u", Digest: d, Size: int64(len(data))}
		fired := failOnce(s, step, done)
		if err := s.Create(t.Context(), u); !*fired || !errors.Is(err, errDisk) {
			t.Fatalf("Create over a failing disk: %v (failed: %v)", err, *fired)
		}
		if _, err := s.Upload(t.Context(), "u"); !errors.Is(err, storage.ErrNotFound) {
			t.Fatalf("Upload: %v", err)
		}
		if err := s.Create(t.Context(), u); err != nil {
			t.Fatalf("repeat: %v", err)
		}
	})
}

// A phone over a failing disk: it asks where the upload stands and goes on, or
// creates it anew if the store says that it must.
func TestAppendFaults(t *testing.T) {
	for _, checked := range []bool{false, true} {
		eachFault(t, func(t *testing.T, s *Store, step string, done bool) {
			data, d := medium()
			u := storage.Upload{ID: "u", Digest: d, Size: int64(len(data))}
			part := func(from int64) storage.Part {
				p := storage.Part{Offset: from, Body: bytes.NewReader(data[from:])}
				if checked {
					sum := sha256.Sum256(data[from:])
					p.Sum = zoufang.Digest(hex.EncodeToString(sum[:]))
				}
				return p
			}
			if err := s.Create(t.Context(), u); err != nil {
				t.Fatal(err)
			}
			if _, err := s.Append(t.Context(), "u", storage.Part{Body: bytes.NewReader(data[:1000])}); err != nil {
				t.Fatal(err)
			}
			fired := failOnce(s, step, done)
			_, err := s.Append(t.Context(), "u", part(1000))
			if !*fired || !errors.Is(err, errDisk) {
				t.Fatalf("Append over a failing disk: %v (failed: %v)", err, *fired)
			}
			if files := leftovers(t, s); len(files) > 0 {
				t.Errorf("left behind: %v", files)
			}
			check(t, s, d, len(data), step == "dirsync" || step == "rename" && done)

			u, err = s.Upload(t.Context(), "u")
			switch step {
			case "write":
				if err != nil || u.Done || u.Offset < 1000 || checked && u.Offset != 1000 {
					t.Fatalf("upload after a failed write: %+v, %v", u, err)
				}
			case "fsync":
				if !errors.Is(err, storage.ErrNotFound) {
					t.Fatalf("an upload whose fsync failed is still believed: %+v, %v", u, err)
				}
				u = storage.Upload{ID: "u", Digest: d, Size: int64(len(data))}
				if err := s.Create(t.Context(), u); err != nil {
					t.Fatal(err)
				}
			default:
				if err != nil || !u.Done {
					t.Fatalf("complete upload is not finished by asking: %+v, %v", u, err)
				}
			}
			if u, err := s.Append(t.Context(), "u", part(u.Offset)); err != nil || !u.Done {
				t.Fatalf("going on: %+v, %v", u, err)
			}
			check(t, s, d, len(data), true)
		})
	}
}

// A checked part whose last step to the part file fails is not kept by halves.
func TestCheckedPartFault(t *testing.T) {
	s, err := Open(t.TempDir(), time.Now())
	if err != nil {
		t.Fatal(err)
	}
	data, d := medium()
	if err := s.Create(t.Context(), storage.Upload{ID: "u", Digest: d, Size: int64(len(data))}); err != nil {
		t.Fatal(err)
	}
	var written int64
	s.fault = func(step string, done bool) error {
		info, err := os.Lstat(s.part("u"))
		if step == "write" && done && err == nil && info.Size() > 0 {
			written = info.Size()
			return errDisk
		}
		return nil
	}
	p := storage.Part{Sum: d, Body: bytes.NewReader(data)}
	if _, err := s.Append(t.Context(), "u", p); !errors.Is(err, errDisk) || written == 0 {
		t.Fatalf("Append over a failing disk: %v", err)
	}
	s.fault = nil
	if u, err := s.Upload(t.Context(), "u"); err != nil || u.Offset != 0 || u.Done {
		t.Fatalf("upload after: %+v, %v", u, err)
	}
}

// A question may not answer Done, nor an offset, that the disk does not back.
func TestUploadFaults(t *testing.T) {
	s, err := Open(t.TempDir(), time.Now())
	if err != nil {
		t.Fatal(err)
	}
	data, d := medium()
	u := storage.Upload{ID: "u", Digest: d, Size: int64(len(data))}
	if err := s.Create(t.Context(), u); err != nil {
		t.Fatal(err)
	}
	fired := failOnce(s, "fsync", false)
	if u, err := s.Upload(t.Context(), "u"); !*fired || !errors.Is(err, errDisk) || u.Done {
		t.Fatalf("Upload over a failing disk: %+v, %v", u, err)
	}
	if _, err := s.Upload(t.Context(), "u"); !errors.Is(err, storage.ErrNotFound) {
		t.Fatalf("Upload after: %v", err)
	}
	if err := s.Create(t.Context(), u); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Append(t.Context(), "u", storage.Part{Body: bytes.NewReader(data)}); err != nil {
		t.Fatal(err)
	}
	failOnce(s, "dirsync", false)
	if u, err := s.Upload(t.Context(), "u"); !errors.Is(err, errDisk) || u.Done {
		t.Fatalf("Upload over a failing disk: %+v, %v", u, err)
	}
	if u, err := s.Upload(t.Context(), "u"); err != nil || !u.Done {
		t.Fatalf("Upload after: %+v, %v", u, err)
	}
}
