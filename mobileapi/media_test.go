package mobileapi_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"
	"testing"
	"time"

	"zoufang"
	"zoufang/storage"
)

// photo gives bytes that are different for each n, and their name.
func photo(n, size int) ([]byte, string) {
	b := bytes.Repeat([]byte(fmt.Sprintf("photo %d ", n)), size/8+1)[:size]
	return b, digest(b)
}

func digest(b []byte) string {
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:])
}

func meta(digest, kind string) string {
	b64 := base64.StdEncoding.EncodeToString
	return "sha256 " + b64([]byte(digest)) + ",type " + b64([]byte(kind))
}

func sumOf(b []byte) string {
	sum := sha256.Sum256(b)
	return "sha256 " + base64.StdEncoding.EncodeToString(sum[:])
}

const octets = "application/offset+octet-stream"

func (p *phone) create(size int, metadata string, body io.Reader, headers ...string) *reply {
	p.s.Helper()
	h := []string{"Tus-Resumable", "1.0.0", "Upload-Length", strconv.Itoa(size), "Upload-Metadata", metadata}
	if body != nil {
		h = append(h, "Content-Type", octets)
	}
	return p.do("POST", "/media", body, append(h, headers...)...)
}

// begin creates an upload and gives its address.
func (p *phone) begin(size int, metadata string) string {
	p.s.Helper()
	r := p.create(size, metadata, nil).is(201, "")
	return p.s.base + strings.TrimPrefix(r.header.Get("Location"), "/m/v1")
}

func (p *phone) patch(upload string, offset int, part []byte, headers ...string) *reply {
	p.s.Helper()
	return p.do("PATCH", upload, bytes.NewReader(part), append([]string{"Tus-Resumable", "1.0.0", "Content-Type", octets, "Upload-Offset", strconv.Itoa(offset)}, headers...)...)
}

func (p *phone) head(upload string) *reply {
	p.s.Helper()
	return p.do("HEAD", upload, nil, "Tus-Resumable", "1.0.0")
}

// upload sends a whole medium in one request.
func (p *phone) upload(b []byte, kind string) {
	p.s.Helper()
	p.create(len(b), meta(digest(b), kind), bytes.NewReader(b)).is(201, "").arrived()
}

func (p *phone) have(digests ...string) *reply {
	p.s.Helper()
	if digests == nil {
		digests = []string{}
	}
	return p.s.post("/media/have", map[string]any{"sha256": digests}, "Authorization", "Bearer "+p.token)
}

func (p *phone) get(digest string, headers ...string) *reply {
	p.s.Helper()
	return p.do("GET", "/media/"+digest, nil, headers...)
}

// arrived checks the headers that say a medium is stored.
func (r *reply) arrived() *reply {
	r.s.Helper()
	at, err := strconv.ParseInt(r.header.Get("Zoufang-Time"), 10, 64)
	var m storage.Meta
	r.s.must(r.s.store.View(r.s.Context(), func(v storage.View) (err error) {
		m, err = v.Meta()
		return err
	}))
	if err != nil || r.header.Get("Zoufang-Epoch") != m.Epoch || at > m.Clock || at <= 0 {
		r.s.Fatalf("Zoufang-Epoch %q, Zoufang-Time %q", r.header.Get("Zoufang-Epoch"), r.header.Get("Zoufang-Time"))
	}
	return r
}

func (r *reply) offset(want int) *reply {
	r.s.Helper()
	if r.header.Get("Upload-Offset") != strconv.Itoa(want) || r.header.Get("Tus-Resumable") != "1.0.0" {
		r.s.Fatalf("Upload-Offset %q, want %d; %v", r.header.Get("Upload-Offset"), want, r.header)
	}
	return r
}

func TestAnUploadInParts(t *testing.T) {
	s := serve(t)
	p := s.phone(zoufang.Coordinator, dong)
	b, name := photo(1, 300_000)
	r := p.create(len(b), meta(name, "image/jpeg"), nil).is(201, "").offset(0)
	expires, err := http.ParseTime(r.header.Get("Upload-Expires"))
	if err != nil || expires.Before(s.clock().Add(30*24*time.Hour)) || r.header.Get("Cache-Control") != "no-store" {
		t.Errorf("%v", r.header)
	}
	if !strings.HasPrefix(r.header.Get("Location"), "/m/v1/media/uploads/") {
		t.Errorf("Location %s", r.header.Get("Location"))
	}
	upload := s.base + strings.TrimPrefix(r.header.Get("Location"), "/m/v1")
	h := p.head(upload).is(200, "").offset(0)
	if h.header.Get("Upload-Length") != "300000" || h.header.Get("Cache-Control") != "no-store" || h.header.Get("Upload-Metadata") != meta(name, "image/jpeg") {
		t.Errorf("%v", h.header)
	}
	first := p.patch(upload, 0, b[:100_000]).is(204, "").offset(100_000)
	if first.header.Get("Zoufang-Time") != "" {
		t.Error("an unfinished upload is told as stored")
	}
	p.patch(upload, 100_000, b[100_000:200_000], "Upload-Checksum", sumOf(b[100_000:200_000])).is(204, "").offset(200_000)
	p.get(name).is(404, "not_found")
	p.patch(upload, 200_000, b[200_000:]).is(204, "").offset(300_000).arrived()
	p.head(upload).is(200, "").offset(300_000).arrived()
	p.patch(upload, 300_000, nil).is(204, "").offset(300_000).arrived() // its reply was lost
	if got := p.get(name).is(200, ""); !bytes.Equal(got.body, b) {
		t.Error("other bytes came back")
	}
}

