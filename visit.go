package zoufang

import "strings"

// KindVisit is a home visit (走访).
const KindVisit = "visit"

// States of a visit.
const (
	Drafted   = "draft"
	Submitted = "submitted"
	Returned  = "returned"
	Approved  = "approved"
)

// MaxReason bounds a reason or a comment of staff, in characters.
const MaxReason = 300

// WholeVisit is the member of `comments.` for a comment on no field in particular.
const WholeVisit = "visit"

// OnPhoto is the member of `comments.` for a comment on one photo of a visit: photos
// are numbered anew when one goes, and what was said stays with what it was said of.
func OnPhoto(d Digest) string { return onPhoto + string(d) }

// PhotoOf reads the name that OnPhoto gives.
func PhotoOf(member string) (Digest, bool) {
	d, ok := strings.CutPrefix(member, onPhoto)
	return Digest(d), ok && Digest(d).Valid()
}

const onPhoto = "photos."

// investigation is the type of visit the law asks signatures for (入户核查).
const investigation = "investigation"

var visit = Kind{
	Name: KindVisit, Label: Label{"走访", "visit"}, Create: field, Edit: roster, NamedBy: "household", Household: []string{"household"}, Draft: Drafted,
	Facets: append([]Facet{byState("state"), byValue("type"), byValue("way"), byLevel("risk"), byRef("household"), byRef("persons"), byVisited, byAuthor}, byMarks...),
	Fields: []Field{
		{Name: "type", Class: Register, Type: OneOf, Label: Label{"类型", "Type"}, Shows: InList | Apart, Choices: []Choice{
			{Value: "routine", Label: Label{"走访", "Visit"}},
			{Value: "care", Label: Label{"探访", "Care call"}},
			{Value: investigation, Label: Label{"入户核查", "Investigation"}},
			{Value: "gift", Label: Label{"慰问", "Gift"}},
			{Value: "errand", Label: Label{"代办上门", "Errand"}},
			{Value: "followup", Label: Label{"回访", "Follow-up"}},
			{Value: "disaster", Label: Label{"灾情核查", "Disaster"}},
		}},
		{Name: "household", Class: Register, Type: Ref, Label: Label{"户", "Household"}, Shows: InList | Apart},
		{Name: "persons", Class: Elements, Type: Ref, Label: Label{"走访对象", "Persons"}},
		{Name: "way", Class: Register, Type: OneOf, Label: Label{"怎么走访的", "How"}, Choices: []Choice{
			{Value: "home", Label: Label{"入户", "Home"}},
			{Value: "phone", Label: Label{"电话", "Phone"}},
			{Value: "video", Label: Label{"视频", "Video"}},
			{Value: "neighbour", Label: Label{"问邻里", "Neighbours"}},
		}},
		{Name: "met", Class: Register, Type: Text, Label: Label{"见到了谁", "Met"}},
		{Name: "started", Class: Register, Type: Millis, Label: Label{"开始", "Started"}},
		{Name: "ended", Class: Register, Type: Millis, Label: Label{"结束", "Ended"}},
		{Name: "visitors", Class: Elements, Type: Text, Label: Label{"走访人", "Visitors"}, Shows: Asked},
		{Name: "form", Class: Register, Type: Text, Label: Label{"表单", "Form"}, Shows: Apart},
		{Name: "answers.", Class: Register, Type: Any, Label: Label{"回答", "Answers"}},
		risk,
		{Name: "note", Class: Register, Type: Text, Label: Label{"情况", "Remarks"}, Shows: Asked},
		{Name: "needs", Class: Elements, Type: Text, Label: Label{"需求", "Needs"}, Shows: Asked},
		{Name: "photos", Class: Elements, Type: Medium, Label: Label{"照片", "Photos"}, Unit: "张", Shows: Apart | Asked},
		{Name: "audio", Class: Elements, Type: Medium, Label: Label{"录音", "Voice notes"}, Unit: "段"},
		{Name: "signature.", Class: Group, Type: Object, Label: Label{"签名", "Signature"}, Shows: Apart, Choices: []Choice{
			{Value: "household", Label: Label{"被访人", "Resident"}},
			{Value: "visitor1", Label: Label{"核查人一", "Visitor 1"}},
			{Value: "visitor2", Label: Label{"核查人二", "Visitor 2"}},
			{Value: "village", Label: Label{"村(居)委会", "Village committee"}},
		}, Members: []Member{{Name: "image", Type: Medium}, {Name: "text", Type: Hash}, {Name: "by", Type: Text}, {Name: "at", Type: Millis},
			{Name: "unable", Type: Any}, {Name: "witness", Type: Text}}},
		place,
		remarks,
		{Name: "comments.", Class: Log, Type: Text, Label: Label{"审核意见", "Comments"}, Most: MaxReason, Writers: office, Shows: Apart},
		{Name: "state", Class: State, Type: OneOf, Label: Label{"状态", "State"}, Shows: InList | Apart, Choices: []Choice{
			{Drafted, Label{"草稿", "draft"}, Plain},
			{Submitted, Label{"待核定", "to be reviewed"}, Amber},
			{Returned, Label{"退回", "returned"}, Indigo},
			{Approved, Label{"已核定", "approved"}, Pine},
		}, Steps: []Step{
			{From: Drafted, To: Submitted, Verb: Label{"提交", "submit"}, Author: true, Rule: maySubmit},
			{From: Returned, To: Submitted, Verb: Label{"改好后重新提交", "submit again"}, Author: true, Rule: maySubmit},
			{From: Submitted, To: Approved, Verb: Label{"核定", "approve"}, By: office, Review: true},
			{From: Submitted, To: Returned, Verb: Label{"退回修改", "return"}, By: office},
		}},
	},
}

