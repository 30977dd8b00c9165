package backup

import (
	"bytes"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"hash"
	"io"

	"zoufang"
	"zoufang/storage"
)

// mediaDir is no name that a store uses for its own media.
const mediaDir = "backup-media/"

func mediaName(d zoufang.Digest) string { return mediaDir + string(d[:2]) + "/" + string(d) }

// A medium in a target is an age file and 32 bytes more: the SHA-256 of its digest
// and the age file. Whoever has no key can so tell that it is whole and in its place.

// agedSize is how long a medium of n bytes, for so many recipients, is in a target. It follows from age's
// format: a header with a stanza for each X25519 recipient, a nonce, and 16 bytes
// more for each chunk of 64 KiB.
func agedSize(recipients int, n int64) int64 {
	const line, stanza, mac, nonce, chunk, tag = 22, 98, 48, 16, 64 << 10, 16
	return line + int64(recipients)*stanza + mac + nonce + n + tag*max(1, (n+chunk-1)/chunk) + sha256.Size
}

// putMedium writes a medium of the store and reads it back.
func (p *Place) putMedium(ctx context.Context, t Target, l *lock, d zoufang.Digest, size int64) error {
	err := putStream(ctx, t, mediaName(d), func(w io.Writer) error {
		h := bound(d)
		aged, err := l.encrypt(io.MultiWriter(w, h))
		if err != nil {
			return err
		}
		if err := p.copyMedium(ctx, aged, d, size); err != nil {
			return err
		}
		if err := aged.Close(); err != nil {
			return err
		}
		_, err = w.Write(h.Sum(nil))
		return err
	})
	if err != nil {
		return err
	}
	return readMedium(ctx, t, l, d, func(r io.Reader) error { return copyChecked(io.Discard, r, d, size) })
}

// replaceableMedium fails unless a file of that size is ours, however damaged, and
// may be written anew: it is empty, has the size it should, or begins as age files
// do. Under these names nobody else should have one, but what was lost is lost.
func replaceableMedium(ctx context.Context, t Target, d zoufang.Digest, is, size int64) error {
	if is == 0 || is == agedSize(1, size) || is == agedSize(2, size) {
		return nil
	}
	f, err := t.Open(ctx, mediaName(d))
	if errors.Is(err, storage.ErrNotFound) {
		return nil
	}
	if err != nil {
		return mediumError(d, err)
	}
	defer f.Close()
	line := make([]byte, len(ageLine))
	if _, err := io.ReadFull(f, line); err == nil && string(line) == ageLine {
		return nil
	}
	return fmt.Errorf("%s there is no file of a backup, or its beginning is damaged; look what it is, remove it, and back up again", mediaName(d))
}

const ageLine = "age-encryption.org/v1\n"

// readMedium gives the decrypted bytes to f, and fails where the file is damaged.
func readMedium(ctx context.Context, t Target, l *lock, d zoufang.Digest, f func(io.Reader) error) error {
	file, err := t.Open(ctx, mediaName(d))
	if err != nil {
		return mediumError(d, err)
	}
	defer file.Close()
	whole := &tailed{r: &heeding{ctx: ctx, r: file}, sum: bound(d)}
	if f != nil {
		plain, err := l.decrypt(whole)
		if err != nil {
			return mediumError(d, err)
		}
		if err := f(plain); err != nil {
			return mediumError(d, err)
		}
	}
	_, err = io.Copy(io.Discard, whole)
	return mediumError(d, err)
}

func bound(d zoufang.Digest) hash.Hash {
	h := sha256.New()
	io.WriteString(h, string(d))
	return h
}

// tailed gives all of a reader but the last 32 bytes, which must be the hash of
// the rest.
type tailed struct {
	r    io.Reader
	sum  hash.Hash
	held []byte // read and not given yet; the last 32 bytes always stay
	err  error  // of r
	buf  [32 << 10]byte
}

var errTail = errors.New("the file is cut short or damaged")

func (t *tailed) Read(p []byte) (int, error) {
	for len(t.held) <= sha256.Size && t.err == nil {
		n := copy(t.buf[:], t.held)
		var m int
		m, t.err = t.r.Read(t.buf[n:])
		t.held = t.buf[:n+m]
	}
	if len(t.held) > sha256.Size {
		n := copy(p, t.held[:len(t.held)-sha256.Size])
		t.sum.Write(p[:n])
		t.held = t.held[n:]
		return n, nil
	}
	if t.err != io.EOF {
		return 0, t.err
	}
	if !bytes.Equal(t.held, t.sum.Sum(nil)) {
		return 0, errTail
	}
	return 0, io.EOF
}
