package mongostore

import (
	"context"

	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/mongo"
	"go.mongodb.org/mongo-driver/v2/mongo/options"

	"zoufang"
	"zoufang/storage"
)

// view reads one snapshot: that of a transaction of its own, or for tx that of its
// group, with what was written over it.
type view struct {
	s    *Store
	ctx  context.Context // carries the session; ends a reading
	meta *meta           // read once

	// Of a view of its own.
	session *mongo.Session
	begun   bool // something was read: the snapshot stands

	// What is to be remembered of the snapshot, once it is known to be on a majority.
	later *[]func()

	// For tx alone.
	g      *group
	own    *layer // what this update wrote
	failed error  // the first failure of the store, which fails the update even if its function goes on
}

var _ storage.View = (*view)(nil)

// read runs f on one snapshot. At its end the transaction is committed though it
// wrote nothing: that tells whether what was read is on a majority, and so can't
// be taken back by an election after somebody was told of it.
func (s *Store) read(ctx context.Context, f func(v *view) error) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	if err := s.away.err(); err != nil {
		return err
	}
	s.mu.Lock()
	if s.closed {
		s.mu.Unlock()
		return errClosed
	}
	s.busy.Add(1)
	s.mu.Unlock()
	session, err := s.client.StartSession()
	if err == nil {
		err = session.StartTransaction(snapshotTxn())
	}
	if err != nil {
		s.busy.Done()
		return wrap("begin to read", err)
	}
	v := &view{s: s, ctx: mongo.NewSessionContext(ctx, session), session: session, later: new([]func())}
	whole := false
	defer func() {
		v.ctx = ended // a function that kept it can do no harm
		if whole || !v.begun {
			session.EndSession(context.Background())
			s.busy.Done()
			return
		}
		go func() { // nobody need wait for this
			defer s.busy.Done()
			ctx, cancel := timed(context.Background())
			defer cancel()
			session.EndSession(ctx)
		}()
	}()
	if err := f(v); err != nil {
		return err
	}
	if v.begun {
		ctx, cancel := timed(v.ctx)
		defer cancel()
		if err := commit(ctx, session); err != nil {
			return wrap("end a reading", err)
		}
		for _, f := range *v.later {
			f()
		}
	}
	whole = true
	return nil
}

// op has one exchange with the server. The first of a view may be tried again:
// nobody has seen anything of the snapshot yet.
func (v *view) op(f func(ctx context.Context) error) error {
	if v.failed != nil {
		return v.failed
	}
	var tries tries
	for {
		ctx, cancel := timed(v.ctx)
		err := f(ctx)
		cancel()
		if v.ctx.Err() != nil && err != nil {
			return v.ctx.Err()
		}
		if err == nil || v.g != nil || v.begun || !again(err) {
			v.begun = v.begun || err == nil
			return err
		}
		if err := tries.wait(v.ctx, err); err != nil {
			return err
		}
		ctx, cancel = timed(v.ctx)
		v.session.AbortTransaction(ctx)
		cancel()
		if err := v.session.StartTransaction(snapshotTxn()); err != nil {
			return err
		}
	}
}

// fail says what failed and, in an update, remembers it.
func (v *view) fail(what string, err error) error {
	if err == nil {
		return nil
	}
	err = wrap(what, err)
	if v.g != nil && v.failed == nil {
		v.failed = err
	}
	return err
}

// each reads documents until f returns false.
func each[T any](v *view, c *mongo.Collection, filter any, o *options.FindOptionsBuilder, f func(*T) (bool, error)) error {
	var cur *mongo.Cursor
	err := v.op(func(ctx context.Context) (err error) {
		cur, err = c.Find(ctx, filter, o)
		return err
	})
	if err != nil {
		return err
	}
	defer func() {
		ctx, cancel := timed(context.WithoutCancel(v.ctx))
		defer cancel()
		cur.Close(ctx)
	}()
	for {
		var more bool
		if cur.RemainingBatchLength() > 0 {
			more = cur.Next(v.ctx)
		} else if err := v.op(func(ctx context.Context) error {
			more = cur.Next(ctx)
			return cur.Err()
		}); err != nil {
			return err
		}
		if !more {
			return cur.Err()
		}
		doc := new(T)
		if err := cur.Decode(doc); err != nil {
			return err
		}
		if goOn, err := f(doc); err != nil || !goOn {
			return err
		}
		if err := v.ctx.Err(); err != nil {
			return err
		}
	}
}

// in matches documents by their ids.
func in[T ~string](ids []T) bson.D {
	return bson.D{{Key: "_id", Value: bson.D{{Key: "$in", Value: list[string](ids)}}}}
}

func (v *view) ownMeta() (meta, error) {
	if v.meta == nil {
		var m meta
		err := v.op(func(ctx context.Context) (err error) {
			m, err = v.s.readMeta(ctx)
			return err
		})
		if err != nil {
			return meta{}, v.fail("meta", err)
		}
		v.meta = &m
	}
	return *v.meta, nil
}

func (v *view) Meta() (storage.Meta, error) {
	m, err := v.ownMeta()
	for l := v.own; l != nil; l = l.under {
		m.Areas += l.areas
	}
	return m.Meta, err
}

func (v *view) Heads(areas []zoufang.AreaID) ([]storage.AreaHead, error) {
	known := map[zoufang.AreaID]*headDoc{}
	var ask []zoufang.AreaID
	for _, a := range areas {
		h, ok := written(v.own, headsOf, a)
		if !ok && v.g != nil {
			h, ok = v.g.heads[a]
		}
		if ok {
			known[a] = h
		} else {
			ask = append(ask, a)
		}
	}
	if len(ask) > 0 {
		err := each(v, v.s.heads, in(ask), options.Find().SetBatchSize(manyDocs), func(h *headDoc) (bool, error) {
			known[zoufang.AreaID(h.Area)] = h
			return true, nil
		})
		if err != nil {
			return nil, v.fail("heads", err)
		}
	}
	out := make([]storage.AreaHead, len(areas))
	for i, a := range areas {
		if out[i].Area = a; known[a] != nil {
			out[i] = known[a].head()
		}
	}
	return out, nil
}

// How many documents one exchange brings: small ones, and records or lines, which
// may be half a megabyte each.
const (
	manyDocs = 1000
	someDocs = 100
)
