package tokens_test

import (
	"testing"

	"zoufang"
	"zoufang/internal/tokens"
	"zoufang/storage"
)

func TestAccess(t *testing.T) {
	token, id, hash := tokens.NewAccess()
	if got, ok := tokens.IsAccess(token); !ok || got != id {
		t.Fatalf("%q %v", got, ok)
	}
	stored := storage.Token{ID: id, User: "u", Hash: hash, Expires: 100}
	u := zoufang.User{ID: "u"}
	if !tokens.Opens(token, &stored, &u, 99) {
		t.Error("a good token does not open")
	}
	revoked, disabled := stored, u
	revoked.Revoked, disabled.Disabled = 5, true
	other, _, _ := tokens.NewAccess()
	for what, opens := range map[string]bool{
		"expired":  tokens.Opens(token, &stored, &u, 100),
		"revoked":  tokens.Opens(token, &revoked, &u, 99),
		"disabled": tokens.Opens(token, &stored, &disabled, 99),
		"another":  tokens.Opens(other, &stored, &u, 99),
		"of other": tokens.Opens(token, &stored, &zoufang.User{ID: "v"}, 99),
	} {
		if opens {
			t.Error(what, "opens")
		}
	}
	for _, bad := range []string{"", "zft_", "zft_a", "zft_.x", "zft_a.", "x" + token, token[:40] + string(make([]byte, 200))} {
		if _, ok := tokens.IsAccess(bad); ok {
			t.Errorf("%q has the form of a token", bad)
		}
	}
}
