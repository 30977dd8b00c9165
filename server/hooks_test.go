package server

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"zoufang"
	"zoufang/server/hooks"
	"zoufang/server/operator"
	"zoufang/storage"
)

const hookSecret = "一个够长的密钥-0123456789"

// system is another system that changes are posted to.
type system struct {
	*testing.T
	*httptest.Server
	mu     sync.Mutex
	status int
	cut    bool // it takes a delivery and its reply is lost
	got    []posted
}

type posted struct {
	Hook, Delivery, Next string
	Rows                 []map[string]json.RawMessage
	body                 string
}

func newSystem(t *testing.T) *system {
	y := &system{T: t, status: 204}
	y.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if err != nil {
			t.Error(err)
		}
		stamp, _, _ := strings.Cut(strings.TrimPrefix(r.Header.Get("Zoufang-Signature"), "t="), ",")
		at, err := strconv.ParseInt(stamp, 10, 64)
		if want := hooks.Sign(hookSecret, at, body); err != nil || r.Header.Get("Zoufang-Signature") != want {
			t.Errorf("signed %q, want %q", r.Header.Get("Zoufang-Signature"), want)
		}
		p := posted{body: string(body)}
		if err := json.Unmarshal(body, &p); err != nil || r.Method != "POST" || r.Header.Get("Content-Type") != "application/json" {
			t.Errorf("%s %s: %v", r.Method, body, err)
		}
		y.mu.Lock()
		defer y.mu.Unlock()
		y.got = append(y.got, p)
		if y.cut {
			panic(http.ErrAbortHandler)
		}
		w.Header().Set("Location", "http://127.0.0.1:1/elsewhere")
		w.WriteHeader(y.status)
	}))
	t.Cleanup(y.Close)
	return y
}

func (y *system) answers(status int, cut bool) {
	y.mu.Lock()
	defer y.mu.Unlock()
	y.status, y.cut = status, cut
}

// waits until so many deliveries came, and gives them.
func (y *system) waits(n int) []posted {
	y.Helper()
	for end := time.Now().Add(20 * time.Second); time.Now().Before(end); time.Sleep(20 * time.Millisecond) {
		y.mu.Lock()
		got := slices.Clone(y.got)
		y.mu.Unlock()
		if len(got) >= n {
			return got
		}
	}
	y.Fatalf("%d deliveries did not come", n)
	return nil
}

func (p *program) hook(id string) hooks.Status {
	p.w.Helper()
	return reads[hooks.Status](p.w, p.get("/hooks/"+id))
}

// becomes waits until a hook is as wanted.
func (p *program) becomes(id string, f func(hooks.Status) bool) hooks.Status {
	p.w.Helper()
	var s hooks.Status
	for end := time.Now().Add(20 * time.Second); time.Now().Before(end); time.Sleep(20 * time.Millisecond) {
		if s = p.hook(id); f(s) {
			return s
		}
	}
	p.w.Fatalf("it stays %+v", s)
	return s
}

func (p *program) hooked(url string, kinds ...string) string {
	p.w.Helper()
	got := p.post("/hooks", map[string]any{"url": url, "secret": hookSecret, "kinds": kinds}, "Idempotency-Key", "k"+url)
	var made struct{ ID string }
	if err := json.Unmarshal([]byte(got.body), &made); err != nil || got.status != 201 {
		p.w.Fatalf("%d %s", got.status, got.body)
	}
	return made.ID
}

// What changes is posted, signed, in order, without what is sealed, until it is taken.
func TestChangesArePosted(t *testing.T) {
	s := newStory(t)
	y := newSystem(t)
	wang := s.program("wang")
	id := wang.hooked(y.URL+"/a?x=1", "visits", "persons")
	if again := wang.hooked(y.URL+"/a?x=1", "visits", "persons"); again != id {
		t.Errorf("asked again with the same key: %s and %s", id, again)
	}
	s.save("李芳", 0, "", []any{"log", s.visit, "remarks", "又去了一次"})
	s.save("李芳", 0, zoufang.HeldInvalid, []any{"set", s.person, "note", "x", []any{}}) // no such field: no change
	got := y.waits(1)[0]
	if got.Hook != id || len(got.Rows) != 1 || !strings.Contains(got.body, "又去了一次") {
		t.Fatalf("%s", got.body)
	}
	s.save("李芳", 0, "", []any{"set", s.house, "phone", "13800000000", []any{}}) // of no kind that was asked for
	y.answers(http.StatusFound, false)                                          // a redirect is not followed, and is no yes
	s.save("李芳", 0, "", []any{"log", s.visit, "remarks", "第三次"})
	y.waits(2)
	failing := wang.becomes(id, func(h hooks.Status) bool { return h.State == hooks.Failing })
	if failing.Status != http.StatusFound || failing.Tries != 1 || failing.Delivered != 1 || failing.Next == 0 {
		t.Errorf("%+v", failing)
	}
	y.answers(204, true) // taken, and the reply is lost
	s.clock.forward(6 * time.Second)
	y.waits(3)
	wang.becomes(id, func(h hooks.Status) bool { return h.Tries == 2 })
	y.answers(204, false)
	s.clock.forward(11 * time.Second)
	all := y.waits(4)
	if all[1].Delivery != all[2].Delivery || all[2].Delivery != all[3].Delivery || all[3].Delivery == all[0].Delivery {
		t.Errorf("one page has one name: %s %s %s %s", all[0].Delivery, all[1].Delivery, all[2].Delivery, all[3].Delivery)
	}
	wang.becomes(id, func(h hooks.Status) bool { return h.State == hooks.Live && h.Delivered == 2 })
	for _, p := range all {
		if strings.Contains(p.body, idNumber) {
			t.Errorf("the sealed number was posted: %s", p.body)
		}
	}
	for _, told := range []string{s.log.String(), wang.get("/hooks").body} {
		if strings.Contains(told, hookSecret) {
			t.Error("the secret is told")
		}
	}
	if list, _, err := s.store.ListAudit(t.Context(), storage.AuditQuery{Kind: zoufang.AuditHookAdded, Limit: 5}); err != nil || len(list) != 1 || strings.Contains(fmt.Sprint(list), "x=1") {
		t.Errorf("told: %+v %v", list, err)
	}
}

