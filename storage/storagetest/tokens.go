package storagetest

import (
	"testing"
	"time"

	"zoufang"
	"zoufang/storage"
)

// apiTokens: added, read with the user as they are, revoked for good, used now and then.
func apiTokens(t *testing.T, s *store) {
	u := zoufang.User{ID: "u1", Name: "王芳", Role: zoufang.Township, Areas: []zoufang.AreaID{village1}}
	s.must(s.PutUser(s.ctx, u))
	a := storage.Token{ID: "a", User: "u1", Hash: "ha", Added: 20, Expires: 90, Read: true, Kinds: []string{"visit"}, Areas: []zoufang.AreaID{village1, village2}}
	b := storage.Token{ID: "b", User: "u1", Hash: "hb", Added: 10, Expires: 91}
	s.must(s.AddToken(s.ctx, a, storage.NewAudited(time.UnixMilli(20), zoufang.AuditTokenAdded, "u1", "").About))
	s.must(s.AddToken(s.ctx, b))
	if err := s.AddToken(s.ctx, b); err == nil {
		t.Error("an id was given twice")
	}
	_, _, err := s.Token(s.ctx, "c")
	s.fails("an unknown token", err, storage.ErrNotFound)
	got, of, err := s.Token(s.ctx, "a")
	s.must(err)
	equal(t, "token", *got, a)
	equal(t, "its user", *of, u)
	all, err := s.Tokens(s.ctx)
	s.must(err)
	equal(t, "tokens", all, []storage.Token{b, a})

	_, err = s.ChangeUser(s.ctx, "u1", func(u *zoufang.User) error { u.Disabled = true; return nil })
	s.must(err)
	if _, of, err = s.Token(s.ctx, "a"); err != nil || !of.Disabled {
		t.Errorf("its user is not as they are now: %+v %v", of, err)
	}

	used := func(ms int64) error {
		return s.UseToken(s.ctx, "b", ms, storage.NewAudited(time.UnixMilli(ms), zoufang.AuditTokenUsed, "u1", "").About)
	}
	const first = storage.UsedExact
	s.must(used(first))
	s.must(used(first + storage.UsedExact - 1))
	if got, _, err = s.Token(s.ctx, "b"); err != nil || got.Used != first {
		t.Errorf("used %d, %v", got.Used, err)
	}
	s.must(used(first + storage.UsedExact))
	s.fails("use of an unknown token", s.UseToken(s.ctx, "c", 1), storage.ErrNotFound)

	s.must(s.RevokeToken(s.ctx, "b", 500, storage.NewAudited(time.UnixMilli(500), zoufang.AuditTokenRevoked, "u1", "").About))
	s.must(s.RevokeToken(s.ctx, "b", 600, storage.NewAudited(time.UnixMilli(600), zoufang.AuditTokenRevoked, "u1", "").About))
	if got, _, err = s.Token(s.ctx, "b"); err != nil || got.Revoked != 500 || got.Used != first+storage.UsedExact {
		t.Errorf("%+v %v", got, err)
	}
	s.fails("an unknown token", s.RevokeToken(s.ctx, "c", 1), storage.ErrNotFound)

	kinds := map[zoufang.AuditKind]int{}
	for _, e := range s.listed(storage.AuditQuery{Limit: 100}) {
		kinds[e.What]++
	}
	equal(t, "told", kinds, map[zoufang.AuditKind]int{zoufang.AuditTokenAdded: 1, zoufang.AuditTokenUsed: 2, zoufang.AuditTokenRevoked: 1})
}
