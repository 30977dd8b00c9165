package backup

import (
	"context"
	"errors"
	"fmt"
	"io"
	"maps"

	"zoufang"
	"zoufang/storage"
)

// contents is what a whole stream was found to hold.
type contents struct {
	head   head
	counts counts
	media  *media
	sum    [32]byte // of the dump's part
}

func (c *contents) count(kind storage.EntryKind) int64 { return c.counts[byte(kind)] }

// taking is what is done with a stream beside checking it. Any may be nil.
type taking struct {
	head   func(head) error
	put    func(storage.Entry) error
	medium func(d zoufang.Digest, size int64, r io.Reader) error
	// dump alone: what follows the dump is not read.
	dump bool
	// sealed refuses a stream in the clear.
	sealed bool
}

// read reads a stream and holds everything in it to everything else: every line
// has its hash, every record decodes, every medium is in its place, counts and
// hashes are what the ends say. What it hands on before its end is not checked
// against that end yet.
func read(ctx context.Context, src io.Reader, l *lock, take taking) (*contents, error) {
	r, err := newReader(ctx, src, l, take.sealed)
	if err != nil {
		return nil, err
	}
	defer r.close()
	c := &contents{media: &media{}}
	kind, b, err := r.next()
	if err != nil {
		return nil, err
	}
	if kind != kindHead {
		return nil, errNotOurs
	}
	if err := decode(b, &c.head); err != nil {
		return nil, err
	}
	if c.head.Format != format {
		return nil, fmt.Errorf("it has format %d and this program reads %d", c.head.Format, format)
	}
	if take.head != nil {
		if err := take.head(c.head); err != nil {
			return nil, err
		}
	}
	if err := c.dump(r, take.put); err != nil {
		return nil, err
	}
	c.media.sort()
	if c.media.twice() {
		return nil, errors.New("it is damaged: a medium is in it twice")
	}
	if take.dump {
		return c, nil
	}
	if !c.head.Beside {
		if err := c.bytes(r, take.medium); err != nil {
			return nil, err
		}
	}
	if _, err := r.ReadByte(); err != io.EOF {
		if err == nil {
			err = errors.New("there is more after its end")
		}
		return nil, fmt.Errorf("it is damaged: %w", err)
	}
	return c, nil
}

func (c *contents) dump(r *reader, put func(storage.Entry) error) error {
	for {
		kind, b, err := r.next()
		if err != nil {
			return err
		}
		if kind == kindEnd {
			c.counts = maps.Clone(r.counts)
			copy(c.sum[:], r.sum.Sum(nil))
			return r.ended(kind, b)
		}
		e, err := entry(storage.EntryKind(kind), b)
		if err != nil {
			return err
		}
		if err := c.media.note(e); err != nil {
			return err
		}
		if len(c.media.all) > r.mostMedia() {
			return errors.New("it is damaged: it names more media than can be in it")
		}
		if put == nil {
			continue
		}
		if err := put(e); err != nil {
			return err
		}
	}
}

// entry reads an entry of the dump and holds it to its own hash or name.
func entry(kind storage.EntryKind, b []byte) (storage.Entry, error) {
	switch kind {
	case storage.KindUser:
		return decoded[storage.User](b)
	case storage.KindDevice:
		return decoded[storage.Device](b)
	case storage.KindKey:
		return decoded[storage.Key](b)
	case storage.KindCommit:
		c, err := decoded[storage.Commit](b)
		if id, hash := zoufang.HashLine(c.Line); err == nil && (id != c.ID || hash != c.Hash) {
			err = errors.New("it is damaged: a line does not have its hash")
		}
		return c, err
	case storage.KindHeld:
		return decoded[storage.Held](b)
	case storage.KindRecord:
		e, err := decoded[recordEntry](b)
		if err != nil {
			return nil, err
		}
		r, err := storage.DecodeRecord(open{}, e.ID, e.Plain)
		if err == nil && r.ID != e.ID {
			err = errors.New("it is another's")
		}
		if err != nil {
			return nil, fmt.Errorf("it is damaged: record %s: %w", e.ID, err)
		}
		return storage.StoredRecord{Record: r, Written: e.Written}, nil
	case storage.KindWrite:
		return decoded[storage.Write](b)
	case storage.KindHead:
		return decoded[storage.AreaHead](b)
	case storage.KindMedium:
		return decoded[storage.Medium](b)
	case storage.KindName:
		return decoded[storage.Name](b)
	case storage.KindAudit:
		return decoded[storage.Audited](b)
	case storage.KindToken:
		return decoded[storage.Token](b)
	}
	return nil, errors.New("it is damaged: an entry of an unknown kind")
}

// bytes reads the media that follow the dump.
func (c *contents) bytes(r *reader, f func(zoufang.Digest, int64, io.Reader) error) error {
	for i := range c.media.all {
		kind, b, err := r.next()
		if err != nil {
			return err
		}
		d, size := c.media.digest(i), c.media.all[i].size
		if kind != kindBytes {
			return errors.New("it is damaged: a medium is missing")
		}
		e, err := decoded[bytesEntry](b)
		if err == nil && (e.Digest != d || e.Size != size) {
			err = errors.New("it is damaged: a medium in the place of another")
		}
		body := io.LimitReader(r.body(), size)
		switch {
		case err != nil:
		case f == nil:
			err = copyChecked(io.Discard, body, d, size)
		default:
			if err = f(d, size, body); err == nil {
				_, err = io.Copy(io.Discard, body)
			}
		}
		if err != nil {
			return mediumError(d, err)
		}
	}
	kind, b, err := r.next()
	if err != nil {
		return err
	}
	if kind != kindLast {
		return errors.New("it is damaged: it does not end after its media")
	}
	return r.ended(kind, b)
}

func decoded[T any](b []byte) (v T, err error) {
	err = decode(b, &v)
	return v, err
}

// open is the storage.Sealer of what is not sealed.
type open struct{}

func (open) Seal(plain, _ []byte) ([]byte, error)  { return plain, nil }
func (open) Open(sealed, _ []byte) ([]byte, error) { return sealed, nil }
