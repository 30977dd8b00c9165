package mobileapi_test

import (
	"context"
	"sync/atomic"

	"zoufang"
	"zoufang/storage"
)

// counted is a store that counts what one request or transaction costs.
type counted struct {
	storage.Records
	reads   atomic.Int64 // records and names looked up, in views
	asked   atomic.Int64 // Readable
	written atomic.Int64 // records, in all
	most    atomic.Int64 // records, in one transaction
	cut     atomic.Int64 // after so many more transactions that write records all fail; 0: never
}

type countedView struct {
	storage.View
	c *counted
}

func (v countedView) Record(id zoufang.RecordID) (*zoufang.Record, error) {
	v.c.reads.Add(1)
	return v.View.Record(id)
}

func (v countedView) Names(d zoufang.Digest) (storage.MediumNames, error) {
	v.c.reads.Add(1)
	return v.View.Names(d)
}

func (v countedView) Readable(r storage.Reader, media ...zoufang.Digest) ([]storage.Medium, error) {
	v.c.asked.Add(1)
	return v.View.Readable(r, media...)
}

type countedTx struct {
	storage.Tx
	n int64
}

func (t *countedTx) PutRecord(r *zoufang.Record, by ...zoufang.CommitID) error {
	t.n++
	return t.Tx.PutRecord(r, by...)
}

func (c *counted) View(ctx context.Context, f func(storage.View) error) error {
	return c.Records.View(ctx, func(v storage.View) error { return f(countedView{v, c}) })
}

func (c *counted) Update(ctx context.Context, near zoufang.AreaID, f func(storage.Tx) error) error {
	var n int64
	err := c.Records.Update(ctx, near, func(tx storage.Tx) error {
		t := &countedTx{Tx: tx}
		err := f(t)
		if n = t.n; n > 0 && c.cut.Load() > 0 && c.cut.Add(-1) == 0 {
			c.cut.Store(1)
			return errDisk
		}
		return err
	})
	if err == nil {
		c.written.Add(n)
		c.most.Store(max(c.most.Load(), n))
	}
	return err
}
