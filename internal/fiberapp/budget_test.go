package fiberapp

import (
	"fmt"
	"testing"

	"zoufang/internal/problem"
)

// reading is a body on the way: made to yield, its handler ends.
type reading struct {
	*grant
	gaveWay chan struct{}
}

func (r *reading) wasAsked() bool {
	select {
	case <-r.gaveWay:
		return true
	default:
		return false
	}
}

func reads(t *testing.T, p *pool, who string, n int) *reading {
	t.Helper()
	r := &reading{gaveWay: make(chan struct{})}
	g, err := p.take(who, n, 0, func() { close(r.gaveWay) })
	if err != nil {
		t.Fatalf("%s has no room for %d bytes: %v", who, n, err)
	}
	r.grant = g
	go func() {
		<-r.gaveWay
		g.release()
	}()
	return r
}

func (p *pool) sums() (held, holders int) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, h := range p.of {
		held += h.held
	}
	return p.held - held, len(p.of)
}

func TestOneUsersHalvesMakeWayForTheirOwnAlone(t *testing.T) {
	p := newPool(100, 40)
	other := reads(t, p, "other", 30)
	var mine []*reading
	for range 20 {
		mine = append(mine, reads(t, p, "me", 10))
	}
	for i, r := range mine {
		if got := r.wasAsked(); got != (i < 16) {
			t.Errorf("body %d of 20: gave way %v", i, got)
		}
	}
	if other.wasAsked() {
		t.Error("another user's body gave way to one over its own share")
	}
}

func TestWhoHoldsMostGivesWay(t *testing.T) {
	p := newPool(100, 60)
	big := []*reading{reads(t, p, "big", 30), reads(t, p, "big", 30)}
	small := reads(t, p, "small", 30)
	late := reads(t, p, "late", 20)
	if !big[0].wasAsked() || big[1].wasAsked() || small.wasAsked() || late.wasAsked() {
		t.Errorf("gave way: %v %v, %v, %v", big[0].wasAsked(), big[1].wasAsked(), small.wasAsked(), late.wasAsked())
	}
}

// Where all hold the same nobody gives way: the newest hears busy.
func TestEqualsDoNotDisplaceEachOther(t *testing.T) {
	p := newPool(100, 50)
	var all []*reading
	for i := range 10 {
		all = append(all, reads(t, p, fmt.Sprint(i), 10))
	}
	_, err := p.take("late", 10, 0, nil)
	if err == nil || problem.From(err).Code != problem.Busy {
		t.Fatalf("%v, want busy", err)
	}
	for i, r := range all {
		if r.wasAsked() {
			t.Errorf("body %d gave way", i)
		}
	}
}

func TestWhatIsReadDoesNotGiveWay(t *testing.T) {
	p := newPool(100, 50)
	done := reads(t, p, "me", 40)
	done.keep(25)
	reads(t, p, "me", 25)
	if done.wasAsked() {
		t.Error("a body that was there gave way")
	}
	if _, err := p.take("me", 1, 0, nil); err != nil { // the second gives way
		t.Fatal(err)
	}
	if done.wasAsked() {
		t.Error("a body that was there gave way")
	}
}

// Bodies leave room for what is inflated from them, else they would wait for each
// other.
func TestRoomForInflatingIsKept(t *testing.T) {
	p := newPool(100, 100)
	if _, err := p.take("a", 80, 20, nil); err != nil {
		t.Fatal(err)
	}
	if _, err := p.take("b", 1, 20, nil); err == nil {
		t.Error("a body took what is for inflating")
	}
	if _, err := p.take("a", 20, 0, nil); err != nil {
		t.Error(err)
	}
}

func TestAllIsGivenBack(t *testing.T) {
	p := newPool(1000, 100)
	var all []*reading
	for i := range 100 {
		all = append(all, reads(t, p, fmt.Sprint(i%20), 10))
	}
	for i, r := range all {
		if i%2 == 0 {
			r.keep(3)
		}
		r.release()
		r.release() // once is enough
	}
	if lost, holders := p.sums(); p.held != 0 || lost != 0 || holders != 0 {
		t.Errorf("%d bytes held, %d of nobody, %d holders", p.held, lost, holders)
	}
}
