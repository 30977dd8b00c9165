package zoufang

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/json"
	"slices"
	"sort"
	"strconv"
	"strings"
)

// AppendRow appends the record's wire line {"row":{…}} without a line feed.
// Values go out as the bytes that came; sealed ones masked.
func (r *Record) AppendRow(dst []byte) []byte {
	by := r.By()
	index := make(map[CommitID]int, len(by))
	for i, id := range by {
		index[id] = i
	}
	k := KindOf(r.Kind)
	w := rowWriter{b: dst, index: index}
	w.raw(`{"row":{"id":`).text(string(r.ID)).raw(`,"kind":`).text(r.Kind).raw(`,"area":`).text(string(r.Area))
	w.raw(`,"seq":`).number(int64(r.Seq)).raw(`,"by":[`)
	for i, id := range by {
		w.comma(i).text(string(id))
	}
	w.raw(`],"w":[`)
	for i, id := range by {
		s := r.Stamps[id]
		w.comma(i).raw("[").text(string(s.User)).raw(",").number(s.From).raw(",").number(s.To).raw("]")
	}
	w.raw(`],"c":`).number(int64(index[r.Created]))
	w.fields(r, k)
	w.sets(r)
	w.logs(r)
	w.names("conflict", r.Conflicts())
	w.names("need", digests(r.Need))
	w.flaws(r.Flaws)
	if r.Changed() {
		w.raw(`,"changed":true`)
	}
	return append(w.b, "}}"...)
}

// AppendGone appends the line that tells of a record's leaving an area.
func AppendGone(dst []byte, id RecordID, area AreaID) []byte {
	w := rowWriter{b: dst}
	w.raw(`{"gone":{"id":`).text(string(id)).raw(`,"area":`).text(string(area)).raw(`}}`)
	return w.b
}

// Sum is the record's part of its area's sum (protocol §4).
func (r *Record) Sum() uint64 {
	b := make([]byte, 0, 256)
	b = append(append(b, r.ID...), ':')
	b = append(strconv.AppendUint(b, r.Seq, 10), ':')
	for i, id := range r.By() {
		if i > 0 {
			b = append(b, ',')
		}
		b = append(b, id...)
	}
	h := sha256.Sum256(b)
	return binary.BigEndian.Uint64(h[:8])
}

type rowWriter struct {
	b     []byte
	index map[CommitID]int
}

func (w *rowWriter) raw(s string) *rowWriter { w.b = append(w.b, s...); return w }

func (w *rowWriter) text(s string) *rowWriter { w.b = append(w.b, quote(s)...); return w }

func (w *rowWriter) number(n int64) *rowWriter { w.b = strconv.AppendInt(w.b, n, 10); return w }

func (w *rowWriter) comma(i int) *rowWriter {
	if i > 0 {
		w.b = append(w.b, ',')
	}
	return w
}

func (w *rowWriter) head(i int, h Head, sealed bool) {
	v := h.Value
	if sealed {
		v = Mask(v)
	}
	w.comma(i).raw("[").number(int64(w.index[h.ID])).raw(",")
	w.b = append(append(w.b, v...), ']')
}

// member begins the i-th member of an object that opens with name.
func (w *rowWriter) member(name string, i int, field string) {
	if i == 0 {
		w.raw(`,"` + name + `":{`)
	} else {
		w.raw(",")
	}
	w.text(field).raw(":[")
}

func (w *rowWriter) fields(r *Record, k *Kind) {
	names := make([]string, 0, len(r.Heads)+len(r.States))
	for name, h := range r.Heads {
		if len(h.Live) > 0 {
			names = append(names, name)
		}
	}
	for name := range r.States {
		names = append(names, name)
	}
	sort.Strings(names)
	for n, name := range names {
		w.member("f", n, name)
		if s := r.States[name]; s != nil {
			w.head(0, Head{ID: s.By, Value: quote(s.Value)}, false)
		} else {
			sealed := false
			if k != nil {
				f := k.Field(name)
				sealed = f == nil || f.Sealed
			}
			for i, h := range r.Heads[name].Live {
				w.head(i, h, sealed)
			}
		}
		w.raw("]")
	}
	if len(names) > 0 {
		w.raw("}")
	}
}

func (w *rowWriter) sets(r *Record) {
	n := 0
	for _, name := range sortedKeys(r.Sets) {
		i := 0
		for _, element := range r.InOrder(name) {
			for _, tag := range r.Sets[name][element].Live {
				if i == 0 {
					w.member("s", n, name)
					n++
				}
				w.head(i, tag, false)
				i++
			}
		}
		if i > 0 {
			w.raw("]")
		}
	}
	if n > 0 {
		w.raw("}")
	}
}

func (w *rowWriter) logs(r *Record) {
	for n, name := range sortedKeys(r.Logs) {
		w.member("l", n, name)
		for i, note := range r.Logs[name] {
			w.head(i, note, false)
		}
		w.raw("]")
	}
	if len(r.Logs) > 0 {
		w.raw("}")
	}
}

func (w *rowWriter) names(key string, list []string) {
	if len(list) == 0 {
		return
	}
	w.raw(`,"` + key + `":[`)
	for i, s := range list {
		w.comma(i).text(s)
	}
	w.raw("]")
}

// flaws tells which media cannot be seen: derived, as need is, and passed over by
// readers that don't know it.
func (w *rowWriter) flaws(all map[Digest]Flaw) {
	for i, d := range sortedKeys(all) {
		if i == 0 {
			w.raw(`,"flaws":{`)
		} else {
			w.raw(",")
		}
		w.text(string(d)).raw(":").text(string(all[d]))
	}
	if len(all) > 0 {
		w.raw("}")
	}
}

func digests(list []Digest) []string {
	out := make([]string, len(list))
	for i, d := range list {
		out[i] = string(d)
	}
	return out
}

func sortedKeys[K ~string, V any](m map[K]V) []K {
	keys := make([]K, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
}

// quote writes a text as JSON, hanzi as they are.
func quote(s string) Value {
	plain := true
	for i := 0; i < len(s); i++ {
		if s[i] < 0x20 || s[i] >= 0x7f || s[i] == '"' || s[i] == '\\' {
			plain = false
			break
		}
	}
	if plain {
		return Value(`"` + s + `"`)
	}
	var b strings.Builder
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	e.Encode(s)
	return Value(strings.TrimSuffix(b.String(), "\n"))
}

// Quote writes a text as a JSON value.
func Quote(s string) Value { return quote(s) }
