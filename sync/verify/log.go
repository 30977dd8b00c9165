package verify

import (
	"bytes"
	"slices"

	"zoufang"
	"zoufang/storage"
	fieldsync "zoufang/sync"
)

// log replays the writes of every record and holds the outcome against the
// stored record.
func (r *run) log() error {
	var rec *zoufang.Record
	var last storage.Write
	once := map[zoufang.CommitID]bool{}
	end := func() error {
		if last.Record == "" {
			return nil
		}
		return r.compare(rec, last)
	}
	err := storage.Each(r.d, func(w storage.Write) error {
		r.Writes++
		r.number(w)
		if w.Record != last.Record {
			if err := end(); err != nil {
				return err
			}
			rec, last = nil, storage.Write{Record: w.Record}
			clear(once)
		}
		if w.Ver != last.Ver+1 {
			r.fault("record %s: write %d follows %d", w.Record, w.Ver, last.Ver)
		}
		last = w
		if w.Gone || w.Commit == "" {
			return nil
		}
		if once[w.Commit] {
			r.fault("record %s: commit %s is applied twice", w.Record, w.Commit)
		}
		once[w.Commit] = true
		r.written[w.Commit]++
		var err error
		rec, err = r.replay(rec, w)
		return err
	})
	if err != nil {
		return err
	}
	return end()
}

func (r *run) replay(rec *zoufang.Record, w storage.Write) (*zoufang.Record, error) {
	c, err := r.d.Commit(w.Commit)
	if err != nil {
		return nil, err
	}
	h, err := r.d.Held(w.Commit)
	if err != nil {
		return nil, err
	}
	if c == nil || h != nil && h.Code != zoufang.Released {
		r.fault("record %s: written by %s, which is not applied", w.Record, w.Commit)
		return rec, nil
	}
	commit, fault := zoufang.ParseCommit(c.Line)
	if fault != nil {
		r.fault("commit %s: applied, but cannot be read", w.Commit)
		return rec, nil
	}
	stamp := zoufang.NewStamp(c.ID, c.Author, commit.At, c.From, c.At, c.Staff)
	return fieldsync.Replay(rec, w.Record, commit.Do, stamp), nil
}

func (r *run) compare(rec *zoufang.Record, last storage.Write) error {
	stored, err := r.d.Record(last.Record)
	if err != nil {
		return err
	}
	if stored == nil || rec == nil {
		r.fault("record %s: the log and the records do not both have it", last.Record)
		return nil
	}
	if stored.Ver != last.Ver || stored.Seq != last.Seq || stored.Area != last.Area {
		r.fault("record %s: its last write is not the one it stands at", last.Record)
	}
	if !slices.Equal(stored.Need, r.missing(stored)) {
		r.fault("record %s: what it needs is not what has not arrived", last.Record)
	}
	r.Awaited += len(stored.Need)
	a, b := *stored, *rec
	for d, f := range stored.Flaws {
		if m, err := r.d.Medium(d); err != nil {
			return err
		} else if m == nil || m.Flaw != f && !r.arrived[d] || !slices.Contains(stored.Media(), d) {
			r.fault("record %s: what it says of a medium is not what is known of it", last.Record)
		}
	}
	a.Seq, a.Ver, a.Need, a.Flaws, b.Seq, b.Ver, b.Need, b.Flaws = 0, 0, nil, nil, 0, 0, nil, nil
	a.Sets, b.Sets = unplaced(a.Sets), unplaced(b.Sets)
	plainA, err := storage.PlainRecord(&a)
	if err != nil {
		return err
	}
	plainB, err := storage.PlainRecord(&b)
	if err != nil {
		return err
	}
	if !bytes.Equal(plainA, plainB) {
		r.fault("record %s: replaying its log gives another content", last.Record)
	}
	return nil
}

