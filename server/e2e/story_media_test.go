package e2e_test

import (
	"bytes"
	"path/filepath"
	"testing"
	"time"
)

// The photo is newer than the backup: the phone keeps it until the next.
func TestStoryAPhotoNewerThanTheBackup(t *testing.T) {
	s := newServer(t)
	wang, neighbour := s.handset("coordinator", dong), s.handset("coordinator", dong)
	b, name := photo(20_000)
	wang.AddMedium(b, "image/jpeg")
	wang.Commit(L{"new", wang.NewID(), "visit", dong, M{"type": "routine", "photos": S{name}}})
	wang.syncs()
	drops := func(want int, why string) {
		t.Helper()
		wang.syncs()
		if n, err := wang.DropSafe(t.Context()); err != nil || n != want {
			t.Errorf("%d dropped, want %d: %s (%v)", n, want, why, err)
		}
	}
	drops(0, "nothing is sent yet")
	s.run(nil, "backup", filepath.Join(t.TempDir(), "one"))
	s.must(wang.SendMedia(t.Context()))
	drops(0, "the backup began before the photo came")
	neighbour.saves(L{"new", wang.NewID(), "household", dong, M{}}) // time passes
	s.run(nil, "backup", filepath.Join(t.TempDir(), "two"))
	drops(1, "photo and line are in the second backup")
	wang.gets(name).is(200, "")
}

// The disk's media were put back to yesterday's, the records not: asked once more,
// the server does not name the photo, and the phone sends it again.
func TestStoryAPhotoThatTheServerLost(t *testing.T) {
	s := newServer(t)
	wang := s.handset("coordinator", dong)
	b, name := photo(20_000)
	wang.AddMedium(b, "image/jpeg")
	rid := wang.NewID()
	wang.Commit(L{"new", rid, "visit", dong, M{"type": "routine", "photos": S{name}}})
	s.stop()
	yesterday := s.snapshot()
	s.start()
	s.must(wang.SendMedia(t.Context()))
	wang.syncs()
	wang.Commit(L{"log", rid, "remarks", "之后"}) // time passes
	wang.syncs()
	s.run(nil, "backup", filepath.Join(t.TempDir(), "backup"))
	wang.syncs()
	s.stop()
	s.putMediaBack(yesterday)
	s.start()
	if n, err := wang.DropSafe(t.Context()); n != 0 || err != nil {
		t.Fatalf("%d dropped (%v): the only copy is gone", n, err)
	}
	wang.gets(name).is(404, "not_found")
	if _, code := s.command("verify"); code != 1 {
		t.Errorf("verify ended with %d over a medium that is lost", code)
	}
	s.must(wang.SendMedia(t.Context()))
	if r := wang.gets(name).is(200, ""); !bytes.Equal(r.body, b) {
		t.Error("other bytes came back")
	}
	s.verify()
}

// A snapshot put back took the photo's line, and perhaps the photo: the phone is
// told to begin anew, asks again for all media, and both are there in the end.
func TestStoryASnapshotTookThePhotoButNotItsLine(t *testing.T) {
	s := newServer(t)
	wang := s.handset("coordinator", dong)
	b, name := photo(20_000)
	wang.AddMedium(b, "image/jpeg")
	rid := wang.NewID()
	s.must(wang.SendMedia(t.Context()))
	s.stop()
	snapshot := s.snapshot()
	s.start()
	wang.Commit(L{"new", rid, "visit", dong, M{"type": "routine", "photos": S{name}}})
	wang.syncs()
	s.run(nil, "backup", filepath.Join(t.TempDir(), "backup"))
	wang.syncs()
	s.stop()
	s.putBack(snapshot)
	s.loseMedia()
	s.start()
	if n, err := wang.DropSafe(t.Context()); n != 0 || err != nil {
		t.Fatalf("%d dropped (%v)", n, err)
	}
	wang.syncs()
	s.must(wang.SendMedia(t.Context()))
	if row := wang.syncs().row(rid); wang.Restarts() != 1 || len(row.Need) > 0 {
		t.Errorf("began anew %d times, row %s", wang.Restarts(), row.Raw)
	}
	wang.gets(name).is(200, "")
	s.verify()
}

// Short of space a phone drops accepted media only. A line is kept until 30 days
// after it is safe, by the server's time.
func TestStoryWhatAPhoneKeeps(t *testing.T) {
	s := newClocked(t)
	wang := s.handset("coordinator", dong)
	rid := wang.NewID()
	sent, sentName := photo(9000)
	wang.AddMedium(sent, "image/jpeg")
	l := wang.Commit(L{"new", rid, "visit", dong, M{"type": "routine", "photos": S{sentName}}})
	s.must(wang.SendMedia(t.Context()))
	wang.syncs()
	unsent, _ := photo(9000)
	wang.AddMedium(unsent, "image/jpeg")
	if n := wang.Shed(0); n != 1 || !wang.Media()[1].Kept {
		t.Errorf("%d shed, %+v", n, wang.Media())
	}
	kept := func(days int, want bool) {
		t.Helper()
		s.pass(time.Duration(days) * 24 * time.Hour)
		wang.syncs()
		if _, ok := wang.Line(l.ID); ok != want {
			t.Errorf("the line is kept: %v, want %v", ok, want)
		}
	}
	kept(40, true) // no backup: not safe, however old
	s.run(nil, "backup", filepath.Join(t.TempDir(), "backup"))
	kept(0, true)
	kept(29, true)
	kept(2, false)
	if wang.Row(rid) == nil {
		t.Error("the row went with the line")
	}
}
