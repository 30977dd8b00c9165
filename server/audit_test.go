package server

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"testing"
	"time"

	"zoufang"
	"zoufang/server/desk"
	"zoufang/storage"
)

type audited struct {
	At   int64
	Kind string
	Who  struct{ ID, Name string }
	Record,
	Field, Why, From string
	OK    bool
	Count int64
}

type auditPage struct {
	Rows  []audited
	Next  *string
	Count int
	Exact bool
}

func (s *story) auditOf(query string) auditPage {
	s.Helper()
	return reads[auditPage](s.T, s.program("sun").get("/audit?limit=200&"+query))
}

// Every word over a held line is told once, who, which line, why, whichever way it came:
// a page, the API, the command line, over a group, as a pushed line.
func TestRulingsAreTold(t *testing.T) {
	s := newStory(t)
	wang, sun := s.program("wang"), s.program("sun")
	far, foreign, sealed := s.commits[6], s.commits[7], s.commits[8]
	body := map[string]any{"decision": "release", "why": "确是他写的"}
	for range 2 {
		reads[madeLines](t, sun.post("/held/"+string(foreign)+"/decision", body, "Idempotency-Key", "r"))
	}
	reads[madeLines](t, wang.post("/held/"+string(sealed)+"/decision", map[string]any{"decision": "amend", "why": "号码抄错 " + idNumber, "items": []any{[]any{"set", s.person, "no_id", map[string]any{"reason": "在办"}, []any{}}}}))
	if got := s.as("zhao").do("POST", "/staff/held/"+string(far), url.Values{"ruling": {"reject"}, "why": {"写错了"}}); got.status != 200 {
		t.Fatalf("rejected: %d", got.status)
	}
	pushed := s.save("周南", time.Minute, zoufang.HeldInvalid, []any{"set", s.far, "photos", 7, []any{}})
	line, err := zoufang.Action{Device: "x", User: s.users["zhao"].ID, At: s.clock.now().UnixMilli(), Page: "p"}.Frozen([]any{[]any{"judge", pushed, "reject", "不对"}})
	s.must(err)
	for range 2 {
		reads[madeLines](t, s.program("zhao").ask("POST", "/lines", string(line)+"\n", "Content-Type", "application/x-ndjson"))
	}
	withdrawn := s.save("周南", time.Minute, zoufang.HeldInvalid, []any{"set", s.far, "photos", 8, []any{}})
	s.save("周南", 0, "", []any{"log", s.far, "remarks", "改过"}, []any{"judge", withdrawn, "amend", "我自己改"})
	for line, want := range map[zoufang.CommitID]string{
		foreign: "held_released sun 确是他写的 scope true", sealed: "held_amended wang 号码抄错 110***********002X invalid true",
		far: "held_rejected zhao 写错了 invalid true", pushed: "held_rejected zhao 不对 invalid true",
	} {
		got := s.auditOf("record=" + string(line))
		if len(got.Rows) != 1 || got.Count != 1 || !got.Exact {
			t.Errorf("%s is told %d times: %+v", want, len(got.Rows), got)
			continue
		}
		r := got.Rows[0]
		login := map[string]string{string(s.users["sun"].ID): "sun", string(s.users["wang"].ID): "wang", string(s.users["zhao"].ID): "zhao"}[r.Who.ID]
		if said := fmt.Sprint(r.Kind, " ", login, " ", r.Why, " ", r.Field, " ", r.OK); said != want || r.From != "127.0.0.1" || r.Who.Name == "" {
			t.Errorf("told %q from %q, want %q", said, r.From, want)
		}
	}
	if got := s.auditOf("record=" + string(withdrawn)); len(got.Rows) != 0 {
		t.Errorf("what is one's own is told: %+v", got.Rows)
	}
	if got := reads[auditPage](t, s.program("shen").get("/audit?kind=held_rejected")); len(got.Rows) != 0 {
		t.Errorf("another township's is told to its auditor: %+v", got.Rows)
	}
	page := s.as("sun").get("/staff/log?kind=held_rejected").body
	has(t, page, "不采用搁置", "写错了", "/staff/log?record="+string(far))
}

