package intake

import (
	"maps"
	"slices"

	"zoufang"
	"zoufang/internal/fold"
	"zoufang/storage"
	fieldsync "zoufang/sync"
)

func invalid(rule zoufang.Rule, args ...any) *zoufang.Fault {
	return zoufang.Fail(zoufang.HeldInvalid, rule, args...)
}

// item tries one item on the drafts. A fault leaves the drafts in any state: the
// commit is applied whole or not at all.
func (t *trial) item(it *zoufang.Item) (*zoufang.Fault, error) {
	switch it.Op {
	case zoufang.OpJudge:
		return t.judgement(it)
	case zoufang.OpNew, zoufang.OpSet, zoufang.OpAdd, zoufang.OpRm, zoufang.OpLog, zoufang.OpGo:
	default:
		t.lost = true
		return t.unknown(zoufang.RuleUnknownItem), nil
	}
	if fold.Mask(it.Field) != it.Field {
		t.lost = true
		return t.unknown(zoufang.RuleUnknownField), nil
	}
	if !it.Record.Valid() {
		t.lost = true
		return invalid(zoufang.RuleRecordID), nil
	}
	d, err := t.load(it.Record)
	if err != nil {
		return nil, err
	}
	if it.Op == zoufang.OpNew {
		return t.create(it, d)
	}
	if d.rec == nil {
		t.lost = true
		t.waits = append(t.waits, storage.WaitsForRecord(it.Record))
		return zoufang.Fail(zoufang.HeldWaiting, zoufang.RuleNoRecord), nil
	}
	t.areas = append(t.areas, d.rec.Area)
	if it.Op == zoufang.OpGo {
		return t.step(it, d)
	}
	return t.content(it, d)
}

func (t *trial) unknown(rule zoufang.Rule) *zoufang.Fault {
	return zoufang.Fail(zoufang.UnknownIn(t.commit.Schema), rule)
}

func scope() *zoufang.Fault { return zoufang.Fail(zoufang.HeldScope, zoufang.RuleRight) }

// once notes a write and reports whether the commit made it before.
func (t *trial) once(rid zoufang.RecordID, what string) bool {
	key := string(rid) + "/" + what
	if t.written[key] {
		return false
	}
	t.written[key] = true
	return true
}

func twice() *zoufang.Fault { return invalid(zoufang.RuleTwice) }

// reaches reports whether a person released the line and that person's areas
// cover these: there rights and scope are waived.
func (t *trial) reaches(areas ...zoufang.AreaID) bool {
	if !t.waived {
		return false
	}
	for _, a := range areas {
		if t.reach != nil && !slices.ContainsFunc(t.reach, func(r zoufang.AreaID) bool { return r.Covers(a) }) {
			return false
		}
	}
	return true
}

// may judges a right. What only the operator writes (areas, people) no release
// opens to others.
func (t *trial) may(act zoufang.Act, d *draft, area zoufang.AreaID) bool {
	if t.reaches(area) && len(d.kind.Create) > 0 {
		return true
	}
	if t.actor == nil {
		return false
	}
	own := d.rec != nil && d.rec.Author == t.actor.ID
	return zoufang.May(t.actor, act, d.kind, own, t.actor.Covers(area))
}

func (t *trial) mayWrite(f *zoufang.Field) bool {
	return t.waived || t.actor != nil && f.MayWrite(t.actor)
}

// create tries `new`. A repeated one of the same kind acts as writes that saw
// nothing, under the right to edit; its area is ignored.
func (t *trial) create(it *zoufang.Item, d *draft) (*zoufang.Fault, error) {
	k := zoufang.KindOf(it.Kind)
	if k == nil {
		t.lost = true
		return t.unknown(zoufang.RuleUnknownKind), nil
	}
	known, err := t.j.area(it.Area)
	if err != nil {
		return nil, err
	}
	known = known || k.Name == zoufang.KindArea && it.Area.Valid()
	switch {
	case d.rec != nil:
		t.areas = append(t.areas, d.rec.Area)
	case known:
		t.areas = append(t.areas, it.Area)
	default:
		t.lost = true
	}
	if d.rec == nil && !it.Area.Valid() {
		return invalid(zoufang.RuleArea), nil
	}
	if d.rec != nil && d.rec.Kind != k.Name {
		return invalid(zoufang.RuleOtherKind), nil
	}
	if !t.once(it.Record, "") {
		return twice(), nil
	}
	names := slices.Sorted(maps.Keys(it.Fields))
	if slices.ContainsFunc(names, func(name string) bool { return k.Field(name) == nil || fold.Mask(name) != name }) {
		return t.unknown(zoufang.RuleUnknownField), nil
	}
	writable := true
	for _, name := range names {
		f := k.Field(name)
		if flt := t.initial(it.Record, name, f, it.Fields[name]); flt != nil {
			return flt, nil
		}
		writable = writable && t.mayWrite(f)
	}
	if d.rec != nil {
		if !t.may(zoufang.ActEdit, d, d.rec.Area) || !writable {
			return scope(), nil
		}
	} else {
		d.kind = k
		if !known || !t.may(zoufang.ActCreate, d, it.Area) || !writable {
			d.kind = nil
			return scope(), nil
		}
		d.rec, d.created = fieldsync.Create(k, *it, t.stamp), true
	}
	fieldsync.Fill(d.rec, k, *it, t.stamp)
	d.dirty = true
	return nil, nil
}

// initial holds one field of a `new` to its class and type.
func (t *trial) initial(rid zoufang.RecordID, name string, f *zoufang.Field, v zoufang.Value) *zoufang.Fault {
	switch f.Class {
	case zoufang.Log:
		return invalid(zoufang.RuleLogInNew).At(name)
	case zoufang.State:
		if s, ok := v.Text(); !ok || s != f.Choices[0].Value {
			return invalid(zoufang.RuleFirstState).At(name)
		}
	case zoufang.Elements:
		elements, ok := v.Array()
		if !ok {
			return invalid(zoufang.RuleList).At(name)
		}
		for _, e := range elements {
			if flt := f.Check(e); flt != nil {
				return flt.At(name)
			}
			if !t.once(rid, name+"/"+e.Canon()) {
				return twice()
			}
		}
	default:
		if flt := f.Check(v); flt != nil {
			return flt.At(name)
		}
		if !t.once(rid, name) {
			return twice()
		}
	}
	return nil
}

var classes = map[zoufang.Op][]zoufang.Class{
	zoufang.OpSet: {zoufang.Register, zoufang.Group},
	zoufang.OpAdd: {zoufang.Elements},
	zoufang.OpRm:  {zoufang.Elements},
	zoufang.OpLog: {zoufang.Log},
}

// content tries set, add, rm and log.
func (t *trial) content(it *zoufang.Item, d *draft) (*zoufang.Fault, error) {
	f := d.kind.Field(it.Field)
	if f == nil {
		return t.unknown(zoufang.RuleUnknownField), nil
	}
	if !slices.Contains(classes[it.Op], f.Class) {
		return invalid(zoufang.RuleClass).At(it.Field), nil
	}
	if it.Op != zoufang.OpRm {
		if flt := f.Check(it.Value); flt != nil {
			return flt.At(it.Field), nil
		}
	}
	what := it.Field
	if f.Class == zoufang.Elements {
		what += "/" + it.Value.Canon()
	}
	if !t.once(it.Record, what) {
		return twice(), nil
	}
	if !t.may(zoufang.ActEdit, d, d.rec.Area) || !t.mayWrite(f) {
		return scope(), nil
	}
	fieldsync.Apply(d.rec, it, t.stamp)
	d.dirty = true
	return nil, nil
}
