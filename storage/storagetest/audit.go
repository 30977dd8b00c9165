package storagetest

import (
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	"zoufang"
	"zoufang/storage"
)

// Audit is the contract suite of storage.Audit, and of what storage.Accounts tells.
func Audit(t *testing.T, open Open) {
	fresh(t, open, map[string]func(*testing.T, *store){
		"Append":    auditAppend,
		"List":      auditList,
		"Pages":     auditPages,
		"Notes":     auditNotes,
		"NotDone":   auditNotDone,
		"NotBefore": auditAtOnce,
		"InUpdates": auditInUpdates,
		"Stays":     auditStays,
	})
	t.Run("Carried", func(t *testing.T) { auditCarried(t, open) })
}

func told(at int64, kind zoufang.AuditKind, who zoufang.UserID, area zoufang.AreaID) storage.Audited {
	e := storage.NewAudited(time.UnixMilli(at), kind, who, "192.0.2.7")
	e.Area = area
	return e
}

func (s *store) listed(q storage.AuditQuery) []storage.Audited {
	s.t.Helper()
	if q.Limit == 0 {
		q.Limit = storage.MaxAudit
	}
	out, _, err := s.ListAudit(s.ctx, q)
	s.must(err)
	return out
}

func ids(entries []storage.Audited) (out []zoufang.RecordID) {
	for _, e := range entries {
		out = append(out, e.ID)
	}
	return out
}

func auditAppend(t *testing.T, s *store) {
	e := told(5000, zoufang.AuditOpened, "u1", village1)
	e.Record, e.Device, e.Field, e.Why, e.OK, e.Count = "r1", "-d1", "id_number", "核对", false, 3
	s.must(s.AppendAudit(s.ctx, e, told(6000, zoufang.AuditSignIn, "u2", "")))
	got := s.listed(storage.AuditQuery{})
	if len(got) != 2 {
		t.Fatalf("%d entries", len(got))
	}
	equal(t, "the entry, the newest first", got[1], e)
	again := e
	again.Why = "又一次"
	s.must(s.AppendAudit(s.ctx, again))
	equal(t, "one id twice", s.listed(storage.AuditQuery{})[1], e)
	s.must(s.AppendAudit(s.ctx))
}

func auditList(t *testing.T, s *store) {
	var all []storage.Audited
	for i, kind := range []zoufang.AuditKind{zoufang.AuditSignIn, zoufang.AuditSignInFailed, zoufang.AuditSignIn, zoufang.AuditOpened} {
		area := []zoufang.AreaID{village1, "", village2, "320115101000"}[i]
		e := told(int64(1000*(i+1)), kind, zoufang.UserID(fmt.Sprint("u", i%2)), area)
		e.Record = zoufang.RecordID(fmt.Sprint("r", i))
		all = append(all, e)
	}
	s.must(s.AppendAudit(s.ctx, all...))
	for name, c := range map[string]struct {
		q    storage.AuditQuery
		want []int
	}{
		"all":               {storage.AuditQuery{}, []int{3, 2, 1, 0}},
		"from, to":          {storage.AuditQuery{From: 2000, To: 4000}, []int{2, 1}},
		"to":                {storage.AuditQuery{To: 1001}, []int{0}},
		"kind":              {storage.AuditQuery{Kind: zoufang.AuditSignIn}, []int{2, 0}},
		"no such kind":      {storage.AuditQuery{Kind: "x"}, nil},
		"who":               {storage.AuditQuery{Who: "u1"}, []int{3, 1}},
		"one village":       {storage.AuditQuery{Within: []zoufang.AreaID{village1}}, []int{0}},
		"the township":      {storage.AuditQuery{Within: []zoufang.AreaID{"320115101000"}}, []int{3, 2, 0}},
		"and nowhere":       {storage.AuditQuery{Within: []zoufang.AreaID{village2}, Nowhere: true}, []int{2, 1}},
		"no area":           {storage.AuditQuery{Within: []zoufang.AreaID{}}, nil},
		"several at a time": {storage.AuditQuery{Kind: zoufang.AuditSignIn, Who: "u0", From: 2000}, []int{2}},
		"record":            {storage.AuditQuery{Record: "r1"}, []int{1}},
		"record of another": {storage.AuditQuery{Record: "r1", Who: "u0"}, nil},
	} {
		var want []zoufang.RecordID
		for _, i := range c.want {
			want = append(want, all[i].ID)
		}
		if got := ids(s.listed(c.q)); !slices.Equal(got, want) {
			t.Errorf("%s: %v, want %v", name, got, want)
		}
		slices.Reverse(want)
		oldest := c.q
		oldest.Oldest = true
		if got := ids(s.listed(oldest)); !slices.Equal(got, want) {
			t.Errorf("%s, the oldest first: %v, want %v", name, got, want)
		}
		kinds := map[zoufang.AuditKind]int{}
		for _, i := range c.want {
			kinds[all[i].What]++
		}
		c.q.Limit = 1
		n, exact, err := s.CountAudit(s.ctx, c.q)
		s.must(err)
		if !exact {
			t.Errorf("%s: not counted to the end", name)
		}
		equal(t, name+", counted", n, kinds)
	}
}

