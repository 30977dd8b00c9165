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

type nameEntry struct {
	Digest zoufang.Digest
	Role   storage.NameRole
	ID     string
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
		to := &entries{w: w, list: list, far: p.progress("records and lines", 0)}
		return pour(d, to)
	})
	if err == nil {
		err = w.end(kindEnd)
	}
	list.sort()
	return list, meta, err
}

// pour gives everything in a dump to a load.
func pour(d storage.Dump, to storage.Load) error {
	for _, each := range []func() error{
		func() error { return d.EachUser(to.User) },
		func() error { return d.EachDevice(to.Device) },
		func() error { return d.EachKey(to.Key) },
		func() error { return d.EachCommit(to.Commit) },
		func() error { return d.EachHeld(to.Held) },
		func() error { return d.EachRecord(to.Record) },
		func() error { return d.EachWrite(to.Write) },
		func() error { return d.EachHead(to.Head) },
		func() error { return d.EachMedium(to.Medium) },
		func() error { return d.EachName(to.Name) },
	} {
		if err := each(); err != nil {
			return err
		}
	}
	return nil
}

// entries is a storage.Load that writes a stream.
type entries struct {
	w    *writer
	list *media
	far  *progress
}

func (e *entries) put(kind byte, v any) error {
	e.far.add(1)
	return e.w.entry(kind, v)
}

func (e *entries) User(u zoufang.User) error     { return e.put(kindUser, u) }
func (e *entries) Device(d zoufang.Device) error { return e.put(kindDevice, d) }
func (e *entries) Key(k storage.Key) error       { return e.put(kindKey, k) }
func (e *entries) Commit(c storage.Commit) error { return e.put(kindCommit, c) }
func (e *entries) Held(h storage.Held) error     { return e.put(kindHeld, h) }
func (e *entries) Write(w storage.Write) error   { return e.put(kindWrite, w) }
func (e *entries) Head(h storage.Head) error     { return e.put(kindArea, h) }
func (e *entries) Medium(m storage.Medium) error {
	if err := e.list.add(m.Digest, m.Size); err != nil {
		return err
	}
	return e.put(kindMedium, m)
}

func (e *entries) Name(d zoufang.Digest, role storage.NameRole, id string) error {
	return e.put(kindName, nameEntry{d, role, id})
}

func (e *entries) Record(r *zoufang.Record, written int64) error {
	plain, err := storage.PlainRecord(r)
	if err != nil {
		return err
	}
	return e.put(kindRecord, recordEntry{r.ID, written, plain})
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
