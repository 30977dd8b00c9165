package e2e_test

import (
	"path/filepath"
	"testing"
)

type written struct {
	Epoch  string
	SafeAt int64 `json:"safe_at"`
}

// Nothing is safe before the first verified backup; then what was answered before
// it began, and nothing later.
func TestSafeAt(t *testing.T) {
	s := newServer(t)
	wang := s.handset("coordinator", dong)
	one, _ := wang.household(nil)
	a := wang.pushes(one)
	if a.safe() != 0 {
		t.Errorf("safe_at %d before any backup", a.safe())
	}
	s.restart()
	if again := wang.asks(ask{}).said(); again.safe() != 0 {
		t.Errorf("safe_at %d before any backup", again.safe())
	}
	var w written
	s.run(&w, "backup", filepath.Join(t.TempDir(), "one"))
	two, _ := wang.household(nil)
	b := wang.pushes(two)
	if b.safe() != w.SafeAt || b.safe() <= a.time() || b.time() < b.safe() {
		t.Errorf("safe_at %d; the backup says %d; lines were answered at %d before and %d after", b.safe(), w.SafeAt, a.time(), b.time())
	}
	s.restart()
	if c := wang.asks(ask{}).said(); c.safe() != b.safe() || c.time() < b.time() {
		t.Errorf("after a restart safe_at %d time %d, were %d and %d", c.safe(), c.time(), b.safe(), b.time())
	}
	// A backup that fails makes nothing safe.
	s.refused("backup", filepath.Join(t.TempDir(), "no", "such", "directory", "two"))
	if c := wang.asks(ask{}).said(); c.safe() != b.safe() {
		t.Errorf("safe_at %d after a backup that failed, was %d", c.safe(), b.safe())
	}
	s.run(nil, "backup", filepath.Join(t.TempDir(), "three"))
	if c := wang.asks(ask{}).said(); c.safe() <= b.time() {
		t.Errorf("safe_at %d after the second backup; the line was answered at %d", c.safe(), b.time())
	}
}

// A line and at once a backup: the backup has it, so it is safe. On a quiet night
// nothing else comes that would put the clock forward.
func TestALineJustBeforeTheBackupIsSafe(t *testing.T) {
	s := newServer(t)
	wang := s.handset("coordinator", dong)
	l, _ := wang.household(nil)
	at := wang.pushes(l).time()
	s.run(nil, "backup", filepath.Join(t.TempDir(), "backup"))
	if safe := wang.asks(ask{}).said().safe(); safe <= at {
		t.Errorf("the backup began after the answer at %d and has the line, yet safe_at is %d", at, safe)
	}
}

