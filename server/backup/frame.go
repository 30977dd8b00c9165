package backup

import (
	"bufio"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"hash"
	"io"

	"github.com/fxamacker/cbor/v2"
	"github.com/klauspost/compress/zstd"

	"zoufang/storage"
)

// format is the number of the present form. What stands in a stream is read by the
// names of fields: a new one may be added, none renamed (names_test.go).
const format = 2

// The first line says what follows, so that a file of ours is known without a key.
const (
	clearLine = "zoufang backup 2 clear\n"
	agedLine  = "zoufang backup 2 age\n"
)

// An entry of the stream is a byte for its kind, its length as a varint and that
// many bytes of CBOR. Ends are followed by a hash, kindBytes by a medium. Beside
// these are the kinds of storage.Entry.
const (
	kindHead  = 'h' // first
	kindEnd   = 'e' // of the dump: counts, then SHA-256 of every byte before
	kindBytes = 'b' // a medium's bytes follow, in order of digests
	kindLast  = 'z' // of a file with media: the same as kindEnd, the media apart
)

// maxEntry is far over the largest record.
const maxEntry = 32 << 20 // bytes

type head struct {
	Format  int
	Product string
	Created int64 // Unix ms
	Clock   int64 // what was answered before is in here
	Beside  bool  // the media lie beside
	Meta    storage.Meta
}

type counts = map[byte]int64

var (
	encoding = must(cbor.EncOptions{Sort: cbor.SortBytewiseLexical}.EncMode())
	decoding = must(cbor.DecOptions{MaxArrayElements: 1 << 20, MaxMapPairs: 1 << 20, MaxNestedLevels: 16}.DecMode())
)

func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}

// writer writes a stream.
type writer struct {
	out    *bufio.Writer
	z      io.Writer
	sum    hash.Hash
	counts counts
	layers []io.Closer
}

// newWriter begins a stream on w: compressed, then encrypted.
func newWriter(w io.Writer, l *lock) (*writer, error) {
	first := agedLine
	if l == nil {
		first = clearLine
	}
	if _, err := io.WriteString(w, first); err != nil {
		return nil, err
	}
	aged, err := l.encrypt(w)
	if err != nil {
		return nil, err
	}
	z, err := zstd.NewWriter(aged, zstd.WithEncoderLevel(zstd.SpeedFastest), zstd.WithEncoderConcurrency(1), zstd.WithWindowSize(1<<20))
	if err != nil {
		return nil, err
	}
	s := &writer{z: z, sum: sha256.New(), counts: counts{}, layers: []io.Closer{z, aged}}
	s.out = bufio.NewWriterSize(io.MultiWriter(z, s.sum), 64<<10)
	return s, nil
}

func (w *writer) entry(kind byte, v any) error {
	b, err := encoding.Marshal(v)
	if err != nil {
		return err
	}
	if len(b) > maxEntry {
		return errors.New("an entry is too large")
	}
	w.counts[kind]++
	var h [1 + binary.MaxVarintLen64]byte
	h[0] = kind
	n := 1 + binary.PutUvarint(h[1:], uint64(len(b)))
	if _, err := w.out.Write(h[:n]); err != nil {
		return err
	}
	_, err = w.out.Write(b)
	return err
}

// body gives where a medium's bytes go. They have a digest of their own, and are
// left out of the stream's hash.
func (w *writer) body() (io.Writer, error) { return w.z, w.out.Flush() }

// end closes a part: counts and the hash of all so far.
func (w *writer) end(kind byte) error {
	if err := w.entry(kind, w.counts); err != nil {
		return err
	}
	if err := w.out.Flush(); err != nil {
		return err
	}
	_, err := w.out.Write(w.sum.Sum(nil))
	return err
}

func (w *writer) close() error {
	err := w.out.Flush()
	for _, l := range w.layers {
		err = errors.Join(err, l.Close())
	}
	return err
}
