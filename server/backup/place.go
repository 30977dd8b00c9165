package backup

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"time"

	"zoufang/storage"
)

// Store is what a backup reads and a restore fills.
type Store interface {
	storage.Records
	storage.Upkeep
	Keys(ctx context.Context, purpose string) ([]storage.Key, error) // of storage.Accounts, as is
	AddKey(ctx context.Context, k storage.Key) error
}

// Place is an installation that is backed up or restored to.
type Place struct {
	Store   Store
	Blobs   storage.Blobs
	Keys    Keys
	Version string // of the product
	Now     func() time.Time
	// Say tells a person how far it is; nil: nobody asked.
	Say func(string)
	// Swap, where set, lets a restore take the place of a store in use. Without it
	// only an empty store is restored to.
	Swap *Swap
}

// Swap is how a store that is a file has its content replaced at once.
type Swap struct {
	Dir string // for work, and for what is kept of the store before a restore
	// Fresh makes an empty store in a new file in dir, under the keys of the one it
	// is going to replace.
	Fresh func(ctx context.Context, dir string) (Closing, string, error)
	Store Swappable
}

// Closing is a store that somebody opened for a while.
type Closing interface {
	Store
	io.Closer
}

// Swappable is a store that can be copied and replaced while it is in use.
type Swappable interface {
	// Backup writes a consistent copy to a new file.
	Backup(ctx context.Context, path string) error
	// ReplaceWith makes the content that of a copy, under a new epoch, at once.
	ReplaceWith(ctx context.Context, path, epoch string) error
}

// Written is what a backup holds.
type Written struct {
	File    string `json:"file"` // of a set, its name in the target
	Bytes   int64  `json:"bytes"`
	Commits int64  `json:"commits"`
	Records int64  `json:"records"`
	Media   int64  `json:"media"`
	Epoch   string `json:"epoch"`
	SafeAt  int64  `json:"safe_at"`

	// Of a set: the media written in this run, those read again after an earlier
	// one, and those of them that were damaged and written anew.
	Added      int64 `json:"media_added"`
	AddedBytes int64 `json:"media_added_bytes"`
	Checked    int64 `json:"media_checked"`
	Mended     int64 `json:"media_mended"`
}

func (w *Written) counted(c *contents) {
	w.Commits, w.Records, w.Media, w.Epoch = c.count(storage.KindCommit), c.count(storage.KindRecord), c.count(storage.KindMedium), c.head.Meta.Epoch
}

func (p *Place) say(format string, args ...any) {
	if p.Say != nil {
		p.Say(fmt.Sprintf(format, args...))
	}
}

// callSafe makes it known up to when everything is in a verified backup.
func (p *Place) callSafe(ctx context.Context, w Written) error {
	now, err := storage.ReadMeta(ctx, p.Store)
	if err != nil {
		return err
	}
	if now.Epoch != w.Epoch {
		return errors.New("the store was restored meanwhile; the backup is whole but holds the state before")
	}
	if now.SafeAt >= w.SafeAt {
		return nil
	}
	return p.Store.SetSafeAt(ctx, w.SafeAt)
}

// staleAfter is how old a working directory must be to be a crashed process's.
const staleAfter = 24 * time.Hour

// workDir makes a directory of mode 0700 to work in, and removes what crashed
// processes left of theirs.
func workDir(parent, prefix string, now time.Time) (string, error) {
	if err := os.MkdirAll(parent, 0o700); err != nil {
		return "", err
	}
	left, err := filepath.Glob(filepath.Join(parent, prefix+"*"))
	if err != nil {
		return "", err
	}
	for _, dir := range left {
		if info, err := os.Lstat(dir); err == nil && info.IsDir() && now.Sub(info.ModTime()) > staleAfter {
			if err := os.RemoveAll(dir); err != nil {
				return "", err
			}
		}
	}
	return os.MkdirTemp(parent, prefix+"*")
}