// Three phones have a day's work, some of it in the backup and some since. After
// the restore they send again what they kept, and nothing is lost.
func TestRestoreLosesNothing(t *testing.T) {
	s := newServer(t)
	wang, zhao, li := s.handset("coordinator", dong), s.handset("coordinator", xi), s.handset("township", town)
	file := filepath.Join(t.TempDir(), "backup")
	rid, other := wang.NewID(), zhao.NewID()
	early, earlyName := photo(30_000)
	wang.AddMedium(early, "image/jpeg")
	wang.Commit(L{"new", rid, "visit", dong, M{"type": "routine", "note": "晨", "photos": S{earlyName}}})
	zhao.Commit(L{"new", other, "household", xi, M{"head": "钱"}})
	for _, h := range []*handset{wang, zhao, li} {
		s.must(h.SendMedia(t.Context()))
		h.syncs()
	}
	s.run(nil, "backup", file)

	late, lateName := photo(40_000)
	wang.AddMedium(late, "image/jpeg")
	shown, _ := wang.Shown(rid)
	wang.Commit(L{"set", rid, "note", "午", shown.Seen("note")}, L{"add", rid, "photos", lateName})
	wang.syncs()
	s.must(wang.SendMedia(t.Context()))
	shown, _ = wang.Shown(rid)
	wang.Commit(L{"go", rid, "state", "draft", "submitted", shown.Content})
	wang.syncs()
	li.syncs()
	shown, _ = li.Shown(rid)
	li.Commit(L{"go", rid, "state", "submitted", "approved", shown.Content})
	li.syncs()
	zhao.Commit(L{"log", other, "remarks", "夜访"}) // unsent when the server breaks
	epoch, before := wang.Epoch(), wang.asks(ask{}).said()
	if wang.syncs(); !wang.Lines()[0].Safe() || wang.Lines()[1].Safe() {
		t.Error("the line before the backup is safe, the one after it is not")
	}

	s.restores(file)
	after := wang.asks(ask{}).said()
	if after.epoch() == epoch || after.safe() != 0 || after.time() <= before.time() {
		t.Errorf("after the restore: epoch %s (was %s), safe_at %d, time %d (was %d)", after.epoch(), epoch, after.safe(), after.time(), before.time())
	}
	if got := values(after.rows[rid], "note"); len(got) != 1 || got[0] != `"晨"` {
		t.Errorf("note %v, want the backup's", got)
	}
	// li comes first: what she approved is not there yet and waits.
	for _, h := range []*handset{li, wang, zhao} {
		h.syncs()
		s.must(h.SendMedia(t.Context()))
	}
	for _, h := range []*handset{li, wang, zhao} {
		h.syncs()
		if h.Restarts() != 1 || h.Unsent() != 0 {
			t.Errorf("%s: began anew %d times, %d unsent", h.User().Role, h.Restarts(), h.Unsent())
		}
		for _, l := range h.Lines() {
			if l.Safe() || !l.Answer.Given() {
				t.Errorf("%s: line %s: %+v safe %v", h.User().Role, l.ID, l.Answer, l.Safe())
			}
		}
	}
	row := li.shown(rid)
	if values(row, "note")[0] != `"午"` || values(row, "state")[0] != `"approved"` || row.Changed || len(row.Need) > 0 || len(row.S["photos"]) != 2 {
		t.Errorf("after all have sent again: %s", row.Raw)
	}
	if got := values(zhao.shown(other), "remarks"); len(got) != 1 {
		t.Errorf("remarks %v", got)
	}
	if n := len(wang.has(earlyName, lateName)); n != 2 {
		t.Errorf("%d of 2 photos", n)
	}
	s.run(nil, "backup", file+"2")
	if wang.syncs(); !wang.Lines()[1].Safe() {
		t.Error("the new epoch's first backup makes the lines safe")
	}
	s.restores(file + "2") // each restore begins an epoch of its own
	if again := wang.asks(ask{}).said(); again.epoch() == after.epoch() || again.epoch() == epoch || again.safe() != 0 {
		t.Errorf("after a second restore: epoch %s, were %s and %s", again.epoch(), epoch, after.epoch())
	}
	s.verify()
}

// A restore into an empty place: another machine.
func TestRestoreElsewhere(t *testing.T) {
	s := newServer(t)
	wang := s.handset("coordinator", dong)
	content, digest := photo(5000)
	wang.uploads(content)
	_, rid := wang.household(nil)
	wang.saves(L{"new", rid, "household", dong, M{"head": "李"}})
	wang.saves(L{"new", wang.NewID(), "visit", dong, M{"type": "care", "photos": S{digest}}})
	file := filepath.Join(t.TempDir(), "backup")
	s.run(nil, "backup", file)
	s.stop()
	s.moves("elsewhere")
	s.run(nil, "restore", file)
	s.start()
	wang.syncs()
	if got := values(wang.shown(rid), "head"); len(got) != 1 {
		t.Errorf("head %v", got)
	}
	if r := wang.gets(digest).is(200, ""); string(r.body) != string(content) {
		t.Error("the photo came back as something else")
	}
	s.verify()
}
