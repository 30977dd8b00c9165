package server

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
)

// What changed comes whole and once, page by page, also where more changes meanwhile.
func TestChangesWithoutGaps(t *testing.T) {
	s := newStory(t)
	p := s.program("sun")
	type changes struct {
		Rows        []map[string]json.RawMessage
		Next        string
		More, Again bool
	}
	have := map[string]string{}
	after := ""
	read := func(limit int) (n int) {
		for {
			path := fmt.Sprintf("/changes?limit=%d", limit)
			if after != "" {
				path += "&after=" + after
			}
			page := reads[changes](t, p.get(path))
			for _, row := range page.Rows {
				n++
				if gone := row["gone"]; gone != nil {
					var g struct{ ID, Area string }
					s.must(json.Unmarshal(gone, &g))
					if strings.Contains(have[g.ID], `"area":"`+g.Area+`"`) {
						delete(have, g.ID)
					}
					continue
				}
				var r struct{ ID string }
				s.must(json.Unmarshal(row["row"], &r))
				have[r.ID] = string(row["row"])
			}
			after = page.Next
			if page.Again {
				t.Error("begun anew")
			}
			if !page.More {
				return n
			}
		}
	}
	if n := read(2); n < 6 || have[string(s.visit)] == "" || have[string(s.far)] == "" {
		t.Errorf("%d rows", n)
	}
	if n := read(2); n != 0 {
		t.Errorf("nothing has changed, %d rows came", n)
	}
	s.save("李芳", 0, "", []any{"log", s.visit, "remarks", "又去了一次"})
	s.save("sun", 0, "", []any{"go", s.visit, "area", dong, xi, []any{}})
	read(1)
	if !strings.Contains(have[string(s.visit)], string(xi)) || !strings.Contains(have[string(s.visit)], "又去了一次") {
		t.Errorf("%s", have[string(s.visit)])
	}
	bad := reads[changes](t, p.get("/changes?after=nothing&limit=1"))
	if !bad.Again || len(bad.Rows) != 1 {
		t.Errorf("%+v", bad)
	}
}

// A record that is as it was is not sent again; a mark changes with what is told.
func TestMarksOfRecords(t *testing.T) {
	s := newStory(t)
	p := s.program("wang")
	path := "/visits/" + string(s.visit)
	first := p.get(path)
	mark := first.header.Get("Etag")
	if first.status != 200 || mark == "" {
		t.Fatalf("%d %q", first.status, mark)
	}
	for _, given := range []string{mark, "W/" + mark, `"x", ` + mark, "*"} {
		if got := p.get(path, "If-None-Match", given); got.status != 304 || got.body != "" || got.header.Get("Etag") != mark {
			t.Errorf("%s: %d %s", given, got.status, got.body)
		}
	}
	s.save("李芳", 0, "", []any{"set", s.house, "head", "王秀兰（已更名）", []any{}}) // told by the visit, not of it
	if got := p.get(path, "If-None-Match", mark); got.status != 200 || got.header.Get("Etag") == mark {
		t.Errorf("its household has another name: %d", got.status)
	}
	if got := p.ask("HEAD", path, ""); got.status != 200 || got.body != "" {
		t.Errorf("HEAD: %d", got.status)
	}
	if got := p.get("/visits/"+string(s.visit)+"/media/"+string(digestOf(s.photo)), "Range", "bytes=2-5"); got.status != 206 || got.body != string(s.photo[2:6]) {
		t.Errorf("a part of a photo: %d", got.status)
	}
	if got := p.get("/visits/"+string(s.visit)+"/media/"+string(digestOf(s.photo)), "Range", "bytes=99999999-"); got.status != 416 || got.code() != "range" {
		t.Errorf("a part behind the end: %d %s", got.status, got.body)
	}
	for _, bad := range []string{"?x=%zz", "?q=%ff", "?q=a;limit=1", "?limit=1%00"} {
		if got := p.get("/visits" + bad); got.status != 400 || got.code() != "parameter" {
			t.Errorf("%s: %d %s", bad, got.status, got.body)
		}
	}
	got := p.ask("POST", path+"/decision", `{"decision":"`+idNumber+`","seen":"x","`+idNumber+`":1}`)
	if got.status != 400 || got.code() != "body" || strings.Contains(got.body, idNumber) {
		t.Errorf("%d %s", got.status, got.body)
	}
	if got := p.ask("POST", path+"/decision", strings.Repeat(" ", 97<<10)); got.status != 413 {
		t.Errorf("over its bound: %d", got.status)
	}
}
