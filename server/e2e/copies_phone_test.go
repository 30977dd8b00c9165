package e2e_test

import (
	"bytes"
	"slices"
	"testing"
	"time"
)

// Revoked at the command line, a phone is shut out of every copy within 5 s, in
// the middle of its work.
func TestRevokedAtEveryCopy(t *testing.T) {
	s := newServer(t)
	other := s.copy()
	for range 3 {
		wang := s.handset("coordinator", dong)
		token := "Bearer " + wang.bearer()
		for _, at := range []*server{s, other} {
			at.do("GET", "/held", nil, "Authorization", token).is(200, "")
		}
		s.run(nil, "device", "revoke", wang.Device())
		begun := time.Now()
		for _, at := range []*server{s, other} {
			for at.do("GET", "/held", nil, "Authorization", token).status != 401 {
				if time.Since(begun) > 5*time.Second {
					t.Fatal("after 5 s a copy still lets the phone in")
				}
				time.Sleep(20 * time.Millisecond)
			}
			at.do("GET", "/held", nil, "Authorization", token).is(401, "revoked")
			t.Logf("shut out after %v", time.Since(begun).Round(time.Millisecond))
		}
	}
}

// revokes shuts a phone out, and waits until the server knows: the command line is
// another process, and in production as far away as another copy.
func (s *server) revokes(h *handset) {
	s.Helper()
	token := "Bearer " + h.bearer()
	s.run(nil, "device", "revoke", h.Device())
	begun := time.Now()
	for s.at != nil && s.do("GET", "/held", nil, "Authorization", token).status != 401 {
		if time.Since(begun) > 5*time.Second {
			s.Fatal("after 5 s the phone is still let in")
		}
		time.Sleep(20 * time.Millisecond)
	}
}

// A copy dies in the middle of a part. The other goes on from what is durable, and
// no byte has to be right by luck.
func TestUploadsGoOnAtTheOtherCopy(t *testing.T) {
	s := newServer(t)
	copies := []*server{s, s.copy()}
	wang := s.handset("coordinator", dong)
	wang.bearer()
	b, name := photo(700_000)
	rid := wang.NewID()
	wang.saves(L{"new", rid, "visit", dong, M{"type": "routine", "photos": S{name}}})
	upload := wang.begins(len(b), name, "image/jpeg")
	at := 0
	for i := range 6 {
		dies, lives := copies[i%2], copies[(i+1)%2]
		wang.s = dies
		wang.patches(upload, at, b[at:at+30_000]).is(204, "").offset(at + 30_000)
		at += 30_000
		n := 20_000 + i*17_001
		conn := wang.cuts(upload, at, b[at:], n)
		time.Sleep(time.Duration(i*15) * time.Millisecond)
		dies.kill()
		conn.Close()
		wang.s = lives
		reached := wang.heads(upload).at()
		if reached < at || reached > at+n {
			t.Fatalf("cut %d: acknowledged to %d, %d bytes more were sent, stands at %d", i, at, n, reached)
		}
		wang.patches(upload, reached, b[reached:reached+10_000]).is(204, "").offset(reached + 10_000)
		at = reached + 10_000
		dies.start()
		wang.s = dies
		wang.heads(upload).is(200, "").offset(at)
	}
	wang.patches(upload, at, b[at:]).is(204, "").arrived(len(b))
	for _, c := range copies {
		wang.s = c
		if got := wang.gets(name).is(200, ""); !bytes.Equal(got.body, b) {
			t.Error("other bytes came back")
		}
		if row := wang.shown(rid); len(row.Need) > 0 {
			t.Errorf("need %v", row.Need)
		}
	}
	s.verify()
}

// A line released at one copy is applied at the other; areas that came by the
// command line are known to both.
func TestDecisionsAndAreasReachEveryCopy(t *testing.T) {
	s := newServer(t)
	other := s.copy()
	wang, li := s.handset("coordinator", dong), s.handset("township", town)
	l, rid := wang.line(L{"new", wang.NewID(), "household", xi, M{"head": "钱"}}), ""
	wang.pushes(l).are("scope")
	wang.s, li.s = other, other
	wang.pushes(l).are("scope")
	ruling := li.line(L{"judge", id(l), "release", "去过"})
	li.pushes(ruling).are("ok")
	for _, at := range []*server{s, other} {
		wang.s = at
		wang.pushes(l).are("dup")
		if h := wang.held()[id(l)]; h.Code != "released" {
			t.Errorf("listed as %+v", h)
		}
	}
	second := wang.line(L{"new", wang.NewID(), "household", xi, M{"head": "孙"}})
	wang.s = s
	wang.pushes(second).are("scope")
	s.run(nil, "held", "reject", id(second), "--why", "重复")
	wang.s = other
	if a := wang.pushes(second).answers[0]; a.Code != "rejected" {
		t.Errorf("rejected at the command line, and %+v at the other copy", a)
	}

	const fresh = "990101001203"
	s.importAreas(fresh, "南村")
	for _, at := range []*server{s, other} {
		li.s = at
		one := li.line(L{"new", li.NewID(), "household", fresh, M{"head": "赵"}})
		li.pushes(one).are("ok")
		said := li.asks(ask{}).said()
		if areas := texts(said.first["scope"].(map[string]any)["areas"]); !slices.Contains(areas, fresh) {
			t.Errorf("areas %v", areas)
		}
	}
	zhao := s.handset("coordinator", fresh)
	for _, at := range []*server{other, s} {
		zhao.s = at
		if n := len(zhao.reads().rows); n < 2 {
			t.Errorf("%d rows", n)
		}
		_, rid = zhao.household(nil)
		zhao.saves(L{"new", rid, "household", fresh, M{}})
	}
	s.verify()
}

// Two copies started at the same moment where there is nothing yet both come up,
// and are one server: one epoch, one set of keys.
func TestTwoServersBeginTogether(t *testing.T) {
	t.Parallel()
	for range 2 {
		var s *server
		if inProduction() {
			s = unprepared(t, sharedProduction(t, nonce()))
		} else {
			s = unprepared(t, nil)
		}
		other := s.beside()
		first, second := s.launch(), other.launch()
		first()
		second()
		s.importAreas(county, "测试县", town, "甲镇", dong, "东村")
		wang := s.handset("coordinator", dong)
		token := "Bearer " + wang.bearer()
		other.do("GET", "/held", nil, "Authorization", token).is(200, "")
		n := wang.nonce()
		wang.s = other
		wang.asksToken(n, wang.proof(n)).is(200, "")
		l, rid := wang.household(M{"phone": "1"})
		one := wang.pushes(l).are("ok")
		wang.s = s
		again := wang.pushes(l).are("dup")
		if one.epoch() != again.epoch() || wang.shown(rid) == nil {
			t.Errorf("epochs %s and %s", one.epoch(), again.epoch())
		}
		sealed := wang.saves(L{"new", wang.NewID(), "person", dong, M{"name": "李", "id_number": "99010119530412002X"}})
		wang.s = other
		if len(wang.reads().rows) < 2 || sealed == "" {
			t.Error("what one copy sealed, the other does not read")
		}
		s.stop()
		other.stop()
		s.start()
		wang.s = s
		wang.syncs()
		s.verify()
		s.kill()
	}
}
