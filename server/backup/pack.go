package backup

import (
	"archive/tar"
	"bufio"
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"time"

	"zoufang"
)

// pack writes the file and makes it durable. A medium whose bytes are not its
// digest's, or that is shorter than listed, fails it.
func (p *Place) pack(ctx context.Context, path string, m *manifest, db string, keys []byte) error {
	f, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	defer f.Close()
	all := sha256.New()
	out := bufio.NewWriterSize(f, 1<<20)
	t := tar.NewWriter(io.MultiWriter(out, all))
	head, err := json.Marshal(m)
	if err != nil {
		return err
	}
	if err := entry(t, manifestName, int64(len(head)), bytes.NewReader(head), ""); err != nil {
		return err
	}
	for _, part := range m.Files {
		if err := ctx.Err(); err != nil {
			return err
		}
		body, err := p.body(ctx, part, db, keys)
		if err != nil {
			return fmt.Errorf("%s: %w", part.Name, err)
		}
		err = entry(t, part.Name, part.Size, body, part.SHA256)
		body.Close()
		if err != nil {
			return err
		}
	}
	if err := t.Flush(); err != nil {
		return err
	}
	seal := hex.EncodeToString(all.Sum(nil)) + "\n"
	if err := entry(t, sealName, int64(len(seal)), bytes.NewReader([]byte(seal)), ""); err != nil {
		return err
	}
	if err := t.Close(); err != nil {
		return err
	}
	if err := out.Flush(); err != nil {
		return err
	}
	return f.Sync()
}

func (p *Place) body(ctx context.Context, f part, db string, keys []byte) (io.ReadCloser, error) {
	switch f.Name {
	case dbName:
		return os.Open(db)
	case keysName:
		return io.NopCloser(bytes.NewReader(keys)), nil
	}
	return p.Blobs.Open(ctx, zoufang.Digest(f.SHA256))
}

// entry writes one file; want is its hash, or "" for no check.
func entry(t *tar.Writer, name string, size int64, body io.Reader, want string) error {
	h := &tar.Header{Typeflag: tar.TypeReg, Name: name, Size: size, Mode: 0o600, ModTime: time.Unix(0, 0)}
	if err := t.WriteHeader(h); err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	sum := sha256.New()
	n, err := io.Copy(io.MultiWriter(t, sum), io.LimitReader(body, size))
	switch {
	case err != nil:
		return fmt.Errorf("%s: %w", name, err)
	case n != size:
		return fmt.Errorf("%s: %d bytes instead of %d", name, n, size)
	case want != "" && hex.EncodeToString(sum.Sum(nil)) != want:
		return fmt.Errorf("%s: the bytes on the disk do not have this hash", name)
	}
	return nil
}
