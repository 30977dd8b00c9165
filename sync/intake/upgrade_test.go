package intake_test

import (
	"testing"

	"zoufang"
	"zoufang/storage"
)

// A line an older program could not read is judged again by a newer one, and what
// waited for it with it.
func TestAfterAnUpgrade(t *testing.T) {
	w := newWorld(t)
	wang := w.person("王", zoufang.Coordinator, dong)
	h := w.id()
	s := wang.saves(L{"new", h, "household", dong, M{"head": "甲"}})
	later := wang.saves(L{"set", h, "phone", "1", S{}})
	wang.sends(later).are("waiting")
	id, hash := zoufang.HashLine(s.line)
	w.must(w.store.Update(t.Context(), "", func(tx storage.Tx) error {
		c := storage.Commit{ID: id, Hash: hash, Line: s.line, Author: wang.user.ID, Sender: wang.user.ID, Device: wang.device.ID, At: tx.Now()}
		if err := tx.AddCommit(c); err != nil {
			return err
		}
		return tx.PutHeld(storage.Held{ID: id, Sender: wang.user.ID, Author: wang.user.ID, At: tx.Now(), Code: zoufang.HeldSchema, Schema: zoufang.Schema - 1})
	}))
	junk := raw("not JSON")
	wang.sends(junk).are("schema") // of this program: it reads it no better now
	n, err := w.in.Rejudge(t.Context())
	w.must(err)
	if n != 1 {
		t.Fatalf("%d lines were judged again", n)
	}
	w.is(s, "applied")
	w.is(later, "applied")
	w.is(junk, "schema")
	w.shows(h, "phone", `"1"`)
}