// After three days without a delivery taken a hook stops; resumed, it sends what it had
// not, and nothing twice. It stops with its person, and is theirs alone.
func TestHooksGiveUpAndGoOn(t *testing.T) {
	s := newStory(t)
	y := newSystem(t)
	wang := s.program("wang", func(n *operator.NewToken) { n.Days = 60 })
	id := wang.hooked(y.URL)
	for _, other := range []string{"zhao", "sun"} {
		p := s.program(other)
		if a, b := p.get("/hooks/"+id), p.ask("DELETE", "/hooks/"+id, ""); a.status != 404 || b.status != 404 || strings.Contains(p.get("/hooks").body, id) {
			t.Errorf("%s has it: %d %d", other, a.status, b.status)
		}
	}
	y.answers(503, false)
	s.save("李芳", 0, "", []any{"log", s.visit, "remarks", "第一件"})
	y.waits(1)
	wang.becomes(id, func(h hooks.Status) bool { return h.Tries == 1 })
	s.clock.forward(73 * time.Hour)
	wang.becomes(id, func(h hooks.Status) bool { return h.State == hooks.Dead })
	n := len(y.waits(2))
	s.save("李芳", 0, "", []any{"log", s.visit, "remarks", "第二件"})
	s.clock.forward(100 * time.Hour)
	time.Sleep(3 * time.Second) // longer than between two looks
	if len(y.waits(n)) != n {
		t.Error("it goes on")
	}
	y.answers(200, false)
	if got := wang.ask("POST", "/hooks/"+id+"/resume", ""); got.status != 200 {
		t.Fatalf("%d %s", got.status, got.body)
	}
	all := y.waits(n + 1)
	if last := all[len(all)-1]; !strings.Contains(last.body, "第一件") || !strings.Contains(last.body, "第二件") {
		t.Errorf("%s", last.body)
	}
	wang.becomes(id, func(h hooks.Status) bool { return h.State == hooks.Live })

	// A report of harm to a child is not posted to whoever may not open it.
	_, _, err := s.operator().AddUser(t.Context(), operator.NewUser{Name: "何督导", Role: zoufang.Township, Areas: []zoufang.AreaID{town1}, Login: "he", Children: true})
	s.must(err)
	report := zoufang.HarmReportID(s.harmed(0))
	s.save("李芳", 0, "", []any{"log", s.visit, "remarks", "最后一件"})
	for end := time.Now().Add(20 * time.Second); ; time.Sleep(50 * time.Millisecond) {
		all := y.waits(n + 2)
		if i := slices.IndexFunc(all, func(p posted) bool { return strings.Contains(p.body, "最后一件") }); i >= 0 {
			for _, p := range all {
				if strings.Contains(p.body, string(report)) {
					t.Errorf("posted: %s", p.body)
				}
			}
			return
		}
		if time.Now().After(end) {
			t.Fatal("what came after it was not posted")
		}
	}
}

func TestAHookEndsWithItsPerson(t *testing.T) {
	s := newStory(t)
	y := newSystem(t)
	wang := s.program("wang")
	id := wang.hooked(y.URL)
	_, err := s.operator().Disable(t.Context(), s.users["wang"].ID, true)
	s.must(err)
	s.save("李芳", 0, "", []any{"log", s.visit, "remarks", "停用以后"})
	time.Sleep(5 * time.Second) // two looks
	if y.mu.Lock(); len(y.got) != 0 {
		t.Errorf("posted: %s", y.got[0].body)
	}
	y.mu.Unlock()
	jobs, err := s.store.ListJobs(t.Context(), storage.JobQuery{User: "hooks"})
	if err != nil || len(jobs) != 1 || jobs[0].ID != id {
		t.Errorf("%+v %v", jobs, err)
	}
}
