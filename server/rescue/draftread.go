package rescue

import (
	"cmp"
	"encoding/json"
	"regexp"
	"slices"
	"strings"

	"zoufang"
)

// Editor is what a draft was written in.
type Editor string

// The editors of the phone app, as its drafts name them.
const (
	OfVisit     Editor = "visit"
	OfReport    Editor = "report_title"
	OfChange    Editor = "change_title"
	OfDiscovery Editor = "discover_title"
	OfHousehold Editor = "edit_household"
	OfPerson    Editor = "edit_person"
	OfRemark    Editor = "remark"
	OfNewerApp  Editor = "" // this program cannot read it
)

const mostAnswers = 200

// shape is a draft as the phone keeps it: a visit's, or that of another editor.
type shape struct {
	Type      string           `json:"type"`
	Form      string           `json:"form"`
	Area      zoufang.AreaID   `json:"area"`
	Household zoufang.RecordID `json:"household"`
	Persons   json.RawMessage  `json:"persons"`
	Started   json.RawMessage  `json:"started"`

	What Editor `json:"what"`
	Who  string `json:"who"`

	Was *shown `json:"was"` // the record that is changed, as it was shown
}

// shown is of a record what the editor showed of it.
type shown struct {
	ID     zoufang.RecordID  `json:"id"`
	Area   zoufang.AreaID    `json:"area"`
	Fields map[string][]head `json:"fields"`
	Sets   map[string][]head `json:"sets"`
}

type head struct {
	Value json.RawMessage `json:"value"`
}

// written says to which field an editor's box goes.
var written = map[Editor]map[string][2]string{
	OfReport:    {"what": {"request", "item"}, "urgency": {"request", "urgency"}, "person": {"request", "person"}, "text": {"request", "text"}},
	OfChange:    {"kind": {"request", "item"}, "person": {"request", "person"}, "why": {"request", "text"}},
	OfRemark:    {"text": {"person", "remarks"}},
	OfHousehold: {"place": {"household", "place"}, "remark": {"household", "remarks"}},
	OfPerson:    {"categories": {"person", "categories"}, "remark": {"person", "remarks"}},
	OfDiscovery: {
		"name": {"person", "name"}, "sex": {"person", "sex"}, "birth": {"person", "birth"}, "categories": {"person", "categories"},
		"address": {"household", "address"}, "group": {"household", "group"}, "phone": {"household", "phone"},
		"why": {"request", "text"}, "urgency": {"request", "urgency"},
	},
}

// readDraft reads what a phone kept, as far as it understands it: a draft is shown
// in part sooner than not at all.
func readDraft(id string, at int64, plain zoufang.Value) Draft {
	d := Draft{At: at, id: id}
	var s shape
	if json.Unmarshal(plain, &s) != nil {
		return d
	}
	whole, _ := plain.Object()
	d.Who, d.Area = shorter(s.Who), s.Area
	if s.Was != nil {
		d.About, d.Area = s.Was.ID, s.Was.Area
	}
	if answers, ok := whole["answers"].Object(); ok && s.Type != "" {
		d.Editor, d.Type, d.Form, d.About = OfVisit, s.Type, s.Form, s.Household
		d.visit(s, answers)
	} else if boxes, ok := whole["f"].Object(); ok && written[s.What] != nil {
		d.Editor = s.What
		d.boxes(s, boxes)
	}
	if m := aboutForm.FindStringSubmatch(id); m != nil && d.About == "" {
		d.About = zoufang.RecordID(m[1])
	}
	if !d.About.Valid() {
		d.About = ""
	}
	d.sort()
	return d
}

// aboutForm finds the record in the address of an editor, which names its drafts.
var aboutForm = regexp.MustCompile(`^/(?:household|person|remark)/([0-9a-f-]{36})(?:[/?]|$)`)

func (d *Draft) visit(s shape, answers map[string]zoufang.Value) {
	if level := answers["risk"]; level.Type() == '"' { // asked for apart, one value in the record
		risk := map[string]json.RawMessage{"level": json.RawMessage(level)}
		if why := answers["risk.reason"]; !empty(why) {
			risk["reason"] = json.RawMessage(why)
		}
		answers["risk"], _ = json.Marshal(risk)
	}
	delete(answers, "risk.reason")
	if s.Was == nil {
		answers["persons"], answers["started"] = zoufang.Value(s.Persons), zoufang.Value(s.Started)
	}
	for field, v := range answers {
		d.add("visit", field, v, s.Was)
	}
}

func (d *Draft) boxes(s shape, boxes map[string]zoufang.Value) {
	kind := "household"
	if s.What == OfPerson {
		kind = "person"
	}
	texts, _ := boxes["texts"].Object()
	for field, v := range texts {
		d.add(kind, field, v, s.Was)
	}
	for box, v := range boxes {
		if to, ok := written[s.What][box]; ok {
			d.add(to[0], to[1], v, s.Was)
		}
	}
	if id, ok := boxes["household"].Text(); ok && d.About == "" {
		d.About = zoufang.RecordID(id)
	}
	if area, ok := boxes["area"].Text(); ok && d.Area == "" {
		d.Area = zoufang.AreaID(area)
	}
}

// add takes a value that says something, unless it was there before. What no field
// of the kind is called is kept as a remark.
func (d *Draft) add(kind, field string, v zoufang.Value, was *shown) {
	f := zoufang.KindOf(kind).Field(field)
	switch {
	case empty(v), was.has(field, v), len(d.Answers) == mostAnswers:
		return
	case f == nil:
		field = "remarks"
	case f.Type == zoufang.Medium: // the media speak for themselves
		return
	case f.Type == zoufang.Ref && f.Class == zoufang.Register: // "" and the like stand for none
		if id, _ := v.Text(); !zoufang.RecordID(id).Valid() {
			return
		}
	}
	d.Answers = append(d.Answers, Answer{kind, field, v})
}

func empty(v zoufang.Value) bool {
	if s, ok := v.Text(); ok {
		return strings.TrimSpace(s) == ""
	}
	list, isList := v.Array()
	members, isObject := v.Object()
	return v.Type() == 0 || v.IsNull() || isList && len(list) == 0 || isObject && len(members) == 0
}

// has reports whether the record had this value when the editor opened.
func (s *shown) has(field string, v zoufang.Value) bool {
	if s == nil {
		return false
	}
	if list, ok := v.Array(); ok && s.Sets[field] != nil {
		return len(list) == len(s.Sets[field]) && !slices.ContainsFunc(list, func(e zoufang.Value) bool {
			return !slices.ContainsFunc(s.Sets[field], func(h head) bool { return e.Equal(zoufang.Value(h.Value)) })
		})
	}
	heads := s.Fields[field]
	return len(heads) > 0 && v.Equal(zoufang.Value(heads[0].Value))
}

// sort brings the answers into the order of the table of kinds.
func (d *Draft) sort() {
	place := func(a Answer) int {
		return slices.IndexFunc(zoufang.KindOf(a.Kind).Fields, func(f zoufang.Field) bool {
			return f.Name == a.Field || strings.HasSuffix(f.Name, ".") && strings.HasPrefix(a.Field, f.Name)
		})
	}
	slices.SortFunc(d.Answers, func(a, b Answer) int {
		return cmp.Or(-strings.Compare(a.Kind, b.Kind), cmp.Compare(place(a), place(b)), strings.Compare(a.Field, b.Field))
	})
}

func shorter(s string) string {
	if r := []rune(s); len(r) > 60 {
		return string(r[:60])
	}
	return s
}
