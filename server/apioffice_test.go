package server

import (
	"math"
	"slices"
	"testing"
	"time"

	"zoufang"
	"zoufang/storage"
)

// walk reads a list page by page and gives the ids on it.
func (p *program) walk(t *testing.T, path string) (ids []string, last listed) {
	t.Helper()
	after := ""
	for {
		last = reads[listed](t, p.get(path+after))
		ids = append(ids, last.ids()...)
		if last.Next == nil {
			return ids, last
		}
		after = "&after=" + *last.Next
	}
}

func (p *program) counted(t *testing.T, path string) (by map[string]map[string]int, count int) {
	t.Helper()
	got := reads[struct {
		By    map[string]map[string]int
		Count int
		Exact bool
	}](t, p.get(path))
	if !got.Exact {
		t.Errorf("%s is not exact", path)
	}
	return got.By, got.Count
}

// narrowed holds a list to what each query should find of it: on its pages, in both
// orders, and in its counts.
func (p *program) narrowed(t *testing.T, list, facets string, want map[string]int) {
	t.Helper()
	for query, n := range want {
		newest, page := p.walk(t, list+"?limit=2&"+query)
		oldest, _ := p.walk(t, list+"?limit=1&order=at&"+query)
		if len(newest) != n || page.Count != n || !page.Exact {
			t.Errorf("%s?%s: %d rows, counted %d, want %d", list, query, len(newest), page.Count, n)
		}
		slices.Reverse(oldest)
		if !slices.Equal(newest, oldest) {
			t.Errorf("%s?%s: the newest first %v, the oldest %v", list, query, newest, oldest)
		}
		by, count := p.counted(t, list+"/counts?by="+facets+"&"+query)
		if count != n || len(by) == 0 {
			t.Errorf("%s/counts?%s: %d, want %d", list, query, count, n)
		}
	}
}

// Held lines are listed by when they came, over all groups.
func TestHeldLinesByTheAPI(t *testing.T) {
	s := newStory(t)
	s.clock.forward(48 * time.Hour)
	later := zoufang.Day(s.clock.now())
	for n := range 5 {
		s.save("李芳", 0, zoufang.HeldInvalid, []any{"set", s.house, "phone", n, []any{}})
	}
	before := zoufang.Day(s.clock.now().Add(-24 * time.Hour))
	sun := s.program("sun")
	sun.narrowed(t, "/held", "code,rule", map[string]int{
		"": 8, "code=scope": 1, "sender=" + string(s.users["李芳"].ID): 7, "from=" + later: 5, "to=" + before: 3, "from=2020-01-01&to=2020-12-31": 0,
		"area=990103101": 6, "area=" + string(dong) + "&from=" + later: 5, "area=990103": 8, "area=11": 0, "code=quota": 0,
	})
	s.program("wang").narrowed(t, "/held", "rule", map[string]int{"": 6, "area=990103102000": 0})
	by, _ := sun.counted(t, "/held/counts?by=code,rule")
	if by["code"]["invalid"] != 7 || by["code"]["scope"] != 1 || by["rule"]["value"] != 6 {
		t.Errorf("%v", by)
	}
	last := math.Inf(1)
	for _, r := range reads[listed](t, sun.get("/held")).Rows {
		if at := r["at"].(float64); at > last {
			t.Error("not the newest first")
		} else {
			last = at
		}
	}
}

// Accounts by role and name, phones by when they were enrolled.
func TestAccountsByTheAPI(t *testing.T) {
	s := newStory(t)
	phone := func(id, who string, at time.Time) {
		s.must(s.store.AddCode(t.Context(), storage.Code{Hash: id, User: s.users[who].ID, Expires: at.Add(time.Hour).UnixMilli()}))
		_, err := s.store.UseCode(t.Context(), id, at.UnixMilli(), zoufang.Device{ID: zoufang.DeviceID(id), X: "x", Y: id, Enrolled: at.UnixMilli()})
		s.must(err)
	}
	now := s.clock.now()
	phone("p1", "李芳", now.Add(-72*time.Hour))
	phone("p2", "周南", now.Add(-48*time.Hour))
	phone("p3", "周南", now)
	s.must(s.store.Revoke(t.Context(), "p2", 7))
	adm := s.program("adm")
	adm.narrowed(t, "/users", "role", map[string]int{"": 7, "role=coordinator": 2, "q=lf": 1, "q=" + "%E6%9D%8E": 1, "area=990103101": 3, "area=990103&role=township": 2, "area=11": 0})
	s.program("wang").narrowed(t, "/users", "role", map[string]int{"": 1, "q=zn": 0})
	adm.narrowed(t, "/devices", "state", map[string]int{
		"": 3, "user=" + string(s.users["周南"].ID): 2, "area=990103101": 1, "area=990103102": 2, "from=" + zoufang.Day(now): 1, "to=" + zoufang.Day(now.Add(-24*time.Hour)): 2,
		"from=2020-01-01&to=2020-12-31": 0,
	})
	if by, _ := adm.counted(t, "/devices/counts?by=state"); by["state"]["live"] != 2 || by["state"]["revoked"] != 1 {
		t.Errorf("%v", by)
	}
	if by, _ := adm.counted(t, "/users/counts?by=role"); by["role"]["coordinator"] != 2 || by["role"]["county"] != 1 {
		t.Errorf("%v", by)
	}
	// A page goes on behind a row that is not there any more.
	first := reads[listed](t, adm.get("/users?limit=1&order=at"))
	_, err := s.store.ChangeUser(t.Context(), zoufang.UserID(first.ids()[0]), func(u *zoufang.User) error { u.Areas = []zoufang.AreaID{"110101001000"}; return nil })
	s.must(err)
	if rest := reads[listed](t, adm.get("/users?order=at&after="+*first.Next)); len(rest.Rows) != 6 {
		t.Errorf("%d behind it", len(rest.Rows))
	}
}
