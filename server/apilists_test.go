package server

import (
	"fmt"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"zoufang"
)

type listed struct {
	Rows  []map[string]any
	Next  *string
	Count int
	Exact bool
}

func (l listed) ids() (out []string) {
	for _, r := range l.Rows {
		out = append(out, r["id"].(string))
	}
	return out
}

// Lists are filtered by area, day, name and facets, walked page by page in both
// orders, and count what they list.
func TestListsByTheAPI(t *testing.T) {
	s := newStory(t)
	wang, sun := s.program("wang"), s.program("sun")
	s.save("李芳", 0, "", []any{"add", s.person, "categories", "低保"})
	day := func(n int) int64 { return time.Date(2026, 3, n, 0, 0, 0, 0, zoufang.Zone).UnixMilli() }
	for n := range 5 {
		s.save("李芳", time.Minute, "", []any{"new", s.rid(), "visit", dong, map[string]any{"type": "gift", "household": s.house, "started": day(n + 1)}})
	}
	for query, want := range map[string]int{
		"":                    6,
		"type=gift":           5,
		"type=gift&type=care": 6,
		"type=care&risk=" + url.QueryEscape("高"): 1,
		"category=" + url.QueryEscape("低保"):      1,
		"from=2026-03-02&to=2026-03-03":          2,
		"to=2026-03-05":                          5,
		"q=wangxl":                               6,
		"q=wxl":                                  6,
		"q=" + url.QueryEscape("王秀"):             6,
		"q=qdd":                                  0,
		"area=990103101201":                      6,
		"area=990103101000":                      6,
		"area=990103":                            6,
		"area=" + string(town2):                  0,
		"need=true":                              1,
		"void=true":                              0,
	} {
		got := reads[listed](t, wang.get("/visits?limit=200&"+query))
		if got.Count != want || len(got.Rows) != want || !got.Exact || got.Next != nil {
			t.Errorf("%q: %d of %d, want %d", query, len(got.Rows), got.Count, want)
		}
		counts := reads[struct {
			By    map[string]map[string]int
			Count int
		}](t, wang.get("/visits/counts?by=type,void&"+query))
		sum := 0
		for _, n := range counts.By["type"] {
			sum += n
		}
		// A facet is counted without its own filter: what choosing another value would give.
		own := strings.Contains("&"+query, "&type=")
		if counts.Count != want || !own && sum != want || own && sum < want || counts.By["void"] == nil {
			t.Errorf("%q is counted as %+v", query, counts)
		}
	}
	if got := wang.get("/visits/counts?by=type&type=gift").body; !strings.Contains(got, `"care":1`) || !strings.Contains(got, `"gift":5`) || !strings.Contains(got, `"count":5`) {
		t.Errorf("a facet's own filter: %s", got)
	}
	for _, order := range []string{"at", "-at"} {
		whole := reads[listed](t, sun.get("/visits?limit=200&order="+order)).ids()
		var walked []string
		after := ""
		for {
			page := reads[listed](t, sun.get("/visits?limit=2&order="+order+after))
			walked = append(walked, page.ids()...)
			if page.Next == nil {
				break
			}
			after = "&after=" + *page.Next
		}
		if len(whole) != 7 || !slices.Equal(walked, whole) {
			t.Errorf("%s: walked %v, want %v", order, walked, whole)
		}
	}
	row := reads[listed](t, wang.get("/visits?type=care")).Rows[0]
	want := map[string]any{"id": string(s.visit), "kind": "visit", "area": string(dong), "title": "王秀兰", "village": "东村", "state": "draft", "way": "home", "risk": "高",
		"conflict": false, "void": false, "need": true, "changed": false, "author": string(s.users["李芳"].ID), "household": string(s.house)}
	for name, value := range want {
		if row[name] != value {
			t.Errorf("%s is %v, want %v", name, row[name], value)
		}
	}
	if fmt.Sprint(row["persons"], row["category"]) != fmt.Sprint([]string{string(s.person)}, []string{"低保"}) {
		t.Errorf("sets: %v %v", row["persons"], row["category"])
	}
	for path, code := range map[string]string{
		"/persons?type=care": "parameter", "/visits?categories=x": "parameter", "/visits/counts?by=persons": "parameter",
		"/visits?order=name": "parameter", "/visits?from=yesterday": "parameter", "/persons/" + string(s.visit): "not_found",
	} {
		if got := wang.get(path); got.code() != code {
			t.Errorf("%s: %d %q, want %s", path, got.status, got.code(), code)
		}
	}
}