// auditPages: pages follow each other without a gap, whatever comes meanwhile.
func auditPages(t *testing.T, s *store) {
	var all []storage.Audited
	for i := range 25 {
		all = append(all, told(1000+int64(i/5), zoufang.AuditSignIn, "u1", village1))
	}
	s.must(s.AppendAudit(s.ctx, all...))
	walked := auditWalk(t, s, true)
	equal(t, "the oldest first", walked, slices.Sorted(slices.Values(ids(all))))
	var got []zoufang.RecordID
	q := storage.AuditQuery{Limit: 10}
	for pages := 0; ; pages++ {
		page, next, err := s.ListAudit(s.ctx, q)
		s.must(err)
		got = append(got, ids(page)...)
		if len(page) > 10 || pages > 3 {
			t.Fatalf("page %d has %d entries", pages, len(page))
		}
		s.must(s.AppendAudit(s.ctx, told(9000, zoufang.AuditSignIn, "u1", village1)))
		if q.After = next; next == "" {
			break
		}
	}
	want := ids(all)
	slices.Sort(want)
	slices.Reverse(want)
	if !slices.Equal(got, want) {
		t.Errorf("%d entries on the pages, want %d in order", len(got), len(want))
	}
	page, next, err := s.ListAudit(s.ctx, storage.AuditQuery{Limit: -1})
	s.must(err)
	if len(page) != 1 || next == "" {
		t.Errorf("a limit below 1: %d entries", len(page))
	}
}

func auditWalk(t *testing.T, s *store, oldest bool) (got []zoufang.RecordID) {
	q := storage.AuditQuery{Limit: 10, Oldest: oldest}
	for {
		page, next, err := s.ListAudit(s.ctx, q)
		s.must(err)
		if len(page) > 10 || len(page) == 0 {
			t.Fatalf("a page has %d entries", len(page))
		}
		got = append(got, ids(page)...)
		if q.After = next; next == "" {
			return got
		}
	}
}

