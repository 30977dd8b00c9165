package intake_test

import (
	"context"
	"path/filepath"
	"testing"
	"time"

	"zoufang"
	"zoufang/storage"
	"zoufang/storage/sqlitestore"
	"zoufang/storage/storagetest"
	"zoufang/sync/intake"
)

const (
	county   = zoufang.AreaID("990101000000")
	town     = zoufang.AreaID("990101001000")
	dong     = zoufang.AreaID("990101001201") // 东村
	xi       = zoufang.AreaID("990101001202") // 西村
	farTown  = zoufang.AreaID("990101002000")
	farthest = zoufang.AreaID("990101002201") // 南村, in another township
)

// world is a store with people in it. Stories are told with it: who saves what,
// in which order it reaches the server, and what stands there then.
type world struct {
	*testing.T
	store *sqlitestore.Store
	in    *intake.Intake
	clock time.Time
}

func newWorld(t *testing.T) *world {
	w := &world{T: t, clock: time.UnixMilli(1763760000000)}
	store, err := sqlitestore.Open(t.Context(), filepath.Join(t.TempDir(), "zoufang.db"), storagetest.Sealer(),
		sqlitestore.WithClock(func() time.Time { w.clock = w.clock.Add(time.Millisecond); return w.clock }))
	w.must(err)
	t.Cleanup(func() { store.Close() })
	w.store, w.in = store, &intake.Intake{Records: store}
	operator := &person{w: w, user: zoufang.SystemUser(), device: &zoufang.Device{ID: zoufang.System, User: zoufang.System}}
	for _, a := range []zoufang.AreaID{county, town, dong, xi, farTown, farthest} {
		operator.sends(operator.saves(L{"new", w.id(), "area", a, M{"code": a, "name": "区划"}})).are("ok")
	}
	return w
}

// L is an item of a commit, M its fields, S the ids an editor had seen.
type (
	L = []any
	M = map[string]any
	S = []zoufang.CommitID
)

func (w *world) must(err error) {
	w.Helper()
	if err != nil {
		w.Fatal(err)
	}
}

func (w *world) id() zoufang.RecordID { return zoufang.NewRecordID(w.clock.UnixMilli()) }

// person is somebody with a phone or a console.
type person struct {
	w      *world
	user   *zoufang.User
	device *zoufang.Device
	n      int64
	heard  int64
	at     int64
	schema int
	will   bool
}

func (w *world) person(name string, role zoufang.Role, areas ...zoufang.AreaID) *person {
	w.Helper()
	u := zoufang.User{ID: zoufang.UserID(w.id()), Name: name, Role: role, Areas: areas}
	w.must(w.store.PutUser(w.Context(), u))
	code := storage.Code{Hash: name, User: u.ID, Expires: w.clock.Add(time.Hour).UnixMilli()}
	w.must(w.store.AddCode(w.Context(), code))
	d, err := w.store.UseCode(w.Context(), name, w.clock.UnixMilli(), zoufang.Device{ID: zoufang.DeviceID(zoufang.Token(12)), X: name, Y: name, Enrolled: w.clock.UnixMilli()})
	w.must(err)
	return &person{w: w, user: &u, device: d}
}

// saved is a frozen line.
type saved struct {
	id   zoufang.CommitID
	line []byte
}

// saves freezes one commit; nothing is sent.
func (p *person) saves(do ...any) saved {
	p.w.Helper()
	p.n++
	at := p.at
	if at == 0 {
		p.w.clock = p.w.clock.Add(time.Second)
		at = p.w.clock.UnixMilli()
	}
	line, err := zoufang.Action{Device: p.device.ID, N: p.n, User: p.user.ID, At: at, Page: "p", Heard: p.heard}.Frozen(do)
	p.w.must(err)
	return raw(string(line))
}

func raw(line string) saved {
	id, _ := zoufang.HashLine([]byte(line))
	return saved{id, []byte(line)}
}

type answers struct {
	w    *world
	list []intake.Answer
}

// sends pushes lines in one request.
func (p *person) sends(lines ...saved) answers {
	p.w.Helper()
	var read []intake.Line
	for _, s := range lines {
		read = append(read, intake.Read(s.line))
	}
	out, err := p.w.in.Push(context.Background(), intake.Sender{User: p.user, Device: p.device, Will: p.will}, intake.Expect{}, read)
	p.w.must(err)
	if len(out.Answers) != len(lines) || out.Restored {
		p.w.Fatalf("%d lines, %d answers", len(lines), len(out.Answers))
	}
	for i, a := range out.Answers {
		if a.ID != lines[i].id {
			p.w.Fatalf("answer %d is for another line", i)
		}
	}
	return answers{p.w, out.Answers}
}

// are checks answers: "ok", "dup", or the code a line is held under.
func (a answers) are(want ...string) {
	a.w.Helper()
	for i, got := range a.list {
		word := got.R
		if got.R == intake.Kept {
			word = string(got.Code)
		}
		if i >= len(want) || word != want[i] {
			a.w.Fatalf("answer %d: %s (%s), want %v", i, word, got.Why, want)
		}
	}
}

// does saves and sends one commit that is applied.
func (p *person) does(do ...any) saved {
	p.w.Helper()
	s := p.saves(do...)
	p.sends(s).are("ok")
	return s
}

func (w *world) record(id zoufang.RecordID) *zoufang.Record {
	w.Helper()
	var r *zoufang.Record
	w.must(w.store.View(w.Context(), func(v storage.View) (err error) {
		r, err = v.Record(id)
		return err
	}))
	return r
}

// shows checks all heads of a field, the first shown first.
func (w *world) shows(id zoufang.RecordID, field string, want ...string) {
	w.Helper()
	r := w.record(id)
	if r == nil {
		w.Fatalf("no record %s", id)
	}
	var got []string
	if h := r.Heads[field]; h != nil {
		for _, v := range h.Live {
			got = append(got, string(v.Value))
		}
	}
	if len(got) != len(want) {
		w.Fatalf("%s shows %v, want %v", field, got, want)
	}
	for i := range got {
		if got[i] != want[i] {
			w.Fatalf("%s shows %v, want %v", field, got, want)
		}
	}
}

func (w *world) stands(id zoufang.RecordID, state string) {
	w.Helper()
	if r := w.record(id); r == nil || r.State("state") != state {
		w.Fatalf("state is not %s", state)
	}
}

func (w *world) held(s saved) *storage.Held {
	w.Helper()
	var h *storage.Held
	w.must(w.store.View(w.Context(), func(v storage.View) (err error) {
		h, err = v.Held(s.id)
		return err
	}))
	return h
}

// is checks how a line stands: "applied", or the code it is held or listed under.
func (w *world) is(s saved, want string) {
	w.Helper()
	got := "applied"
	if h := w.held(s); h != nil {
		got = string(h.Code)
	}
	if got != want {
		w.Fatalf("the line is %s, want %s", got, want)
	}
}

func (w *world) by(id zoufang.RecordID) S { w.Helper(); return w.record(id).By() }
