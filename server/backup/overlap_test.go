package backup

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// pausing lets a test do something before, or after, a set's note is stored.
type pausing struct {
	Dir
	before, after func()
}

func (p *pausing) Put(ctx context.Context, name string, r io.Reader) error {
	if !strings.HasSuffix(name, doneSuffix) {
		return p.Dir.Put(ctx, name, r)
	}
	p.before()
	err := p.Dir.Put(ctx, name, r)
	p.after()
	return err
}

func nothing() {}

// beside gives another server on the same store, whose clock is apart.
func (h *house) beside(apart time.Duration) *Place {
	other := *h.Place
	c := &clock{}
	c.forward(apart)
	other.Now = c.now
	return &other
}

// kept fails unless what is called safe in the store is in a backup.
func (h *house) kept(target Target) {
	h.t.Helper()
	all, err := Sets(h.t.Context(), target)
	h.must(err)
	for _, s := range all {
		if s.Clock >= h.meta().SafeAt {
			return
		}
	}
	h.t.Errorf("safe up to %d, and there are %+v", h.meta().SafeAt, all)
}

// A run that was taken for dead, by a clock that is ahead or because it stood still,
// ends: it calls nothing safe, and removes nothing of the other's.
func TestOvertakenRuns(t *testing.T) {
	for _, apart := range []time.Duration{11 * time.Minute, -25 * time.Minute} {
		for _, keep := range []int{1, 2} {
			for _, when := range []string{"before", "after"} {
				a, dir := newHouse(t, Keys{Passphrase: phrase}), Dir(t.TempDir())
				a.settle()
				b := a.beside(apart)
				p := &pausing{dir, nothing, nothing}
				var other Written
				over := func() {
					a.visit(dong, 10)
					var err error
					if other, err = b.WriteSet(t.Context(), dir, keep); err != nil {
						t.Errorf("the other: %v", err)
					}
				}
				if when == "before" {
					p.before = over
				} else {
					p.after = over
				}
				_, err := a.WriteSet(t.Context(), p, keep)
				name := fmt.Sprintf("%v, keeping %d, %s the note", apart, keep, when)
				if !errors.Is(err, errOvertaken) && !strings.Contains(fmt.Sprint(err), "not there any more") {
					t.Errorf("%s: %v", name, err)
				}
				if a.meta().SafeAt != other.SafeAt {
					t.Errorf("%s: safe at %d, the other's is %d", name, a.meta().SafeAt, other.SafeAt)
				}
				a.kept(dir)
				// The next is not kept from its work for ever.
				a.clock.forward(time.Hour)
				_, err = a.WriteSet(t.Context(), dir, keep)
				a.must(err)
				if s := names(t, string(dir)); strings.Count(s, leaseDir) != 1 {
					t.Errorf("%s: left %s", name, s)
				}
			}
		}
	}
}

// Two runs overlap from end to end, the one with the clock ahead first; while the
// second waits to be done, the first would have removed its set.
func TestRunsThatOverlap(t *testing.T) {
	a, dir := newHouse(t, Keys{Passphrase: phrase}), Dir(t.TempDir())
	a.settle()
	b := a.beside(25 * time.Minute)
	reached, goOn, ended := make(chan bool), make(chan bool), make(chan error, 1)
	first := &pausing{dir, func() { close(reached); <-goOn }, nothing}
	go func() {
		_, err := b.WriteSet(context.Background(), first, 1)
		ended <- err
	}()
	<-reached
	a.visit(dong, 100)
	var other error
	second := &pausing{dir, nothing, func() { close(goOn); other = <-ended }}
	w, err := a.WriteSet(t.Context(), second, 1)
	a.must(err)
	if other == nil {
		t.Error("the first went on")
	}
	if a.meta().SafeAt != w.SafeAt {
		t.Errorf("safe at %d after %+v", a.meta().SafeAt, w)
	}
	a.kept(dir)
	to := newHouse(t, Keys{Passphrase: phrase})
	_, err = to.RestoreSet(t.Context(), dir, w.File)
	to.must(err)
	to.whole(a, content(t, a.store))
}

// What another run has under way is young and stays, and what is old goes.
func TestLeftovers(t *testing.T) {
	a, dir := newHouse(t, Keys{Passphrase: phrase}), t.TempDir()
	a.settle()
	_, err := a.WriteSet(t.Context(), Dir(dir), 1)
	a.must(err)
	now := time.Now()
	young, old, ahead, never := setName(now.Add(-time.Hour).UnixMilli()), setName(now.Add(-25*time.Hour).UnixMilli()), setName(now.Add(48*time.Hour).UnixMilli()), "zoufang-99991231T235959.999Z.zfb"
	for _, name := range []string{young, old, ahead, never} {
		a.must(os.WriteFile(filepath.Join(dir, name), []byte("half"), 0o600))
	}
	for range 2 {
		_, err := a.WriteSet(t.Context(), Dir(dir), 1)
		a.must(err)
	}
	s := names(t, dir)
	for name, stays := range map[string]bool{young: true, old: false, ahead: false, never: true} {
		if strings.Contains(s, name) != stays {
			t.Errorf("%s stays %v", name, !stays)
		}
	}
	to := newHouse(t, Keys{Passphrase: phrase})
	_, err = to.RestoreSet(t.Context(), Dir(dir), "")
	to.must(err)
}

// Whatever else lies among the leases keeps nobody away.
func TestStrayLeases(t *testing.T) {
	a, dir := newHouse(t, Keys{Passphrase: phrase}), t.TempDir()
	a.settle()
	run := func() error { _, err := a.WriteSet(t.Context(), Dir(dir), 0); return err }
	a.must(run())
	for _, name := range []string{"Thumbs.db", ".DS_Store", "0001", "-0000001", "99999999", "0000000100000000"} {
		a.must(os.WriteFile(filepath.Join(dir, leaseDir, name), []byte("{}"), 0o600))
		for range 2 {
			if err := run(); err != nil {
				t.Fatalf("beside %s: %v", name, err)
			}
		}
	}
	a.must(os.WriteFile(filepath.Join(dir, leaseDir, "00000200"), make([]byte, 1<<20), 0o600))
	a.must(run())
	a.must(os.WriteFile(filepath.Join(dir, leaseDir, fmt.Sprint(lastLease)), nil, 0o600))
	fails(t, run(), "none of ours")
}

// While others are always at it nobody is told, until there should have been a
// backup long ago.
func TestBusyForTooLong(t *testing.T) {
	a, dir := newHouse(t, Keys{Passphrase: phrase}), Dir(t.TempDir())
	a.settle()
	_, err := a.WriteSet(t.Context(), dir, 0)
	a.must(err)
	for age, told := range map[time.Duration]int{25 * time.Hour: 0, 49 * time.Hour: 1} {
		b := a.beside(age)
		mine, err := b.take(t.Context(), dir)
		a.must(err)
		h := &house{Place: b, t: t}
		_, failed := h.attempts(dir, 1)
		if len(failed) != told || told == 1 && !errors.Is(failed[0], ErrBusy) {
			t.Errorf("after %v: %v", age, failed)
		}
		a.must((&held{b, dir, mine}).release(t.Context()))
	}
}
