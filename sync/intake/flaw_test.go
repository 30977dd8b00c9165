package intake_test

import (
	"testing"

	"zoufang"
	"zoufang/storage"
)

// What is wrong with a medium reaches a record that moves while the others are being
// told, one that names the medium later, and one that was told already and moves;
// nobody is told twice.
func TestAFlawReachesWhoMovesMeanwhile(t *testing.T) {
	w := newWorld(t)
	wang, li := w.person("王", zoufang.Coordinator, dong, xi), w.person("李", zoufang.Township, town)
	d := zoufang.Digest("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")
	made := func(area zoufang.AreaID) zoufang.RecordID {
		id := w.id()
		wang.does(L{"new", id, "visit", area, M{"type": "routine", "photos": L{string(d)}}})
		return id
	}
	update := func(f func(storage.Tx) error) { t.Helper(); w.must(w.store.Update(t.Context(), "", f)) }
	update(func(tx storage.Tx) error { return tx.AddMedium(storage.Medium{Digest: d, Type: "image/jpeg", Size: 9}) })
	still, mover := made(dong), made(xi)
	update(func(tx storage.Tx) error { return tx.FlawMedium(d, zoufang.FlawCut) })
	knows := func(id zoufang.RecordID, f zoufang.Flaw) {
		t.Helper()
		if r := w.record(id); r.Flaws[d] != f {
			t.Errorf("%s knows %q, not %q", id, r.Flaws[d], f)
		}
	}
	knows(mover, "")
	li.does(L{"go", mover, "area", xi, dong, S{}})
	knows(mover, zoufang.FlawCut)
	knows(made(dong), zoufang.FlawCut)
	knows(still, "")
	before := w.record(mover).Ver
	w.must(w.in.Tell(t.Context()))
	knows(still, zoufang.FlawCut)
	if now := w.record(mover).Ver; now != before {
		t.Errorf("who knew is written again: %d, %d", before, now)
	}
	li.does(L{"go", still, "area", dong, xi, S{}})
	knows(still, zoufang.FlawCut)
	ver := w.record(still).Ver
	for _, same := range []zoufang.Flaw{zoufang.FlawCut, zoufang.FlawCut} {
		if more, err := w.in.Flawed(t.Context(), d, same); err != nil || more || w.record(still).Ver != ver {
			t.Errorf("the same again: %v %v, version %d after %d", more, err, w.record(still).Ver, ver)
		}
	}
}
