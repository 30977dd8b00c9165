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

	"zoufang/internal/durable"
	"zoufang/storage"
)

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
	return d.store(ctx, name, r, (*durable.File).Give)
}

// Create implements Target.
func (d Dir) Create(ctx context.Context, name string, b []byte) error {
	err := d.store(ctx, name, bytes.NewReader(b), (*durable.File).GiveNew)
	if errors.Is(err, fs.ErrExist) {
		return storage.ErrTaken
	}
	return err
}

func (d Dir) store(ctx context.Context, name string, r io.Reader, give func(f *durable.File, name string) error) error {
	to, err := d.path(name)
	if err != nil {
		return err
	}
	if err := durable.MakeDir(filepath.Dir(to)); err != nil {
		return fmt.Errorf("the backup directory: %w", err)
	}
	f, err := durable.Create(filepath.Dir(to), "."+filepath.Base(to)+".*"+partSuffix)
	if err != nil {
		return fmt.Errorf("the backup directory: %w", err)
	}
	defer f.Drop()
	if _, err := io.Copy(f, &heeding{ctx: ctx, r: r}); err != nil {
		return err
	}
	return give(f, filepath.Base(to))
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
func (d Dir) List(ctx context.Context, prefix string) (out []File, err error) {
	err = d.each(ctx, prefix, func(f File) error {
		out = append(out, f)
		return nil
	})
	slices.SortFunc(out, func(a, b File) int { return strings.Compare(a.Name, b.Name) })
	return out, err
}

// Any implements Target.
func (d Dir) Any(ctx context.Context, prefix string) (some bool, err error) {
	err = d.each(ctx, prefix, func(File) error {
		some = true
		return fs.SkipAll
	})
	return some, err
}

func (d Dir) each(ctx context.Context, prefix string, f func(File) error) error {
	under := ""
	if i := strings.LastIndexByte(prefix, '/'); i >= 0 {
		under = prefix[:i+1]
	}
	path, err := d.path("./" + under)
	if err != nil {
		return err
	}
	return filepath.WalkDir(path, func(p string, e fs.DirEntry, err error) error {
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
		if err != nil {
			return err
		}
		return f(File{name, info.Size()})
	})
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
	return durable.SyncDir(filepath.Dir(path))
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
