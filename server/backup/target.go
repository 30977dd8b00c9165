package backup

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"zoufang/storage"
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
	// Remove forgets a name; again is no error.
	Remove(ctx context.Context, name string) error
}

// File is a name in a target; plain, so that a target need not know this room.
type File = struct {
	Name string
	Size int64
}

// Dir is a Target in a directory, made where there is none.
type Dir string

var _ Target = Dir("")

const partSuffix = ".part"

// path holds names to what this program makes of them.
func (d Dir) path(name string) (string, error) {
	if !filepath.IsLocal(name) || strings.Contains(name, `\`) {
		return "", errors.New("not a name for a backup")
	}
	return filepath.Join(string(d), filepath.FromSlash(name)), nil
}

// Put implements Target.
func (d Dir) Put(ctx context.Context, name string, r io.Reader) error {
	return d.store(ctx, name, r, os.Rename)
}

// Create implements Target.
func (d Dir) Create(ctx context.Context, name string, b []byte) error {
	err := d.store(ctx, name, bytes.NewReader(b), os.Link)
	if errors.Is(err, fs.ErrExist) {
		return storage.ErrTaken
	}
	return err
}

func (d Dir) store(ctx context.Context, name string, r io.Reader, give func(from, to string) error) error {
	to, err := d.path(name)
	if err != nil {
		return err
	}
	if err := makeDir(filepath.Dir(to)); err != nil {
		return fmt.Errorf("the backup directory: %w", err)
	}
	f, err := os.CreateTemp(filepath.Dir(to), "."+filepath.Base(to)+".*"+partSuffix) // mode 0600
	if err != nil {
		return fmt.Errorf("the backup directory: %w", err)
	}
	defer os.Remove(f.Name())
	defer f.Close()
	if _, err := io.Copy(f, &heeding{ctx, r}); err != nil {
		return err
	}
	if err := f.Sync(); err != nil {
		return err
	}
	if err := f.Close(); err != nil {
		return err
	}
	if err := give(f.Name(), to); err != nil {
		return err
	}
	return syncDir(filepath.Dir(to))
}

// makeDir makes a directory durably.
func makeDir(dir string) error {
	if _, err := os.Stat(dir); !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return err
	}
	return syncDir(filepath.Dir(dir))
}

func syncDir(dir string) error {
	f, err := os.Open(dir)
	if err != nil {
		return err
	}
	defer f.Close()
	return f.Sync()
}

// Open implements Target.
func (d Dir) Open(_ context.Context, name string) (io.ReadCloser, error) {
	path, err := d.path(name)
	if err != nil {
		return nil, err
	}
	f, err := os.Open(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, storage.ErrNotFound
	}
	if err != nil {
		return nil, err
	}
	return f, nil
}

// List implements Target.
func (d Dir) List(ctx context.Context, prefix string) ([]File, error) {
	under := ""
	if i := strings.LastIndexByte(prefix, '/'); i >= 0 {
		under = prefix[:i+1]
	}
	path, err := d.path("./" + under)
	if err != nil {
		return nil, err
	}
	var out []File
	err = filepath.WalkDir(path, func(p string, e fs.DirEntry, err error) error {
		switch {
		case errors.Is(err, fs.ErrNotExist):
			return nil
		case err != nil:
			return err
		case ctx.Err() != nil:
			return ctx.Err()
		}
		rel, err := filepath.Rel(string(d), p)
		if err != nil {
			return err
		}
		name := filepath.ToSlash(rel)
		if e.IsDir() {
			if name != "." && !strings.HasPrefix(name+"/", prefix) && !strings.HasPrefix(prefix, name+"/") {
				return fs.SkipDir
			}
			return nil
		}
		if !e.Type().IsRegular() || !strings.HasPrefix(name, prefix) || strings.HasSuffix(name, partSuffix) {
			return nil
		}
		info, err := e.Info()
		if errors.Is(err, fs.ErrNotExist) {
			return nil
		}
		if err == nil {
			out = append(out, File{name, info.Size()})
		}
		return err
	})
	slices.SortFunc(out, func(a, b File) int { return strings.Compare(a.Name, b.Name) })
	return out, err
}

// Remove implements Target.
func (d Dir) Remove(_ context.Context, name string) error {
	path, err := d.path(name)
	if err != nil {
		return err
	}
	if err := os.Remove(path); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return syncDir(filepath.Dir(path))
}

// Sweep removes what crashed processes left half written.
func (d Dir) Sweep(ctx context.Context, now time.Time) error {
	return filepath.WalkDir(string(d), func(p string, e fs.DirEntry, err error) error {
		if err == nil {
			err = ctx.Err()
		}
		if err != nil || !e.Type().IsRegular() || !strings.HasPrefix(e.Name(), ".") || !strings.HasSuffix(e.Name(), partSuffix) {
			return err
		}
		if info, err := e.Info(); err == nil && now.Sub(info.ModTime()) > staleAfter {
			return os.Remove(p)
		}
		return nil
	})
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
