package e2e_test

import (
	"bytes"
	"fmt"
	"image"
	"image/color"
	"image/jpeg"
	"slices"
	"strings"
	"testing"

	"zoufang/internal/phone"
)

func drawn(w, h int) (content []byte, digest string) {
	img := image.NewRGBA(image.Rect(0, 0, w, h))
	for y := range h {
		for x := range w {
			img.Set(x, y, color.RGBA{uint8(x), uint8(y), uint8(x * y), 255})
		}
	}
	var b bytes.Buffer
	if err := jpeg.Encode(&b, img, nil); err != nil {
		panic(err)
	}
	return b.Bytes(), phone.Digest(b.Bytes())
}

func TestReadingMedia(t *testing.T) {
	s := newServer(t)
	wang := s.handset("coordinator", dong)
	b, name := drawn(1000, 600)
	wang.uploads(b)
	r := wang.gets(name).is(200, "")
	etag, cache := r.header.Get("ETag"), r.header.Get("Cache-Control")
	if !bytes.Equal(r.body, b) || etag == "" || !strings.Contains(cache, "immutable") || strings.Contains(cache, "public") ||
		r.header.Get("X-Content-Type-Options") != "nosniff" || r.header.Get("Content-Type") != "image/jpeg" {
		t.Errorf("%v", r.header)
	}
	if r := wang.gets(name, "If-None-Match", etag).is(304, ""); len(r.body) > 0 || r.header.Get("ETag") != etag {
		t.Errorf("304 with %d bytes, %v", len(r.body), r.header)
	}
	wang.gets(name, "If-None-Match", `"other"`).is(200, "")
	for header, want := range map[string][2]int{"bytes=0-99": {0, 100}, "bytes=100-": {100, len(b)}, "bytes=-50": {len(b) - 50, len(b)}, "bytes=10-999999999": {10, len(b)}} {
		r := wang.gets(name, "Range", header).is(206, "")
		if !bytes.Equal(r.body, b[want[0]:want[1]]) || r.header.Get("Content-Range") != fmt.Sprintf("bytes %d-%d/%d", want[0], want[1]-1, len(b)) {
			t.Errorf("%s: %d bytes, %v", header, len(r.body), r.header)
		}
	}
	if r := wang.gets(name, "Range", "bytes=99999999-"); r.status != 416 || r.header.Get("Content-Range") != fmt.Sprintf("bytes */%d", len(b)) {
		t.Errorf("%d %v", r.status, r.header)
	}
	if r := wang.do("HEAD", "/media/"+name, nil).is(200, ""); r.header.Get("Content-Length") != fmt.Sprint(len(b)) {
		t.Errorf("HEAD %v", r.header)
	}
	small := wang.gets(name+"?size=320").is(200, "")
	pic, err := jpeg.Decode(bytes.NewReader(small.body))
	if err != nil || max(pic.Bounds().Dx(), pic.Bounds().Dy()) != 320 || small.header.Get("ETag") == etag || small.header.Get("X-Content-Type-Options") != "nosniff" {
		t.Errorf("thumbnail: %v %v", err, small.header)
	}
	wang.gets(noDigest).is(404, "not_found")
	for _, path := range []string{"x", "..%2f..%2fzoufang.db", strings.ToUpper(name), name + "0"} {
		wang.gets(path).is(404, "not_found")
	}
}

// Which media a person may read: those of records they may read, those that this
// device sent, those their commits name. To all others a digest does not exist,
// stored or not.
func TestWhoReadsMedia(t *testing.T) {
	s := newServer(t)
	wang, zhao, li, farLi := s.handset("coordinator", dong), s.handset("coordinator", xi), s.handset("township", town), s.handset("township", farTown)
	second, neighbour := s.another(wang), s.handset("coordinator", dong)
	wu := s.handset("worker", dong)
	b, name := photo(4000)
	who := map[string]*handset{"uploader": wang, "same user": second, "same village": neighbour, "other village": zhao, "township": li, "other township": farLi, "worker": wu}
	reads := func(want ...string) {
		t.Helper()
		for what, h := range who {
			status, n := 404, 0
			if slices.Contains(want, what) {
				status, n = 200, 1
			}
			if got := h.gets(name).status; got != status {
				t.Errorf("%s: %d, want %d", what, got, status)
			}
			if got := h.gets(name + "?size=320").status; (got == 404) != (status == 404) {
				t.Errorf("%s: thumbnail %d", what, got)
			}
			if got := len(h.has(name)); got != n {
				t.Errorf("%s: have names %d, want %d", what, got, n)
			}
		}
	}
	reads()
	wang.uploads(b)
	reads("uploader")
	rid := wang.NewID()
	wang.saves(L{"new", rid, "visit", dong, M{"type": "routine", "photos": S{name}}})
	reads("uploader", "same user", "same village", "township", "worker")
	// A held line that names it opens it to its author, and to no other.
	held := zhao.line(L{"new", zhao.NewID(), "visit", dong, M{"type": "routine", "photos": S{noDigest}}})
	zhao.pushes(held).are("scope")
	reads("uploader", "same user", "same village", "township", "worker")
	li.saves(L{"go", rid, "area", dong, xi, S{}})
	reads("uploader", "same user", "other village", "township")
}

// A digest of another village: it is uploaded like any other and nothing is told.
func TestADigestOfAnotherVillage(t *testing.T) {
	s := newServer(t)
	wang, zhao := s.handset("coordinator", dong), s.handset("coordinator", far)
	stored, name := photo(4000)
	wang.uploads(stored)
	fresh, other := photo(4000)
	var said []string
	for _, m := range []struct {
		digest string
		b      []byte
	}{{name, stored}, {other, fresh}} {
		if got := zhao.has(m.digest); len(got) > 0 {
			t.Errorf("have %v", got)
		}
		zhao.gets(m.digest).is(404, "not_found")
		upload := zhao.begins(len(m.b), m.digest, "image/jpeg")
		a := zhao.heads(upload).is(200, "").offset(0)
		b := zhao.patches(upload, 0, m.b[:1000]).is(204, "").offset(1000)
		zhao.gets(m.digest).is(404, "not_found")
		c := zhao.patches(upload, 1000, m.b[1000:]).is(204, "").arrived(4000)
		said = append(said, fmt.Sprint(keysOf(a), keysOf(b), keysOf(c)))
		zhao.gets(m.digest).is(200, "")
		zhao.creates(4000, m.digest, "image/jpeg", nil).is(201, "").offset(0) // once more, for nothing
	}
	if said[0] != said[1] {
		t.Errorf("the headers tell the stored from the new:\n%s\n%s", said[0], said[1])
	}
	// A wrong content under the other's name is refused, and his stays.
	zhao.creates(4000, name, "image/jpeg", fresh).is(460, "checksum")
	if r := wang.gets(name).is(200, ""); !bytes.Equal(r.body, stored) {
		t.Error("somebody else's upload changed a medium")
	}
}

func keysOf(r *reply) []string {
	var out []string
	for k := range r.header {
		if k != "Date" {
			out = append(out, k)
		}
	}
	slices.Sort(out)
	return out
}