// Reading is told by person and day, as a number; sums are right though several copies
// and hours tell it, and nothing says what was read.
func TestReadingIsCounted(t *testing.T) {
	s := newStory(t)
	visit, house := "/visits/"+string(s.visit), "/households/"+string(s.house)
	sun, wang := s.program("sun"), s.program("wang")
	for _, path := range []string{visit, visit, visit + "/history", visit + "/media/" + string(digestOf(s.photo)), house} {
		if got := sun.get(path); got.status != 200 {
			t.Fatalf("%s: %d", path, got.status)
		}
	}
	for _, path := range []string{"/visits", "/visits/counts?by=type", "/held", "/visits/" + string(s.far) + "x", "/changes"} {
		wang.get(path) // lists, and what is not there
	}
	b := s.as("wang")
	b.get("/staff/visits")
	b.get("/staff/visits/" + string(s.visit))
	b.get("/staff/records/" + string(s.house))
	if got := s.auditOf("kind=read"); len(got.Rows) != 0 {
		t.Errorf("told by the click: %+v", got.Rows)
	}
	s.must(s.server.desk.TellReadings(t.Context()))
	s.must(s.server.desk.TellReadings(t.Context()))
	sun.get(visit)
	s.must(s.server.desk.TellReadings(t.Context()))
	sums, entries := map[string]int64{}, map[string]int{}
	for _, r := range s.auditOf("kind=read").Rows {
		sums[r.Who.ID] += max(r.Count, 1)
		entries[r.Who.ID]++
		if r.Record != "" || r.Field != "" || r.Why != "" || r.From != "" {
			t.Errorf("it says more than how many: %+v", r)
		}
	}
	sunID, wangID := string(s.users["sun"].ID), string(s.users["wang"].ID)
	if sums[sunID] != 6 || entries[sunID] != 2 || sums[wangID] != 2 || entries[wangID] != 1 || len(sums) != 2 {
		t.Errorf("counted %v in %v", sums, entries)
	}
	if got := reads[auditPage](t, s.program("shen").get("/audit?kind=read")); got.Count != 1 || got.Rows[0].Who.ID != wangID {
		t.Errorf("an auditor of the township: %+v", got)
	}
	b.get("/staff/visits/" + string(s.visit))
	s.clock.forward(24 * time.Hour)
	s.as("wang").get("/staff/visits/" + string(s.visit))
	s.server.tellWhatWasRead(t.Context())
	days := map[string]int64{}
	for _, r := range s.auditOf("kind=read&who=" + wangID).Rows {
		days[zoufang.Day(time.UnixMilli(r.At))] += max(r.Count, 1)
	}
	today := zoufang.Day(time.Now())
	if len(days) != 2 || days[today] != 3 {
		t.Errorf("by day: %v, today is %s", days, today)
	}
}

// half stores what it is given and says that it failed, as a store does that goes away
// before it answers.
type half struct {
	storage.Audit
	failed bool
}

func (h *half) AppendAudit(ctx context.Context, entries ...storage.Audited) error {
	err := h.Audit.AppendAudit(ctx, entries...)
	if err == nil && !h.failed {
		h.failed = true
		err = errors.New("the answer was lost")
	}
	return err
}

// Copies tell what was read through them, and what was told without an answer is not
// told twice.
func TestReadingThroughCopies(t *testing.T) {
	s := newStory(t)
	u := s.users["sun"]
	cfg := s.server.desk.Config
	for n, audit := range []storage.Audit{s.store, &half{Audit: s.store}} {
		cfg.Audit = audit
		d, err := desk.New(cfg)
		s.must(err)
		for range n + 2 {
			_, err = d.Whole(t.Context(), &u, zoufang.KindVisit, s.visit)
			s.must(err)
		}
		if err := d.TellReadings(t.Context()); (err != nil) != (n == 1) {
			t.Errorf("copy %d: %v", n, err)
		}
		_, err = d.Whole(t.Context(), &u, zoufang.KindVisit, s.visit)
		s.must(err)
		for range 2 {
			s.must(d.TellReadings(t.Context()))
		}
	}
	sum, rows := int64(0), s.auditOf("kind=read").Rows
	for _, r := range rows {
		sum += max(r.Count, 1)
	}
	if sum != 2+1+3+1 || len(rows) != 4 {
		t.Errorf("%d in %d entries", sum, len(rows))
	}
}
