package zoufang

import (
	"slices"
	"strings"
	"testing"
)

func TestKindsTableIsSound(t *testing.T) {
	both := func(where string, l Label) {
		t.Helper()
		if l.Zh == "" || l.En == "" {
			t.Errorf("%s: a word is missing in one language: %+v", where, l)
		}
	}
	unlike := func(where string, of []Choice) {
		t.Helper()
		seen := map[string]bool{}
		for _, c := range of {
			both(where+" "+c.Value, c.Label)
			if seen[c.Value] || c.Value == "" {
				t.Errorf("%s: the choice %q stands twice", where, c.Value)
			}
			seen[c.Value] = true
		}
	}
	for _, k := range Kinds {
		both(k.Name, k.Label)
		if k.Field(k.NamedBy) == nil {
			t.Errorf("%s is named by no field of its own", k.Name)
		}
		for _, path := range k.Household {
			at := &k
			for _, name := range strings.FieldsFunc(path, func(c rune) bool { return c == '.' }) {
				f := at.Field(name)
				if f == nil || f.Type != Ref {
					t.Fatalf("%s: %s leads to no household", k.Name, path)
				}
				at = KindOf(name)
			}
			if at.Name != KindHousehold {
				t.Errorf("%s: %s ends at %s", k.Name, path, at.Name)
			}
		}
		for _, f := range k.Facets {
			if marks := []string{"author", "conflict", "need", "changed"}; k.Field(f.Name) == nil && f.Through == "" && !slices.Contains(marks, f.Name) {
				t.Errorf("%s is filtered by %s, which it has not", k.Name, f.Name)
			}
			if through := k.Field(f.Through); f.Through != "" && (through == nil || through.Class != Elements || through.Type != Ref) {
				t.Errorf("%s.%s counts through %s, which is no set of references", k.Name, f.Name, f.Through)
			}
		}
		names := map[string]bool{}
		for _, f := range k.Fields {
			if names[f.Name] || f.Label.Zh == "" || f.Label.En == "" || f.Type == "" {
				t.Errorf("%s.%s: doubled, untitled or untyped", k.Name, f.Name)
			}
			names[f.Name] = true
			unlike(k.Name+"."+f.Name, f.Choices)
			for _, m := range f.Members {
				unlike(k.Name+"."+f.Name+"."+m.Name, m.Choices)
			}
			for _, s := range f.Steps {
				both(k.Name+"."+f.Name+" "+s.From+"→"+s.To, s.Verb)
			}
			if f.Class == State {
				for _, s := range f.Steps {
					if f.Choice(s.From) == nil || f.Choice(s.To) == nil || s.From == s.To || !s.Author && len(s.By) == 0 {
						t.Errorf("%s.%s: step %s→%s", k.Name, f.Name, s.From, s.To)
					}
				}
			}
			if f.Type == OneOf && len(f.Choices) == 0 || f.Class == Group && f.Type != Object {
				t.Errorf("%s.%s: type %s", k.Name, f.Name, f.Type)
			}
		}
		if !names[Void] {
			t.Errorf("%s has no %s", k.Name, Void)
		}
	}
}

func TestFamilies(t *testing.T) {
	visit := KindOf("visit")
	for name, there := range map[string]bool{
		"answers.eat": true, "answers.": false, "answers": false, "comments.note": true,
		"signature.household": true, "signature.mayor": false, "note": true, "nothing": false,
	} {
		if got := visit.Field(name) != nil; got != there {
			t.Errorf("%s: %v", name, got)
		}
	}
}

func TestTypes(t *testing.T) {
	visit, person, household := KindOf("visit"), KindOf("person"), KindOf("household")
	const digest = `"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"`
	for _, c := range []struct {
		k     *Kind
		field string
		v     string
		ok    bool
	}{
		{visit, "type", `"care"`, true}, {visit, "type", `"party"`, false}, {visit, "type", `null`, true},
		{visit, "note", `"好"`, true}, {visit, "note", `5`, false},
		{visit, "started", `1763760000000`, true}, {visit, "started", `1.5`, false}, {visit, "started", `"now"`, false},
		{visit, "photos", digest, true}, {visit, "photos", `"abc"`, false}, {visit, "photos", `null`, false},
		{visit, "household", `"0192f3a0-0000-7000-8000-000000000001"`, true}, {visit, "household", `"x"`, false},
		{visit, "answers.x", `[1,{"a":null}]`, true},
		{visit, "place", `{"lat":32.1,"lon":118.8,"accuracy":20,"at":1763760000000}`, true},
		{visit, "place", `{"lat":"north"}`, false}, {visit, "place", `[1,2]`, false},
		{visit, "signature.household", `{"image":` + digest + `,"text":` + digest + `,"by":"王","at":1}`, true},
		{visit, "signature.household", `{"unable":"手疾","witness":"李"}`, true},
		{visit, "signature.household", `{"image":"x"}`, false},
		{household, "housing", `"rented"`, true}, {household, "housing", `"castle"`, false}, {household, "housing", `null`, true},
		{person, "no_id", `{"reason":"未登记户口"}`, true}, {person, "no_id", `{"reason":5}`, false}, {person, "no_id", `"未登记"`, false}, {person, "no_id", `null`, true},
		{person, "id_number", `"11010519491231002X"`, true},
		{person, "id_number", `"110***********002X"`, false},
		{person, "id_number", `"110\u002a1"`, false},
	} {
		if why := c.k.Field(c.field).Check(Value(c.v)); (why == nil) != c.ok {
			t.Errorf("%s %s: %v", c.field, c.v, why)
		}
	}
}

