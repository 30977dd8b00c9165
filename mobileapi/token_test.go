package mobileapi_test

import (
	"strings"
	"testing"
	"time"

	"zoufang"
	"zoufang/internal/tokens"
)

func (p *phone) nonce() string {
	p.s.Helper()
	return p.s.post("/challenge", map[string]any{"device": p.device.ID}).is(200, "").text("nonce")
}

func (p *phone) prove(nonce, sig string) *reply {
	p.s.Helper()
	return p.s.post("/token", map[string]any{"device": p.device.ID, "nonce": nonce, "sig": sig})
}

func (p *phone) sign(nonce string) string { return p.key.sign(tokens.TokenText(p.device.ID, nonce)) }

func TestATokenForAProof(t *testing.T) {
	s := serve(t)
	p := s.phone(zoufang.Coordinator, dong)
	challenge := s.post("/challenge", map[string]any{"device": p.device.ID}).is(200, "")
	if at := challenge.json()["time"].(float64); at < float64(s.clock().Add(-2*time.Second).UnixMilli()) {
		t.Errorf("time %v", at)
	}
	nonce := challenge.text("nonce")
	r := p.prove(nonce, p.sign(nonce)).is(200, "")
	if r.json()["expires_in"] != 900.0 || r.header.Get("Cache-Control") != "no-store" {
		t.Errorf("%s", r.body)
	}
	p.token = r.text("token")
	p.have().is(200, "")
	s.pass(15 * time.Minute)
	p.have().is(401, "token")
	nonce = p.nonce()
	p.token = p.prove(nonce, p.sign(nonce)).is(200, "").text("token")
	p.have().is(200, "")
}

func TestProofsThatAreNone(t *testing.T) {
	s := serve(t)
	p, q := s.phone(zoufang.Coordinator, dong), s.phone(zoufang.Coordinator, dong)
	nonce := p.nonce()
	p.prove(nonce, q.sign(nonce)).is(401, "proof")
	p.prove(nonce, p.sign(nonce+"x")).is(401, "proof")
	p.prove(q.nonce(), p.sign(nonce)).is(401, "proof")
	theirs := q.nonce()
	p.prove(theirs, p.sign(theirs)).is(401, "proof")
	p.prove("", p.sign("")).is(401, "proof")
	p.prove(nonce, "").is(401, "proof")
	s.pass(2*time.Minute + time.Second)
	p.prove(nonce, p.sign(nonce)).is(401, "proof")

	stranger := &phone{s: s, key: p.key, device: &zoufang.Device{ID: "-unknown"}}
	nonce = stranger.nonce() // whoever asks
	stranger.prove(nonce, stranger.sign(nonce)).is(401, "unknown")
}

func TestRevokedDevicesAndUsers(t *testing.T) {
	s := serve(t)
	p, q := s.phone(zoufang.Coordinator, dong), s.phone(zoufang.Coordinator, dong)
	p.have().is(200, "")
	s.must(s.store.Revoke(t.Context(), p.device.ID, s.clock().UnixMilli()))
	p.have().is(401, "revoked") // at once
	nonce := p.nonce()
	p.prove(nonce, p.sign(nonce)).is(401, "revoked")
	p.prove(nonce, q.sign(nonce)).is(401, "proof")

	q.have().is(200, "")
	q.user.Disabled = true
	s.must(s.store.PutUser(t.Context(), *q.user))
	q.have().is(401, "revoked")
	nonce = q.nonce()
	q.prove(nonce, q.sign(nonce)).is(401, "revoked")
}

// What was handed out before an account was disabled is not good again after: the
// phone proves anew that it holds its key.
func TestTokensEndWhenAnAccountIsDisabled(t *testing.T) {
	s := serve(t)
	p, other := s.phone(zoufang.Coordinator, dong), s.phone(zoufang.Coordinator, dong)
	change := func(f func(u *zoufang.User)) {
		t.Helper()
		_, err := s.store.ChangeUser(t.Context(), p.user.ID, func(u *zoufang.User) error { f(u); return nil })
		s.must(err)
	}
	change(func(u *zoufang.User) { u.Areas = []zoufang.AreaID{xi} })
	p.have().is(200, "") // its rights are read with each request
	for range 2 {
		change(func(u *zoufang.User) { u.Disabled = true })
		p.have().is(401, "revoked")
		change(func(u *zoufang.User) { u.Disabled = false })
		change(func(u *zoufang.User) { u.Areas = []zoufang.AreaID{dong} })
		p.have().is(401, "token")
		other.have().is(200, "")
		nonce := p.nonce()
		p.token = p.prove(nonce, p.sign(nonce)).is(200, "").text("token")
		p.have().is(200, "")
	}
}

func TestAccessTokensThatAreNone(t *testing.T) {
	s := serve(t)
	p := s.phone(zoufang.Coordinator, dong)
	for _, header := range []string{"", "Bearer", "Bearer ", "Basic " + p.token, p.token, "Bearer " + p.token[:len(p.token)-2], "Bearer " + strings.Repeat("a", 5000)} {
		r := s.post("/media/have", map[string]any{"sha256": []string{}}, "Authorization", header).is(401, "token")
		if r.header.Get("WWW-Authenticate") == "" {
			t.Error("no WWW-Authenticate")
		}
	}
	s.post("/media/have", map[string]any{"sha256": []string{}}, "Authorization", "bearer "+p.token).is(200, "")

	var err error
	p.token, err = s.tokens.Phone(t.Context(), p.user, "-from-before-a-restore")
	s.must(err)
	p.have().is(401, "unknown")
	p.token, err = s.tokens.Phone(t.Context(), &zoufang.User{ID: "another-user"}, p.device.ID)
	s.must(err)
	p.have().is(401, "token")
	p.token, err = s.tokens.Staff(t.Context(), p.user.ID, "session")
	s.must(err)
	p.have().is(401, "token")
}

func TestChallengeAndTokenAreLimited(t *testing.T) {
	s := serve(t)
	p, q := s.phone(zoufang.Coordinator, dong), s.phone(zoufang.Coordinator, dong)
	for range 30 {
		p.nonce()
		p.prove("x", "x").is(401, "proof")
	}
	r := s.post("/challenge", map[string]any{"device": p.device.ID}).is(429, "slow_down")
	if r.header.Get("Retry-After") != "60" {
		t.Errorf("Retry-After %s", r.header.Get("Retry-After"))
	}
	p.prove("x", "x").is(429, "slow_down")
	q.prove("x", "x").is(401, "proof")
	s.pass(time.Minute)
	nonce := p.nonce()
	p.prove(nonce, p.sign(nonce)).is(200, "")
}

func TestChallengeAndTokenRefuseWhatTheyCannotRead(t *testing.T) {
	s := serve(t)
	for _, path := range []string{"/challenge", "/token"} {
		for _, bad := range []any{nil, 5, map[string]any{}, map[string]any{"device": 5}, map[string]any{"device": strings.Repeat("d", 65)}} {
			s.post(path, bad).is(400, "body")
		}
		s.do("POST", path, strings.NewReader("{}"), "Content-Type", "text/html").is(415, "type")
		s.post(path, map[string]any{"device": strings.Repeat("d", 20_000)}).is(413, "too_large")
	}
}
