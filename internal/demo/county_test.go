package demo_test

import (
	"cmp"
	"encoding/json"
	"maps"
	"slices"
	"strconv"
	"strings"
	"testing"

	"zoufang"
	"zoufang/internal/content"
	"zoufang/internal/demo"
	"zoufang/storage"
)

// The county as screens need it: of everything a little, and nothing
// held but what was meant to be.
func TestCountyThroughIntake(t *testing.T) {
	l := load(t, the(t))
	l.heldAsMeant(t)
	l.rosterIsWhole(t)
	l.visitsOfAllSorts(t)
	l.visitsFitTheirForms(t)
	l.requestsInAllStates(t)
	for kind, least := range map[string]int{"item": 13, "rule": 20, "form": 7, "department": 10, "calendar": 1, "card": 30} {
		if n := len(l.records(t, kind)); n < least {
			t.Errorf("%d records of kind %s", n, kind)
		}
	}
}

func (l *loaded) heldAsMeant(t *testing.T) {
	got := map[zoufang.HoldCode]int{}
	err := l.store.View(t.Context(), func(v storage.View) error {
		for _, id := range l.late {
			h, err := v.Held(id)
			if err != nil {
				return err
			}
			if h == nil {
				got["applied since"]++
			} else {
				got[h.Code]++
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	want := map[zoufang.HoldCode]int{
		zoufang.HeldScope: 3, zoufang.HeldStale: 2, zoufang.HeldInvalid: 2, zoufang.HeldAuthor: 2, zoufang.HeldSchema: 2,
		zoufang.HeldWaiting: 5, zoufang.Released: 1, zoufang.Amended: 1, zoufang.Rejected: 1,
	}
	if !maps.Equal(got, want) {
		t.Errorf("held %v, meant %v", got, want)
	}
}

func (l *loaded) rosterIsWhole(t *testing.T) {
	households, persons := l.records(t, "household"), l.records(t, "person")
	t.Logf("%d households, %d persons", len(households), len(persons))
	if len(households) < 390 || len(households) > 420 || len(persons) < 1000 || len(persons) > 1200 {
		t.Errorf("%d households, %d persons", len(households), len(persons))
	}
	known := map[string]bool{}
	docs, err := content.Shipped()
	if err != nil {
		t.Fatal(err)
	}
	for _, d := range docs {
		var rule content.Categories
		if json.Unmarshal(d.Body, &rule) == nil && rule.Kind == "categories" {
			for _, c := range rule.List {
				known[zoufang.Value(zoufang.Quote(c.Code)).Canon()] = true
			}
		}
	}
	seen := map[string]int{}
	conflicts, voided, unheard := 0, 0, 0
	for _, r := range append(households, persons...) {
		for c, tags := range r.Sets["categories"] {
			if !known[c] {
				t.Errorf("a category %s that the table has not", c)
			}
			if len(tags.Live) > 0 {
				seen[c]++
			}
		}
		if len(r.Conflicts()) > 0 {
			conflicts++
		}
		if r.Heads[zoufang.Void] != nil {
			voided++
			if r.Changed() {
				unheard++
			}
		}
		if r.Area == demo.CountyCode {
			t.Errorf("%s lies in no village", r.ID)
		}
	}
	for c := range known {
		if seen[c] == 0 {
			t.Errorf("nobody of category %s", c)
		}
	}
	if conflicts != 10 || voided != 4 || unheard != 1 {
		t.Errorf("%d in conflict, %d void, %d of them edited", conflicts, voided, unheard)
	}
}

func (l *loaded) visitsOfAllSorts(t *testing.T) {
	visits := l.records(t, "visit")
	states, types := map[string]int{}, map[string]int{}
	forms := map[string]bool{}
	for _, f := range l.records(t, "form") {
		var body content.Form
		if err := json.Unmarshal(f.Shown("body"), &body); err != nil {
			t.Fatal(err)
		}
		forms[body.Ref()] = true
	}
	changed, conflicts, awaiting, unable, commented, photos, placed := 0, 0, 0, 0, 0, 0, 0
	notes := map[string]int{}
	for _, r := range visits {
		states[r.State("state")]++
		typ, _ := r.Shown("type").Text()
		types[typ]++
		if form, _ := r.Shown("form").Text(); !forms[form] {
			t.Errorf("a visit of type %s by the form %q, which nobody published", typ, form)
		}
		text, _ := r.Shown("note").Text()
		notes[text]++
		if r.Changed() {
			changed++
		}
		if len(r.Conflicts()) > 0 {
			conflicts++
		}
		if len(r.Need) > 0 {
			awaiting++
		}
		if s, ok := r.Shown("signature.household").Object(); ok && s["unable"] != nil {
			unable++
		}
		if r.Elements("photos") > 0 {
			photos++
		}
		if r.Shown("place") != nil {
			placed++
		}
		for name := range r.Logs {
			if len(name) > 9 && name[:9] == "comments." {
				commented++
				break
			}
		}
	}
	t.Logf("%d visits: %v %v, %d texts, %d with photos, %d with place, %d changed, %d in conflict, %d awaiting media, %d unable to sign, %d with comments",
		len(visits), states, types, len(notes), photos, placed, changed, conflicts, awaiting, unable, commented)
	if len(visits) != 600 || len(types) != 7 || len(states) != 4 {
		t.Errorf("%d visits of %d types in %d states", len(visits), len(types), len(states))
	}
	for what, n := range map[string]int{"draft": states["draft"], "submitted": states["submitted"], "returned": states["returned"],
		"changed": changed, "in conflict": conflicts, "awaiting media": awaiting, "unable to sign": unable} {
		if n < 4 {
			t.Errorf("%d visits %s", n, what)
		}
	}
	if states["approved"] < 400 || len(notes) < 570 || commented < 40 {
		t.Errorf("%d approved, %d different notes, %d commented", states["approved"], len(notes), commented)
	}
}

// Whatever a visit says, and whatever a reviewer wants of it, its form asks for.
func (l *loaded) visitsFitTheirForms(t *testing.T) {
	forms := map[string]map[string]content.Question{}
	for _, r := range l.records(t, "form") {
		var body content.Form
		if err := json.Unmarshal(r.Shown("body"), &body); err != nil {
			t.Fatal(err)
		}
		asks := map[string]content.Question{}
		for _, s := range body.Sections {
			for _, q := range s.Questions {
				asks[cmp.Or(q.Field, "answers."+q.ID)] = q
			}
		}
		forms[body.Ref()] = asks
	}
	unasked := []string{"type", "form", "household", "persons", "visitors", "started", "ended", "remarks"}
	old, answers := 0, 0
	for _, r := range l.records(t, "visit") {
		form, _ := r.Shown("form").Text()
		fits := func(field string, value zoufang.Value) {
			q, asked := forms[form][strings.TrimPrefix(field, "comments.")]
			if !asked {
				if !slices.Contains(unasked, field) {
					t.Errorf("a visit by %s has %s", form, field)
				}
				return
			}
			said, _ := value.Text()
			if risk, ok := value.Object(); ok {
				said, _ = risk["level"].Text()
			}
			if answers++; len(q.Choices) > 0 && value != nil && !slices.ContainsFunc(q.Choices, func(o content.Option) bool { return o.Value == said }) {
				t.Errorf("a visit by %s answers %s with %s", form, field, value)
			}
		}
		for field := range r.Heads {
			fits(field, r.Shown(field))
		}
		for field, tags := range r.Sets {
			for element := range tags {
				fits(field, zoufang.Value(element))
			}
		}
		for field := range r.Logs {
			fits(field, nil)
		}
		if started, _ := strconv.ParseInt(string(r.Shown("started")), 10, 64); r.State("state") == "draft" && started < now.AddDate(0, 0, -1).UnixMilli() {
			old++
		}
	}
	if answers < 5000 {
		t.Errorf("only %d answers", answers)
	}
	if old != 0 {
		t.Errorf("%d drafts are older than a day", old)
	}
}

func (l *loaded) requestsInAllStates(t *testing.T) {
	states := map[string]int{}
	requests := l.records(t, "request")
	for _, r := range requests {
		states[r.State("state")]++
		if r.Shown("visit") == nil {
			t.Errorf("request %s belongs to no visit", r.ID)
		}
	}
	t.Logf("%d requests: %v", len(requests), states)
	if len(states) != 6 {
		t.Errorf("requests in states %v", states)
	}
}