// maySubmit is the rule of the step to submitted: a type, and for an
// investigation two visitors and the signatures of household and visitors
// (民发〔2021〕57号 Art 16: at least two investigators, who sign with a present
// member of the household).
func maySubmit(r *Record) *Fault {
	if typ, _ := r.Shown("type").Text(); typ == "" {
		return Fail(HeldInvalid, RuleType).At("type")
	}
	investigated := false
	for _, h := range r.Heads["type"].Live {
		t, _ := h.Value.Text()
		investigated = investigated || t == investigation
	}
	switch {
	case !investigated:
		return nil
	case visitors(r) < 2:
		return Fail(HeldInvalid, RuleVisitors).At("visitors")
	}
	for _, name := range SignaturesOf(investigation) {
		switch {
		case signed(r, name):
		case name != "signature.household":
			return Fail(HeldInvalid, RuleVisitorSigns).At(name)
		case !unable(r, name):
			return Fail(HeldInvalid, RuleHouseholdSigns).At(name)
		}
	}
	return nil
}

// SignaturesOf lists the signatures that a type of visit needs.
func SignaturesOf(typ string) []string {
	if typ != investigation {
		return nil
	}
	return []string{"signature.household", "signature.visitor1", "signature.visitor2"}
}

// visitors counts who is named, blank names apart.
func visitors(r *Record) int {
	n := 0
	for _, e := range r.Sets["visitors"] {
		if len(e.Live) > 0 {
			if name, _ := e.Live[0].Value.Text(); strings.TrimSpace(name) != "" {
				n++
			}
		}
	}
	return n
}

// signed reports whether there is a drawn signature bound to the text that was
// shown (电子签名法 Art 13).
func signed(r *Record, name string) bool {
	members, _ := r.Shown(name).Object()
	image, _ := members["image"].Text()
	text, _ := members["text"].Text()
	return Digest(image).Valid() && Digest(text).Valid()
}

// unable reports whether somebody could not or would not sign, said why, and a
// witness is named.
func unable(r *Record, name string) bool {
	members, _ := r.Shown(name).Object()
	reason, isText := members["unable"].Text()
	witness, _ := members["witness"].Text()
	said := isText && strings.TrimSpace(reason) != "" || string(members["unable"]) == "true"
	return said && strings.TrimSpace(witness) != ""
}
