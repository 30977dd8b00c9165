package mobileapi_test

import (
	"bytes"
	"strings"
	"testing"

	"zoufang"
)

// A medium that comes whole with its creation is known by its upload's address
// afterwards, to the same user alone.
func TestAWholeMediumsUpload(t *testing.T) {
	s := serve(t)
	p, other := s.phone(zoufang.Coordinator, dong), s.phone(zoufang.Coordinator, dong)
	b, name := photo(1, 150_000)
	r := p.create(len(b), meta(name, "image/jpeg"), bytes.NewReader(b), "Upload-Checksum", sumOf(b)).is(201, "").arrived().offset(len(b))
	at := s.base + strings.TrimPrefix(r.header.Get("Location"), "/m/v1")
	p.head(at).is(200, "").arrived().offset(len(b))
	p.patch(at, len(b), nil).is(204, "").offset(len(b))
	p.patch(at, 0, b).is(409, "offset")
	if got := p.get(name).is(200, "").body; !bytes.Equal(got, b) {
		t.Fatal("other bytes came back")
	}
	other.head(at).is(404, "")
	other.patch(at, len(b), nil).is(404, "not_found")
	p.do("DELETE", at, nil, "Tus-Resumable", "1.0.0").is(204, "")
	p.get(name).is(200, "") // what it has become stays

	// Bytes that are not what they are named leave nothing, whichever name lies.
	c, wrong := photo(2, 1000)
	p.create(len(b), meta(wrong, "image/jpeg"), bytes.NewReader(b)).is(460, "checksum")
	p.create(len(c), meta(wrong, "image/jpeg"), bytes.NewReader(c), "Upload-Checksum", sumOf(b)).is(460, "checksum")
	p.get(wrong).is(404, "not_found")
	unknown := strings.Replace(at, at[strings.LastIndex(at, "/")+1:], strings.Repeat("A", 43), 1)
	p.head(unknown).is(404, "")
}
