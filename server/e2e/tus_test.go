package e2e_test

import (
	"crypto/sha256"
	"encoding/base64"
	"strconv"
	"strings"

	"zoufang/internal/phone"
)

const octets = "application/offset+octet-stream"

func metadata(digest, kind string) string {
	enc := base64.StdEncoding.EncodeToString
	return "sha256 " + enc([]byte(digest)) + ",type " + enc([]byte(kind))
}

// photo is n bytes that begin like a JPEG, and their name.
func photo(n int) (content []byte, digest string) {
	b := []byte("\xff\xd8\xff\xe0" + nonce())
	for len(b) < n {
		sum := sha256.Sum256(b[max(0, len(b)-64):])
		b = append(b, sum[:]...)
	}
	return b[:n], phone.Digest(b[:n])
}

func checksum(b []byte) string {
	sum := sha256.Sum256(b)
	return "sha256 " + base64.StdEncoding.EncodeToString(sum[:])
}

// creates begins an upload, with its first bytes unless they are nil.
func (h *handset) creates(size int, digest, kind string, first []byte, headers ...string) *reply {
	h.s.Helper()
	all := []string{"Tus-Resumable", "1.0.0", "Upload-Length", strconv.Itoa(size), "Upload-Metadata", metadata(digest, kind)}
	if first != nil {
		all = append(all, "Content-Type", octets)
	}
	return h.do("POST", "/media", first, append(all, headers...)...)
}

// begins gives the address of a new upload.
func (h *handset) begins(size int, digest, kind string) string {
	h.s.Helper()
	r := h.creates(size, digest, kind, nil).is(201, "")
	at := r.header.Get("Location")
	if at == "" || r.header.Get("Upload-Offset") != "" && r.header.Get("Upload-Offset") != "0" {
		h.s.Fatalf("creation: %v", r.header)
	}
	return strings.TrimPrefix(at, h.s.base)
}

func (h *handset) patches(upload string, offset int, part []byte, headers ...string) *reply {
	h.s.Helper()
	return h.do("PATCH", upload, part, append([]string{"Tus-Resumable", "1.0.0", "Content-Type", octets, "Upload-Offset", strconv.Itoa(offset)}, headers...)...)
}

func (h *handset) heads(upload string, headers ...string) *reply {
	h.s.Helper()
	return h.do("HEAD", upload, nil, append([]string{"Tus-Resumable", "1.0.0"}, headers...)...)
}

func (h *handset) gets(digest string, headers ...string) *reply {
	h.s.Helper()
	return h.do("GET", "/media/"+digest, nil, headers...)
}

// uploads sends a medium whole.
func (h *handset) uploads(content []byte) *reply {
	h.s.Helper()
	return h.creates(len(content), phone.Digest(content), "image/jpeg", content).is(201, "").arrived(len(content))
}

// has asks which of the digests are stored.
func (h *handset) has(digests ...string) []string {
	h.s.Helper()
	r := h.post("/media/have", M{"sha256": append([]string{}, digests...)}).is(200, "")
	h.s.keys("have", r.json(), "have", "epoch", "time")
	return texts(r.json()["have"])
}

func (r *reply) offset(want int) *reply {
	r.s.Helper()
	if got := r.header.Get("Upload-Offset"); got != strconv.Itoa(want) {
		r.s.Fatalf("%s: Upload-Offset %q, want %d", r.what, got, want)
	}
	return r
}

// arrived checks the word that a whole medium is stored.
func (r *reply) arrived(size int) *reply {
	r.s.Helper()
	at, err := strconv.ParseInt(r.header.Get("Zoufang-Time"), 10, 64)
	if r.offset(size); err != nil || at == 0 || r.header.Get("Zoufang-Epoch") == "" {
		r.s.Fatalf("%s: no word of the arrival: %v", r.what, r.header)
	}
	return r
}
