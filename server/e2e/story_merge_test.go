package e2e_test

import (
	"slices"
	"testing"
)

// The stories of protocol §7 that end in a record: each has a rule that nobody
// would have thought of.

func TestStoryAnEditOvertakesTheOneItReplaced(t *testing.T) {
	s := newServer(t)
	wang := s.handset("coordinator", dong)
	rid := wang.NewID()
	made := wang.saves(L{"new", rid, "household", dong, M{"address": "1号"}})
	first := wang.line(L{"set", rid, "address", "2号", S{made}})
	second := wang.line(L{"set", rid, "address", "3号", S{id(first)}})
	third := wang.line(L{"set", rid, "address", "4号", S{id(second)}})
	wang.pushes(third).are("ok")
	wang.pushes(first).are("ok")
	wang.pushes(second).are("ok") // dead on arrival, yet what it saw leaves
	row := wang.shown(rid)
	if got := values(row, "address"); !slices.Equal(got, []string{`"4号"`}) || len(row.Conflict) > 0 {
		t.Errorf("a conflict nobody made: %s", row.Raw)
	}
	// The same for a photo taken out before its addition came.
	added := wang.line(L{"add", rid, "members", rid})
	wang.pushes(wang.line(L{"rm", rid, "members", rid, S{id(added)}}), added).are("ok", "ok")
	if got := values(wang.shown(rid), "members"); len(got) > 0 {
		t.Errorf("members %v came back", got)
	}
}

func TestStoryAReleasedOldEditDoesNotBeatItsSuccessor(t *testing.T) {
	s := newServer(t)
	wang, zhao, li := s.handset("coordinator", dong), s.handset("coordinator", xi), s.handset("township", town)
	rid := zhao.NewID()
	made := zhao.saves(L{"new", rid, "household", xi, M{"address": "1号"}})
	old := wang.line(L{"set", rid, "address", "2号", S{made}})
	wang.pushes(old).are("scope")
	if row := zhao.shown(rid); slices.Contains(row.By, id(old)) || values(row, "address")[0] != `"1号"` {
		t.Errorf("a held line counts: %s", row.Raw)
	}
	zhao.saves(L{"set", rid, "address", "3号", S{made, id(old)}})
	li.saves(L{"judge", id(old), "release", "属实"})
	wang.pushes(old).are("dup")
	if got := values(zhao.shown(rid), "address"); !slices.Equal(got, []string{`"3号"`}) {
		t.Errorf("address %v", got)
	}
}

// A phone is copied whole. Both go on, save the same value, and lose nothing; the
// next edit has seen one of the two.
func TestStoryClones(t *testing.T) {
	s := newServer(t)
	wang := s.handset("coordinator", dong)
	rid := wang.NewID()
	wang.Commit(L{"new", rid, "household", dong, M{}})
	pending := wang.Commit(L{"log", rid, "remarks", "一次"}) // both clones have it unsent
	clone := wang.Clone()
	one, two := wang.Commit(L{"set", rid, "group", "3组", S{}}), clone.Commit(L{"set", rid, "group", "3组", S{}})
	if one.ID == two.ID {
		t.Fatal("two acts have one id")
	}
	for range 2 {
		wang.syncs()
		s.must(clone.Sync(t.Context()))
	}
	row := wang.syncs().row(rid)
	if len(row.F["group"]) != 2 || len(row.Conflict) > 0 || len(row.L["remarks"]) != 1 || !slices.Contains(row.By, pending.ID) {
		t.Errorf("%s", row.Raw)
	}
	// Naming one of the two equal values leaves the other, which nobody replaced.
	wang.Commit(L{"set", rid, "group", "4组", S{one.ID}})
	wang.syncs()
	if row = wang.row(rid); !slices.Equal(row.Conflict, []string{"group"}) {
		t.Errorf("%s", row.Raw)
	}
	s.must(clone.Sync(t.Context()))
	shown, _ := clone.Shown(rid)
	clone.Commit(L{"set", rid, "group", "4组", shown.Seen("group")})
	s.must(clone.Sync(t.Context()))
	if row = wang.syncs().row(rid); len(row.Conflict) > 0 || values(row, "group")[0] != `"4组"` {
		t.Errorf("%s", row.Raw)
	}
	if !equalTables(wang.Rows(), clone.Rows()) || !equalTables(wang.Rows(), wang.reads().rows) {
		t.Error("the clones' tables differ")
	}
	s.verify()
}

