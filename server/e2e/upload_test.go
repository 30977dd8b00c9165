package e2e_test

import (
	"bytes"
	"net/http"
	"strings"
	"testing"
	"time"
)

func TestUploadInParts(t *testing.T) {
	s := newServer(t)
	wang := s.handset("coordinator", dong)
	b, name := photo(100_000)
	r := wang.creates(len(b), name, "image/jpeg", nil).is(201, "")
	until, err := http.ParseTime(r.header.Get("Upload-Expires"))
	if err != nil || time.Until(until) < 30*24*time.Hour {
		t.Errorf("Upload-Expires %q: less than 30 days", r.header.Get("Upload-Expires"))
	}
	if r.header.Get("Tus-Resumable") != "1.0.0" || r.header.Get("Location") == "" {
		t.Errorf("%v", r.header)
	}
	upload := r.header.Get("Location")
	h := wang.heads(upload).is(200, "").offset(0).header
	if h.Get("Upload-Length") != "100000" || h.Get("Tus-Resumable") != "1.0.0" {
		t.Errorf("%v", h)
	}
	wang.patches(upload, 0, b[:1], "Upload-Checksum", checksum(b[:1])).is(204, "").offset(1)
	wang.patches(upload, 1, b[1:60_000]).is(204, "").offset(60_000)
	wang.patches(upload, 1, b[1:60_000]).is(409, "offset")
	wang.patches(upload, 60_001, b[60_001:]).is(409, "offset")
	wang.patches(upload, 60_000, b[60_000:70_000], "Upload-Checksum", checksum(b[60_000:70_001])).is(460, "checksum")
	wang.heads(upload).is(200, "").offset(60_000) // what failed its checksum is not kept
	wang.gets(name).is(404, "not_found")
	if got := wang.has(name); len(got) != 0 {
		t.Errorf("have %v before the last byte", got)
	}
	last := wang.patches(upload, 60_000, b[60_000:], "Upload-Checksum", checksum(b[60_000:])).is(204, "").arrived(len(b))
	if last.header.Get("Zoufang-Epoch") != wang.Epoch() {
		t.Errorf("Zoufang-Epoch %q, want %q", last.header.Get("Zoufang-Epoch"), wang.Epoch())
	}
	if got := wang.gets(name).is(200, ""); !bytes.Equal(got.body, b) {
		t.Error("other bytes came back")
	}
	if got := wang.has(name, noDigest); len(got) != 1 || got[0] != name {
		t.Errorf("have %v", got)
	}
}

func TestUploadWithItsCreation(t *testing.T) {
	s := newServer(t)
	wang := s.handset("coordinator", dong)
	b, name := photo(3000)
	r := wang.creates(len(b), name, "image/jpeg", b[:1000], "Upload-Checksum", checksum(b[:1000])).is(201, "").offset(1000)
	if r.header.Get("Zoufang-Time") != "" {
		t.Error("an arrival is told before the last byte")
	}
	wang.patches(r.header.Get("Location"), 1000, b[1000:]).is(204, "").arrived(3000)
	b, name = photo(3000)
	wang.creates(len(b), name, "audio/mp4", b).is(201, "").arrived(3000)
	if kind := wang.gets(name).is(200, "").header.Get("Content-Type"); kind != "audio/mp4" {
		t.Errorf("Content-Type %q", kind)
	}
	wang.creates(3000, noDigest, "image/jpeg", b).is(460, "checksum") // not what its name says
	wang.gets(noDigest).is(404, "not_found")
	b, name = photo(50)
	wang.creates(len(b), name, "image/png", b, "Upload-Checksum", checksum(b[1:])).is(460, "checksum")
	wang.gets(name).is(404, "not_found")
}

// When the whole is not what its name says it is discarded, and what was stored
// before under that name stays.
func TestDigestsAreChecked(t *testing.T) {
	s := newServer(t)
	wang, zhao := s.handset("coordinator", dong), s.handset("coordinator", xi)
	b, name := photo(5000)
	wrong := bytes.Clone(b)
	wrong[4000] ^= 1
	for range 2 {
		upload := zhao.begins(len(b), name, "image/jpeg")
		zhao.patches(upload, 0, wrong[:2500]).is(204, "")
		zhao.patches(upload, 2500, wrong[2500:], "Upload-Checksum", checksum(wrong[2500:])).is(460, "checksum")
		zhao.heads(upload).is(404, "not_found")
		zhao.patches(upload, 5000, nil).is(404, "not_found")
		zhao.gets(name).is(404, "not_found")
		wang.uploads(b)
	}
	if got := wang.gets(name).is(200, ""); !bytes.Equal(got.body, b) {
		t.Error("other bytes came back")
	}
	s.verify()
}

