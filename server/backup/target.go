package backup

import (
	"context"
	"errors"
	"io"
)

// Target is a place that sets of backups are kept in. Names are relative, with
// slashes. Several processes may use one at once.
type Target interface {
	// Put stores what r gives, whole and durable when it returns nil, in place of
	// what had the name. After an error, r's own too, the name is as it was.
	Put(ctx context.Context, name string, r io.Reader) error
	// Create is Put of a few bytes where nothing has the name; storage.ErrTaken.
	Create(ctx context.Context, name string, b []byte) error
	// Open reads from the beginning; storage.ErrNotFound.
	Open(ctx context.Context, name string) (io.ReadCloser, error)
	// List gives all names that begin with prefix, in order.
	List(ctx context.Context, prefix string) ([]File, error)
	// Any tells whether there is a name that begins with prefix.
	Any(ctx context.Context, prefix string) (bool, error)
	// Remove forgets a name; again is no error.
	Remove(ctx context.Context, name string) error
}

// File is a name in a target; plain, so that a target need not know this room.
type File = struct {
	Name string
	Size int64
}

// putStream stores what f writes.
func putStream(ctx context.Context, t Target, name string, f func(io.Writer) error) error {
	r, w := io.Pipe()
	failed := make(chan error, 1)
	go func() {
		err := f(w)
		failed <- err
		w.CloseWithError(err)
	}()
	err := t.Put(ctx, name, r)
	r.CloseWithError(errors.New("the target takes no more"))
	if own := <-failed; own != nil && err == nil {
		err = own
	}
	return err
}
