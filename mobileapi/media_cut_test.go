package mobileapi_test

import (
	"bufio"
	"bytes"
	"fmt"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	"zoufang"
	"zoufang/internal/tokens"
	"zoufang/storage"
	"zoufang/sync/intake"
)

// cut begins a PATCH of a part and stops after n bytes; the caller closes it.
func (p *phone) cut(upload string, offset int, part []byte, n int) net.Conn {
	p.s.Helper()
	host, path, _ := strings.Cut(strings.TrimPrefix(upload, "http://"), "/")
	conn, err := net.Dial("tcp", host)
	p.s.must(err)
	p.s.Cleanup(func() { conn.Close() })
	_, err = fmt.Fprintf(conn, "PATCH /%s HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer %s\r\nTus-Resumable: 1.0.0\r\nContent-Type: %s\r\nUpload-Offset: %d\r\nContent-Length: %d\r\n\r\n%s",
		path, p.token, octets, offset, len(part), part[:n])
	p.s.must(err)
	return conn
}

func TestACutUploadKeepsWhatArrived(t *testing.T) {
	s := serve(t)
	p := s.phone(zoufang.Coordinator, dong)
	b, name := photo(1, 200_000)
	upload := p.begin(len(b), meta(name, "image/jpeg"))
	at := 0
	for _, n := range []int{1, 100, 5000, 70_000} {
		p.cut(upload, at, b[at:], n).Close()
		at += n
		for try := 0; ; try++ { // the server has to hear of the end first
			got := p.head(upload).is(200, "").header.Get("Upload-Offset")
			if got == fmt.Sprint(at) {
				break
			}
			if try == 50 {
				t.Fatalf("after %d bytes more: offset %s, want %d", n, got, at)
			}
			time.Sleep(20 * time.Millisecond)
		}
	}
	p.patch(upload, at, b[at:]).is(204, "").arrived()
	if got := p.get(name).is(200, ""); !bytes.Equal(got.body, b) {
		t.Error("other bytes came back")
	}
}

// A connection may die without a word; the phone comes back on another long
// before the server would notice.
func TestADeadConnectionMakesWay(t *testing.T) {
	s := serve(t)
	p := s.phone(zoufang.Coordinator, dong)
	b, name := photo(1, 100_000)
	upload := p.begin(len(b), meta(name, "image/jpeg"))
	p.cut(upload, 0, b, 30_000) // and stays open
	time.Sleep(100 * time.Millisecond)
	begun := time.Now()
	p.head(upload).is(200, "").offset(30_000)
	if d := time.Since(begun); d > 5*time.Second {
		t.Errorf("the phone waited %v", d)
	}
	p.cut(upload, 30_000, b[30_000:], 10_000)
	time.Sleep(100 * time.Millisecond)
	p.patch(upload, 30_000, b[30_000:]).is(409, "offset")
	p.patch(upload, 40_000, b[40_000:]).is(204, "").arrived()
}

func TestUploadsGoOnAfterARestart(t *testing.T) {
	s := serve(t)
	p := s.phone(zoufang.Coordinator, dong)
	b, name := photo(1, 100_000)
	upload := p.begin(len(b), meta(name, "image/jpeg"))
	p.patch(upload, 0, b[:60_000]).is(204, "")
	path := strings.TrimPrefix(upload, s.base)
	s.listen() // another copy
	p.head(s.base+path).is(200, "").offset(60_000)
	p.patch(s.base+path, 60_000, b[60_000:]).is(204, "").arrived()
	p.get(name).is(200, "")
}

// The process may die between the last byte and the word of it to the records.
func TestAFinishedUploadIsMadeKnownLater(t *testing.T) {
	s := serve(t)
	p := s.phone(zoufang.Coordinator, dong)
	b, name := photo(1, 1000)
	p.visit(dong, name)
	for _, again := range []func(string) *reply{p.head, func(u string) *reply { return p.patch(u, len(b), nil) }} {
		upload := p.begin(len(b), meta(name, "image/jpeg"))
		_, err := s.blobs.Append(t.Context(), upload[strings.LastIndexByte(upload, '/')+1:], storage.Part{Body: bytes.NewReader(b)})
		s.must(err)
		again(upload).offset(len(b)).arrived()
		p.get(name).is(200, "")
	}
}

// A refused body must not be read as the next request on the connection.
func TestRefusedUploadsLeaveTheConnectionWhole(t *testing.T) {
	s := serve(t)
	p := s.phone(zoufang.Coordinator, dong)
	b, name := photo(1, 500_000)
	inner := "GET /m/v1/held HTTP/1.1\r\nHost: smuggled\r\n\r\n"
	copy(b, strings.Repeat(inner, len(b)/len(inner)))
	conn, err := net.Dial("tcp", strings.TrimSuffix(strings.TrimPrefix(s.base, "http://"), "/m/v1"))
	s.must(err)
	defer conn.Close()
	r := bufio.NewReader(conn)
	for i := range 10 {
		token := ""
		if i%2 == 0 {
			token = p.token
		}
		fmt.Fprintf(conn, "POST /m/v1/media HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer %s\r\nTus-Resumable: 1.0.0\r\nUpload-Length: 5\r\nUpload-Metadata: %s\r\nContent-Type: %s\r\nContent-Length: %d\r\n\r\n%s",
			token, meta(name, "image/jpeg"), octets, len(b), b)
		for _, want := range []int{[]int{413, 401}[i%2], 204} {
			if want == 204 {
				fmt.Fprint(conn, "OPTIONS /m/v1/media HTTP/1.1\r\nHost: x\r\n\r\n")
			}
			resp, err := http.ReadResponse(r, nil)
			s.must(err)
			new(bytes.Buffer).ReadFrom(resp.Body)
			resp.Body.Close()
			if resp.StatusCode != want {
				t.Fatalf("round %d: %d, want %d", i, resp.StatusCode, want)
			}
		}
	}
}