// missing lists the media a record names that have not arrived, or of which it has
// not been told yet.
func (r *run) missing(rec *zoufang.Record) []zoufang.Digest {
	var out []zoufang.Digest
	for _, d := range rec.Media() {
		if _, ok := r.stored[d]; !ok || r.arrived[d] && slices.Contains(rec.Need, d) {
			out = append(out, d)
		}
	}
	return out
}

// number notes that a number of an area's sequence was given.
func (r *run) number(w storage.Write) {
	bits := r.seqs[w.Area]
	word, bit := w.Seq/64, uint64(1)<<(w.Seq%64)
	for uint64(len(bits)) <= word && word < 1<<30 {
		bits = append(bits, 0)
	}
	if word >= 1<<30 || bits[word]&bit != 0 {
		r.fault("area %s: number %d is given twice or out of range", w.Area, w.Seq)
		return
	}
	bits[word] |= bit
	r.seqs[w.Area] = bits
	r.tops[w.Area] = max(r.tops[w.Area], w.Seq)
}

func (r *run) records() error {
	return storage.Each(r.d, func(e storage.StoredRecord) error {
		rec := e.Record
		r.Records++
		s := r.sums[rec.Area]
		s.all += rec.Sum()
		if k := zoufang.KindOf(rec.Kind); k != nil && k.Public {
			s.public += rec.Sum()
		}
		r.sums[rec.Area] = s
		if rec.Ver == 0 || rec.Seq > r.tops[rec.Area] {
			r.fault("record %s: stands at a number the log does not have", rec.ID)
		}
		return nil
	})
}

func (r *run) heads() error {
	seen := map[zoufang.AreaID]bool{}
	err := storage.Each(r.d, func(h storage.AreaHead) error {
		r.Areas++
		seen[h.Area] = true
		if h.Seq != r.tops[h.Area] {
			r.fault("area %s: stands at %d, the log at %d", h.Area, h.Seq, r.tops[h.Area])
		}
		for n := uint64(1); n <= r.tops[h.Area]; n++ {
			if r.seqs[h.Area][n/64]&(1<<(n%64)) == 0 {
				r.fault("area %s: number %d is missing", h.Area, n)
			}
		}
		if s := r.sums[h.Area]; h.Sum != s.all || h.Public != s.public {
			r.fault("area %s: its sum is not that of its records", h.Area)
		}
		if err := r.feed(h.Area, false, r.sums[h.Area].all); err != nil {
			return err
		}
		return r.feed(h.Area, true, r.sums[h.Area].public)
	})
	for area := range r.seqs {
		if !seen[area] {
			r.fault("area %s: has records and no head", area)
		}
	}
	return err
}

// feed reads what a phone would be sent of an area, from the beginning, and sums
// it up as the phone does.
func (r *run) feed(area zoufang.AreaID, public bool, want uint64) error {
	var sum, last uint64
	err := r.d.Feed(area, 0, public, func(row storage.FeedRow) bool {
		if row.Seq <= last || row.Record != nil && (row.Record.Seq != row.Seq || row.Record.Area != area) {
			r.fault("area %s: its feed has number %d out of place", area, row.Seq)
		}
		last = row.Seq
		if row.Record != nil {
			sum += row.Record.Sum()
		}
		return true
	})
	if sum != want {
		r.fault("area %s: its feed is not its records", area)
	}
	return err
}

// unplaced is sets without the places of their tags: what an older program stored
// has none, and replaying its lines gives them.
func unplaced(sets map[string]map[string]*zoufang.Heads) map[string]map[string]*zoufang.Heads {
	out := make(map[string]map[string]*zoufang.Heads, len(sets))
	for field, set := range sets {
		out[field] = make(map[string]*zoufang.Heads, len(set))
		for key, e := range set {
			bare := &zoufang.Heads{Live: slices.Clone(e.Live), Dead: e.Dead}
			for i := range bare.Live {
				bare.Live[i].Nth = 0
			}
			out[field][key] = bare
		}
	}
	return out
}
