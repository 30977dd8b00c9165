package e2e_test

import (
	"slices"
	"testing"
	"time"
)

// Somebody puts yesterday's data back and says nothing. The epoch is the same
// and the numbers are used again.

// A phone that pushed something finds it by the last line it names.
func TestSilentRollBackFoundByTheLastLine(t *testing.T) {
	s := newServer(t)
	wang, li := s.handset("coordinator", dong), s.handset("township", town)
	rid := wang.NewID()
	wang.Commit(L{"new", rid, "household", dong, M{"head": "李"}})
	wang.syncs()
	li.syncs()
	s.stop()
	yesterday := s.snapshot()
	s.start()
	wang.Commit(L{"set", rid, "phone", "1", S{}})
	wang.syncs()
	s.timePasses()
	last := wang.Last()
	// A repeat of an older line must not become the last.
	wang.Resend(wang.Lines()[0].ID)
	if wang.syncs(); wang.Last() != last {
		t.Error("a repeat became the last line, and hides a roll-back")
	}
	cursor, epoch := wang.reads().cursor, wang.Epoch()
	s.stop()
	s.putBack(yesterday)
	s.start()

	r := wang.asks(ask{epoch: epoch, cursor: cursor, last: last}).said()
	if again, _ := r.first["again"].(bool); !again || r.epoch() != epoch || r.cursor != nil || !r.more {
		t.Fatalf("%s", r.body)
	}
	// With the repeated line named instead nothing would have been noticed.
	r = wang.asks(ask{epoch: epoch, cursor: cursor, last: wang.Lines()[0].ID}).said()
	if _, again := r.first["again"]; again {
		t.Error("the older line is there")
	}
	li.Commit(L{"set", rid, "address", "1号", S{}})
	li.syncs() // takes the number that Wang's line had
	wang.syncs()
	if wang.Restarts() != 1 {
		t.Errorf("began anew %d times", wang.Restarts())
	}
	row := wang.row(rid)
	if len(values(row, "phone")) != 1 || len(values(row, "address")) != 1 {
		t.Errorf("%s", row.Raw)
	}
	if li.syncs(); !equalTables(li.Rows(), li.reads().rows) {
		t.Error("the township's table is not what a newcomer reads")
	}
	s.verify()
}

// A phone that only reads finds it by the sums: `by` is in them, so numbers used
// again don't hide other content.
func TestSilentRollBackFoundBySums(t *testing.T) {
	s := newServer(t)
	wang, li := s.handset("coordinator", dong), s.handset("township", town)
	rid := wang.NewID()
	wang.saves(L{"new", rid, "household", dong, M{"head": "李"}})
	s.stop()
	yesterday := s.snapshot()
	s.start()
	wang.saves(L{"set", rid, "phone", "old", S{}})
	li.syncs()
	if got := values(li.row(rid), "phone"); !slices.Equal(got, []string{`"old"`}) {
		t.Fatalf("phone %v", got)
	}
	reader := li.reads()
	s.stop()
	s.putBack(yesterday)
	s.start()
	wang.saves(L{"set", rid, "phone", "new", S{}}) // the same seq, another line
	r := li.asks(ask{epoch: li.Epoch(), cursor: reader.cursor}).said()
	if _, again := r.first["again"]; again || len(r.order) > 0 {
		t.Fatalf("the reply tells by itself: %s", r.body)
	}
	if r.sum[dong] == sumOf(reader.rows, dong) {
		t.Error("the sums hide the roll-back")
	}
	li.syncs() // reads the area again, once
	if got := values(li.row(rid), "phone"); !slices.Equal(got, []string{`"new"`}) || li.Restarts() != 0 {
		t.Errorf("phone %v, began anew %d times", got, li.Restarts())
	}
	if !equalTables(li.Rows(), li.reads().rows) {
		t.Error("the table is not what a newcomer reads")
	}
	s.verify()
}

// Fewer rows than the phone has seen: the area is read from 0 at once.
func TestSilentRollBackToShorterSequences(t *testing.T) {
	s := newServer(t)
	wang, li := s.handset("coordinator", dong), s.handset("township", town)
	s.stop()
	yesterday := s.snapshot()
	s.start()
	ghost := wang.NewID()
	wang.saves(L{"new", ghost, "household", dong, M{"head": "李"}})
	if li.syncs(); li.Row(ghost) == nil {
		t.Fatal("not there")
	}
	s.stop()
	s.putBack(yesterday)
	s.start()
	if li.syncs(); li.Row(ghost) != nil {
		t.Error("a ghost for ever")
	}
}

// Time never runs back, whatever the server's clock does and however it ends.
func TestTimeNeverRunsBack(t *testing.T) {
	s := newClocked(t)
	wang := s.handset("coordinator", dong)
	last := int64(0)
	step := func(what string, at int64) {
		t.Helper()
		if at < last {
			t.Errorf("%s: time went from %d to %d", what, last, at)
		}
		last = at
	}
	for _, d := range []time.Duration{0, time.Hour, -5 * time.Hour, -300 * 24 * time.Hour, time.Second} {
		s.pass(d)
		wang.token = ""
		step("sync", wang.asks(ask{}).said().time())
		l, _ := wang.household(nil)
		step("push", wang.pushes(l).time())
		step("have", wang.post("/media/have", M{"sha256": S{}}).is(200, "").number("time"))
	}
	// The program itself, on the same data, by the machine's clock: an hour behind.
	other := s.beside()
	for range 3 {
		other.start()
		step("after a kill", other.post("/challenge", M{"device": wang.Device()}).is(200, "").number("time"))
		other.kill()
	}
}
