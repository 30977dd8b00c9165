package mobileapi_test

import (
	"bytes"
	"fmt"
	"image"
	"image/png"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"zoufang"
	"zoufang/storage"
)

func TestAMediumAsItIsServed(t *testing.T) {
	s := serve(t)
	p := s.phone(zoufang.Coordinator, dong)
	b, name := photo(1, 10_000)
	p.upload(b, "image/jpeg")
	r := p.get(name).is(200, "")
	for header, want := range map[string]string{
		"Content-Type": "image/jpeg", "Content-Length": "10000", "Etag": `"` + name + `"`, "X-Content-Type-Options": "nosniff",
		"Cache-Control": "private, max-age=31536000, immutable", "Accept-Ranges": "bytes",
	} {
		if r.header.Get(header) != want {
			t.Errorf("%s: %q, want %q", header, r.header.Get(header), want)
		}
	}
	if head := p.do("HEAD", "/media/"+name, nil).is(200, ""); head.header.Get("Content-Length") != "10000" || len(head.body) != 0 {
		t.Errorf("HEAD: %v", head.header)
	}
	for _, c := range []struct {
		header, value string
		status        int
		from, to      int
	}{
		{"Range", "bytes=0-99", 206, 0, 100},
		{"Range", "bytes=9000-", 206, 9000, 10_000},
		{"Range", "bytes=9990-20000", 206, 9990, 10_000},
		{"Range", "bytes=-10", 206, 9990, 10_000},
		{"Range", "bytes=-20000", 206, 0, 10_000},
		{"Range", "bytes=5-4", 200, 0, 10_000},
		{"Range", "bytes=0-1,5-6", 200, 0, 10_000},
		{"Range", "lines=0-1", 200, 0, 10_000},
		{"Range", "bytes=a-b", 200, 0, 10_000},
		{"If-None-Match", `"other"`, 200, 0, 10_000},
		{"If-None-Match", `"other", W/"` + name + `"`, 304, 0, 0},
		{"If-None-Match", "*", 304, 0, 0},
	} {
		r := p.get(name, c.header, c.value).is(c.status, "")
		if !bytes.Equal(r.body, b[c.from:c.to]) {
			t.Errorf("%s %s: %d bytes", c.header, c.value, len(r.body))
		}
		if want := fmt.Sprintf("bytes %d-%d/10000", c.from, c.to-1); c.status == 206 && r.header.Get("Content-Range") != want {
			t.Errorf("%s: %s, want %s", c.value, r.header.Get("Content-Range"), want)
		}
	}
	for _, none := range []string{"bytes=10000-", "bytes=10000-20000", "bytes=-0"} {
		if r := p.get(name, "Range", none).is(416, "range"); r.header.Get("Content-Range") != "bytes */10000" || r.header.Get("Etag") != "" {
			t.Errorf("%v", r.header)
		}
	}
	p.get(name, "Range", "bytes=0-99", "If-Range", `"`+name+`"`).is(206, "")
	p.get(name, "Range", "bytes=0-99", "If-Range", `"other"`).is(200, "")
	for _, path := range []string{"/media/" + name[:63], "/media/" + strings.ToUpper(name), "/media/" + strings.Repeat("0", 64)} {
		p.do("GET", path, nil).is(404, "not_found")
	}
	s.do("GET", "/media/"+name, nil).is(401, "token")
	s.do("GET", "/media/"+name, nil, "Zoufang-Proof", "x").is(401, "token")
}

func TestThumbnails(t *testing.T) {
	s := serve(t)
	p := s.phone(zoufang.Coordinator, dong)
	var b bytes.Buffer
	s.must(png.Encode(&b, image.NewGray(image.Rect(0, 0, 1000, 500))))
	p.upload(b.Bytes(), "image/png")
	name := digest(b.Bytes())
	r := p.get(name+"?size=320").is(200, "")
	small, format, err := image.Decode(bytes.NewReader(r.body))
	if err != nil || format != "jpeg" || small.Bounds().Dx() != 320 || small.Bounds().Dy() != 160 {
		t.Fatalf("%s %v", format, err)
	}
	if r.header.Get("Content-Type") != "image/jpeg" || r.header.Get("X-Content-Type-Options") != "nosniff" || !strings.Contains(r.header.Get("Cache-Control"), "immutable") {
		t.Errorf("%v", r.header)
	}
	p.get(name+"?size=320", "If-None-Match", r.header.Get("Etag")).is(304, "")
	p.get(name+"?size=320", "If-None-Match", `"`+name+`"`).is(200, "")
	p.get(name+"?size=5000").is(400, "body")
	broken, bad := photo(1, 1000)
	p.upload(broken, "image/jpeg")
	p.get(bad+"?size=320").is(415, "type")
	audio, sound := photo(2, 1000)
	p.upload(audio, "audio/ogg")
	p.get(sound+"?size=320").is(415, "type")
	s.phone(zoufang.Coordinator, dong).get(name+"?size=320").is(404, "not_found")
}

