package backup

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"

	"zoufang"
	"zoufang/internal/durable"
)

// WriteFile backs up into one file, media and all. The clock is read first, then
// the store dumped, then the media: whatever was answered before that clock is in
// the file. Only when the file has been read back, and has its name, is that clock
// called safe. Without a key it is in the clear.
func (p *Place) WriteFile(ctx context.Context, file string) (Written, error) {
	w, err := p.writeFile(ctx, file)
	if err != nil {
		return w, fmt.Errorf("back up: %w", err)
	}
	return w, nil
}

func (p *Place) writeFile(ctx context.Context, file string) (w Written, err error) {
	if w.File, err = filepath.Abs(file); err != nil {
		return w, err
	}
	if err := replaceable(w.File); err != nil {
		return w, err
	}
	l, err := p.Keys.forFile()
	if err != nil {
		return w, err
	}
	if l == nil {
		p.say("the backup is in the clear: keep it as carefully as the records, or give a public key or a passphrase")
	}
	if _, err := p.installation(ctx); err != nil { // so that who restores the file is known again
		return w, err
	}
	if w.SafeAt, err = p.Store.Advance(ctx); err != nil {
		return w, err
	}
	f, err := durable.Create(filepath.Dir(w.File), "."+filepath.Base(w.File)+".*"+partSuffix)
	if err != nil {
		return w, err
	}
	defer f.Drop()
	if err := p.fill(ctx, f, l, w.SafeAt); err != nil {
		return w, err
	}
	if w.Bytes, err = f.Seek(0, io.SeekCurrent); err != nil {
		return w, err
	}
	if err := f.Sync(); err != nil {
		return w, err
	}
	p.say("reading the file back")
	c, err := readFile(ctx, f.Name(), l, taking{})
	if err != nil {
		return w, fmt.Errorf("reading back: %w", err)
	}
	w.counted(c)
	if err := f.Give(filepath.Base(w.File)); err != nil {
		return w, err
	}
	return w, p.callSafe(ctx, w)
}

func (p *Place) fill(ctx context.Context, f io.Writer, l *lock, clock int64) error {
	w, err := newWriter(f, l)
	if err != nil {
		return err
	}
	list, _, err := p.dumpInto(ctx, w, clock, false)
	if err != nil {
		return err
	}
	if err := list.complete(ctx, p.Blobs); err != nil {
		return err
	}
	if err := p.mediaInto(ctx, w, list); err != nil {
		return err
	}
	return w.close()
}

func readFile(ctx context.Context, path string, l *lock, take taking) (*contents, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return read(ctx, f, l, take)
}

// replaceable reports whether a backup may have the name: nothing is there, or an
// older backup. Anything else could be somebody's database.
func replaceable(file string) error {
	f, err := os.Open(file)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	defer f.Close()
	line := make([]byte, len(agedLine))
	if _, err := io.ReadFull(f, line); err != nil || !slices.Contains([]string{agedLine, clearLine[:len(line)]}, string(line)) {
		return fmt.Errorf("%s is there and is no backup; choose another name", file)
	}
	return nil
}

// single is the source of a restore that is one file.
type single struct {
	p    *Place
	path string
	lock *lock
}

// RestoreFile restores a file that WriteFile wrote; see RestoreSet.
func (p *Place) RestoreFile(ctx context.Context, file string) (Restored, error) {
	l, err := p.Keys.opening()
	if err != nil {
		return Restored{File: file}, fmt.Errorf("restore: %w", err)
	}
	return p.restore(ctx, file, &single{p, file, l})
}

var errBeside = errors.New("it is one of a set whose media lie beside: restore the directory it is in, and name it")

func (s *single) check(ctx context.Context) (*contents, error) {
	return readFile(ctx, s.path, s.lock, taking{head: func(h head) error {
		if h.Beside {
			return errBeside
		}
		return nil
	}})
}

func (s *single) load(ctx context.Context, take taking) (*contents, error) {
	take.dump = true
	return readFile(ctx, s.path, s.lock, take)
}

// media puts what is missing. The file is read a second time: each digest is
// checked again at the door of the blobs.
func (s *single) media(ctx context.Context, list *media) (added int64, err error) {
	if !slices.Contains(list.seen, false) {
		return 0, nil
	}
	far := s.p.progress("media", list.bytes())
	_, err = readFile(ctx, s.path, s.lock, taking{medium: func(d zoufang.Digest, size int64, r io.Reader) error {
		far.add(size)
		if i := list.find(d); i < 0 || list.seen[i] {
			return nil
		}
		added++
		return s.p.Blobs.Put(ctx, d, size, r)
	}})
	return added, err
}
