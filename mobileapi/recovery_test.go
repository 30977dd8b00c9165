package mobileapi_test

import (
	"testing"
	"time"

	"zoufang/internal/recovery"
)

func TestRecoveryKey(t *testing.T) {
	s := serve(t)
	s.do("GET", "/recovery", nil).is(401, "token")
	p := s.phone("coordinator", dong)
	r := p.do("GET", "/recovery", nil)
	if got := r.header.Get("Cache-Control"); r.status != 200 || got != "no-store" {
		t.Fatalf("%d, %q", r.status, got)
	}
	keys, err := recovery.Keys(t.Context(), s.store, s.clock())
	s.must(err)
	got := r.json()
	key, _ := got["key"].(map[string]any)
	want := keys[0].Public()
	if len(keys) != 1 || got["kid"] != keys[0].ID || key["kty"] != "EC" || key["crv"] != "P-256" || key["x"] != want.X || key["y"] != want.Y || len(key) != 4 || len(got) != 2 {
		t.Errorf("the key is %v", got)
	}
	if again := p.do("GET", "/recovery", nil).json(); again["kid"] != got["kid"] {
		t.Error("each asking makes a key")
	}
	s.must(recovery.Rotate(t.Context(), s.store, s.clock().Add(time.Second)))
	if now := p.do("GET", "/recovery", nil).json(); now["kid"] == got["kid"] {
		t.Error("the rotated key is not handed out")
	}
	all, err := recovery.Keys(t.Context(), s.store, s.clock())
	s.must(err)
	if len(all) != 2 || all[1].ID != keys[0].ID {
		t.Errorf("after the rotation there are %d keys", len(all))
	}
	read, err := recovery.Parse(keys[0].Secret())
	s.must(err)
	if read.Public() != want {
		t.Error("the stored key is another")
	}
}
