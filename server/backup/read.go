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

// taking is what is done with a stream beside checking it. Any may be nil.
type taking struct {
	head   func(head) error
	load   storage.Load
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
	if err := c.dump(r, take.load); err != nil {
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

func (c *contents) dump(r *reader, load storage.Load) error {
	if load == nil {
		load = nowhere{}
	}
	for {
		kind, b, err := r.next()
		if err != nil {
			return err
		}
		switch kind {
		case kindUser:
			err = give(b, load.User)
		case kindDevice:
			err = give(b, load.Device)
		case kindKey:
			err = give(b, load.Key)
		case kindCommit:
			err = give(b, func(s storage.Commit) error {
				if id, hash := zoufang.HashLine(s.Line); id != s.ID || hash != s.Hash {
					return errors.New("it is damaged: a line does not have its hash")
				}
				return load.Commit(s)
			})
		case kindHeld:
			err = give(b, load.Held)
		case kindRecord:
			err = give(b, func(e recordEntry) error {
				s, err := storage.DecodeRecord(open{}, e.ID, e.Plain)
				if err == nil && s.ID != e.ID {
					err = errors.New("it is another's")
				}
				if err != nil {
					return fmt.Errorf("it is damaged: record %s: %w", e.ID, err)
				}
				return load.Record(s, e.Written)
			})
		case kindWrite:
			err = give(b, load.Write)
		case kindArea:
			err = give(b, load.Head)
		case kindMedium:
			err = give(b, func(m storage.Medium) error {
				if err := c.media.add(m.Digest, m.Size); err != nil {
					return err
				}
				if len(c.media.all) > r.mostMedia() {
					return errors.New("it is damaged: it names more media than can be in it")
				}
				return load.Medium(m)
			})
		case kindName:
			err = give(b, func(n nameEntry) error { return load.Name(n.Digest, n.Role, n.ID) })
		case kindEnd:
			c.counts = maps.Clone(r.counts)
			copy(c.sum[:], r.sum.Sum(nil))
			return r.ended(kind, b)
		default:
			err = errors.New("it is damaged: an entry of an unknown kind")
		}
		if err != nil {
			return err
		}
	}
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
		err = give(b, func(e bytesEntry) error {
			if e.Digest != d || e.Size != size {
				return errors.New("it is damaged: a medium in the place of another")
			}
			body := io.LimitReader(r.body(), size)
			if f == nil {
				return copyChecked(io.Discard, body, d, size)
			}
			if err := f(d, size, body); err != nil {
				return err
			}
			_, err := io.Copy(io.Discard, body)
			return err
		})
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

func give[T any](b []byte, f func(T) error) error {
	var v T
	if err := decode(b, &v); err != nil {
		return err
	}
	return f(v)
}