// auditNotes: a step on an account and its entry are one.
func auditNotes(t *testing.T, s *store) {
	note := func(at int64, kind zoufang.AuditKind) storage.Tell {
		return storage.NewAudited(time.UnixMilli(at), kind, "", "").About
	}
	u := zoufang.User{ID: "u1", Areas: []zoufang.AreaID{village1}}
	s.must(s.PutUser(s.ctx, u, note(1000, zoufang.AuditAccountCreated)))
	_, err := s.ChangeUser(s.ctx, "u1", func(u *zoufang.User) error { u.Areas = []zoufang.AreaID{village2}; return nil }, note(2000, zoufang.AuditAccountChanged))
	s.must(err)
	s.must(s.AddCode(s.ctx, storage.Code{Hash: "h", User: "u1", Expires: 100}, note(3000, zoufang.AuditCodeIssued)))
	for i := range int64(2) { // the second time is no new device
		_, err = s.UseCode(s.ctx, "h", 1, zoufang.Device{ID: "d1", X: "x"}, note(4000+i, zoufang.AuditDeviceEnrolled))
		s.must(err)
		s.must(s.Revoke(s.ctx, "d1", 7, note(5000+i, zoufang.AuditDeviceRevoked)))
	}
	s.must(s.AddSession(s.ctx, storage.Session{ID: "s1", User: "u1"}, note(6000, zoufang.AuditSignIn)))
	for i := range int64(2) {
		s.must(s.DropSession(s.ctx, "s1", note(7000+i, zoufang.AuditSignOut)))
	}
	var got []string
	for _, e := range s.listed(storage.AuditQuery{}) {
		got = append(got, fmt.Sprint(e.At, " ", e.What, " ", e.Area))
		if e.Who != "u1" || e.Record != "u1" {
			t.Errorf("%s is told of %s and %s", e.What, e.Who, e.Record)
		}
	}
	equal(t, "told", got, []string{
		"7000 sign_out 320115101202", "6000 sign_in 320115101202", "5000 device_revoked 320115101202", "4000 device_enrolled 320115101202",
		"3000 code_issued 320115101202", "2000 account_changed 320115101000", "1000 account_created 320115101201",
	})
}

// auditNotDone: what did not come about is not told.
func auditNotDone(t *testing.T, s *store) {
	own := errors.New("own")
	note := told(1000, zoufang.AuditAccountChanged, "", "").About
	s.must(s.PutUser(s.ctx, zoufang.User{ID: "u1", Login: "wang"}))
	s.fails("a log-in taken", s.PutUser(s.ctx, zoufang.User{ID: "u2", Login: "wang"}, note), storage.ErrTaken)
	_, err := s.ChangeUser(s.ctx, "u1", func(*zoufang.User) error { return own }, note)
	s.fails("an error of the function's", err, own)
	_, err = s.UseCode(s.ctx, "never issued", 1, zoufang.Device{ID: "d1"}, note)
	s.fails("no code", err, storage.ErrNotFound)
	s.fails("no device", s.Revoke(s.ctx, "d1", 1, note), storage.ErrNotFound)
	s.must(s.AddSession(s.ctx, storage.Session{ID: "s1", User: "u1"}))
	if err := s.AddSession(s.ctx, storage.Session{ID: "s1", User: "u1"}, note); err == nil {
		t.Error("two of one id")
	}
	if got := s.listed(storage.AuditQuery{}); len(got) != 0 {
		t.Errorf("told all the same: %+v", got)
	}
}

// auditAtOnce: of entries appended at the same time none is lost.
func auditAtOnce(t *testing.T, s *store) {
	s.atOnce(8, func(i int) error { return s.AppendAudit(s.ctx, told(1000, zoufang.AuditSignIn, "u1", village1)) })
	equal(t, "entries", len(s.listed(storage.AuditQuery{})), 8)
}

// auditCarried: a dump has the log, and a load brings it, in the place of what an
// empty store had told.
func auditCarried(t *testing.T, open Open) {
	from, to := opened(t, open, "", Options{}), opened(t, open, "", Options{})
	want := []storage.Audited{told(2000, zoufang.AuditSignIn, "u1", village1), told(1000, zoufang.AuditDemo, zoufang.System, "")}
	from.must(from.AppendAudit(from.ctx, want...))
	to.must(to.AppendAudit(to.ctx, told(1500, zoufang.AuditSignInFailed, zoufang.Unknown, "")))
	from.must(from.Dump(from.ctx, func(d storage.Dump) error {
		return to.Load(to.ctx, storage.Meta{Epoch: "e2"}, func(l storage.Load) error {
			return storage.All(d, l.Put)
		})
	}))
	equal(t, "carried", to.listed(storage.AuditQuery{}), want)
	to.must(to.AppendAudit(to.ctx, told(3000, zoufang.AuditSignIn, "u1", "")))
	equal(t, "and added to", len(to.listed(storage.AuditQuery{})), 3)
}
