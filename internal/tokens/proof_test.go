package tokens_test

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"zoufang"
	"zoufang/internal/tokens"
)

var b64 = base64.RawURLEncoding

func newKey(t *testing.T) (*ecdsa.PrivateKey, string, string) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	p, err := key.PublicKey.Bytes()
	if err != nil {
		t.Fatal(err)
	}
	return key, b64.EncodeToString(p[1:33]), b64.EncodeToString(p[33:])
}

func sign(t *testing.T, key *ecdsa.PrivateKey, text string) []byte {
	t.Helper()
	hash := sha256.Sum256([]byte(text))
	r, s, err := ecdsa.Sign(rand.Reader, key, hash[:])
	if err != nil {
		t.Fatal(err)
	}
	sig := make([]byte, 64)
	r.FillBytes(sig[:32])
	s.FillBytes(sig[32:])
	return sig
}

func TestSignatures(t *testing.T) {
	key, x, y := newKey(t)
	other, _, _ := newKey(t)
	d := &zoufang.Device{ID: "-dev", X: x, Y: y}
	text := tokens.TokenText("-dev", "nonce")
	if text != "zoufang-token-v1\n-dev\nnonce" {
		t.Fatalf("%q", text)
	}
	sig := sign(t, key, text)
	if !tokens.Signed(d, text, b64.EncodeToString(sig)) {
		t.Fatal("a good signature was refused")
	}
	der, _ := ecdsa.SignASN1(rand.Reader, key, make([]byte, 32))
	for what, bad := range map[string]string{
		"another key":   b64.EncodeToString(sign(t, other, text)),
		"another text":  b64.EncodeToString(sign(t, key, tokens.TokenText("-dev", "nonce2"))),
		"padded":        base64.URLEncoding.EncodeToString(sig),
		"short":         b64.EncodeToString(sig[:63]),
		"long":          b64.EncodeToString(append(append([]byte{}, sig...), 0)),
		"DER":           b64.EncodeToString(der),
		"empty":         "",
		"noughts":       b64.EncodeToString(make([]byte, 64)),
		"s and r":       b64.EncodeToString(append(append([]byte{}, sig[32:]...), sig[:32]...)),
		"not b64":       strings.Repeat("!", 86),
		"with line end": b64.EncodeToString(sig)[:85] + "\n",
	} {
		if tokens.Signed(d, text, bad) {
			t.Errorf("%s was taken", what)
		}
	}
	if tokens.Signed(&zoufang.Device{X: x, Y: x}, text, b64.EncodeToString(sig)) {
		t.Error("a point off the curve was taken")
	}
}

func TestTextsOfLastWills(t *testing.T) {
	body := []byte("{\"zoufang\":1}\nline\n")
	if got, want := tokens.WillText("dev", body), fmt.Sprintf("zoufang-lastwill-v1\ndev\n%x", sha256.Sum256(body)); got != want {
		t.Errorf("%q, want %q", got, want)
	}
	if got, want := tokens.WillMediaText("dev", "abc"), "zoufang-lastwill-media-v1\ndev\nabc"; got != want {
		t.Errorf("%q, want %q", got, want)
	}
}

func TestJWK(t *testing.T) {
	_, x, y := newKey(t)
	jwk := func(kty, crv, x, y, more string) string {
		return fmt.Sprintf(`{"kty":%q,"crv":%q,"x":%q,"y":%q%s}`, kty, crv, x, y, more)
	}
	gotX, gotY, err := tokens.ParseJWK([]byte(jwk("EC", "P-256", x, y, `,"ext":true,"key_ops":["verify"],"alg":"ES256"`)))
	if err != nil || gotX != x || gotY != y {
		t.Fatalf("%v", err)
	}
	for what, bad := range map[string]string{
		"RSA":            jwk("RSA", "P-256", x, y, ""),
		"another curve":  jwk("EC", "P-384", x, y, ""),
		"off the curve":  jwk("EC", "P-256", x, x, ""),
		"nought":         jwk("EC", "P-256", b64.EncodeToString(make([]byte, 32)), b64.EncodeToString(make([]byte, 32)), ""),
		"over the field": jwk("EC", "P-256", b64.EncodeToString([]byte(strings.Repeat("\xff", 32))), y, ""),
		"short":          jwk("EC", "P-256", x[:40], y, ""),
		"private":        jwk("EC", "P-256", x, y, `,"d":"`+x+`"`),
		"another alg":    jwk("EC", "P-256", x, y, `,"alg":"ES384"`),
		"no y":           `{"kty":"EC","crv":"P-256","x":"` + x + `"}`,
		"a list":         `[]`,
		"null":           `null`,
		"nothing":        ``,
	} {
		if _, _, err := tokens.ParseJWK([]byte(bad)); !errors.Is(err, tokens.ErrKey) {
			t.Errorf("%s: %v", what, err)
		}
	}
}

func TestNonces(t *testing.T) {
	c := newClock()
	store := openStore(t)
	tk, copy := tokens.New(store, "zoufang", c.now), tokens.New(store, "zoufang", c.now)
	nonce, err := tk.Nonce(t.Context(), "-dev")
	if err != nil {
		t.Fatal(err)
	}
	check := func(tk *tokens.Tokens, device zoufang.DeviceID, nonce string, want bool) {
		t.Helper()
		if ok, err := tk.CheckNonce(t.Context(), device, nonce); ok != want || err != nil {
			t.Fatalf("%v, %v; want %v", ok, err, want)
		}
	}
	check(tk, "-dev", nonce, true)
	check(copy, "-dev", nonce, true)
	check(tk, "other", nonce, false)
	parts := strings.Split(nonce, ".")
	for _, bad := range []string{"", "..", nonce + "x", parts[0] + "." + parts[1] + ".", "x" + nonce,
		parts[0] + ".zzzzzzzzzzzzz." + parts[2], parts[0] + ".1." + parts[2], strings.Repeat("a", 10_000),
		parts[0] + "." + strings.ToUpper(parts[1]) + "." + parts[2] + "A"} {
		check(tk, "-dev", bad, false)
	}
	c.pass(2 * time.Minute)
	check(tk, "-dev", nonce, true)
	c.pass(time.Millisecond)
	check(tk, "-dev", nonce, false)
}
