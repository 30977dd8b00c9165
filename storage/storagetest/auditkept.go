package storagetest

import (
	"errors"
	"testing"

	"zoufang"
	"zoufang/storage"
)

// auditInUpdates: what an update tells is told with what it writes, or not at all.
func auditInUpdates(t *testing.T, s *store) {
	own := errors.New("own")
	first, second, never := told(1000, zoufang.AuditHeldRejected, "u1", village1), told(2000, zoufang.AuditHeldReleased, "u1", village1), told(3000, zoufang.AuditHeldReleased, "u1", village1)
	c := commit("u1")
	s.update(func(tx storage.Tx) error { return errors.Join(tx.AddCommit(c), tx.Tell(first)) })
	s.update(func(tx storage.Tx) error { return tx.Tell(second) })
	s.fails("an error of the function's", s.Update(s.ctx, "", func(tx storage.Tx) error { return errors.Join(tx.Tell(never), own) }), own)
	equal(t, "told", s.listed(storage.AuditQuery{}), []storage.Audited{second, first})
	s.atOnce(8, func(i int) error {
		return s.Update(s.ctx, "", func(tx storage.Tx) error { return tx.Tell(told(4000, zoufang.AuditHeldReleased, "u1", village1)) })
	})
	equal(t, "at once", len(s.listed(storage.AuditQuery{From: 4000})), 8)
}

// auditStays: nobody changes or removes an entry, whatever is asked of a store, and no
// upkeep sweeps one however old it is.
func auditStays(t *testing.T, s *store) {
	old := told(1000, zoufang.AuditOpened, "u1", village1) // of 1970
	old.Record, old.Why = "r1", "核对"
	s.must(s.AppendAudit(s.ctx, old))
	other := old
	other.What, other.Who, other.Why, other.Area = zoufang.AuditSignIn, "u2", "另一个", village2
	s.must(s.AppendAudit(s.ctx, other))
	s.update(func(tx storage.Tx) error { return tx.Tell(other) })
	u := zoufang.User{ID: "u1", Login: "wang", Areas: []zoufang.AreaID{village1}}
	s.must(s.PutUser(s.ctx, u, func(*zoufang.User, *zoufang.User) storage.Audited { return other }))
	now, err := s.Advance(s.ctx)
	s.must(err)
	s.must(s.SetSafeAt(s.ctx, now))
	equal(t, "after all that", s.listed(storage.AuditQuery{}), []storage.Audited{old})
}
