package operator

import (
	"zoufang"
	"zoufang/internal/fold"
	"zoufang/internal/sheet"
)

// Difference is what an import does to one household or person of the list.
type Difference struct {
	Row    int       `json:"row"`  // as a spreadsheet counts: the first that tells of it
	Kind   string    `json:"kind"` // household or person
	What   string    `json:"what"` // new, changed or same
	Name   string    `json:"name"`
	Fields []Changed `json:"fields,omitempty"`
}

// Changed is a field of it. Numbers of people are masked in both values.
type Changed struct {
	Field string `json:"field"`
	Label string `json:"label"`
	From  string `json:"from,omitempty"`
	To    string `json:"to"`
}

// differ notes what the items do to a record; have is the record before, or nil.
func (p *rosterPlan) differ(row sheet.Row, kind, name string, id zoufang.RecordID, have *zoufang.Record, items []zoufang.Item) {
	if !p.differs {
		return
	}
	d := Difference{Row: row.Line, Kind: kind, What: "same", Name: fold.Told(name)}
	k := zoufang.KindOf(kind)
	say := func(field string, v zoufang.Value) {
		f := k.Field(field)
		if f == nil || f.Type == zoufang.Ref || v == nil || v.IsNull() {
			return
		}
		c := Changed{Field: field, Label: f.Label.Zh, To: told(v)}
		if have != nil && f.Class != zoufang.Elements {
			c.From = told(have.Shown(field))
		}
		d.Fields = append(d.Fields, c)
	}
	for i := range items {
		it := &items[i]
		if it.Record != id {
			continue
		}
		d.What = "changed"
		if it.Op == zoufang.OpNew {
			d.What = "new"
			for _, f := range k.Fields {
				say(f.Name, it.Fields[f.Name])
			}
			continue
		}
		say(it.Field, it.Value)
	}
	if have != nil && have.Voided() {
		d.What = "new"
	}
	p.Changes = append(p.Changes, d)
}

// told says a value of a list in words.
func told(v zoufang.Value) string {
	if text, is := v.Text(); is {
		return fold.Told(text)
	}
	if members, is := v.Object(); is {
		return told(members["reason"])
	}
	list, _ := v.Array()
	out := ""
	for i, e := range list {
		if i > 0 {
			out += "、"
		}
		out += told(e)
	}
	return out
}
