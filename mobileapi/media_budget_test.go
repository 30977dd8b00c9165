package mobileapi_test

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"
	"time"

	"zoufang"
	"zoufang/storage"
	"zoufang/sync/intake"
)

const big = 20 << 20

// charged sums up what a user is charged for.
func (p *phone) charged() (n int, bytes int64) {
	p.s.Helper()
	p.s.must(p.s.store.View(p.s.Context(), func(v storage.View) error {
		all, err := v.ChargesOf(p.user.ID)
		for _, c := range all {
			n, bytes = n+1, bytes+c.Size
		}
		return err
	}))
	return n, bytes
}

// kept counts the bytes of all media and uploads on the disk.
func (s *served) kept() (bytes int64) {
	s.Helper()
	s.must(filepath.Walk(filepath.Join(s.dir, "blobs"), func(_ string, info os.FileInfo, err error) error {
		if err == nil && !info.IsDir() {
			bytes += info.Size()
		}
		return err
	}))
	return bytes
}

// TestMediaThatNoRecordNames: one user's are bounded in bytes, for all its phones and
// after a restart, and no other user's; a line that names some makes room.
func TestMediaThatNoRecordNames(t *testing.T) {
	s := serve(t)
	u := s.user(zoufang.Coordinator, dong)
	phones := []*phone{s.phoneOf(u), s.phoneOf(u)}
	neighbour := s.phone(zoufang.Coordinator, dong)
	var names []string
	send := func(n int) *reply {
		b, name := photo(n, big)
		r := phones[n%2].create(len(b), meta(name, "audio/mp4"), bytes.NewReader(b))
		if r.status == 201 {
			names = append(names, name)
		}
		return r
	}
	for n := range 8 {
		send(n).is(201, "").arrived()
	}
	stop := func() {}
	for _, restart := range []bool{false, true} {
		if restart {
			stop()
			stop = s.listen()
		}
		if wait := send(100).is(429, "slow_down").header.Get("Retry-After"); wait != "60" {
			t.Errorf("Retry-After %s", wait)
		}
		_, name := photo(101, big)
		phones[0].create(big, meta(name, "audio/mp4"), nil).is(429, "slow_down")
	}
	neighbour.upload([]byte("another's"), "audio/mp4")
	if kept := s.kept(); kept > 9*big {
		t.Errorf("%d bytes are kept", kept)
	}
	// Its own lines go on, and name what came.
	phones[0].visit(dong, names[:3]...)
	if _, bytes := phones[0].charged(); bytes != 5*big {
		t.Errorf("%d bytes are charged, want those of five", bytes)
	}
	for n := range 3 {
		send(200+n).is(201, "")
	}
	send(300).is(429, "slow_down")
	// What a record names already is charged to nobody.
	_, next := photo(400, big)
	phones[0].visit(dong, next)
	send(400).is(201, "")
	part, inParts := photo(401, big)
	phones[0].visit(dong, inParts)
	r := phones[0].create(big, meta(inParts, "audio/mp4"), bytes.NewReader(part[:1000]))
	r.is(201, "") // in parts too
}

// TestSmallMedia: each costs what it takes on a disk at least.
func TestSmallMedia(t *testing.T) {
	s := serve(t)
	p := s.phone(zoufang.Coordinator, dong)
	s.must(s.store.Update(t.Context(), "", func(tx storage.Tx) error {
		for n := range 2559 {
			_, name := photo(n, 20)
			d := zoufang.Digest(name)
			if err := tx.PutCharge(storage.Charge{ID: storage.StoredCharge(p.user.ID, d), User: p.user.ID, Digest: d, Size: 20, At: tx.Now(), Stage: storage.StageStored}); err != nil {
				return err
			}
		}
		return nil
	}))
	p.upload([]byte("one more"), "audio/mp4")
	b := []byte("too many")
	p.create(len(b), meta(digest(b), "audio/mp4"), bytes.NewReader(b)).is(429, "slow_down")
}