func (p *phone) will(digest string) []string {
	return []string{"Tus-Resumable", "1.0.0", "Content-Type", octets, "Zoufang-Proof", p.key.sign(tokens.WillMediaText(p.device.ID, zoufang.Digest(digest)))}
}

func TestMediaOfALastWill(t *testing.T) {
	s := serve(t)
	p, q := s.phone(zoufang.Coordinator, dong), s.phone(zoufang.Coordinator, dong)
	b, name := photo(1, 1000)
	_, unnamed := photo(2, 1000)
	create := func(by *phone, digest, signed string) *reply {
		return s.do("POST", "/media", nil, append(by.will(signed), "Upload-Length", "1000", "Upload-Metadata", meta(digest, "image/jpeg"))...)
	}
	begun := p.begin(1000, meta(name, "image/jpeg")) // while it was live
	create(p, name, name).is(401, "proof")           // a live device
	s.must(s.store.Revoke(t.Context(), p.device.ID, s.clock().UnixMilli()))
	p.create(1000, meta(name, "image/jpeg"), nil).is(401, "revoked")
	create(p, name, name).is(401, "proof") // no last will names it yet
	visit := s.id()
	d, u, err := s.store.Device(t.Context(), p.device.ID)
	s.must(err)
	if a := s.push(intake.Sender{User: u, Device: d, Will: true}, []any{"new", visit, "visit", dong, map[string]any{"type": "routine", "photos": []string{name}}}); a.Code != zoufang.HeldRevoked {
		t.Fatalf("%+v", a)
	}
	create(p, unnamed, unnamed).is(401, "proof")
	create(p, name, unnamed).is(401, "proof")
	create(q, name, name).is(401, "proof")
	upload := s.base + strings.TrimPrefix(create(p, name, name).is(201, "").offset(0).header.Get("Location"), "/m/v1")
	s.do("HEAD", upload, nil, q.will(name)...).is(401, "proof")
	s.do("HEAD", upload, nil, p.will(name)...).is(200, "").offset(0)
	s.do("HEAD", begun, nil, p.will(name)...).is(200, "").offset(0)
	s.do("PATCH", upload, bytes.NewReader(b), append(p.will(unnamed), "Upload-Offset", "0")...).is(401, "proof")
	s.do("PATCH", upload, bytes.NewReader(b), append(p.will(name), "Upload-Offset", "0")...).is(204, "").arrived()
	s.do("GET", "/media/"+name, nil, p.will(name)...).is(401, "token")
	s.post("/media/have", map[string]any{"sha256": []string{name}}, p.will(name)...).is(401, "token")
	q.get(name).is(404, "not_found")
}

// Both ways to fail: not stored, and stored but not said so.
func TestAStoreThatFailsAtTheArrival(t *testing.T) {
	for i, fault := range []string{"lost", "stored"} {
		t.Run(fault, func(t *testing.T) {
			s := serve(t)
			p := s.phone(zoufang.Coordinator, dong)
			b, name := photo(i, 1000)
			visit := p.visit(dong, name)
			upload := p.begin(len(b), meta(name, "image/jpeg"))
			s.faults(fault)
			r := p.patch(upload, 0, b)
			if r.status < 500 || r.header.Get("Zoufang-Time") != "" || strings.Contains(string(r.body), "disk") {
				t.Fatalf("%d %v %s", r.status, r.header, r.body)
			}
			s.faults("")
			p.patch(upload, 0, b).is(409, "offset") // the phone asks where it stands
			p.head(upload).is(200, "").offset(len(b)).arrived()
			p.get(name).is(200, "")
			s.must(s.store.View(t.Context(), func(v storage.View) error {
				r, err := v.Record(visit)
				if err == nil && len(r.Need) > 0 {
					t.Errorf("need %v", r.Need)
				}
				return err
			}))
		})
	}
}

// A token is asked for while the store fails: nothing says that it was bad.
func TestAFailureIsNoRefusal(t *testing.T) {
	s := serve(t)
	p := s.phone(zoufang.Coordinator, dong)
	code, k := s.code(p.user), newKey(t).jwk
	s.faults("lost")
	s.post("/enrol", map[string]any{"code": code, "key": k}).is(503, "busy")
	s.faults("stored")
	s.post("/enrol", map[string]any{"code": code, "key": k}).is(503, "busy")
	s.faults("")
	s.post("/enrol", map[string]any{"code": code, "key": k}).is(201, "") // it got its device then
}
