package e2e_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"strconv"
	"testing"

	"zoufang/internal/phone"
)

// wills hands over lines as a revoked device does; signed over what is given, or
// over the body as it is sent.
func (h *handset) wills(body []byte, zipped bool, sig string) *reply {
	h.s.Helper()
	headers := []string{"Content-Type", "application/x-ndjson"}
	if zipped {
		body, headers = zip(body), append(headers, "Content-Encoding", "gzip")
	}
	if sig == "" {
		sig = h.willProof(body)
	}
	return h.s.do("POST", "/lastwill", body, append(headers, "Zoufang-Proof", sig)...)
}

func (h *handset) willProof(body []byte) string {
	h.s.Helper()
	sum := sha256.Sum256(body)
	return h.sign(phone.LastWillText(h.Device(), hex.EncodeToString(sum[:])))
}

func TestLastWill(t *testing.T) {
	s := newServer(t)
	wang, li := s.handset("coordinator", dong), s.handset("township", town)
	known, rid := wang.household(M{"head": "李"})
	wang.pushes(known, []byte("old poison")).are("ok", "schema")
	fine := wang.line(L{"set", rid, "phone", "1", S{}})
	lines := [][]byte{known, fine, []byte("poison"), wang.line(L{"log", wang.NewID(), "remarks", "x"}),
		wang.line(L{"new", wang.NewID(), "household", xi, M{}}), wang.lineWith(M{"user": li.user}, L{"log", rid, "remarks", "x"}), []byte("old poison"), fine}
	body := wang.body(ask{}, lines...)
	wang.wills(body, false, "").is(401, "proof") // it is live
	s.revokes(wang)

	wang.wills(body, false, li.willProof(body)).is(401, "proof")
	wang.wills(body, false, wang.willProof(append(bytes.Clone(body), '\n'))).is(401, "proof")
	wang.wills(body, true, wang.willProof(body)).is(401, "proof") // signed is the body as sent
	wang.wills(body, false, wang.sign(phone.TokenText(wang.Device(), "x"))).is(401, "proof")
	wang.wills(body, false, "garbage").is(401, "proof")
	s.do("POST", "/lastwill", body, "Content-Type", "application/x-ndjson").is(401, "proof")
	stranger := wang.body(ask{device: "nobody-has-this"}, fine)
	wang.wills(stranger, false, "").is(401, "proof")
	s.do("POST", "/lastwill", body, "Content-Type", "application/x-ndjson", "Authorization", "Bearer "+li.bearer()).is(401, "proof")
	wang.wills([]byte("<html>\n"), false, "").is(400, "body")

	a := wang.wills(body, true, "").said()
	a.are("dup", "revoked", "revoked", "revoked", "revoked", "revoked", "schema", "revoked")
	if len(a.order)+len(a.gone)+len(a.sum) > 0 || a.first["scope"] != nil {
		t.Errorf("a reply with rows: %s", a.body)
	}
	wang.wills(body, false, "").said().are("dup", "revoked", "revoked", "revoked", "revoked", "revoked", "schema", "revoked")
	wang.wills(wang.body(ask{epoch: "another"}, fine), false, "").said().are()
	if r := wang.wills(wang.body(ask{epoch: a.epoch(), last: "AAAAAAAAAAAAAAAA"}, fine), false, "").said(); r.first["again"] != true {
		t.Errorf("%s", r.body)
	}
	if row := li.shown(rid); len(values(row, "phone")) > 0 {
		t.Errorf("a last will was applied: %s", row.Raw)
	}
	// Staff judge; what they release is applied as if it had come in time.
	li.saves(L{"judge", id(fine), "release", "他交了手机"})
	if row := li.shown(rid); len(values(row, "phone")) != 1 {
		t.Errorf("released, but %s", row.Raw)
	}
	wang.wills(body, false, "").said().are("dup", "dup", "revoked", "revoked", "revoked", "revoked", "schema", "dup")
	s.verify()
}

// A revoked phone's whole day: lines and the photos they name, by its key alone.
func TestLastWillWithMedia(t *testing.T) {
	s := newServer(t)
	wang, li := s.handset("coordinator", dong), s.handset("township", town)
	named, name := photo(300_000)
	_, unnamed := photo(1000)
	wang.syncs()
	wang.AddMedium(named, "image/jpeg")
	rid := wang.NewID()
	l := wang.Commit(L{"new", rid, "visit", dong, M{"type": "routine", "photos": S{name}}})
	begun := wang.begins(len(named), name, "image/jpeg") // while it was live
	s.revokes(wang)
	proof := func(h *handset, digest string) string {
		return h.sign(phone.LastWillMediaText(h.Device(), digest))
	}
	create := func(digest, sig string) *reply {
		return s.do("POST", "/media", nil, "Tus-Resumable", "1.0.0", "Upload-Length", strconv.Itoa(len(named)),
			"Upload-Metadata", metadata(digest, "image/jpeg"), "Zoufang-Proof", sig)
	}
	create(name, proof(wang, name)).is(401, "proof") // no line of a last will names it yet
	s.must(wang.LastWill(t.Context(), nil))
	if got, _ := wang.Line(l.ID); got.Answer.Code != "revoked" {
		t.Errorf("%+v", got.Answer)
	}
	create(unnamed, proof(wang, unnamed)).is(401, "proof")
	create(name, proof(wang, unnamed)).is(401, "proof")
	create(name, proof(li, name)).is(401, "proof")
	create(name, wang.sign(phone.LastWillText(wang.Device(), name))).is(401, "proof")
	head := []string{"Tus-Resumable", "1.0.0", "Zoufang-Proof"}
	s.do("HEAD", begun, nil, append(head, proof(wang, name))...).is(200, "").offset(0)
	s.do("HEAD", begun, nil, append(head, proof(wang, unnamed))...).is(401, "proof")
	s.must(wang.LastWillMedia(t.Context(), nil))
	for _, m := range wang.Media() {
		if m.Epoch == "" {
			t.Error("the medium was not accepted")
		}
	}
	// By the proof a medium is sent, not read.
	for _, path := range []string{"/media/" + name, "/held"} {
		s.do("GET", path, nil, "Zoufang-Proof", proof(wang, name)).is(401, "token")
	}
	s.post("/media/have", M{"sha256": S{name}}, "Zoufang-Proof", proof(wang, name)).is(401, "token")
	s.must(wang.LastWillMedia(t.Context(), nil))
	li.gets(name).is(404, "not_found") // no record names it yet
	li.saves(L{"judge", l.ID, "release", "属实"})
	if r := li.gets(name).is(200, ""); !bytes.Equal(r.body, named) {
		t.Error("the photo came back as something else")
	}
	if row := li.shown(rid); len(row.Need) > 0 || len(row.S["photos"]) != 1 {
		t.Errorf("%s", row.Raw)
	}
	s.verify()
}