// TestUploadsThatAreNotFinished: a user has so many, and so many bytes of them, and
// one that ends makes room for another.
func TestUploadsThatAreNotFinished(t *testing.T) {
	s := serve(t)
	p, neighbour := s.phone(zoufang.Coordinator, dong), s.phone(zoufang.Coordinator, dong)
	var uploads []string
	refused := 0
	for n := range 300 {
		_, name := photo(n, 1000)
		switch r := p.create(1000, meta(name, "image/jpeg"), nil); r.status {
		case 201:
			uploads = append(uploads, s.base+r.header.Get("Location")[len("/m/v1"):])
		default:
			r.is(429, "slow_down")
			refused++
		}
	}
	if len(uploads) != 100 || refused != 200 {
		t.Fatalf("%d were taken, %d refused", len(uploads), refused)
	}
	neighbour.begin(1000, meta(digest([]byte("x")), "image/jpeg"))
	again := func(n int) *reply {
		_, name := photo(n, 1000)
		return p.create(1000, meta(name, "image/jpeg"), nil)
	}
	// Ended by its phone, by its last byte, by the wrong bytes.
	p.do("DELETE", uploads[0], nil, "Tus-Resumable", "1.0.0").is(204, "")
	again(1000).is(201, "")
	again(1001).is(429, "slow_down")
	b, _ := photo(1, 1000)
	p.patch(uploads[1], 0, b).is(204, "").arrived()
	again(1002).is(201, "")
	p.patch(uploads[2], 0, bytes.Repeat([]byte("z"), 1000)).is(460, "checksum")
	again(1003).is(201, "")
	again(1004).is(429, "slow_down")
	// An upload whose address the phone never learned: it begins anew, however often.
	for range 5 {
		again(50).is(201, "")
	}
	again(1005).is(429, "slow_down")
	// All run out.
	s.pass(32 * 24 * time.Hour)
	s.must(s.api.Sweep(t.Context()))
	if n, _ := p.charged(); n != 1 { // the one that came; it counts from when it came
		t.Errorf("%d are charged", n)
	}
	var err error
	p.token, err = s.tokens.Phone(t.Context(), p.user, p.device.ID)
	s.must(err)
	again(1006).is(201, "")
	for n := range 7 { // of the largest: bytes are what is counted
		_, name := photo(2000+n, 10)
		p.create(big, meta(name, "audio/mp4"), nil).is(201, "")
	}
	_, name := photo(3000, 10)
	p.create(big, meta(name, "audio/mp4"), nil).is(429, "slow_down")
}

// TestAFailedRepeat: a medium that came stays charged though its repeat is cut, and
// one that never came is charged to nobody.
func TestAFailedRepeat(t *testing.T) {
	s := serve(t)
	p := s.phone(zoufang.Coordinator, dong)
	b, name := photo(1, 100_000)
	p.upload(b, "image/jpeg")
	for range 2 {
		p.create(len(b), meta(name, "image/jpeg"), bytes.NewReader(bytes.Repeat([]byte("z"), len(b)))).is(460, "checksum")
	}
	if n, bytes := p.charged(); n != 1 || bytes != 100_000 {
		t.Errorf("%d media of %d bytes are charged", n, bytes)
	}
	_, other := photo(2, 100_000)
	p.create(len(b), meta(other, "image/jpeg"), bytes.NewReader(b)).is(460, "checksum")
	if n, _ := p.charged(); n != 1 {
		t.Errorf("%d are charged", n)
	}
}

