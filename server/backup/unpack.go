package backup

import (
	"archive/tar"
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
)

// tail is how long the end of the file is: the last entry's header and content,
// a block each, and tar's two empty blocks.
const tail = 4 * 512

// contents is what was found in a file that is whole.
type contents struct {
	manifest *manifest
	keys     []byte
	bytes    int64
}

// unpack reads the whole file and holds every byte of it to what it says. It
// puts the database into dir, unless that is "".
func unpack(ctx context.Context, path, dir string) (*contents, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return nil, err
	}
	size := info.Size()
	if !info.Mode().IsRegular() || size < 2*tail {
		return nil, errors.New("it is no backup of this program, or cut short")
	}
	end := make([]byte, tail)
	if _, err := f.ReadAt(end, size-tail); err != nil {
		return nil, err
	}
	all := sha256.New()
	r := &source{ctx, io.TeeReader(io.LimitReader(f, size-tail), all)}
	c, err := entries(tar.NewReader(r), dir)
	if err != nil {
		return nil, err
	}
	if _, err := io.Copy(io.Discard, r); err != nil {
		return nil, err
	}
	c.bytes = size
	return c, checkEnd(end, hex.EncodeToString(all.Sum(nil)))
}

// checkEnd holds the last entry to the hash of all before it.
func checkEnd(end []byte, sum string) error {
	var want bytes.Buffer
	t := tar.NewWriter(&want)
	if err := entry(t, sealName, int64(len(sum)+1), bytes.NewReader([]byte(sum+"\n")), ""); err != nil {
		return err
	}
	if err := t.Close(); err != nil {
		return err
	}
	if !bytes.Equal(end, want.Bytes()) {
		return errors.New("it is cut short or damaged: its bytes do not have the hash at its end")
	}
	return nil
}

func entries(t *tar.Reader, dir string) (*contents, error) {
	h, err := t.Next()
	if err != nil || h.Name != manifestName || h.Typeflag != tar.TypeReg {
		return nil, errors.New("it is no backup of this program, or cut short")
	}
	c := &contents{}
	if c.manifest, err = readManifest(t, h.Size); err != nil {
		return nil, err
	}
	for _, want := range c.manifest.Files {
		h, err := t.Next()
		if err != nil {
			return nil, fmt.Errorf("it is cut short or damaged before %s: %w", want.Name, err)
		}
		if h.Name != want.Name || h.Size != want.Size || h.Typeflag != tar.TypeReg {
			return nil, fmt.Errorf("it is damaged: %s is not what the manifest says", want.Name)
		}
		if err := c.take(t, want, dir); err != nil {
			return nil, fmt.Errorf("it is damaged: %s: %w", want.Name, err)
		}
	}
	if _, err := t.Next(); err != io.EOF {
		return nil, errors.New("it is damaged: there is more than the manifest says")
	}
	return c, nil
}

func (c *contents) take(r io.Reader, f part, dir string) error {
	sum := sha256.New()
	out := io.Writer(sum)
	var keys bytes.Buffer
	var file *os.File
	switch {
	case f.Name == keysName:
		if f.Size > maxKeys {
			return errors.New("too long")
		}
		out = io.MultiWriter(sum, &keys)
	case f.Name == dbName && dir != "":
		var err error
		if file, err = os.OpenFile(filepath.Join(dir, dbName), os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600); err != nil {
			return err
		}
		defer file.Close()
		out = io.MultiWriter(sum, file)
	}
	if _, err := io.Copy(out, r); err != nil {
		return err
	}
	if hex.EncodeToString(sum.Sum(nil)) != f.SHA256 {
		return errors.New("its bytes do not have its hash")
	}
	if f.Name == keysName {
		c.keys = keys.Bytes()
	}
	if file != nil {
		return file.Sync()
	}
	return nil
}

// source reads until ctx ends.
type source struct {
	ctx context.Context
	r   io.Reader
}

func (s *source) Read(p []byte) (int, error) {
	if err := s.ctx.Err(); err != nil {
		return 0, err
	}
	return s.r.Read(p)
}
