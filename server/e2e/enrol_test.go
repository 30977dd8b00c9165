package e2e_test

import (
	"bytes"
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"encoding/base64"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"
)

var b64 = base64.RawURLEncoding

// newJWK is the public half of a new phone's key.
func newJWK(s *server) M {
	s.Helper()
	k, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	s.must(err)
	p, err := k.PublicKey.Bytes()
	s.must(err)
	return M{"kty": "EC", "crv": "P-256", "x": b64.EncodeToString(p[1:33]), "y": b64.EncodeToString(p[33:])}
}

func (s *server) enrols(code string, key any) *reply {
	s.Helper()
	return s.post("/enrol", M{"code": code, "key": key, "name": "红米", "platform": "Android", "app": "1.4.0"})
}

func TestEnrolment(t *testing.T) {
	s := newServer(t)
	wang := s.person("coordinator", dong)
	e := s.code(wang.user)
	if raw, err := b64.DecodeString(e.Code); err != nil || len(raw)*8 < 80 {
		t.Errorf("code %q: fewer than 80 random bits", e.Code)
	}
	if e.URL != s.base+"/phone/#enrol="+e.Code {
		t.Errorf("url %q", e.URL)
	}
	if d := time.Until(time.UnixMilli(e.Expires)); d < 9*time.Minute || d > 10*time.Minute {
		t.Errorf("good for %v, want 10 minutes", d)
	}

	before := time.Now().UnixMilli()
	key := newJWK(s)
	r := s.enrols(e.Code, key).is(201, "")
	said := r.json()
	s.keys("enrolment", said, "device", "user", "areas", "epoch", "time")
	s.keys("user", said["user"], "id", "name", "role")
	user := said["user"].(M)
	if user["id"] != wang.user || user["role"] != "coordinator" || !strings.HasPrefix(user["name"].(string), "王") {
		t.Errorf("user %v", user)
	}
	if areas := texts(said["areas"]); len(areas) != 1 || areas[0] != dong {
		t.Errorf("areas %v", areas)
	}
	if said["epoch"] == "" || r.number("time") < before-clockLag {
		t.Errorf("%v", said)
	}

	// Its reply was lost: the same key asks again, also of a server started anew.
	for range 2 {
		again := s.enrols(e.Code, key).is(201, "")
		if again.text("device") != r.text("device") || again.text("epoch") != r.text("epoch") {
			t.Errorf("%v, want %v", again.json(), said)
		}
		s.restart()
	}
	s.enrols(e.Code, newJWK(s)).is(410, "used")
	s.enrols("AAAAAAAAAAAAAAAA", key).is(404, "not_found")
	var devices []struct{ ID, User string }
	if s.run(&devices, "device", "list"); len(devices) != 1 || devices[0].ID != r.text("device") || devices[0].User != wang.user {
		t.Errorf("devices %+v", devices)
	}
}

// A code is good for its time alone, for the key that used it too.
func TestEnrolmentCodesExpire(t *testing.T) {
	s := newClocked(t)
	wang := s.person("coordinator", dong)
	early, late, key := s.code(wang.user), s.code(wang.user), newJWK(s)
	s.pass(9 * time.Minute)
	first := s.enrols(early.Code, key).is(201, "")
	s.pass(50 * time.Second)
	if again := s.enrols(early.Code, key).is(201, ""); again.text("device") != first.text("device") {
		t.Error("another device for the same key")
	}
	s.pass(20 * time.Second)
	s.enrols(late.Code, newJWK(s)).is(410, "expired")
	if r := s.enrols(early.Code, key); r.status != 410 {
		t.Errorf("%d: the code's time is over", r.status)
	}
	s.enrols(early.Code, newJWK(s)).is(410, "used")
}

func TestWhoGetsCodes(t *testing.T) {
	s := newServer(t)
	if why := s.refused("enrol", "--user", s.person("auditor", county).user); !strings.Contains(why, "auditor") {
		t.Errorf("refused, but %q", why)
	}
	s.refused("enrol", "--user", "nobody")
	for role, want := range map[string][]string{"worker": {dong}, "township": {town, dong, xi}, "county": {county, town, dong, xi, farTown, far}, "admin": {}} {
		at := map[string]string{"worker": dong, "township": town, "county": county, "admin": county}[role]
		r := s.enrols(s.code(s.person(role, at).user).Code, newJWK(s)).is(201, "")
		if got := texts(r.json()["areas"]); !sameSet(got, want) || r.json()["user"].(M)["role"] != role {
			t.Errorf("%s: %v, want areas %v", role, r.json(), want)
		}
	}
}

func TestEnrolmentsThatCannotBeRead(t *testing.T) {
	s := newServer(t)
	code, good := s.code(s.person("coordinator", dong).user).Code, newJWK(s)
	with := func(key string, v any) M {
		m := M{}
		for k := range good {
			m[k] = good[k]
		}
		m[key] = v
		return m
	}
	for i, key := range []any{nil, "text", M{}, with("kty", "RSA"), with("crv", "P-384"), with("x", "AAAA"), with("x", good["y"]),
		with("y", "%%"), with("x", 5), with("x", strings.Repeat("A", 43))} {
		if r := s.enrols(code, key); r.status != 400 || r.text("code") != "body" {
			t.Errorf("key %d: %d %s", i, r.status, r.body)
		}
	}
	for _, body := range []string{"", "{", "[]", "null", `{"code":5}`} {
		s.do("POST", "/enrol", []byte(body), "Content-Type", "application/json").is(400, "body")
	}
	s.enrols(code, good).is(201, "")
}

// Guessing is slow: twenty failures a minute an address. Those who succeed don't
// count, whoever has a right code gets in beside those who guess, and another address
// is another matter.
func TestOnlyFailedEnrolmentsCount(t *testing.T) {
	s := newClocked(t)
	wang := s.person("coordinator", dong)
	for range 25 {
		s.enrols(s.code(wang.user).Code, newJWK(s)).is(201, "")
	}
	good, key := s.code(wang.user).Code, newJWK(s)
	for range 20 {
		s.enrols("guess", key).is(404, "not_found")
	}
	s.enrols("guess", key).is(429, "slow_down")
	s.enrols(good, key).is(201, "")

	from := &http.Transport{DialContext: (&net.Dialer{LocalAddr: &net.TCPAddr{IP: net.IPv4(127, 0, 0, 9)}}).DialContext}
	defer from.CloseIdleConnections()
	req, err := http.NewRequestWithContext(context.Background(), "POST", s.base+"/m/v1/enrol", bytes.NewReader(encode(M{"code": "guess", "key": key})))
	s.must(err)
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("X-Forwarded-For", "127.0.0.1") // anybody can write that
	resp, err := from.RoundTrip(req)
	s.must(err)
	if resp.Body.Close(); resp.StatusCode != 404 {
		t.Errorf("from another address: %d, want 404", resp.StatusCode)
	}
	s.pass(61 * time.Second)
	s.enrols(good, key).is(201, "")
}

func sameSet(a, b []string) bool {
	count := map[string]int{}
	for _, x := range a {
		count[x]++
	}
	for _, x := range b {
		count[x]--
	}
	for _, n := range count {
		if n != 0 {
			return false
		}
	}
	return true
}
