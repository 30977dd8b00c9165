package server

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"zoufang"
	"zoufang/server/operator"
)

// A report of harm is not there for who may not open it.
func TestReportsOfHarmByTheAPI(t *testing.T) {
	s := newOffice(t, false)
	report := string(zoufang.HarmReportID(s.harmed(time.Minute)))
	wang := s.program("wang")
	if got := wang.get("/requests/" + report); got.status != 200 {
		t.Fatalf("nobody has the grant, so it is everybody's of the area: %d", got.status)
	}
	_, _, err := s.operator().AddUser(t.Context(), operator.NewUser{Name: "何督导", Role: zoufang.Township, Areas: []zoufang.AreaID{town1}, Login: "he", Children: true})
	s.must(err)
	for _, path := range []string{"/requests/" + report, "/requests/" + report + "/history"} {
		if got := wang.get(path); got.status != 404 || got.code() != "not_found" {
			t.Errorf("%s: %d", path, got.status)
		}
	}
	for _, path := range []string{"/requests", "/requests/counts?by=item", "/changes"} {
		if got := wang.get(path); got.status != 200 || strings.Contains(got.body, report) || strings.Contains(got.body, zoufang.HarmItem) {
			t.Errorf("%s: %d %s", path, got.status, got.body)
		}
	}
	if got := wang.post("/records/"+report+"/settle", map[string]any{"field": "text", "pick": "x", "seen": "x"}); got.status != 404 {
		t.Errorf("settled: %d", got.status)
	}
}

// Sealed values are opened one by one, for a reason that stays.
func TestOpeningIsLogged(t *testing.T) {
	s := newStory(t)
	p := s.program("wang")
	got := reads[struct{ Value string }](t, p.post("/persons/"+string(s.person)+"/open", map[string]any{"field": "id_number", "why": "核对低保证件"}))
	if got.Value != idNumber {
		t.Errorf("%+v", got)
	}
	log := reads[struct {
		Rows []struct{ Kind, Record, Field, Why string }
	}](t, s.program("sun").get("/audit?kind=opened"))
	if len(log.Rows) != 1 || log.Rows[0].Record != string(s.person) || log.Rows[0].Field != "id_number" || log.Rows[0].Why != "核对低保证件" {
		t.Errorf("%+v", log)
	}
	if got := p.post("/persons/"+string(s.person)+"/open", map[string]any{"field": "id_number", "why": "   "}); got.status != 400 || got.code() != "reason" {
		t.Errorf("without a reason: %d %s", got.status, got.body)
	}
	if got := p.get("/persons/" + string(s.person)); strings.Contains(got.body, idNumber) || !strings.Contains(got.body, "110***********002X") {
		t.Errorf("the record: %s", got.body)
	}
	// Written where it does not belong, it is masked by what it is.
	s.save("李芳", 0, "", []any{"set", s.visit, "note", "身份证" + idNumber, []any{}})
	for _, path := range []string{"/visits/" + string(s.visit), "/visits/" + string(s.visit) + "/history", "/changes", "/visits"} {
		if got := p.get(path); got.status != http.StatusOK || strings.Contains(got.body, idNumber) {
			t.Errorf("%s tells it: %d", path, got.status)
		}
	}
}

// Numbers of persons that somebody wrote where none belongs are shown, counted and found
// masked.
func TestFacetsAreMasked(t *testing.T) {
	s := newStory(t)
	id := s.rid()
	s.save("李芳", 0, "", []any{"new", id, "request", dong, map[string]any{"item": idNumber, "urgency": "一般", "person": s.person}})
	s.save("李芳", 0, "", []any{"add", s.person, "categories", idNumber})
	wang := s.program("wang")
	for _, path := range []string{"/requests", "/requests/counts?by=item,urgency", "/requests/" + string(id), "/persons", "/persons/counts?by=categories", "/visits?limit=200", "/visits/counts?by=category"} {
		if got := wang.get(path); got.status != 200 || strings.Contains(got.body, idNumber) {
			t.Errorf("%s: %d %s", path, got.status, got.body)
		}
	}
	if got := wang.get("/persons?q=" + idNumber[8:14]); !strings.Contains(got.body, `"count":0`) {
		t.Errorf("found by a part of a number: %s", got.body)
	}
	for _, q := range []string{"%20", "%0A", "%E2%80%AE"} {
		if got := wang.get("/persons?q=" + q); got.status != 400 || got.code() != "parameter" {
			t.Errorf("q=%s: %d", q, got.status)
		}
	}
}
