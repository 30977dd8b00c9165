package dirblob

import (
	"bytes"
	"io/fs"
	"syscall"
	"testing"
	"time"

	"zoufang/storage"
)

// TestFull: a disk without room is told as that, at whatever step, nothing half-done
// is found, and the same goes well when there is room.
func TestFull(t *testing.T) {
	for step, no := range map[string]syscall.Errno{"write": syscall.ENOSPC, "fsync": syscall.EDQUOT, "rename": syscall.ENOSPC, "dirsync": syscall.EFBIG} {
		s, err := Open(t.TempDir(), time.Now())
		if err != nil {
			t.Fatal(err)
		}
		full := true
		s.fault = func(name string, done bool) error {
			if full && name == step && !done {
				return &fs.PathError{Op: step, Path: "x", Err: no}
			}
			return nil
		}
		data, d := medium()
		if err := s.Put(t.Context(), d, int64(len(data)), bytes.NewReader(data)); !storage.IsFull(err) {
			t.Errorf("%s, %v: %v", step, no, err)
		}
		if step != "dirsync" { // the object is whole by then
			check(t, s, d, len(data), false)
		}
		err = s.Create(t.Context(), storage.Upload{ID: "u", Digest: d, Size: int64(len(data))})
		if want := step != "rename"; storage.IsFull(err) != want || want == (err == nil) {
			t.Errorf("%s, %v: creating an upload: %v", step, no, err)
		}
		full = false
		if err := s.Put(t.Context(), d, int64(len(data)), bytes.NewReader(data)); err != nil {
			t.Fatal(err)
		}
		check(t, s, d, len(data), true)
	}
}