// Every role and place × whether a medium exists for them.
func TestWhoMayReadAMedium(t *testing.T) {
	s := serve(t)
	author := s.phone(zoufang.Coordinator, dong)
	b, name := photo(1, 1000)
	author.visit(dong, name)
	author.upload(b, "image/jpeg")
	alone, unnamed := photo(2, 1000) // sent, and named by nothing
	author.upload(alone, "image/jpeg")
	for _, c := range []struct {
		role  zoufang.Role
		area  zoufang.AreaID
		reads bool
	}{
		{zoufang.Coordinator, dong, true}, {zoufang.Coordinator, xi, false}, {zoufang.Coordinator, other, false},
		{zoufang.Worker, dong, true}, {zoufang.Township, town, true}, {zoufang.Township, other, false},
		{zoufang.County, "990101000000", true}, {zoufang.Auditor, town, true}, {zoufang.Admin, town, false}, {zoufang.Admin, dong, false},
	} {
		p := s.phone(c.role, c.area)
		status, code, have := 404, "not_found", 0
		if c.reads {
			status, code, have = 200, "", 1
		}
		p.get(name).is(status, code)
		p.do("HEAD", "/media/"+name, nil).is(status, code)
		if got := p.have(name).is(200, "").json()["have"].([]any); len(got) != have {
			t.Errorf("%s in %s: have %v", c.role, c.area, got)
		}
		p.get(unnamed).is(404, "not_found")
	}
	author.get(unnamed).is(200, "")
	second := s.phoneOf(author.user) // by a commit of the same user, not by the device
	second.get(name).is(200, "")
	second.get(unnamed).is(404, "not_found")

	// The author's areas are taken away: what its commits name stays readable.
	author.user.Areas = []zoufang.AreaID{xi}
	s.must(s.store.PutUser(t.Context(), *author.user))
	second.get(name).is(200, "")
}

func TestPublicRecordsFlowDown(t *testing.T) {
	s := serve(t)
	staff := s.phone(zoufang.Township, town)
	b, name := photo(1, 1000)
	for _, k := range zoufang.Kinds {
		if !k.Public {
			continue
		}
		for _, f := range k.Fields {
			if f.Type == zoufang.Medium {
				t.Fatalf("kind %s now has media: test it by a record instead", k.Name)
			}
		}
	}
	staff.upload(b, "image/jpeg")
	id := s.id()
	staff.commit([]any{"new", id, "form", town, map[string]any{"title": "表"}})
	s.must(s.store.Update(t.Context(), "", func(tx storage.Tx) error {
		r, err := tx.Record(id)
		if err != nil {
			return err
		}
		r.Need = []zoufang.Digest{zoufang.Digest(name)}
		return tx.PutRecord(r, r.Created)
	}))
	s.phone(zoufang.Coordinator, dong).get(name).is(200, "")
	s.phone(zoufang.Coordinator, other).get(name).is(404, "not_found")
	s.phone(zoufang.Admin, dong).get(name).is(200, "")
}

func TestHave(t *testing.T) {
	s := serve(t)
	p := s.phone(zoufang.Coordinator, dong)
	b, name := photo(1, 1000)
	_, missing := photo(2, 1000)
	p.visit(dong, name, missing)
	if got := p.have(name, missing).is(200, "").json()["have"].([]any); len(got) != 0 {
		t.Errorf("have %v before anything was sent", got)
	}
	s.pass(time.Minute)
	p.upload(b, "image/jpeg")
	r := p.have(missing, name, "nonsense", name).is(200, "")
	said := r.json()
	if got := said["have"].([]any); len(got) != 1 || got[0] != name {
		t.Errorf("have %v", got)
	}
	r.header.Set("Zoufang-Epoch", said["epoch"].(string))
	r.header.Set("Zoufang-Time", fmt.Sprintf("%.0f", said["time"]))
	r.arrived()

	many := slices.Repeat([]string{name}, 500)
	if got := p.have(many...).is(200, "").json()["have"].([]any); len(got) != 1 {
		t.Errorf("have one medium %d times", len(got))
	}
	p.have(append(many, name)...).is(413, "too_large")
	p.have(slices.Repeat([]string{name}, 1000)...).is(413, "too_large")
	s.post("/media/have", map[string]any{"sha256": 5}, "Authorization", "Bearer "+p.token).is(400, "body")
	p.do("POST", "/media/have", strings.NewReader("{}")).is(415, "type")

	// A restore may know of a medium whose bytes are gone.
	s.must(os.Remove(filepath.Join(s.dir, "blobs", "objects", name[:2], name)))
	if got := p.have(name).is(200, "").json()["have"].([]any); len(got) != 0 {
		t.Errorf("have %v without its bytes", got)
	}
	p.get(name).is(404, "not_found")
	p.upload(b, "image/jpeg")
	p.get(name).is(200, "")
}

func TestArrivalCompletesRecords(t *testing.T) {
	s := serve(t)
	p := s.phone(zoufang.Coordinator, dong)
	b, name := photo(1, 1000)
	c, second := photo(2, 1000)
	visit := p.visit(dong, name, second)
	twin := p.visit(dong, name)
	record := func(id zoufang.RecordID) (r *zoufang.Record) {
		s.must(s.store.View(t.Context(), func(v storage.View) (err error) {
			r, err = v.Record(id)
			return err
		}))
		return r
	}
	before := record(visit)
	if len(before.Need) != 2 {
		t.Fatalf("need %v", before.Need)
	}
	p.upload(b, "image/jpeg")
	after := record(visit)
	if len(after.Need) != 1 || after.Need[0] != zoufang.Digest(second) || after.Seq <= before.Seq {
		t.Errorf("need %v, seq %d after %d", after.Need, after.Seq, before.Seq)
	}
	if r := record(twin); len(r.Need) != 0 {
		t.Errorf("need %v", r.Need)
	}
	seq := after.Seq
	p.upload(b, "image/jpeg") // again
	if r := record(visit); r.Seq != seq {
		t.Errorf("written again: seq %d after %d", r.Seq, seq)
	}
	p.upload(c, "image/jpeg")
	if r := record(visit); len(r.Need) != 0 {
		t.Errorf("need %v", r.Need)
	}
}
