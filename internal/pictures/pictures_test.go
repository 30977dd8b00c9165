package pictures

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"image"
	"image/jpeg"
	"log/slog"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"zoufang"
	"zoufang/internal/thumb"
	"zoufang/storage"
	"zoufang/storage/dirblob"
)

// shelf is pictures over a real directory. Where gated, each making waits for a word.
type shelf struct {
	*testing.T
	*Pictures
	blobs *dirblob.Store
	made  atomic.Int64
	gate  chan struct{}
	begun chan zoufang.Digest

	mu     sync.Mutex
	marked map[zoufang.Digest]zoufang.Flaw
}

func newShelf(t *testing.T, gated bool) *shelf {
	s := &shelf{T: t, gate: make(chan struct{}), begun: make(chan zoufang.Digest, 1000), marked: map[zoufang.Digest]zoufang.Flaw{}}
	var err error
	if s.blobs, err = dirblob.Open(t.TempDir(), time.Now()); err != nil {
		t.Fatal(err)
	}
	s.open(gated)
	return s
}

func (s *shelf) open(gated bool) {
	p := New(Config{Blobs: s.blobs, Log: slog.New(slog.NewTextHandler(s.Output(), nil)), Mark: func(_ context.Context, d zoufang.Digest, f zoufang.Flaw) error {
		s.mu.Lock()
		defer s.mu.Unlock()
		s.marked[d] = f
		return nil
	}})
	p.make = func(b []byte, max int) ([]byte, error) {
		s.made.Add(1)
		s.begun <- digestOf(b)
		if gated {
			<-s.gate
		}
		return thumb.Make(b, max)
	}
	s.Pictures, p.most = p, time.Minute
	s.Cleanup(p.Stop)
}

func digestOf(b []byte) zoufang.Digest {
	sum := sha256.Sum256(b)
	return zoufang.Digest(hex.EncodeToString(sum[:]))
}

func (s *shelf) put(b []byte) zoufang.Digest {
	s.Helper()
	if err := s.blobs.Put(s.Context(), digestOf(b), int64(len(b)), bytes.NewReader(b)); err != nil {
		s.Fatal(err)
	}
	return digestOf(b)
}

// photo is one of many: what stands behind a picture's end is no part of it.
func photo(t *testing.T, n, side int) []byte {
	var b bytes.Buffer
	if err := jpeg.Encode(&b, image.NewGray(image.Rect(0, 0, side, side/2)), nil); err != nil {
		t.Fatal(err)
	}
	fmt.Fprint(&b, n)
	return b.Bytes()
}

// all asks for pictures at once and counts the answers.
func (s *shelf) all(reader string, digests ...zoufang.Digest) (good, busy *atomic.Int64, wait func()) {
	good, busy = &atomic.Int64{}, &atomic.Int64{}
	var wg sync.WaitGroup
	for _, d := range digests {
		wg.Go(func() {
			b, err := s.Small(s.Context(), reader, d)
			switch {
			case err == nil && len(b) > 0:
				good.Add(1)
			case errors.Is(err, ErrBusy):
				busy.Add(1)
			default:
				s.Errorf("%d bytes, %v", len(b), err)
			}
		})
	}
	return good, busy, wg.Wait
}

// TestMadeOnce: however many ask, at once, later and after a restart.
func TestMadeOnce(t *testing.T) {
	s := newShelf(t, false)
	d := s.put(photo(t, 1, 800))
	sixty := make([]zoufang.Digest, 60)
	for i := range sixty {
		sixty[i] = d
	}
	good, _, wait := s.all("a", sixty...)
	wait()
	s.open(false) // a restart
	again, _, wait := s.all("b", sixty...)
	wait()
	if good.Load() != 60 || again.Load() != 60 || s.made.Load() != 1 {
		t.Errorf("%d and %d pictures, made %d times", good.Load(), again.Load(), s.made.Load())
	}
	m, err := s.Small(t.Context(), "c", d)
	if err != nil {
		t.Fatal(err)
	}
	if c, err := jpeg.DecodeConfig(bytes.NewReader(m)); err != nil || c.Width != 320 || c.Height != 160 {
		t.Errorf("%+v, %v", c, err)
	}
}

// TestTurns: a reader who asks for sixty gets as many as a queue holds, and another
// reader's one is made before the second of these.
func TestTurns(t *testing.T) {
	s := newShelf(t, true)
	var sixty []zoufang.Digest
	for i := range 60 {
		sixty = append(sixty, s.put(photo(t, i, 100)))
	}
	other := s.put(photo(t, 100, 100))
	begun, _, waitBegun := s.all("a", sixty[0])
	<-s.begun // only then do the others come: a queue that fills before one is begun refuses one more
	good, busy, wait := s.all("a", sixty[1:]...)
	until(t, func() bool { return busy.Load() == 60-1-mostOfOne }) // the one begun, and a full queue
	one, _, waitOne := s.all("b", other)
	until(t, func() bool { s.Pictures.mu.Lock(); defer s.Pictures.mu.Unlock(); return len(s.queue.of["b"]) == 1 })
	var order []zoufang.Digest
	s.gate <- struct{}{}
	for range 2 {
		order = append(order, <-s.begun)
		s.gate <- struct{}{}
	}
	waitOne()
	if one.Load() != 1 || order[0] != other && order[1] != other {
		t.Errorf("the other reader waited behind %v", order)
	}
	close(s.gate)
	wait()
	waitBegun()
	if good.Load() != mostOfOne || begun.Load()+good.Load()+busy.Load() != 60 {
		t.Errorf("%d good, %d busy", good.Load(), busy.Load())
	}
}

