package intake

import (
	"strings"

	"zoufang"
	fieldsync "zoufang/sync"
)

// Reports lists the reports of harm to a child that a line would bring were it applied:
// those that its visits alarm for, by the forms of these areas, and those that it is
// itself. Of a visit that is there already only what the line says is asked, by all
// forms: a suspicion is told rather once too often.
func Reports(c *zoufang.Commit, st zoufang.Stamp, at []*Alarms) (out []zoufang.RecordID) {
	seen := map[zoufang.RecordID]bool{}
	for i := range c.Do {
		it := &c.Do[i]
		kind := it.Kind
		switch {
		case it.Record == "" || seen[it.Record]:
			continue
		case it.Op == zoufang.OpSet && strings.HasPrefix(it.Field, "answers."):
			kind = zoufang.KindVisit
		case it.Op == zoufang.OpSet && it.Field == "item":
			kind = zoufang.KindRequest
		case it.Op != zoufang.OpNew:
			continue
		}
		if kind != zoufang.KindVisit && kind != zoufang.KindRequest {
			continue
		}
		seen[it.Record] = true
		if r := alone(kind, it.Record, c.Do, st); r.TellsHarm() {
			out = append(out, r.ID)
		} else if kind == zoufang.KindVisit && says(r) && alarmed(r, at) {
			out = append(out, zoufang.HarmReportID(r.ID))
		}
	}
	return out
}

func alarmed(visit *zoufang.Record, at []*Alarms) bool {
	for _, a := range at {
		if a.By(visit) {
			return true
		}
	}
	return false
}

// alone is a record as the registers of a line that nobody judged leave it. What is not
// as its kind has it is passed over.
func alone(kind string, id zoufang.RecordID, do []zoufang.Item, st zoufang.Stamp) *zoufang.Record {
	k := zoufang.KindOf(kind)
	r := (&zoufang.Record{ID: id, Kind: kind}).Fill()
	r.Stamps[st.ID] = st
	write := func(field string, v zoufang.Value) {
		if f := k.Field(field); f != nil && f.Class == zoufang.Register {
			fieldsync.Write(r, field, v, nil, st)
		}
	}
	for i := range do {
		if it := &do[i]; it.Record == id && it.Op == zoufang.OpSet {
			write(it.Field, it.Value)
		} else if it.Record == id && it.Op == zoufang.OpNew {
			for field, v := range it.Fields {
				write(field, v)
			}
		}
	}
	return r
}
