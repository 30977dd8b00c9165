package verify

import (
	"slices"
	"strings"

	"zoufang"
	"zoufang/storage"
)

// held checks that every held line is there, and that a waiting one still waits
// for something.
func (r *run) held() error {
	return storage.Each(r.d, func(h storage.Held) error {
		r.Held[h.Code]++
		c, err := r.d.Commit(h.ID)
		if err != nil {
			return err
		}
		if c == nil {
			r.fault("held %s: its line is not there", h.ID)
			return nil
		}
		if h.Code != zoufang.HeldWaiting {
			return nil
		}
		waiting := false
		for _, key := range h.Waits {
			waits, err := r.waits(key)
			if err != nil {
				return err
			}
			waiting = waiting || waits
			if woken, err := r.d.Waiting(key); err != nil {
				return err
			} else if !slices.Contains(woken, h.ID) {
				r.fault("held %s: would not be woken by what it waits for", h.ID)
			}
		}
		if !waiting {
			r.fault("held %s: waits for nothing", h.ID)
		}
		return nil
	})
}

// waits reports whether what the key names has still not come.
func (r *run) waits(key string) (bool, error) {
	if id, ok := strings.CutPrefix(key, "r:"); ok {
		rec, err := r.d.Record(zoufang.RecordID(id))
		return rec == nil, err
	}
	id := zoufang.CommitID(strings.TrimPrefix(key, "c:"))
	c, err := r.d.Commit(id)
	if err != nil || c == nil {
		return c == nil, err
	}
	h, err := r.d.Held(id)
	return h != nil && h.Code.Open(), err
}

// commits checks every line's hash, and that each applied one was applied whole.
func (r *run) commits() error {
	return storage.Each(r.d, func(c storage.Commit) error {
		r.Commits++
		id, hash := zoufang.HashLine(c.Line)
		if id != c.ID || hash != c.Hash {
			r.fault("commit %s: its line is not the one it is named by", c.ID)
			return nil
		}
		h, err := r.d.Held(c.ID)
		if err != nil || h != nil && h.Code != zoufang.Released {
			return err
		}
		commit, fault := zoufang.ParseCommit(c.Line)
		if fault != nil {
			r.fault("commit %s: applied, but cannot be read", c.ID)
			return nil
		}
		touched := map[zoufang.RecordID]bool{}
		for _, it := range commit.Do {
			if it.Op != zoufang.OpGo && it.Op != zoufang.OpJudge {
				touched[it.Record] = true
			}
		}
		if r.written[c.ID] < len(touched) {
			r.fault("commit %s: applied to %d records of %d", c.ID, r.written[c.ID], len(touched))
		}
		return nil
	})
}
