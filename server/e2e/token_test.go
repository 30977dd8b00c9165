package e2e_test

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"encoding/json"
	"strings"
	"testing"
	"time"

	"zoufang/internal/phone"
)

func (h *handset) nonce() string {
	h.s.Helper()
	r := h.s.post("/challenge", M{"device": h.Device()}).is(200, "")
	h.s.keys("challenge", r.json(), "nonce", "time")
	return r.text("nonce")
}

func (h *handset) asksToken(nonce, sig string) *reply {
	h.s.Helper()
	return h.s.post("/token", M{"device": h.Device(), "nonce": nonce, "sig": sig})
}

func (h *handset) proof(nonce string) string { return h.sign(phone.TokenText(h.Device(), nonce)) }

func TestToken(t *testing.T) {
	s := newServer(t)
	wang := s.handset("coordinator", dong)
	n := wang.nonce()
	r := wang.asksToken(n, wang.proof(n)).is(200, "")
	s.keys("token", r.json(), "token", "expires_in")
	if r.number("expires_in") != 900 {
		t.Errorf("expires_in %d", r.number("expires_in"))
	}
	parts := strings.Split(r.text("token"), ".")
	if len(parts) != 3 {
		t.Fatalf("no JWT: %s", r.body)
	}
	raw, err := b64.DecodeString(parts[1])
	s.must(err)
	var claims struct {
		Sub, Dev string
		Exp, Iat int64
	}
	s.must(json.Unmarshal(raw, &claims))
	if claims.Sub != wang.user || claims.Dev != wang.Device() || claims.Exp-claims.Iat != 900 {
		t.Errorf("claims %s", raw)
	}
	s.do("GET", "/held", nil, "Authorization", "Bearer "+r.text("token")).is(200, "")
	s.do("GET", "/held", nil, "Authorization", "bearer "+r.text("token")).is(200, "")
}

func TestProofs(t *testing.T) {
	s := newServer(t)
	wang, li := s.handset("coordinator", dong), s.handset("coordinator", dong)
	n, other := wang.nonce(), li.nonce()
	if n == wang.nonce() {
		t.Error("the same nonce twice")
	}
	good, err := b64.DecodeString(wang.proof(n))
	s.must(err)
	broken := append([]byte{}, good...)
	broken[40] ^= 1
	der, err := ecdsa.SignASN1(rand.Reader, mustKey(s), make([]byte, 32))
	s.must(err)
	for what, try := range map[string][2]string{
		"no signature":             {n, ""},
		"another's signature":      {n, li.sign(phone.TokenText(wang.Device(), n))},
		"over another text":        {n, wang.sign(n)},
		"over another device":      {n, wang.sign(phone.TokenText(li.Device(), n))},
		"over a last will's text":  {n, wang.sign(phone.LastWillText(wang.Device(), n))},
		"one bit wrong":            {n, b64.EncodeToString(broken)},
		"one byte short":           {n, b64.EncodeToString(good[:63])},
		"DER":                      {n, b64.EncodeToString(der)},
		"zeros":                    {n, b64.EncodeToString(make([]byte, 64))},
		"another device's nonce":   {other, wang.proof(other)},
		"a nonce nobody gave":      {"AAAA", wang.proof("AAAA")},
		"an empty nonce":           {"", wang.proof("")},
		"a nonce with a byte more": {n + "A", wang.proof(n + "A")},
	} {
		if r := wang.asksToken(try[0], try[1]); r.status != 401 || r.text("code") != "proof" {
			t.Errorf("%s: %d %s, want 401 proof", what, r.status, r.body)
		}
	}
	// Whoever asks gets a nonce; what the device is, is told with the token.
	r := s.post("/challenge", M{"device": "nobody-has-this"}).is(200, "")
	s.post("/token", M{"device": "nobody-has-this", "nonce": r.text("nonce"), "sig": b64.EncodeToString(good)}).is(401, "unknown")
	s.revokes(wang)
	n = wang.nonce()
	wang.asksToken(n, wang.proof(n)).is(401, "revoked")
	for _, body := range []string{"", "[]", "{", `{"device":7}`} {
		s.do("POST", "/token", []byte(body), "Content-Type", "application/json").is(400, "body")
		s.do("POST", "/challenge", []byte(body), "Content-Type", "application/json").is(400, "body")
	}
}

func mustKey(s *server) *ecdsa.PrivateKey {
	k, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	s.must(err)
	return k
}

// Nothing is remembered of a nonce: a server killed and started anew knows it.
func TestNoncesOutliveTheServer(t *testing.T) {
	s := newServer(t)
	wang := s.handset("coordinator", dong)
	n := wang.nonce()
	s.kill()
	s.start()
	r := wang.asksToken(n, wang.proof(n)).is(200, "")
	s.restart()
	s.do("GET", "/held", nil, "Authorization", "Bearer "+r.text("token")).is(200, "")
}

func TestNoncesAndTokensRunOut(t *testing.T) {
	s := newClocked(t)
	wang := s.handset("coordinator", dong)
	n := wang.nonce()
	s.pass(119 * time.Second)
	wang.token = wang.asksToken(n, wang.proof(n)).is(200, "").text("token")
	s.pass(3 * time.Second)
	wang.asksToken(n, wang.proof(n)).is(401, "proof")
	s.pass(14 * time.Minute)
	wang.do("GET", "/held", nil).is(200, "")
	s.pass(2 * time.Minute)
	wang.do("GET", "/held", nil).is(401, "token")
	wang.syncs() // the phone asks for another and works on
}

func TestTokensAreRationed(t *testing.T) {
	s := newClocked(t)
	wang, li := s.handset("coordinator", dong), s.handset("coordinator", dong)
	n := wang.nonce()
	for i := 1; i < 30; i++ {
		wang.nonce()
	}
	s.post("/challenge", M{"device": wang.Device()}).is(429, "slow_down")
	li.nonce()
	sum := sha256.Sum256([]byte(n))
	for i := range 30 {
		if r := wang.asksToken(n, b64.EncodeToString(append(sum[:], sum[:]...))); r.status != 401 {
			t.Fatalf("token %d: %d %s", i+1, r.status, r.body)
		}
	}
	wang.asksToken(n, wang.proof(n)).is(429, "slow_down")
	li.bearer()
	s.pass(61 * time.Second)
	n = wang.nonce()
	wang.asksToken(n, wang.proof(n)).is(200, "")
}