func TestCreationWithUpload(t *testing.T) {
	s := serve(t)
	p := s.phone(zoufang.Coordinator, dong)
	b, name := photo(1, 50_000)
	p.create(len(b), meta(name, "image/png"), bytes.NewReader(b), "Upload-Checksum", sumOf(b)).is(201, "").offset(50_000).arrived()
	p.create(len(b), meta(name, "image/png"), bytes.NewReader(b)).is(201, "").offset(50_000).arrived() // stored already: the same
	p.create(len(b), meta(name, "image/png"), bytes.NewReader(b[:10])).is(201, "").offset(10)
	c, other := photo(2, 20_000)
	p.create(len(c), meta(other, "audio/webm;codecs=opus"), io.LimitReader(bytes.NewReader(c), 1<<40)).is(201, "").offset(20_000).arrived() // in chunks
	if got := p.get(other).is(200, ""); got.header.Get("Content-Type") != "audio/webm; codecs=opus" {
		t.Errorf("%v", got.header)
	}
	_, nothing := photo(3, 0)
	p.create(0, meta(nothing, "image/png"), nil).is(201, "").offset(0).arrived()
}

func TestUploadsThatAreRefused(t *testing.T) {
	s := serve(t)
	p := s.phone(zoufang.Coordinator, dong)
	b, name := photo(1, 1000)
	jpeg := meta(name, "image/jpeg")
	p.create(20<<20+1, jpeg, nil).is(413, "too_large")
	p.create(20<<20, jpeg, nil).is(201, "")
	p.create(999, jpeg, bytes.NewReader(b)).is(413, "too_large")
	for _, kind := range []string{"image/gif", "image/svg+xml", "text/html", "video/mp4", "image/jpeg/x", "audio"} {
		p.create(1000, meta(name, kind), nil).is(415, "type")
	}
	for _, kind := range []string{"image/jpeg", "image/png", "image/webp", "audio/mp4", "audio/ogg; codecs=opus", "IMAGE/JPEG"} {
		p.create(1000, meta(name, kind), nil).is(201, "")
	}
	for _, metadata := range []string{
		"", "sha256", "sha256 !,type x", meta(name[:63], "image/jpeg"), meta(strings.ToUpper(name), "image/jpeg"), meta(name, ""),
		"type aW1hZ2UvanBlZw==", jpeg + "," + jpeg, jpeg + ",x " + strings.Repeat("A", 5000), "sha256 " + base64.StdEncoding.EncodeToString([]byte(name)),
	} {
		p.create(1000, metadata, nil).is(400, "metadata")
	}
	p.create(1000, jpeg+",filename eA==,flag", nil).is(201, "")
	for _, length := range []string{"", "-1", "+5", "1e3", "99999999999999999999", "0x10"} {
		p.do("POST", "/media", nil, "Tus-Resumable", "1.0.0", "Upload-Length", length, "Upload-Metadata", jpeg).is(400, "metadata")
	}
	p.do("POST", "/media", nil, "Tus-Resumable", "1.0.0", "Upload-Defer-Length", "1", "Upload-Metadata", jpeg).is(400, "metadata")
	p.create(1000, jpeg, bytes.NewReader(b), "Content-Type", "image/jpeg").is(415, "type")
	for _, sum := range []string{"md5 " + sumOf(b)[7:], "sha256", "sha256 AAAA", "sha256 " + name} {
		p.create(1000, jpeg, bytes.NewReader(b), "Upload-Checksum", sum).is(400, "metadata")
	}
	p.create(1000, jpeg, bytes.NewReader(b), "Upload-Checksum", sumOf(b[1:])).is(460, "checksum")
	p.get(name).is(404, "not_found")
	for _, version := range []string{"", "0.2.2", "1.0.1"} {
		r := p.create(1000, jpeg, nil, "Tus-Resumable", version).is(412, "version")
		if r.header.Get("Tus-Version") != "1.0.0" {
			t.Errorf("%v", r.header)
		}
	}
	s.do("POST", "/media", nil, "Tus-Resumable", "1.0.0", "Upload-Length", "5", "Upload-Metadata", jpeg).is(401, "token")
}

