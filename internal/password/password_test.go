package password

import (
	"strings"
	"testing"
	"time"
)

func TestHashAndVerify(t *testing.T) {
	h := Hash("正确的马电池订书钉")
	if !strings.HasPrefix(h, "$argon2id$v=19$m=19456,t=2,p=1$") {
		t.Fatalf("encoded as %q", h[:20])
	}
	if !Verify(h, "正确的马电池订书钉") {
		t.Error("the password does not match its hash")
	}
	if Verify(h, "正确的马电池订书针") || Verify(h, "") {
		t.Error("another password matches")
	}
	if h == Hash("正确的马电池订书钉") {
		t.Error("two hashes of one password are equal: no salt")
	}
}

func TestVerifyNeverMatchesWhatCannotBeRead(t *testing.T) {
	good := Hash("a password of some length")
	for _, encoded := range []string{
		"", "plain", "$argon2i$" + strings.TrimPrefix(good, "$argon2id$"), good[:len(good)-30],
		strings.Replace(good, "m=19456", "m=4294967295", 1), strings.Replace(good, "t=2", "t=999", 1),
		strings.Replace(good, "p=1", "p=0", 1), strings.Replace(good, "v=19", "v=16", 1), good + "$",
	} {
		if Verify(encoded, "a password of some length") {
			t.Errorf("%q matches", encoded)
		}
	}
}

func TestUnknownCostsAsMuchAsKnown(t *testing.T) {
	h := Hash("a password of some length")
	took := func(encoded string) time.Duration {
		best := time.Hour
		for range 3 {
			start := time.Now()
			Verify(encoded, "another password")
			best = min(best, time.Since(start))
		}
		return best
	}
	known, unknown := took(h), took("")
	if unknown < known/3 {
		t.Errorf("a wrong password takes %v, an unknown name %v", known, unknown)
	}
}

func TestCheck(t *testing.T) {
	for plain, ok := range map[string]bool{
		"短口令": false, "aaaaaaaaaaaaaa": false, "liufang-2026-good": false, strings.Repeat("abcdefghij", 30): false,
		"bad \xff bytes here": false, "春眠不觉晓处处闻啼鸟": true, "horse battery staple": true,
	} {
		if why := Check(plain, Owner{Login: "LiuFang"}); (why == "") != ok {
			t.Errorf("%q: %q", plain, why)
		}
	}
}

func TestFirst(t *testing.T) {
	seen := map[string]bool{}
	for range 100 {
		p := First()
		if len(p) != 19 || seen[p] || Check(p, Owner{}) != "" {
			t.Fatalf("first password %q", p)
		}
		seen[p] = true
	}
}