// TestAWeekOffline: 40 visits of two photos each, a signature and, of some, a
// recording of the largest size, sent as the app does: nothing is refused, and
// nothing charged at the end.
func TestAWeekOffline(t *testing.T) {
	s := serve(t)
	p := s.phone(zoufang.Coordinator, dong)
	type medium struct {
		b    []byte
		kind string
	}
	var all []medium
	for n := range 40 {
		photos, sounds := []string{}, []string{}
		for i := range 2 {
			b, name := photo(10*n+i, 30_000)
			photos = append(photos, name)
			all = append(all, medium{b, "image/jpeg"})
		}
		if n%4 == 0 {
			b, name := photo(10*n+5, big)
			sounds = append(sounds, name)
			all = append(all, medium{b, "audio/webm"})
		}
		p.commit([]any{"new", s.id(), "visit", dong, map[string]any{"type": "routine", "photos": photos, "audio": sounds}})
	}
	for i, m := range all {
		if i%3 > 0 {
			p.upload(m.b, m.kind)
			continue
		}
		upload := p.begin(len(m.b), meta(digest(m.b), m.kind)) // in parts
		p.patch(upload, 0, m.b[:len(m.b)/2]).is(204, "")
		p.patch(upload, len(m.b)/2, m.b[len(m.b)/2:]).is(204, "").arrived()
	}
	if n, bytes := p.charged(); n != 0 {
		t.Errorf("%d media of %d bytes are charged", n, bytes)
	}
}

// TestNoRoom: under the floor media are refused and lines taken, under the second
// lines too; what is stored is read, and goes on where it stopped when there is room.
func TestNoRoom(t *testing.T) {
	s := serve(t)
	p := s.phone(zoufang.Coordinator, dong)
	b, name := photo(1, 1000)
	upload := p.begin(len(b), meta(name, "image/jpeg"))
	line := func() *reply {
		d := map[string]any{"zoufang": 1, "device": p.device.ID, "epoch": nil, "cursor": nil, "last": nil, "app": "1"}
		text, err := zoufang.Action{Device: p.device.ID, N: 1, User: p.user.ID, At: s.clock().UnixMilli(), Page: string(s.id())}.Frozen(
			[]any{[]any{"new", s.id(), "visit", dong, map[string]any{"type": "routine"}}})
		s.must(err)
		return p.do("POST", "/sync", bytes.NewReader([]byte(string(zoufang.ValueOf(d))+"\n"+string(text)+"\n")), "Content-Type", "application/x-ndjson")
	}
	idle := func() *reply {
		d := map[string]any{"zoufang": 1, "device": p.device.ID, "epoch": nil, "cursor": nil, "last": nil, "app": "1"}
		return p.do("POST", "/sync", bytes.NewReader([]byte(string(zoufang.ValueOf(d))+"\n")), "Content-Type", "application/x-ndjson")
	}
	s.roomLeft(1 << 29)
	for _, r := range []*reply{
		p.create(len(b), meta(name, "image/jpeg"), bytes.NewReader(b)), p.create(len(b), meta(name, "image/jpeg"), nil), p.patch(upload, 0, b),
	} {
		if r.is(507, "full").header.Get("Retry-After") != "300" {
			t.Errorf("%v", r.header)
		}
	}
	p.head(upload).is(200, "").offset(0)
	line().is(200, "")
	p.have(name).is(200, "")
	s.roomLeft(1 << 20)
	if line().is(503, "busy").header.Get("Retry-After") == "" {
		t.Error("no Retry-After")
	}
	idle().is(200, "")
	p.create(len(b), meta(name, "image/jpeg"), nil).is(507, "full")
	s.roomLeft(50 << 30)
	line().is(200, "")
	p.patch(upload, 0, b).is(204, "").arrived()
}

// TestHeldLinesMakeNoRoom: media of lines that are held are named by no record.
func TestHeldLinesMakeNoRoom(t *testing.T) {
	s := serve(t)
	p := s.phone(zoufang.Coordinator, dong)
	var names []string
	for n := range 8 {
		b, name := photo(n, big)
		names = append(names, name)
		p.upload(b, "audio/mp4")
	}
	held := s.push(intake.Sender{User: p.user, Device: p.device},
		[]any{"new", s.id(), "visit", other, map[string]any{"type": "routine", "audio": names}})
	if held.Code != zoufang.HeldScope {
		t.Fatalf("%+v", held)
	}
	b, name := photo(9, big)
	p.create(len(b), meta(name, "audio/mp4"), bytes.NewReader(b)).is(429, "slow_down")
}
