package durable

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"golang.org/x/sys/unix"
)

// CreateUnnamed begins a file that has no name until GiveNew: of a process that is
// killed nothing is left. Where the file system has no such files it is Create's.
func CreateUnnamed(dir, pattern string) (*File, error) {
	fd, err := unix.Open(dir, unix.O_TMPFILE|unix.O_WRONLY|unix.O_CLOEXEC, 0o600)
	if errors.Is(err, unix.EOPNOTSUPP) || errors.Is(err, unix.EISDIR) {
		return Create(dir, pattern)
	}
	if err != nil {
		return nil, &os.PathError{Op: "open", Path: dir, Err: err}
	}
	return &File{File: os.NewFile(uintptr(fd), filepath.Join(dir, pattern)), dir: &Dir{Path: dir}, unnamed: true}, nil
}

// name gives an unnamed file its name.
func (f *File) name(to string) error {
	err := unix.Linkat(unix.AT_FDCWD, fmt.Sprintf("/proc/self/fd/%d", f.Fd()), unix.AT_FDCWD, to, unix.AT_SYMLINK_FOLLOW)
	if err != nil {
		return &os.LinkError{Op: "link", Old: f.Name(), New: to, Err: err}
	}
	return nil
}
