package minioblob

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"zoufang/storage"
)

// Files are named files below a prefix of a bucket: backups, the keyring. They
// are written whole or not at all.
type Files struct {
	*bucket
	prefix string // "" or with a "/" at its end
}

// File is one of a listing. It is plain, so that others can name it without
// importing this package.
type File = struct {
	Name string
	Size int64
}

const (
	filesBlock = 16 << 20 // grows with the file, up to 256 MiB
	maxFile    = 1 << 40
)

// OpenFiles reaches a bucket, makes it when it is missing, and makes sure that
// the store keeps the conditions of writes; with ReadOnly it only looks whether
// the bucket is there.
func OpenFiles(ctx context.Context, c Config, prefix string) (*Files, error) {
	b, err := open(ctx, c)
	if err != nil {
		return nil, err
	}
	return newFiles(b, prefix)
}

// Files gives the files below a prefix of the store's own bucket.
func (s *Store) Files(prefix string) (*Files, error) { return newFiles(s.bucket, prefix) }

// Mixes tells whether the files lie at the root of the bucket of these blobs, among
// what they keep there.
func (f *Files) Mixes(with storage.Blobs) bool {
	s, ok := with.(*Store)
	return ok && f.prefix == "" && f.place == s.place
}

func newFiles(b *bucket, prefix string) (*Files, error) {
	if prefix = strings.Trim(prefix, "/"); prefix != "" {
		if err := checkName(prefix); err != nil {
			return nil, err
		}
		for _, own := range []string{mediaPrefix, derivedPrefix, uploadsPrefix, probePrefix} {
			if strings.HasPrefix(prefix+"/", own) {
				return nil, fmt.Errorf("files below %s would mix with what is there", own)
			}
		}
		prefix += "/"
	}
	return &Files{bucket: b, prefix: prefix}, nil
}

// Put stores a file of whatever length, in place of one of that name. On an error
// of r the old one stays. Up to 16 MiB of it are in memory, of very large ones up
// to 256.
func (f *Files) Put(ctx context.Context, name string, r io.Reader) error {
	if err := checkName(name); err != nil {
		return err
	}
	body := &atMost{r, maxFile}
	if _, _, err := f.pour(ctx, pour{key: f.prefix + name, body: body, limit: maxFile, block: filesBlock}); err != nil {
		return fmt.Errorf("put file: %w", err)
	}
	return nil
}

// atMost fails where more comes, instead of passing a part off as the whole.
type atMost struct {
	r    io.Reader
	left int64
}

func (a *atMost) Read(p []byte) (int, error) {
	n, err := a.r.Read(p)
	if a.left -= int64(n); a.left <= 0 {
		return 0, errors.New("the file is too large")
	}
	return n, err
}

// Open reads a file, or storage.ErrNotFound. It can be seeked in.
func (f *Files) Open(ctx context.Context, name string) (io.ReadCloser, error) {
	if err := checkName(name); err != nil {
		return nil, err
	}
	info, err := f.stat(ctx, f.prefix+name)
	if err != nil {
		return nil, fmt.Errorf("open file: %w", err)
	}
	return f.reader(ctx, f.prefix+name, info), nil
}

// Stat tells a file's size and when it was stored, or storage.ErrNotFound.
func (f *Files) Stat(ctx context.Context, name string) (size int64, stored time.Time, err error) {
	if err := checkName(name); err != nil {
		return 0, time.Time{}, err
	}
	info, err := f.stat(ctx, f.prefix+name)
	if err != nil {
		return 0, time.Time{}, fmt.Errorf("stat file: %w", err)
	}
	return info.Size, info.LastModified, nil
}

// List gives the files whose names begin so, by name; "" gives all.
func (f *Files) List(ctx context.Context, prefix string) ([]struct {
	Name string
	Size int64
}, error) {
	var out []File
	for info, err := range f.list(ctx, f.prefix+prefix) {
		if err != nil {
			return nil, fmt.Errorf("list files: %w", err)
		}
		out = append(out, File{strings.TrimPrefix(info.Key, f.prefix), info.Size})
	}
	return out, nil
}

// Any tells whether some file's name begins so.
func (f *Files) Any(ctx context.Context, prefix string) (bool, error) {
	for _, err := range f.list(ctx, f.prefix+prefix) {
		if err != nil {
			return false, fmt.Errorf("list files: %w", err)
		}
		return true, nil
	}
	return false, nil
}

// Remove deletes a file; one that is not there is no failure.
func (f *Files) Remove(ctx context.Context, name string) error {
	if err := checkName(name); err != nil {
		return err
	}
	if err := f.remove(ctx, f.prefix+name); err != nil {
		return fmt.Errorf("remove file: %w", err)
	}
	return nil
}

var errName = errors.New("malformed file name")

// checkName refuses what a store or a directory would take for another name.
func checkName(name string) error {
	if name == "" || len(name) > 512 {
		return errName
	}
	for part := range strings.SplitSeq(name, "/") {
		if part == "" || part == "." || part == ".." {
			return errName
		}
	}
	for _, c := range name {
		if c < ' ' || c == 0x7f || c == '\\' || c == 0xfffd {
			return errName
		}
	}
	return nil
}

var _ interface {
	Put(context.Context, string, io.Reader) error
	Open(context.Context, string) (io.ReadCloser, error)
	List(context.Context, string) ([]File, error)
	Any(context.Context, string) (bool, error)
	Remove(context.Context, string) error
} = (*Files)(nil)
