package backup

import (
	"context"
	"io"

	"zoufang"
	"zoufang/storage"
)

// recordEntry is a record in its stored form, unsealed, with its place in the
// order of writing.
type recordEntry struct {
	ID      zoufang.RecordID
	Written int64
	Plain   []byte
}

// form is what stands of an entry in a stream.
func form(e storage.Entry) (any, error) {
	r, ok := e.(storage.StoredRecord)
	if !ok {
		return e, nil
	}
	plain, err := storage.PlainRecord(r.Record)
	return recordEntry{r.Record.ID, r.Written, plain}, err
}

// dumpInto writes the store as entries, up to the end of the dump, and gives the
// media it knows.
func (p *Place) dumpInto(ctx context.Context, w *writer, clock int64, beside bool) (*media, storage.Meta, error) {
	list := &media{}
	var meta storage.Meta
	err := p.Store.Dump(ctx, func(d storage.Dump) (err error) {
		if meta, err = d.Meta(); err != nil {
			return err
		}
		err = w.entry(kindHead, head{
			Format: format, Product: p.Version, Created: p.Now().UnixMilli(), Clock: clock, Beside: beside, Meta: meta,
		})
		if err != nil {
			return err
		}
		far := p.progress("records and lines", 0)
		return storage.All(d, func(e storage.Entry) error {
			far.add(1)
			if err := list.note(e); err != nil {
				return err
			}
			v, err := form(e)
			if err != nil {
				return err
			}
			return w.entry(byte(e.Kind()), v)
		})
	})
	if err == nil {
		err = w.end(kindEnd)
	}
	list.sort()
	return list, meta, err
}

// bytesEntry announces a medium's bytes.
type bytesEntry struct {
	Digest zoufang.Digest
	Size   int64
}

// mediaInto writes the media themselves, and the end of the file.
func (p *Place) mediaInto(ctx context.Context, w *writer, list *media) error {
	far := p.progress("media", list.bytes())
	for i := range list.all {
		d, size := list.digest(i), list.all[i].size
		if err := w.entry(kindBytes, bytesEntry{d, size}); err != nil {
			return err
		}
		to, err := w.body()
		if err != nil {
			return err
		}
		if err := p.copyMedium(ctx, to, d, size); err != nil {
			return err
		}
		far.add(size)
	}
	return w.end(kindLast)
}

// copyMedium writes a medium of the store to w, and fails where it is not whole.
func (p *Place) copyMedium(ctx context.Context, w io.Writer, d zoufang.Digest, size int64) error {
	o, err := p.Blobs.Open(ctx, d)
	if err != nil {
		return mediumError(d, err)
	}
	defer o.Close()
	return mediumError(d, copyChecked(w, &heeding{ctx: ctx, r: o}, d, size))
}