func TestPartsThatAreRefused(t *testing.T) {
	s := serve(t)
	p := s.phone(zoufang.Coordinator, dong)
	b, name := photo(1, 1000)
	upload := p.begin(1000, meta(name, "image/jpeg"))
	p.patch(upload, 10, b[10:]).is(409, "offset")
	p.patch(upload, 0, append(b, 'x')).is(413, "too_large")
	p.patch(upload, 0, b, "Content-Type", "image/jpeg").is(415, "type")
	p.patch(upload, 0, b, "Upload-Offset", "-1").is(400, "metadata")
	p.patch(upload, 0, b, "Upload-Offset", "").is(400, "metadata")
	p.patch(upload, 0, b, "Upload-Checksum", "sha1 AAAA").is(400, "metadata")
	p.patch(upload, 0, b[:500], "Upload-Checksum", sumOf(b[:499])).is(460, "checksum")
	p.head(upload).is(200, "").offset(0)
	p.patch(upload, 0, b[:500]).is(204, "").offset(500)
	p.patch(upload, 0, b[:500]).is(409, "offset")
	p.patch(upload, 500, bytes.ToUpper(b[500:])).is(460, "checksum") // the whole is not what was declared
	p.head(upload).is(404, "not_found")                              // and is discarded
	p.get(name).is(404, "not_found")
	p.head(s.base+"/media/uploads/nothing").is(404, "not_found")
	p.head(s.base+"/media/uploads/..%2f..%2fx").is(404, "not_found")
}

func TestUploadsAreTheirUsersAlone(t *testing.T) {
	s := serve(t)
	p, q := s.phone(zoufang.Coordinator, dong), s.phone(zoufang.Coordinator, dong)
	b, name := photo(1, 1000)
	upload := p.begin(1000, meta(name, "image/jpeg"))
	q.head(upload).is(404, "not_found")
	q.patch(upload, 0, b).is(404, "not_found")
	q.do("DELETE", upload, nil, "Tus-Resumable", "1.0.0").is(404, "not_found")
	p.head(upload).is(200, "").offset(0)
	second := s.phoneOf(p.user) // another phone of the same user
	second.patch(upload, 0, b).is(204, "").arrived()
	for _, own := range []*phone{p, second} {
		own.get(name).is(200, "")
	}
	q.get(name).is(404, "not_found")
}

func TestTermination(t *testing.T) {
	s := serve(t)
	p := s.phone(zoufang.Coordinator, dong)
	b, name := photo(1, 1000)
	upload := p.begin(1000, meta(name, "image/jpeg"))
	p.patch(upload, 0, b[:500]).is(204, "")
	p.do("DELETE", upload, nil, "Tus-Resumable", "1.0.0").is(204, "")
	p.head(upload).is(404, "not_found")
	upload = p.begin(1000, meta(name, "image/jpeg"))
	p.patch(upload, 0, b).is(204, "").arrived()
	p.do("DELETE", upload, nil, "Tus-Resumable", "1.0.0").is(204, "")
	p.get(name).is(200, "") // a medium stays
}

func TestMethodOverride(t *testing.T) {
	s := serve(t)
	p := s.phone(zoufang.Coordinator, dong)
	b, name := photo(1, 1000)
	upload := p.begin(1000, meta(name, "image/jpeg"))
	over := func(method string, body []byte, headers ...string) *reply {
		return p.do("POST", upload, bytes.NewReader(body), append([]string{"Tus-Resumable", "1.0.0", "X-HTTP-Method-Override", method}, headers...)...)
	}
	over("PATCH", b[:400], "Content-Type", octets, "Upload-Offset", "0").is(204, "").offset(400)
	over("HEAD", nil).is(200, "").offset(400)
	over("PATCH", b[400:], "Content-Type", octets, "Upload-Offset", "400").is(204, "").offset(1000).arrived()
	over("DELETE", nil).is(204, "")
	over("HEAD", nil).is(404, "not_found")
	over("PUT", nil).is(405, "method")
	over("", nil).is(405, "method")
}

func TestOptions(t *testing.T) {
	s := serve(t)
	for _, path := range []string{"/media", "/media/uploads/x"} {
		h := s.do("OPTIONS", path, nil).is(204, "").header
		if h.Get("Tus-Resumable") != "1.0.0" || h.Get("Tus-Version") != "1.0.0" || h.Get("Tus-Max-Size") != "20971520" ||
			h.Get("Tus-Extension") != "creation,creation-with-upload,checksum,expiration,termination" || h.Get("Tus-Checksum-Algorithm") != "sha256" {
			t.Errorf("%v", h)
		}
	}
}

func TestUploadsRunOut(t *testing.T) {
	s := serve(t)
	p := s.phone(zoufang.Coordinator, dong)
	b, name := photo(1, 1000)
	upload := p.begin(1000, meta(name, "image/jpeg"))
	p.patch(upload, 0, b[:500]).is(204, "")
	renew := func() {
		var err error
		p.token, err = s.tokens.Phone(t.Context(), p.user, p.device.ID)
		s.must(err)
	}
	s.pass(30 * 24 * time.Hour)
	renew()
	s.must(s.api.Sweep(t.Context()))
	p.head(upload).is(200, "").offset(500)
	s.pass(2 * 24 * time.Hour)
	renew()
	p.head(upload).is(404, "not_found")
	p.patch(upload, 500, b[500:]).is(404, "not_found")
	s.must(s.api.Sweep(t.Context()))
	if _, err := s.blobs.Upload(t.Context(), upload[strings.LastIndexByte(upload, '/')+1:]); err == nil {
		t.Error("still there")
	}
}