// A clone's replies must not move the other's clock: each line's interval begins
// at what its own phone had heard.
func TestStoryAClonesReplies(t *testing.T) {
	s := newServer(t)
	wang := s.handset("coordinator", dong)
	rid := wang.NewID()
	wang.Commit(L{"new", rid, "household", dong, M{}})
	wang.syncs()
	clone := wang.Clone()
	early := clone.Commit(L{"log", rid, "remarks", "克隆机上写的"}) // and stays in a drawer
	heard := clone.Heard()
	s.timePasses()
	for range 3 {
		wang.Commit(L{"log", rid, "remarks", "本机"})
		wang.syncs()
	}
	s.must(clone.Sync(t.Context()))
	row := wang.syncs().row(rid)
	for k, by := range row.By {
		if by == early.ID && (row.W[k].From != heard || row.W[k].To <= heard) {
			t.Errorf("interval %+v, the clone had heard %d", row.W[k], heard)
		}
	}
	if len(row.L["remarks"]) != 4 {
		t.Errorf("%s", row.Raw)
	}
}

func TestStoryASetOvertakesItsNew(t *testing.T) {
	s := newServer(t)
	wang := s.handset("coordinator", dong)
	rid := wang.NewID()
	made := wang.line(L{"new", rid, "household", dong, M{"head": "李"}})
	edit := wang.line(L{"set", rid, "phone", "1", S{}})
	wang.pushes(edit).are("waiting")
	s.restart() // it waits on the disk
	wang.pushes(made).are("ok")
	wang.pushes(edit).are("dup")
	if got := values(wang.shown(rid), "phone"); len(got) != 1 {
		t.Errorf("phone %v", got)
	}
	if len(wang.held()) != 0 {
		t.Errorf("still listed: %v", wang.held())
	}
	// In one request the answer tells how a line stands in the end.
	rid = wang.NewID()
	wang.pushes(wang.line(L{"log", rid, "remarks", "x"}), wang.line(L{"new", rid, "household", dong, M{}})).are("ok", "ok")
}

func TestStoryANoteIsNotDoubledAfterAMove(t *testing.T) {
	s := newServer(t)
	wang, li := s.handset("coordinator", dong), s.handset("township", town)
	rid := wang.NewID()
	wang.saves(L{"new", rid, "household", dong, M{}})
	note := wang.line(L{"log", rid, "remarks", "搬到女儿家"})
	wang.pushes(note).are("ok") // the reply is lost
	li.saves(L{"go", rid, "area", dong, xi, li.by(rid)})
	wang.pushes(note).are("dup")
	if got := values(li.shown(rid), "remarks"); len(got) != 1 {
		t.Errorf("remarks %v", got)
	}
}

// A submit overtook the signatures its author saw; it is not the rule that fails.
func TestStoryASubmitOvertakesItsSignatures(t *testing.T) {
	s := newServer(t)
	wang := s.handset("coordinator", dong)
	rid := wang.NewID()
	made := wang.saves(L{"new", rid, "visit", dong, M{"type": "investigation", "visitors": S{"王", "孙"}}})
	sig := M{"image": noDigest, "text": noDigest, "by": "某", "at": 1}
	one := wang.line(L{"set", rid, "signature.household", M{"unable": "手疾", "witness": "赵"}, S{}})
	two := wang.line(L{"set", rid, "signature.visitor1", sig, S{}}, L{"set", rid, "signature.visitor2", sig, S{}})
	early := wang.line(L{"go", rid, "state", "draft", "submitted", S{made}})
	a := wang.pushes(early).are("invalid").answers[0] // it saw no signatures
	if a.Why == "" {
		t.Error("the rule is not named")
	}
	submit := wang.line(L{"go", rid, "state", "draft", "submitted", S{made, id(one), id(two)}})
	wang.pushes(submit).are("waiting")
	wang.pushes(two).are("ok")
	wang.pushes(submit).are("waiting")
	wang.pushes(one).are("ok")
	wang.pushes(submit).are("dup")
	if got := values(wang.shown(rid), "state"); got[0] != `"submitted"` {
		t.Errorf("state %v", got)
	}
}
