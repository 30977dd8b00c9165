package mongostore

import (
	"go.mongodb.org/mongo-driver/v2/mongo"
	"go.mongodb.org/mongo-driver/v2/mongo/options"

	"zoufang"
	"zoufang/storage"
)

// lookup finds one document by its id: among what was written, among what was read
// before, or in the database. relied, where given, notes an answer that the
// snapshot gave.
func lookup[K ~string, D any](v *view, id K, of func(*layer) map[K]*D, read func(*group) map[K]*D, c *mongo.Collection,
	stub func(*D) bool, relied func(*relied, bool)) (*D, error) {
	if d, ok := written(v.own, of, id); ok {
		return d, nil
	}
	if v.g != nil {
		if d, ok := read(v.g)[id]; ok {
			relied(&v.own.relied, d != nil)
			return d, nil
		}
	}
	var found *D
	err := each(v, c, byID(string(id)), options.Find().SetLimit(1), func(d *D) (bool, error) {
		if !stub(d) {
			found = d
		}
		return false, nil
	})
	if err == nil && v.g != nil {
		read(v.g)[id] = found
		relied(&v.own.relied, found != nil)
	}
	return found, err
}

func (v *view) commitDoc(id zoufang.CommitID) (*commitDoc, error) {
	return lookup(v, id, commitsOf, func(g *group) map[zoufang.CommitID]*commitDoc { return g.commits }, v.s.commits,
		func(d *commitDoc) bool { return d.Stub },
		func(r *relied, there bool) {
			if !there {
				r.noCommit[id] = true
			}
		})
}

func (v *view) rowDoc(id zoufang.RecordID) (*rowDoc, error) {
	return lookup(v, id, rowsOf, func(g *group) map[zoufang.RecordID]*rowDoc { return g.rows }, v.s.rows,
		func(d *rowDoc) bool { return d.Gone != "" },
		func(r *relied, there bool) {
			if !there {
				r.noRecord[id] = true
			}
		})
}

func (v *view) heldDoc(id zoufang.CommitID) (*heldDoc, error) {
	return lookup(v, id, heldsOf, func(g *group) map[zoufang.CommitID]*heldDoc { return g.helds }, v.s.helds,
		func(d *heldDoc) bool { return d.Stub },
		func(r *relied, _ bool) { r.held[id] = true })
}

func (v *view) mediumDoc(id zoufang.Digest) (*mediumDoc, error) {
	return lookup(v, id, mediaOf, func(g *group) map[zoufang.Digest]*mediumDoc { return g.media }, v.s.media,
		func(d *mediumDoc) bool { return d.Stub },
		func(r *relied, there bool) {
			if !there {
				r.noMedium[id] = true
			}
		})
}

func (v *view) Commit(id zoufang.CommitID) (*storage.Commit, error) {
	d, err := v.commitDoc(id)
	if err != nil || d == nil {
		return nil, v.fail("commit", err)
	}
	c, err := d.commit(v.s.sealer)
	return c, v.fail("commit", err)
}

func (v *view) Known(id zoufang.CommitID) (bool, error) {
	if v.g != nil {
		d, err := v.commitDoc(id)
		return d != nil, v.fail("known", err)
	}
	known := false
	err := each(v, v.s.commits, byID(string(id)), options.Find().SetProjection(up("stub")).SetLimit(1), func(d *commitDoc) (bool, error) {
		known = !d.Stub
		return false, nil
	})
	return known, v.fail("known", err)
}

func (v *view) Held(id zoufang.CommitID) (*storage.Held, error) {
	d, err := v.heldDoc(id)
	if err != nil || d == nil {
		return nil, v.fail("held", err)
	}
	h := d.held()
	return &h, nil
}

func (v *view) Record(id zoufang.RecordID) (*zoufang.Record, error) {
	d, err := v.rowDoc(id)
	if err != nil || d == nil {
		return nil, v.fail("record", err)
	}
	r, err := d.record(v.s.sealer)
	return r, v.fail("record", err)
}

func (v *view) Medium(d zoufang.Digest) (*storage.Medium, error) {
	doc, err := v.mediumDoc(d)
	if err != nil || doc == nil {
		return nil, v.fail("medium", err)
	}
	m := doc.medium()
	return &m, nil
}

// Ahead implements storage.Tx: two exchanges for all that is not known yet, and one
// for how those commits stand that there are.
func (t *tx) Ahead(commits []zoufang.CommitID, records []zoufang.RecordID) error {
	err := ahead(&t.view, commits, commitsOf, t.g.commits, t.s.commits, func(d *commitDoc) (zoufang.CommitID, bool) {
		return zoufang.CommitID(d.ID), !d.Stub
	})
	if known := t.known(commits); err == nil && len(known) > 0 {
		err = ahead(&t.view, known, heldsOf, t.g.helds, t.s.helds, func(d *heldDoc) (zoufang.CommitID, bool) {
			return zoufang.CommitID(d.ID), !d.Stub
		})
	}
	if err == nil {
		err = ahead(&t.view, records, rowsOf, t.g.rows, t.s.rows, func(d *rowDoc) (zoufang.RecordID, bool) {
			return zoufang.RecordID(d.ID), d.Gone == ""
		})
	}
	return t.fail("look ahead", err)
}

// known gives those of the commits that were read and are there.
func (t *tx) known(commits []zoufang.CommitID) (out []zoufang.CommitID) {
	for _, id := range commits {
		if t.g.commits[id] != nil {
			out = append(out, id)
		}
	}
	return out
}

func ahead[K ~string, D any](v *view, ids []K, of func(*layer) map[K]*D, read map[K]*D, c *mongo.Collection, id func(*D) (K, bool)) error {
	var ask []K
	for _, id := range ids {
		_, known := read[id]
		if !known {
			_, known = written(v.own, of, id)
		}
		if !known {
			ask = append(ask, id)
		}
	}
	if len(ask) == 0 {
		return nil
	}
	found := map[K]*D{}
	err := each(v, c, in(ask), options.Find().SetBatchSize(manyDocs), func(d *D) (bool, error) {
		if id, there := id(d); there {
			found[id] = d
		}
		return true, nil
	})
	if err != nil {
		return err
	}
	for _, id := range ask {
		read[id] = found[id]
	}
	return nil
}
