package content

import (
	"slices"
	"strings"
	"testing"
	"time"

	"zoufang"
)

func TestShippedIsWhole(t *testing.T) {
	docs, err := Shipped()
	if err != nil {
		t.Fatal(err)
	}
	count, types := map[string]int{}, []string{}
	for _, d := range docs {
		count[d.Kind]++
		if d.Kind == "form" {
			var f Form
			if err := strictly(d.Body, &f); err != nil {
				t.Fatal(err)
			}
			types = append(types, f.Type)
		}
		for field, v := range d.Fields() {
			if zoufang.KindOf(d.Kind).Field(field) == nil || v == nil {
				t.Errorf("%s has no field %s", d.Kind, field)
			}
		}
		if id := d.ID("320115000000"); !id.Valid() || id != d.ID("320115000000") || id == d.ID("320116000000") {
			t.Errorf("%s: id %s", d.Heading.Ref(), id)
		}
	}
	slices.Sort(types)
	var want []string
	for _, c := range zoufang.KindOf(zoufang.KindVisit).Field("type").Choices {
		want = append(want, c.Value)
	}
	slices.Sort(want)
	if !slices.Equal(types, want) {
		t.Errorf("forms for %v, want %v", types, want)
	}
	if count["calendar"] != 1 || count["rule"] < 20 || count["department"] < 10 {
		t.Errorf("shipped: %v", count)
	}
}

// The investigation is the one visit that cannot be submitted without its parts;
// its form must ask for all that the step's rule demands.
func TestInvestigationAsksForWhatItsRuleDemands(t *testing.T) {
	docs, err := Shipped()
	if err != nil {
		t.Fatal(err)
	}
	required := map[string]bool{}
	for _, d := range docs {
		if d.Kind != "form" || d.Heading.Name != "investigation" {
			continue
		}
		var f Form
		if err := strictly(d.Body, &f); err != nil {
			t.Fatal(err)
		}
		for _, s := range f.Sections {
			for _, q := range s.Questions {
				required[q.Field] = required[q.Field] || q.Required && q.Shown == nil
			}
		}
	}
	for _, field := range []string{"visitors", "signature.household", "signature.visitor1", "signature.visitor2"} {
		if !required[field] {
			t.Errorf("%s is not required", field)
		}
	}
}

func TestWorkingDaysOf2026(t *testing.T) {
	docs, err := Shipped()
	if err != nil {
		t.Fatal(err)
	}
	for _, d := range docs {
		if d.Kind != "calendar" {
			continue
		}
		var c Calendar
		if err := strictly(d.Body, &c); err != nil {
			t.Fatal(err)
		}
		n := 0
		for at := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC); at.Year() == 2026; at = at.AddDate(0, 0, 1) {
			if c.working(at) {
				n++
			}
		}
		if n != 248 { // 365 days, 104 at weekends, 13 holidays by law
			t.Errorf("%d working days", n)
		}
	}
}

// working is the reading of a calendar, written down once more than the phone does.
func (c *Calendar) working(at time.Time) bool {
	d := at.Format(time.DateOnly)
	if slices.Contains(c.Work, d) {
		return true
	}
	resting := slices.ContainsFunc(c.Rest, func(r Rest) bool { return r.From <= d && d <= r.To })
	return !resting && at.Weekday() != time.Saturday && at.Weekday() != time.Sunday
}

func TestCheckRefuses(t *testing.T) {
	form := func(questions string) string {
		return `{"name":"x","version":1,"type":"routine","sections":[{"title":"节","questions":[` + questions + `]}]}`
	}
	const yes = `{"id":"a","title":"问","kind":"yesno"}`
	good := form(yes + `,{"id":"b","title":"问","kind":"text","shown":{"question":"a","is":true}}`)
	if err := Check("form", []byte(good)); err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string][2]string{
		"no JSON":              {"form", `{`},
		"unknown key":          {"form", strings.Replace(good, `"type"`, `"x":1,"type"`, 1)},
		"no type of visit":     {"form", strings.Replace(good, "routine", "party", 1)},
		"no section":           {"form", `{"name":"x","version":1,"type":"routine","sections":[]}`},
		"unknown kind":         {"form", form(`{"id":"a","title":"问","kind":"song"}`)},
		"id twice":             {"form", form(yes + "," + yes)},
		"bad id":               {"form", form(`{"id":"A b","title":"问","kind":"yesno"}`)},
		"no choices":           {"form", form(`{"id":"a","title":"问","kind":"choice"}`)},
		"choice twice":         {"form", form(`{"id":"a","title":"问","kind":"choice","choices":[{"value":"是","title":"是"},{"value":"是","title":"否"}]}`)},
		"no such way":          {"form", form(`{"id":"a","title":"问","kind":"choice","field":"way","choices":[{"value":"home","title":"入户"},{"value":"letter","title":"信"}]}`)},
		"photo without field":  {"form", form(`{"id":"a","title":"问","kind":"photo"}`)},
		"field of other kind":  {"form", form(`{"id":"a","title":"问","kind":"text","field":"needs"}`)},
		"nobody signs":         {"form", form(`{"id":"a","title":"问","kind":"signature","field":"signature.cat"}`)},
		"limits of another":    {"form", form(`{"id":"a","title":"问","kind":"yesno","limits":{"max":3}}`)},
		"min over max":         {"form", form(`{"id":"a","title":"问","kind":"number","limits":{"min":3,"max":2}}`)},
		"shown by a later one": {"form", form(`{"id":"b","title":"问","kind":"text","shown":{"question":"a","is":true}},` + yes)},
		"shown by no value":    {"form", form(yes + `,{"id":"b","title":"问","kind":"text","shown":{"question":"a","is":"是"}}`)},
		"two tests":            {"form", form(yes + `,{"id":"b","title":"问","kind":"text","shown":{"question":"a","is":true,"not":false}}`)},
		"no condition":         {"form", form(yes + `,{"id":"b","title":"问","kind":"text","shown":{}}`)},
		"too deep":             {"form", form(yes + `,{"id":"b","title":"问","kind":"text","shown":{"all":[{"all":[{"all":[{"all":[{"question":"a","is":true}]}]}]}]}}`)},
		"too large":            {"form", form(yes) + strings.Repeat(" ", MaxBody)},
		"unknown rule":         {"rule", `{"name":"x","version":1,"kind":"wish"}`},
		"no way":               {"rule", `{"name":"x","version":1,"kind":"cadence","applies":{},"every":7,"ways":["letter"]}`},
		"never":                {"rule", `{"name":"x","version":1,"kind":"cadence","applies":{},"every":0,"ways":["home"]}`},
		"another year":         {"calendar", `{"name":"x","version":1,"year":2026,"rest":[],"work":["2027-01-02"]}`},
		"work while at rest":   {"calendar", `{"name":"x","version":1,"year":2026,"rest":[{"name":"休","from":"2026-01-01","to":"2026-01-03"}],"work":["2026-01-02"]}`},
		"no office":            {"department", `{"name":"x","version":1,"office":"","phone":"","takes":[],"items":[],"reply":{"days":1,"unit":"days"}}`},
		"no name":              {"department", `{"version":1}`},
		"no content":           {"visit", `{"name":"x","version":1}`},
	} {
		if Check(c[0], []byte(c[1])) == nil {
			t.Errorf("%s: taken", name)
		}
	}
}
