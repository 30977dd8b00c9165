package e2e_test

import (
	"bytes"
	"fmt"
	"net"
	"strings"
	"testing"
	"time"
)

// cuts begins a PATCH and stops after n bytes of the part. The caller closes it.
func (h *handset) cuts(upload string, offset int, part []byte, n int) net.Conn {
	h.s.Helper()
	conn, err := net.Dial("tcp", strings.TrimPrefix(h.s.base, "http://"))
	h.s.must(err)
	h.s.Cleanup(func() { conn.Close() })
	_, err = fmt.Fprintf(conn, "PATCH %s HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer %s\r\nTus-Resumable: 1.0.0\r\nContent-Type: %s\r\nUpload-Offset: %d\r\nContent-Length: %d\r\n\r\n%s",
		upload, h.bearer(), octets, offset, len(part), part[:n])
	h.s.must(err)
	return conn
}

func (r *reply) at() (offset int) {
	r.s.Helper()
	if _, err := fmt.Sscan(r.is(200, "").header.Get("Upload-Offset"), &offset); err != nil {
		r.s.Fatalf("%v", r.header)
	}
	return offset
}

// An upload goes on where it was: after a cut, a restart, a kill in the middle of
// a part, and no byte has to be right by luck.
func TestUploadsGoOn(t *testing.T) {
	s := newServer(t)
	wang := s.handset("coordinator", dong)
	b, name := photo(900_000)
	upload := wang.begins(len(b), name, "image/jpeg")
	s.restart()
	wang.heads(upload).is(200, "").offset(0)
	wang.patches(upload, 0, b[:200_000]).is(204, "").offset(200_000)
	s.restart()
	wang.heads(upload).is(200, "").offset(200_000)
	s.kill()
	s.start()
	at := wang.heads(upload).at()
	if at != 200_000 {
		t.Errorf("acknowledged to 200000, after the kill it stands at %d", at)
	}
	for i := range 6 {
		n := 30_000 + i*17_001
		conn := wang.cuts(upload, at, b[at:], n)
		time.Sleep(time.Duration(i*15) * time.Millisecond)
		if i%2 == 0 {
			s.kill()
			s.start()
		}
		conn.Close()
		reached := wang.heads(upload).at()
		if reached < at || reached > at+n {
			t.Fatalf("cut %d: stood at %d, %d bytes were sent, stands at %d", i, at, n, reached)
		}
		at = reached
	}
	wang.patches(upload, at, b[at:]).is(204, "").arrived(len(b))
	s.kill()
	s.start()
	if got := wang.gets(name).is(200, ""); !bytes.Equal(got.body, b) {
		t.Error("other bytes came back")
	}
	s.verify()
}

// A finished upload is there whatever happens next, and the record that waited for
// it is complete.
func TestFinishedUploadsSurviveAKill(t *testing.T) {
	s := newServer(t)
	wang := s.handset("coordinator", dong)
	var names []string
	for range 8 {
		b, name := photo(60_000)
		rid := wang.NewID()
		wang.saves(L{"new", rid, "visit", dong, M{"type": "routine", "photos": S{name}}})
		wang.uploads(b)
		s.kill()
		s.start()
		if names = append(names, name); len(wang.has(names...)) != len(names) {
			t.Fatalf("%d of %d finished uploads are there", len(wang.has(names...)), len(names))
		}
		if row := wang.shown(rid); len(row.Need) > 0 {
			t.Errorf("need %v", row.Need)
		}
	}
	s.verify()
}

// A connection that died without a word must not shut its own phone out.
func TestADeadConnectionMakesWay(t *testing.T) {
	s := newServer(t)
	wang := s.handset("coordinator", dong)
	b, name := photo(100_000)
	upload := wang.begins(len(b), name, "image/jpeg")
	wang.cuts(upload, 0, b, 30_000) // and stays open
	time.Sleep(100 * time.Millisecond)
	begun := time.Now()
	at := wang.heads(upload).at()
	if d := time.Since(begun); d > 8*time.Second || at > 30_000 {
		t.Errorf("stands at %d after %v", at, d)
	}
	wang.patches(upload, at, b[at:]).is(204, "").arrived(len(b))
}

// An unfinished upload is kept for 30 days at least.
func TestUploadsAreKeptForThirtyDays(t *testing.T) {
	s := newClocked(t)
	wang := s.handset("coordinator", dong)
	b, name := photo(2000)
	upload := wang.begins(len(b), name, "image/jpeg")
	wang.patches(upload, 0, b[:1500]).is(204, "")
	s.pass(30 * 24 * time.Hour)
	wang.token = ""
	wang.heads(upload).is(200, "").offset(1500)
	wang.patches(upload, 1500, b[1500:]).is(204, "").arrived(2000)
	upload = wang.begins(len(b), name, "image/jpeg")
	s.pass(60 * 24 * time.Hour)
	wang.token = ""
	wang.heads(upload).is(404, "not_found")
}
