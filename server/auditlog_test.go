package server

import (
	"encoding/csv"
	"slices"
	"strings"
	"testing"
	"time"

	"zoufang"
	"zoufang/storage"
)

// The log is found by person, record, area and time, in both orders and counted; it is
// for those who may read it.
func TestTheLogIsFound(t *testing.T) {
	s := newStory(t)
	sun := s.program("sun")
	whole := s.auditOf("")
	if whole.Count != len(whole.Rows) || !whole.Exact || len(whole.Rows) < 10 {
		t.Fatalf("%d of %d", len(whole.Rows), whole.Count)
	}
	var walked []int64
	for after := ""; ; {
		p := reads[auditPage](t, sun.get("/audit?limit=3&order=at"+after))
		if p.Count < whole.Count || !p.Exact {
			t.Fatalf("a page counts %d", p.Count)
		}
		for _, r := range p.Rows {
			walked = append(walked, r.At)
		}
		if p.Next == nil {
			break
		}
		after = "&after=" + *p.Next
	}
	if len(walked) < len(whole.Rows) || !slices.IsSorted(walked) {
		t.Errorf("from the oldest on: %v", walked)
	}
	today := zoufang.Day(s.clock.now())
	id := string(s.users["wang"].ID)
	for query, some := range map[string]bool{
		"who=" + id: true, "record=" + id: true, "record=" + string(s.visit): false, "who=nobody": false, "area=990103101": true, "area=990103102&who=" + id: false,
		"area=11": false, "from=" + today: true, "to=2020-01-01": false, "from=" + today + "&to=" + today + "&kind=sign_in&who=" + id: true,
	} {
		got := s.auditOf(query)
		if (got.Count > 0) != some || got.Count != len(got.Rows) || !got.Exact {
			t.Errorf("%q: %d rows, counted %d", query, len(got.Rows), got.Count)
		}
		counts := reads[struct {
			By    map[string]map[string]int
			Count int
			Exact bool
		}](t, sun.get("/audit/counts?by=kind&"+query))
		n := 0
		for _, of := range counts.By["kind"] {
			n += of
		}
		if counts.Count != got.Count || n != got.Count || !counts.Exact {
			t.Errorf("%q is counted as %+v", query, counts)
		}
	}
	for who, want := range map[string]int{"wang": 403, "zhao": 403, "李芳": 403, "sun": 200, "shen": 200, "adm": 200, "": 401} {
		if got := s.program(who).get("/audit"); got.status != want {
			t.Errorf("%q: %d", who, got.status)
		}
	}
	b := s.as("sun")
	has(t, b.get("/staff/log?who="+id).body, "只列出这一个人做的", `name="who" value="`+id)
	lacks(t, b.get("/staff/log?record="+string(s.visit)).body, "<td>")
	if got := b.get("/staff/log?who=" + strings.Repeat("x", 65)); got.status != 404 {
		t.Errorf("no id: %d", got.status)
	}
}

// The log is given as a sheet: every row of it, nothing in it is a formula, and that it
// was given is told.
func TestTheLogAsASheet(t *testing.T) {
	s := newStory(t)
	e := storage.NewAudited(s.clock.now(), zoufang.AuditOpened, s.users["wang"].ID, "192.0.2.7")
	e.Why, e.Record, e.Area = "=1+1,\"x\"", s.person, town1
	s.must(s.store.AppendAudit(t.Context(), e))
	b := s.as("shen")
	got := b.get("/staff/log?as=csv&kind=opened")
	if got.status != 200 || !strings.HasPrefix(got.body, "\ufeff") || got.header.Get("Content-Type") != "text/csv; charset=utf-8" || !strings.Contains(got.header.Get("Content-Disposition"), "attachment") {
		t.Fatalf("%d %v", got.status, got.header)
	}
	rows, err := csv.NewReader(strings.NewReader(strings.TrimPrefix(got.body, "\ufeff"))).ReadAll()
	s.must(err)
	if len(rows) != 2 || rows[1][2] != "王主任" || rows[1][5] != string(s.person) || rows[1][7] != "'=1+1,\"x\"" {
		t.Errorf("%q", rows)
	}
	told := s.auditOf("kind=exported").Rows
	if len(told) != 1 || told[0].Field != "audit" || told[0].Who.ID != string(s.users["shen"].ID) {
		t.Errorf("told: %+v", told)
	}
	if got := b.get("/staff/log?as=csv&from=x"); got.status != 422 {
		t.Errorf("no day: %d", got.status)
	}
	if got := s.as("wang").get("/staff/log?as=csv"); got.status != 403 {
		t.Errorf("a township: %d", got.status)
	}
}

// Nothing that a server sweeps is of the account log, however old it is.
func TestTheLogIsKept(t *testing.T) {
	s := newStory(t)
	old := storage.NewAudited(time.UnixMilli(1), zoufang.AuditOpened, s.users["wang"].ID, "")
	s.must(s.store.AppendAudit(t.Context(), old))
	s.clock.forward(400 * 24 * time.Hour)
	s.must(s.server.api.Sweep(t.Context()))
	_, err := s.store.Advance(t.Context())
	s.must(err)
	got, _, err := s.store.ListAudit(t.Context(), storage.AuditQuery{Oldest: true, Limit: 1})
	if s.must(err); len(got) != 1 || got[0] != old {
		t.Errorf("the oldest is %+v", got)
	}
}

// Whoever opens a child's file through the API is told as at a page: before it is shown,
// once a day.
func TestAChildsFileByTheAPIIsTold(t *testing.T) {
	w := newOffice(t, true)
	report := string(zoufang.HarmReportID(w.harmed(time.Hour)))
	he := w.program("he")
	for _, tail := range []string{"", "/history", ""} {
		if got := he.get("/requests/" + report + tail); got.status != 200 {
			t.Fatalf("the report%s: %d %s", tail, got.status, got.body)
		}
	}
	w.program("wang").get("/requests/" + report) // who may not open it has opened nothing
	got := reads[auditPage](t, w.program("sun").get("/audit?record="+report)).Rows
	if len(got) != 1 || got[0].Kind != "opened" || got[0].Field != "harm" || got[0].Who.ID != string(w.users["he"].ID) || got[0].From != "127.0.0.1" {
		t.Errorf("told: %+v", got)
	}
}
