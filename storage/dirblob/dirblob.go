// Package dirblob keeps media and unfinished uploads in a directory:
//
//	objects/ab/<digest>                an object; ab are the digest's first two digits
//	objects/ab/<digest>.<random>.new   one on its way in, never read
//	derived/ab/<digest>/<name>         what was worked out of it and can be again
//	uploads/<id>.json                  an upload, as Create fixed it; also its lock
//	uploads/<id>.part                  its bytes; gone once they are an object
//
// It owns these files, their durability and the digest check at the one doorway
// into objects/. It hands on [storage.Blobs]; who may read what is decided
// elsewhere. Several processes may share a directory as long as its file system
// knows flock.
package dirblob

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"zoufang"
	"zoufang/internal/durable"
	"zoufang/storage"
)

const (
	partSuffix  = ".part"
	metaSuffix  = ".json"
	newSuffix   = ".new"
	chunkSuffix = ".chunk"

	// staleAfter is how old a leftover must be before Open takes it for one: no
	// request lives that long, in whichever process.
	staleAfter = 24 * time.Hour
)

// Store is a storage.Blobs on a directory.
type Store struct {
	root    string
	shards  [256]durable.Dir // objects/00 … objects/ff
	uploads durable.Dir

	// fault, set by tests, is called before (done false) and after each write,
	// fsync, rename and dirsync; an error it returns is the step's. One given
	// before keeps the step from happening.
	fault func(step string, done bool) error
}

var _ storage.Blobs = (*Store)(nil)

// Open opens or makes the store in root. Leftovers of crashed processes that
// are older than a day at now are removed.
func Open(root string, now time.Time) (*Store, error) {
	s := &Store{root: root}
	_, err := os.Lstat(root)
	fresh := errors.Is(err, fs.ErrNotExist)
	objects := filepath.Join(root, "objects")
	s.uploads.Path = filepath.Join(root, "uploads")
	for _, p := range []string{root, objects, s.uploads.Path} {
		if err := os.MkdirAll(p, 0o700); err != nil {
			return nil, fmt.Errorf("open blob directory: %w", err)
		}
	}
	for i := range s.shards {
		s.shards[i].Path = filepath.Join(objects, fmt.Sprintf("%02x", i))
		if err := os.Mkdir(s.shards[i].Path, 0o700); err != nil && !errors.Is(err, fs.ErrExist) {
			return nil, fmt.Errorf("open blob directory: %w", err)
		}
	}
	for i := range s.shards {
		if err := removeStale(s.shards[i].Path, now, newSuffix); err != nil {
			return nil, err
		}
		// A process that died between rename and fsync left an object that is
		// visible but may not be durable: what Stat finds from now on is.
		if err := s.shards[i].Sync(); err != nil {
			return nil, fmt.Errorf("open blob directory: %w", err)
		}
	}
	if err := removeStale(s.uploads.Path, now, partSuffix, chunkSuffix); err != nil {
		return nil, err
	}
	parents := []string{s.uploads.Path, objects, root}
	if fresh {
		parents = append(parents, filepath.Dir(root))
	}
	for _, p := range parents {
		if err := durable.SyncDir(p); err != nil {
			return nil, fmt.Errorf("open blob directory: %w", err)
		}
	}
	return s, nil
}

// removeStale removes files of these suffixes that nothing refers to any more.
// It reads names only: a shard may hold very many objects.
func removeStale(path string, now time.Time, suffixes ...string) error {
	err := eachName(path, func(name string) error {
		suffix := filepath.Ext(name)
		if !slices.Contains(suffixes, suffix) {
			return nil
		}
		file := filepath.Join(path, name)
		info, err := os.Lstat(file)
		if err != nil || now.Sub(info.ModTime()) < staleAfter {
			return ignoreMissing(err)
		}
		if suffix == partSuffix {
			_, err := os.Lstat(strings.TrimSuffix(file, partSuffix) + metaSuffix)
			if !errors.Is(err, fs.ErrNotExist) {
				return err
			}
		}
		return ignoreMissing(os.Remove(file))
	})
	if err != nil {
		return fmt.Errorf("remove stale files: %w", err)
	}
	return nil
}

// eachName calls f for each name in the directory without reading all of them
// into memory first.
func eachName(path string, f func(name string) error) error {
	d, err := os.Open(path)
	if err != nil {
		return err
	}
	defer d.Close()
	for {
		names, err := d.Readdirnames(1024)
		for _, name := range names {
			if err := f(name); err != nil {
				return err
			}
		}
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return err
		}
	}
}

// step does one thing to the disk, or fails as a test asked for.
func (s *Store) step(name string, do func() error) error {
	if s.fault == nil {
		return do()
	}
	if err := s.fault(name, false); err != nil {
		return err
	}
	if err := do(); err != nil {
		return err
	}
	return s.fault(name, true)
}

func ignoreMissing(err error) error {
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	return err
}

// shard is the directory of a valid digest.
func (s *Store) shard(d zoufang.Digest) *durable.Dir {
	return &s.shards[nibble(d[0])<<4|nibble(d[1])]
}

func nibble(c byte) byte {
	if c <= '9' {
		return c - '0'
	}
	return c - 'a' + 10
}

// object is the path of a valid digest.
func (s *Store) object(d zoufang.Digest) string {
	return filepath.Join(s.shard(d).Path, string(d))
}