func TestMask(t *testing.T) {
	for v, want := range map[string]string{
		`"11010519491231002X"`: `"110***********002X"`,
		`"13800000000"`:        `"138****0000"`,
		`"1234"`:               `"****"`,
		`"王"`:                  `"****"`,
		`null`:                 `null`,
		`{"a":1}`:              `"****"`,
	} {
		if got := string(Mask(Value(v))); got != want {
			t.Errorf("%s: %s, want %s", v, got, want)
		}
	}
}

func TestAreas(t *testing.T) {
	village, town := AreaID("990101001203"), AreaID("990101001000")
	if !town.Covers(village) || town.Covers("990101002203") || village.Covers(town) || !AreaID("990000000000").Covers(village) {
		t.Error("covers")
	}
	if got := village.Above(); !slices.Equal(got, []AreaID{"990101001000", "990101000000", "990100000000", "990000000000"}) {
		t.Error(got)
	}
	if got := AreaID("990101000000").Above(); !slices.Equal(got, []AreaID{"990100000000", "990000000000"}) {
		t.Error(got)
	}
	all := Areas{}
	for _, a := range []AreaID{"990101000000", town, village, "990101001204", "990101002000"} {
		all[a] = Area{ID: a}
	}
	s := all.ScopeOf(&User{Role: Coordinator, Areas: []AreaID{village}})
	if !slices.Equal(s.Areas, []AreaID{village}) || !slices.Equal(s.Above, []AreaID{"990101000000", town}) {
		t.Error(s)
	}
	s = all.ScopeOf(&User{Role: Township, Areas: []AreaID{town, village}})
	if len(s.Areas) != 3 || len(s.Above) != 1 {
		t.Error(s)
	}
	s = all.ScopeOf(&User{Role: Admin, Areas: []AreaID{town}})
	if len(s.Areas) != 0 || len(s.Above) != 4 {
		t.Error(s)
	}
}

// Every role against every kind: what may be created, and edited where nothing
// is its own.
func TestRights(t *testing.T) {
	create := map[Role]string{
		Coordinator: "visit household person request", Worker: "visit request",
		Township: "visit household person request item card form rule department calendar notice",
		County:   "visit household person request item card form rule department calendar notice",
		Auditor:  "", Admin: "",
	}
	edit := map[Role]string{
		Coordinator: "visit household person request", Worker: "",
		Township: create[Township], County: create[County], Auditor: "", Admin: "",
	}
	has := func(list, kind string) bool { return slices.Contains(strings.Fields(list), kind) }
	for _, role := range Roles {
		u := &User{ID: "u", Role: role}
		for i := range Kinds {
			k := &Kinds[i]
			if got := May(u, ActCreate, k, false, true); got != has(create[role], k.Name) {
				t.Errorf("%s creates %s: %v", role, k.Name, got)
			}
			if got := May(u, ActEdit, k, false, true); got != has(edit[role], k.Name) {
				t.Errorf("%s edits %s: %v", role, k.Name, got)
			}
			if May(u, ActCreate, k, true, false) {
				t.Errorf("%s creates %s outside its areas", role, k.Name)
			}
			if got := May(u, ActEdit, k, true, false); got != has(create[role], k.Name) {
				t.Errorf("%s edits its own %s elsewhere: %v", role, k.Name, got)
			}
			if got := May(u, ActMove, k, true, true); got != role.Staff() {
				t.Errorf("%s moves %s: %v", role, k.Name, got)
			}
			u.Disabled = true
			if May(u, ActEdit, k, true, true) {
				t.Errorf("a disabled %s edits %s", role, k.Name)
			}
			u.Disabled = false
		}
	}
}