// TestAllReaders: what waits is bounded over all readers too.
func TestAllReaders(t *testing.T) {
	s := newShelf(t, true)
	begun, _, waitBegun := s.all("first", s.put(photo(t, 9999, 40)))
	<-s.begun
	var good, busy []*atomic.Int64
	waits := []func(){waitBegun}
	for r := range 20 {
		var own []zoufang.Digest
		for i := range 10 {
			own = append(own, s.put(photo(t, 100*r+i, 40)))
		}
		g, b, wait := s.all(fmt.Sprint("reader ", r), own...)
		good, busy, waits = append(good, g), append(busy, b), append(waits, wait)
	}
	sum := func(all []*atomic.Int64) (n int64) {
		for _, c := range all {
			n += c.Load()
		}
		return n
	}
	until(t, func() bool { return sum(busy) == 200-mostOfAll })
	close(s.gate)
	for _, wait := range waits {
		wait()
	}
	if sum(good) != mostOfAll || begun.Load() != 1 {
		t.Errorf("%d were made", sum(good))
	}
}

// TestGivenUp: what nobody waits for any more is not made.
func TestGivenUp(t *testing.T) {
	s := newShelf(t, true)
	first, second := s.put(photo(t, 1, 100)), s.put(photo(t, 2, 100))
	_, _, wait := s.all("a", first)
	<-s.begun
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error)
	go func() { _, err := s.Small(ctx, "b", second); ended <- err }()
	until(t, func() bool { s.Pictures.mu.Lock(); defer s.Pictures.mu.Unlock(); return len(s.queue.of["b"]) == 1 })
	cancel()
	if err := <-ended; !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
	close(s.gate)
	wait()
	s.idle.Wait()
	if s.made.Load() != 1 {
		t.Errorf("%d were made", s.made.Load())
	}
}

// TestArrivals: what arrived is looked at when no reader waits, and what cannot be
// seen is marked and told, once.
func TestArrivals(t *testing.T) {
	s := newShelf(t, true)
	page := s.put([]byte("<!doctype html><title>登录</title>"))
	whole, asked := s.put(photo(t, 1, 100)), s.put(photo(t, 2, 100))
	s.Look(whole)
	<-s.begun
	s.Look(page)
	good, _, wait := s.all("a", asked)
	until(t, func() bool { s.Pictures.mu.Lock(); defer s.Pictures.mu.Unlock(); return len(s.queue.of["a"]) == 1 })
	s.gate <- struct{}{}
	if first := <-s.begun; first != asked {
		t.Error("a reader waited behind an arrival")
	}
	close(s.gate)
	wait()
	s.idle.Wait()
	for range 2 {
		_, err := s.Small(t.Context(), "b", page)
		if !errors.Is(err, thumb.Flawed(zoufang.FlawPage)) {
			t.Errorf("a page: %v", err)
		}
	}
	if good.Load() != 1 || s.made.Load() != 3 || s.marked[page] != zoufang.FlawPage || len(s.marked) != 1 {
		t.Errorf("%d good, %d made, %v marked", good.Load(), s.made.Load(), s.marked)
	}
}

// TestNotMarked: a flaw that could not be marked is not kept either, so that it is
// marked the next time.
func TestNotMarked(t *testing.T) {
	s := newShelf(t, false)
	d := s.put(nil)
	mark := s.cfg.Mark
	s.cfg.Mark = func(context.Context, zoufang.Digest, zoufang.Flaw) error { return errors.New("the store is away") }
	for _, m := range []func(context.Context, zoufang.Digest, zoufang.Flaw) error{s.cfg.Mark, mark, mark} {
		s.idle.Wait()
		s.cfg.Mark = m
		if _, err := s.Small(t.Context(), "a", d); !errors.Is(err, thumb.Flawed(zoufang.FlawEmpty)) {
			t.Errorf("nothing: %v", err)
		}
	}
	if s.made.Load() != 2 || s.marked[d] != zoufang.FlawEmpty {
		t.Errorf("made %d times, marked %v", s.made.Load(), s.marked)
	}
	if _, err := s.Small(t.Context(), "a", digestOf([]byte("x"))); !errors.Is(err, storage.ErrNotFound) {
		t.Errorf("what is not there: %v", err)
	}
}

// until waits for a thing to happen.
func until(t *testing.T, happened func() bool) {
	t.Helper()
	for begun := time.Now(); !happened(); time.Sleep(time.Millisecond) {
		if time.Since(begun) > time.Minute {
			t.Fatal("it does not happen")
		}
	}
}