func TestWhatIsTaken(t *testing.T) {
	s := newServer(t)
	wang := s.handset("coordinator", dong)
	b, name := photo(100)
	for _, kind := range []string{"image/jpeg", "image/png", "image/webp", "audio/mp4", "audio/webm", "audio/aac"} {
		wang.creates(100, name, kind, nil).is(201, "")
	}
	for _, kind := range []string{"image/gif", "image/svg+xml", "text/html", "video/mp4", "application/pdf", "image/jpegx", "audio", "x"} {
		wang.creates(100, name, kind, nil).is(415, "type")
	}
	const most = 20 << 20
	wang.creates(most+1, name, "image/jpeg", nil).is(413, "too_large")
	wang.creates(most, name, "image/jpeg", nil).is(201, "")
	large, largeName := photo(most)
	wang.uploads(large)
	if n := len(wang.gets(largeName).is(200, "").body); n != most {
		t.Errorf("%d bytes came back", n)
	}
	upload := wang.begins(99, name, "image/jpeg")
	wang.patches(upload, 0, b).is(413, "too_large") // more than was declared
	wang.heads(upload).is(200, "").offset(0)
	wang.patches(upload, 0, b[:50], "Content-Type", "image/jpeg").is(415, "type")

	tus := []string{"Tus-Resumable", "1.0.0", "Upload-Length", "100", "Upload-Metadata"}
	enc := strings.TrimPrefix(strings.Split(metadata(name, "image/jpeg"), ",")[0], "sha256 ")
	for _, meta := range []string{"", "sha256", "sha256 " + name, "type aW1hZ2UvanBlZw==", "sha256 " + enc, metadata(strings.ToUpper(name), "image/jpeg"),
		metadata(name[:63], "image/jpeg"), metadata("../../etc/passwd", "image/jpeg"), "sha256 !!!,type aW1hZ2UvanBlZw=="} {
		wang.do("POST", "/media", nil, append(tus, meta)...).is(400, "metadata")
	}
	for _, length := range []string{"", "-1", "x", "1e3"} {
		wang.creates(0, name, "image/jpeg", nil, "Upload-Length", length).is(400, "metadata")
	}
	extra := metadata(name, "image/jpeg") + ",filename " + enc
	wang.do("POST", "/media", nil, append(tus, extra)...).is(201, "")
}

func TestUploadsAreTheirUsersAlone(t *testing.T) {
	s := newServer(t)
	wang, zhao, li := s.handset("coordinator", dong), s.handset("coordinator", dong), s.handset("township", town)
	b, name := photo(2000)
	upload := wang.begins(len(b), name, "image/jpeg")
	for _, other := range []*handset{zhao, li} {
		other.heads(upload).is(404, "not_found")
		other.patches(upload, 0, b).is(404, "not_found")
		other.do("DELETE", upload, nil, "Tus-Resumable", "1.0.0").is(404, "not_found")
	}
	second := s.another(wang)
	second.patches(upload, 0, b[:1000]).is(204, "")
	wang.patches(upload, 1000, b[1000:]).is(204, "").arrived(2000)
	zhao.gets(name).is(404, "not_found")
}

func TestTermination(t *testing.T) {
	s := newServer(t)
	wang := s.handset("coordinator", dong)
	b, name := photo(2000)
	upload := wang.begins(len(b), name, "image/jpeg")
	wang.patches(upload, 0, b[:1000]).is(204, "")
	wang.do("DELETE", upload, nil, "Tus-Resumable", "1.0.0").is(204, "")
	wang.heads(upload).is(404, "not_found")
	wang.patches(upload, 1000, b[1000:]).is(404, "not_found")
	upload = wang.begins(len(b), name, "image/jpeg")
	wang.patches(upload, 0, b).is(204, "").arrived(2000)
	wang.do("DELETE", upload, nil, "Tus-Resumable", "1.0.0")
	wang.gets(name).is(200, "") // a medium is never deleted
}

func TestMethodOverrideAndOptions(t *testing.T) {
	s := newServer(t)
	wang := s.handset("coordinator", dong)
	b, name := photo(2000)
	upload := wang.begins(len(b), name, "image/jpeg")
	over := func(method string, body []byte, headers ...string) *reply {
		return wang.do("POST", upload, body, append([]string{"Tus-Resumable", "1.0.0", "X-HTTP-Method-Override", method}, headers...)...)
	}
	over("PATCH", b[:500], "Content-Type", octets, "Upload-Offset", "0").is(204, "").offset(500)
	over("HEAD", nil).is(200, "").offset(500)
	over("PATCH", b[500:], "Content-Type", octets, "Upload-Offset", "500").is(204, "").arrived(2000)
	over("DELETE", nil).is(204, "")
	over("HEAD", nil).is(404, "not_found")
	for _, path := range []string{"/media", "/media/uploads/any"} {
		h := s.do("OPTIONS", path, nil).header // without a token
		for _, extension := range []string{"creation", "creation-with-upload", "checksum", "expiration", "termination"} {
			if !strings.Contains(","+h.Get("Tus-Extension")+",", ","+extension+",") {
				t.Errorf("Tus-Extension %q without %s", h.Get("Tus-Extension"), extension)
			}
		}
		if h.Get("Tus-Version") != "1.0.0" || h.Get("Tus-Max-Size") != "20971520" || !strings.Contains(h.Get("Tus-Checksum-Algorithm"), "sha256") {
			t.Errorf("%v", h)
		}
	}
	for _, version := range []string{"", "0.2.2"} { // tus 1.0.0: 412 and nothing done
		if r := wang.creates(10, name, "image/jpeg", nil, "Tus-Resumable", version); r.status != 412 || r.header.Get("Tus-Version") != "1.0.0" {
			t.Errorf("Tus-Resumable %q: %d %v", version, r.status, r.header)
		}
	}
}
