package mobileapi_test

import (
	"bytes"
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"zoufang"
	"zoufang/storage"
	"zoufang/sync/intake"
)

// afresh gives the phone a token of now.
func (p *phone) afresh() *phone {
	p.s.Helper()
	var err error
	p.token, err = p.s.tokens.Phone(p.s.Context(), p.user, p.device.ID)
	p.s.must(err)
	return p
}

func (p *phone) has(digest string) bool {
	p.s.Helper()
	return strings.Contains(string(p.afresh().have(digest).is(200, "").body), digest)
}

// bytesOf reports whether the bytes of a medium are there.
func (s *served) bytesOf(digest string) bool {
	s.Helper()
	_, err := s.blobs.Stat(s.Context(), zoufang.Digest(digest))
	if err != nil && !errors.Is(err, storage.ErrNotFound) {
		s.Fatal(err)
	}
	return err == nil
}

func (s *served) sweep() {
	s.Helper()
	s.must(s.api.Sweep(s.Context()))
}

const month = 31*24*time.Hour + time.Minute

// TestUnnamedMediaRunOut: what nobody named for a month goes, and can come again;
// what a record, a held line or a waiting one names stays, whatever its age.
func TestUnnamedMediaRunOut(t *testing.T) {
	s := serve(t)
	p := s.phone(zoufang.Coordinator, dong)
	var all [][]byte
	var names []string
	for n := range 5 {
		b, name := photo(n, 5000)
		all, names = append(all, b), append(names, name)
		p.upload(b, "image/jpeg")
	}
	nobody, record, held, waiting, late := names[0], names[1], names[2], names[3], names[4]
	p.visit(dong, record)
	from := intake.Sender{User: p.user, Device: p.device}
	if a := s.push(from, []any{"new", s.id(), "visit", other, map[string]any{"type": "routine", "photos": []string{held}}}); a.Code != zoufang.HeldScope {
		t.Fatalf("%+v", a)
	}
	if a := s.push(from, []any{"add", s.id(), "photos", waiting}); a.Code != zoufang.HeldWaiting {
		t.Fatalf("%+v", a)
	}
	s.pass(30 * 24 * time.Hour)
	s.sweep()
	if !p.has(nobody) {
		t.Fatal("it went before its time")
	}
	s.pass(2 * 24 * time.Hour)
	s.sweep()
	for _, name := range names {
		if want := name != nobody && name != late; p.has(name) != want || !s.bytesOf(name) {
			t.Errorf("after a month: %s known %v, bytes %v", name[:8], !want, s.bytesOf(name))
		}
	}
	p.get(nobody).is(404, "not_found")
	visit := p.visit(dong, late) // a line comes while it fades: its record needs it
	s.pass(25 * time.Hour)
	s.sweep()
	if s.bytesOf(nobody) || !p.has(late) || !s.bytesOf(late) || !p.has(record) || !p.has(held) || !p.has(waiting) {
		t.Error("a day later: what nobody named is there, or something else is not")
	}
	s.must(s.store.View(t.Context(), func(v storage.View) error {
		r, err := v.Record(visit)
		if err == nil && len(r.Need) > 0 {
			t.Error("the record still needs what came back")
		}
		return err
	}))
	p.afresh().upload(all[0], "image/jpeg")
	if !p.has(nobody) {
		t.Error("it did not come again")
	}
	if got := p.get(late).is(200, ""); !bytes.Equal(got.body, all[4]) {
		t.Error("other bytes came back")
	}
}

// TestComingWhileItGoes: a medium that is sent again while it fades, or just when its
// bytes are removed, is there in the end. blobs stops the removal in between.
func TestComingWhileItGoes(t *testing.T) {
	s := serve(t)
	slow := &slowBlobs{Blobs: s.blobs, removing: make(chan struct{}), go_on: make(chan struct{})}
	s.over(slow)
	p := s.phone(zoufang.Coordinator, dong)
	b, name := photo(1, 5000)
	again := func() *reply { return p.afresh().create(len(b), meta(name, "image/jpeg"), bytes.NewReader(b)) }
	again().is(201, "")
	s.pass(month)
	s.sweep()
	if p.has(name) {
		t.Fatal("it is still known")
	}
	again().is(201, "").arrived() // while it fades
	s.pass(25 * time.Hour)
	s.sweep()
	if !p.has(name) {
		t.Fatal("it went though it came again")
	}
	s.pass(month)
	s.sweep()
	s.pass(25 * time.Hour)
	swept := make(chan error, 1)
	go func() { swept <- s.api.Sweep(s.Context()) }()
	<-slow.removing
	if again().is(503, "busy").header.Get("Retry-After") == "" {
		t.Error("no Retry-After")
	}
	visit := p.visit(dong, name) // names what is not known: it is needed
	again().is(503, "busy")
	s.must(s.api.Sweep(t.Context())) // another copy leaves it to the first
	close(slow.go_on)
	s.must(<-swept)
	again().is(201, "").arrived()
	if !p.has(name) || !s.bytesOf(name) {
		t.Error("it is not there")
	}
	s.must(s.store.View(t.Context(), func(v storage.View) error {
		r, err := v.Record(visit)
		if err == nil && len(r.Need) > 0 {
			t.Error("the record still needs it")
		}
		return err
	}))
	if got := p.get(name).is(200, ""); !bytes.Equal(got.body, b) {
		t.Error("other bytes came back")
	}
}

// TestADeadRemover: what a server that died was removing is removed by another.
func TestADeadRemover(t *testing.T) {
	s := serve(t)
	slow := &slowBlobs{Blobs: s.blobs, fail: errors.New("the server died")}
	s.over(slow)
	p := s.phone(zoufang.Coordinator, dong)
	b, name := photo(1, 5000)
	p.upload(b, "image/jpeg")
	s.pass(month)
	s.sweep()
	s.pass(25 * time.Hour)
	if err := s.api.Sweep(t.Context()); err == nil || !s.bytesOf(name) {
		t.Fatal("it did not die")
	}
	slow.fail = nil
	s.sweep()
	if !s.bytesOf(name) {
		t.Error("removed while the first may still be at it")
	}
	s.pass(2 * time.Hour)
	s.sweep()
	if s.bytesOf(name) {
		t.Error("it is still there")
	}
	p.afresh().upload(b, "image/jpeg")
	if !p.has(name) {
		t.Error("it did not come again")
	}
}

// TestTwoUsersMedium: it stays as long as one of them answers for it.
func TestTwoUsersMedium(t *testing.T) {
	s := serve(t)
	p, q := s.phone(zoufang.Coordinator, dong), s.phone(zoufang.Coordinator, dong)
	b, name := photo(1, 5000)
	p.upload(b, "image/jpeg")
	s.pass(20 * 24 * time.Hour)
	q.afresh().upload(b, "image/jpeg")
	s.pass(12 * 24 * time.Hour)
	s.sweep()
	if !q.has(name) {
		t.Error("it went though another sent it ten days ago")
	}
	s.pass(20 * 24 * time.Hour)
	s.sweep()
	if q.has(name) {
		t.Error("it stays for ever")
	}
}

// slowBlobs holds up the removal of bytes, or has it fail.
type slowBlobs struct {
	storage.Blobs
	removing, go_on chan struct{}
	fail            error
}

func (b *slowBlobs) Remove(ctx context.Context, d zoufang.Digest) error {
	if b.fail != nil {
		return b.fail
	}
	if b.removing != nil {
		b.removing <- struct{}{}
		<-b.go_on
	}
	return b.Blobs.Remove(ctx, d)
}
