package storagetest

import (
	"errors"
	"fmt"
	"strings"

	"zoufang"
	"zoufang/storage"
)

// filling is what fill put into a store, to be asked for.
type filling struct {
	commit  storage.Commit
	moved   zoufang.RecordID
	records []zoufang.RecordID
	held    []zoufang.CommitID
	media   []zoufang.Digest
}

// fill puts something of everything into an empty store.
func fill(s *store) *filling {
	s.t.Helper()
	f := &filling{commit: commit("u1")}
	f.commit.Line = append(f.commit.Line, 0xff, 0, '\r')
	f.commit.Staff, f.commit.Device = true, "-d1"
	f.people(s)
	f.lines(s)
	f.places(s)
	s.must(s.SetSafeAt(s.ctx, 5))
	return f
}

func (f *filling) people(s *store) {
	s.t.Helper()
	s.must(s.PutUser(s.ctx, zoufang.User{
		ID: "u2", Name: "王芳", Role: zoufang.Township, Areas: []zoufang.AreaID{village1, village2}, Grants: []zoufang.Grant{zoufang.Children},
		Login: "WangFang", Password: "$argon2id$…", Change: true, Disabled: true, Created: 5,
	}))
	s.must(s.PutUser(s.ctx, zoufang.User{ID: "u1", Name: "李强", Role: zoufang.Coordinator}))
	s.must(s.PutUser(s.ctx, zoufang.User{ID: "u3", Role: zoufang.Worker}))
	s.enrol(zoufang.Device{ID: "-d1", User: "u1", X: "xx", Y: "yy", Name: "手机", Platform: "Android 9", App: "1.4.0", Enrolled: 20, Seen: 21})
	s.enrol(zoufang.Device{ID: "d-revoked", User: "u1", X: "x2", Y: "y2", Enrolled: 10})
	s.must(s.Revoke(s.ctx, "d-revoked", 77))
	s.must(s.AddKey(s.ctx, storage.Key{ID: "k", Purpose: "token", Secret: []byte{0, 1, 255}, Created: 9}))
	s.must(s.AddKey(s.ctx, storage.Key{ID: "k", Purpose: "nonce", Secret: []byte("other"), Created: 8}))
	s.must(s.AddToken(s.ctx, storage.Token{ID: "t1", User: "u2", Hash: "h", Added: 7, Expires: 1 << 40, Read: true, Kinds: []string{"visit"}, Areas: []zoufang.AreaID{village1}}))
	s.must(s.RevokeToken(s.ctx, "t1", 78))
	s.must(s.AddSession(s.ctx, storage.Session{ID: "s1", User: "u2", Hash: "h", Expires: 1 << 40})) // is not dumped
}

func (f *filling) lines(s *store) {
	s.t.Helper()
	held := []storage.Held{
		{At: 10, Code: zoufang.HeldWaiting, Why: "not here", Waits: []string{"r:a", "c:b"}, Areas: []zoufang.AreaID{village1}, Schema: 3},
		{At: 5, Code: zoufang.HeldWaiting, Waits: []string{"r:a"}, Waived: true, Reach: []zoufang.AreaID{}},
		{At: 20, Code: zoufang.HeldScope, Waived: true, Reach: nil, Forced: true, Fault: zoufang.Fail(zoufang.HeldScope, zoufang.RuleRight).In(0).Parts},
		{At: 30, Code: zoufang.HeldSchema, Waived: true, Reach: []zoufang.AreaID{village2}, Sealed: true},
		{At: 40, Code: zoufang.Rejected, Why: "double", Waits: []string{"r:a"}, Decided: 60, Ruling: f.commit.ID},
	}
	for _, h := range held {
		c := commit("u1")
		h.ID, h.Sender, h.Author = c.ID, "u1", "u2"
		f.held = append(f.held, h.ID)
		s.update(func(tx storage.Tx) error { return errors.Join(tx.AddCommit(c), tx.PutHeld(h)) })
	}
	s.update(func(tx storage.Tx) error { // one that has been applied since
		c := commit("u1")
		return errors.Join(tx.AddCommit(c), tx.PutHeld(storage.Held{ID: c.ID, Sender: "u1", Code: zoufang.HeldWaiting, Waits: []string{"r:a"}}), tx.DropHeld(c.ID))
	})
}

