package catalog

import (
	"encoding/hex"

	"zoufang"
	"zoufang/internal/fold"
)

// plan is how the records of a kind are shelved, as its facets say.
type plan struct {
	kind *zoufang.Kind
	few  []*zoufang.Facet // whose values are few: told by a record's code
	refs []*zoufang.Facet // whose values are ids: a column each
	deep []*zoufang.Facet // that count by what the ids name, see zoufang.Facet.Through
	own  string           // the field that a record of the kind is named by itself, or ""
}

// planned are the kinds that are shelved: all that lists are made of.
var planned = func() map[string]*plan {
	out := map[string]*plan{}
	for i := range zoufang.Kinds {
		k := &zoufang.Kinds[i]
		if len(k.Facets) == 0 {
			continue
		}
		p := &plan{kind: k}
		for i := range k.Facets {
			switch f := &k.Facets[i]; {
			case f.Through != "":
				p.deep = append(p.deep, f)
			case f.IDs:
				p.refs = append(p.refs, f)
			default:
				p.few = append(p.few, f)
			}
		}
		p.own = ownName(k)
		out[k.Name] = p
	}
	return out
}()

// id is a record's, as bytes in the order of its text.
type id [16]byte

// idOf reads a valid id.
func idOf(r zoufang.RecordID) (out id) {
	s := string(r)
	hex.Decode(out[:], []byte(s[:8]+s[9:13]+s[14:18]+s[19:23]+s[24:]))
	return out
}

func (i id) record() zoufang.RecordID {
	h := hex.EncodeToString(i[:])
	return zoufang.RecordID(h[:8] + "-" + h[8:12] + "-" + h[12:16] + "-" + h[16:20] + "-" + h[20:])
}

// entry is a record read for its shelf, outside of all locks.
type entry struct {
	plan *plan // nil: of a kind that is not shelved, or a mark of one that is gone
	id   id
	at   int64
	key  string
	refs [][]string // by the place of the facet among plan.refs
	name string
}

func entryOf(r *zoufang.Record) entry {
	p := planned[r.Kind]
	e := entry{plan: p, id: idOf(r.ID)}
	if p == nil {
		return e
	}
	e.at, e.key = At(r), p.key(r)
	for _, f := range p.refs {
		e.refs = append(e.refs, few(f.Values(r)))
	}
	if p.own != "" {
		name, _ := r.Shown(p.own).Text()
		e.name = fold.Mask(name) // so that no search finds what nobody is shown
	}
	return e
}
