package backup

import (
	"bufio"
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"hash"
	"io"
	"maps"

	"github.com/klauspost/compress/zstd"
)

// reader reads a stream and holds it to its hashes.
type reader struct {
	in     *bufio.Reader
	from   *heeding
	z      *zstd.Decoder
	sum    hash.Hash
	counts counts
	buf    bytes.Buffer
}

var errNotOurs = errors.New("it is no backup of this program, or cut short")

var errClear = errors.New("it is in the clear, and what this program writes there never is: it is not to be trusted")

func newReader(ctx context.Context, src io.Reader, l *lock, sealed bool) (*reader, error) {
	from := &heeding{ctx: ctx, r: src}
	src = from
	line := make([]byte, len(clearLine))
	if _, err := io.ReadFull(src, line[:len(agedLine)]); err != nil {
		return nil, errNotOurs
	}
	if string(line[:len(agedLine)]) == agedLine {
		var err error
		if src, err = l.decrypt(src); err != nil {
			return nil, err
		}
	} else if _, err := io.ReadFull(src, line[len(agedLine):]); err != nil || string(line) != clearLine {
		return nil, errNotOurs
	} else if sealed {
		return nil, errClear
	} else {
		src = &tailed{r: src, sum: sha256.New()}
	}
	z, err := zstd.NewReader(src, zstd.WithDecoderConcurrency(1), zstd.WithDecoderMaxWindow(8<<20), zstd.WithDecoderMaxMemory(64<<20))
	if err != nil {
		return nil, err
	}
	return &reader{in: bufio.NewReaderSize(z, 64<<10), from: from, z: z, sum: sha256.New(), counts: counts{}}, nil
}

func (r *reader) close() { r.z.Close() }

// mostMedia is how many media can have been named by now. A digest does not
// compress, so that each has taken 32 bytes of the file at least; a stream that was
// made up to fill the memory is found out.
func (r *reader) mostMedia() int { return 1000 + int(r.from.n/24) }

func (r *reader) Read(p []byte) (int, error) {
	n, err := r.in.Read(p)
	r.sum.Write(p[:n])
	return n, err
}

// body gives where a medium's bytes come from; see writer.body.
func (r *reader) body() io.Reader { return r.in }

func (r *reader) ReadByte() (byte, error) {
	b, err := r.in.ReadByte()
	if err == nil {
		r.sum.Write([]byte{b})
	}
	return b, err
}

// next reads an entry; its bytes are good until the one after.
func (r *reader) next() (kind byte, b []byte, err error) {
	if kind, err = r.ReadByte(); err != nil {
		return 0, nil, cut(err)
	}
	n, err := binary.ReadUvarint(r)
	if err != nil {
		return 0, nil, cut(err)
	}
	if n > maxEntry {
		return 0, nil, errors.New("it is damaged: an entry is too long")
	}
	r.buf.Reset()
	if _, err := io.CopyN(&r.buf, r, int64(n)); err != nil {
		return 0, nil, cut(err)
	}
	r.counts[kind]++
	return kind, r.buf.Bytes(), nil
}

// ended holds what was read to the counts of an end, in b, and the hash that follows.
func (r *reader) ended(kind byte, b []byte) error {
	var want counts
	if err := decode(b, &want); err != nil {
		return err
	}
	if want == nil {
		return errors.New("it is damaged: it ends without counts")
	}
	want[kind]++ // itself, not counted when it was written
	if !maps.Equal(want, r.counts) {
		return errors.New("it is damaged: there is more or less in it than it says at its end")
	}
	sum := r.sum.Sum(nil)
	got := make([]byte, sha256.Size)
	if _, err := io.ReadFull(r, got); err != nil {
		return cut(err)
	}
	if !bytes.Equal(sum, got) {
		return errors.New("it is damaged: its bytes do not have the hash at its end")
	}
	return nil
}

func cut(err error) error {
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		return errors.New("it is cut short")
	}
	if errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) {
		return err
	}
	return fmt.Errorf("it is damaged or cannot be read: %w", err)
}

func decode(b []byte, v any) error {
	if err := decoding.Unmarshal(b, v); err != nil {
		return fmt.Errorf("it is damaged: %w", err)
	}
	return nil
}

// heeding reads until ctx ends, and counts.
type heeding struct {
	ctx context.Context
	r   io.Reader
	n   int64
}

func (s *heeding) Read(p []byte) (int, error) {
	if err := s.ctx.Err(); err != nil {
		return 0, err
	}
	n, err := s.r.Read(p)
	s.n += int64(n)
	return n, err
}