func (f *filling) places(s *store) {
	s.t.Helper()
	add := func(r *zoufang.Record) *zoufang.Record {
		s.put(r)
		f.records = append(f.records, r.ID)
		return r
	}
	a := add(record("area", village1, "name", "杏花村"))
	add(record("area", village2, "name", "桃花村", "code", "320115101999"))
	back, moved := add(record("visit", village1, "note", "看望老人")), add(record("visit", village1))
	for range 4 {
		add(record("visit", village3))
		add(record("item", village1))
	}
	for _, to := range []zoufang.AreaID{village2, village1, village3, village1} {
		back.Area = to
		s.put(back)
	}
	for _, to := range []zoufang.AreaID{village2, village3, village2} {
		moved.Area = to
		s.put(moved)
	}
	f.moved = moved.ID
	set(a, "name", "杏花新村")
	s.put(a)

	there, missing, gone := digest(), digest(), digest()
	f.media = []zoufang.Digest{there, missing, gone}
	needs := record("visit", village2)
	needs.Need = []zoufang.Digest{missing}
	add(needs)
	arrived := record("visit", village2)
	arrived.Need = []zoufang.Digest{there}
	add(arrived)
	arrived.Need = nil
	s.update(func(tx storage.Tx) error {
		return errors.Join(tx.AddCommit(f.commit), tx.AddMedium(storage.Medium{Digest: there, Type: "image/jpeg", Size: 12, At: 3, Flaw: zoufang.FlawCut}),
			tx.PutRecord(arrived, "", f.commit.ID), tx.NameMedium(there, storage.NamedByUser, "u1"), tx.NameMedium(there, storage.SentByDevice, "-d1"),
			tx.NameMedium(there, storage.WillOfDevice, "d-revoked"), tx.NameMedium(gone, storage.NamedByUser, "u2"))
	})
}

// read asks a store for everything else that a view tells, and Needing.
func (f *filling) read(s *store) string {
	s.t.Helper()
	var out strings.Builder
	villages := []zoufang.AreaID{village1, village2, village3}
	note := func(what string, v any, err error) {
		if err != nil {
			s.t.Fatalf("%s: %v", what, err)
		}
		fmt.Fprintf(&out, "%s: %+v\n", what, v)
	}
	s.view(func(v storage.View) error {
		for _, area := range villages {
			for _, public := range []bool{false, true} {
				rows, err := feed(v, area, 0, public)
				for _, r := range rows {
					id := r.Gone
					if r.Record != nil {
						id = r.Record.ID
					}
					note("feed "+string(area), []any{public, r.Seq, r.Record != nil, id}, err)
				}
			}
		}
		heads, err := v.Heads(villages)
		note("heads", heads, err)
		for _, kind := range []string{"visit", "item", "area"} {
			var ids []zoufang.RecordID
			err := v.List(kind, villages, 0, 0, func(r *zoufang.Record) bool { ids = append(ids, r.ID); return true })
			note("list of "+kind, ids, err)
		}
		for _, id := range f.records {
			h, err := v.History(id)
			note("history", h, err)
		}
		for _, key := range []string{"r:a", "c:b"} {
			w, err := v.Waiting(key)
			note("waiting", w, err)
		}
		for _, id := range f.held {
			h, err := v.Held(id)
			fmt.Fprintf(&out, "held %#v %v\n", *h, err)
		}
		n, err := v.CountHeld("u1", false)
		note("count", n, err)
		by, err := v.HeldBy("u1", 60)
		note("held by", by, err)
		open, err := openOnes(v, 1<<20)
		note("open", open, err)
		for _, d := range f.media {
			m, err := v.Medium(d)
			note("medium", m, err)
			names, err := v.Names(d)
			note("names", names, err)
			for _, area := range villages {
				seen, err := v.Readable(storage.Reader{Areas: []zoufang.AreaID{area}}, d)
				note("readable in "+string(area), seen, err)
			}
		}
		all, err := v.Areas()
		note("areas", all, err)
		return nil
	})
	s.update(func(tx storage.Tx) error {
		for _, d := range f.media {
			ids, err := Needing(tx, d)
			note("needing", ids, err)
		}
		return nil
	})
	return out.String()
}
