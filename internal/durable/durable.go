// Package durable owns how a file comes to its name and stays there: it is written
// beside it, forced to disk, renamed, and its directory forced to disk. Whoever
// reads the name finds what was there before or all of the new; when Give has
// returned nil, the new survives a loss of power.
package durable

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
)

// File is a file on its way to its name, of mode 0600.
type File struct {
	*os.File
	// Step, where it is set, has each step done: "fsync", "rename" and "dirsync".
	Step Step

	dir     *Dir
	given   bool
	unnamed bool // see CreateUnnamed
}

// Step does one thing to the disk by calling do, or fails; tests ask it to.
type Step func(name string, do func() error) error

func (s Step) do(name string, do func() error) error {
	if s == nil {
		return do()
	}
	return s(name, do)
}

// Create begins a file in the directory, under a name that follows from pattern as
// with os.CreateTemp. The caller drops it in any case.
func Create(dir, pattern string) (*File, error) { return (&Dir{Path: dir}).Create(pattern) }

// Drop closes the file and removes it unless it was given its name.
func (f *File) Drop() {
	f.Close()
	if !f.given && !f.unnamed {
		os.Remove(f.Name())
	}
}

// Give forces what was written to disk, closes the file and gives it its name in
// the directory; what had the name is replaced.
func (f *File) Give(name string) error {
	if err := f.force(); err != nil {
		return err
	}
	from := f.Name()
	return f.dir.take(name, f.Step, func(to string) error {
		err := os.Rename(from, to)
		f.given = err == nil
		return err
	})
}

// GiveNew is Give, but fails with fs.ErrExist where something has the name.
func (f *File) GiveNew(name string) error {
	if f.unnamed {
		defer f.Close()
		if err := f.Step.do("fsync", f.Sync); err != nil {
			return err
		}
		return f.dir.take(name, f.Step, f.name)
	}
	if err := f.force(); err != nil {
		return err
	}
	return f.dir.take(name, f.Step, func(to string) error { return os.Link(f.Name(), to) })
}

func (f *File) force() error {
	if err := f.Step.do("fsync", f.Sync); err != nil {
		return err
	}
	return f.Close()
}

// MakeDir makes a directory of mode 0700, and those it is in, durably.
func MakeDir(dir string) error {
	if _, err := os.Stat(dir); !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	if err := MakeDir(filepath.Dir(dir)); err != nil {
		return err
	}
	if err := os.Mkdir(dir, 0o700); err != nil && !errors.Is(err, fs.ErrExist) {
		return err
	}
	return SyncDir(filepath.Dir(dir))
}

// SyncDir returns once every change made in the directory before is durable.
func SyncDir(path string) error {
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	defer f.Close()
	return f.Sync()
}
