package tokens_test

import (
	"encoding/base64"
	"encoding/json"
	"errors"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/golang-jwt/jwt/v5"

	"zoufang"
	"zoufang/internal/tokens"
)

func phoneToken(t *testing.T, tk *tokens.Tokens) string {
	t.Helper()
	token, err := tk.Phone(t.Context(), &zoufang.User{ID: "user-1", Round: 3}, "-device-1")
	if err != nil {
		t.Fatal(err)
	}
	return token
}

func good(t *testing.T, tk *tokens.Tokens, token string) {
	t.Helper()
	b, err := tk.CheckPhone(t.Context(), token)
	if err != nil || b != (tokens.Bearer{User: "user-1", Device: "-device-1", Round: 3}) {
		t.Fatalf("%+v %v", b, err)
	}
}

func TestATokenIsOfARound(t *testing.T) {
	b := tokens.Bearer{User: "u1", Device: "d1", Round: 3}
	for round, want := range map[int64]bool{2: true, 3: true, 4: false} {
		if b.Of(&zoufang.User{ID: "u1", Round: 5, Shut: round}) != want {
			t.Errorf("of round 3, disabled in round %d: not %v", round, want)
		}
	}
	if b.Of(&zoufang.User{ID: "u2"}) {
		t.Error("another's")
	}
}

func refused(t *testing.T, tk *tokens.Tokens, what, token string) {
	t.Helper()
	if _, err := tk.CheckPhone(t.Context(), token); !errors.Is(err, tokens.ErrToken) {
		t.Errorf("%s: %v", what, err)
	}
}

func TestTokenIsGoodForAQuarterOfAnHour(t *testing.T) {
	c := newClock()
	tk := tokens.New(openStore(t), "zoufang", c.now)
	token := phoneToken(t, tk)
	good(t, tk, token)
	c.pass(tokens.Lifetime - time.Second)
	good(t, tk, token)
	c.pass(time.Second)
	refused(t, tk, "expired", token)
}

func TestAudiencesDoNotMix(t *testing.T) {
	c := newClock()
	store := openStore(t)
	tk := tokens.New(store, "zoufang", c.now)
	staff, err := tk.Staff(t.Context(), "user-1", "session-1")
	if err != nil {
		t.Fatal(err)
	}
	if user, session, err := tk.CheckStaff(t.Context(), staff); err != nil || user != "user-1" || session != "session-1" {
		t.Fatalf("%s %s %v", user, session, err)
	}
	refused(t, tk, "a staff token on a phone", staff)
	phone := phoneToken(t, tk)
	if _, _, err := tk.CheckStaff(t.Context(), phone); !errors.Is(err, tokens.ErrToken) {
		t.Errorf("a phone's token for staff: %v", err)
	}
	refused(t, tokens.New(store, "elsewhere", c.now), "another issuer's", phone)
}

// forge makes a token of its own with the header and claims of a good one,
// changed by the functions, signed as it is told.
func forge(t *testing.T, token string, method jwt.SigningMethod, key any, change func(header, claims map[string]any)) string {
	t.Helper()
	parts := strings.Split(token, ".")
	var header, claims map[string]any
	for i, into := range []*map[string]any{&header, &claims} {
		b, err := base64.RawURLEncoding.DecodeString(parts[i])
		if err == nil {
			err = json.Unmarshal(b, into)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	forged := jwt.NewWithClaims(method, jwt.MapClaims(claims))
	forged.Header["kid"] = header["kid"]
	if change != nil {
		change(forged.Header, claims)
	}
	s, err := forged.SignedString(key)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestForgedTokensAreRefused(t *testing.T) {
	c := newClock()
	store := openStore(t)
	tk := tokens.New(store, "zoufang", c.now)
	token := phoneToken(t, tk)
	keys, err := store.Keys(t.Context(), "token")
	if err != nil || len(keys) != 1 || len(keys[0].Secret) != 32 {
		t.Fatalf("%d keys, %v", len(keys), err)
	}
	secret := keys[0].Secret
	good(t, tk, forge(t, token, jwt.SigningMethodHS256, secret, nil))

	refused(t, tk, "alg none", forge(t, token, jwt.SigningMethodNone, jwt.UnsafeAllowNoneSignatureType, nil))
	refused(t, tk, "HS512", forge(t, token, jwt.SigningMethodHS512, secret, nil))
	refused(t, tk, "another key", forge(t, token, jwt.SigningMethodHS256, make([]byte, 32), nil))
	for what, change := range map[string]func(header, claims map[string]any){
		"unknown kid":    func(h, _ map[string]any) { h["kid"] = "other" },
		"no kid":         func(h, _ map[string]any) { delete(h, "kid") },
		"kid no text":    func(h, _ map[string]any) { h["kid"] = 1 },
		"no exp":         func(_, c map[string]any) { delete(c, "exp") },
		"exp long ago":   func(_, c map[string]any) { c["exp"] = 1 },
		"no aud":         func(_, c map[string]any) { delete(c, "aud") },
		"other aud":      func(_, c map[string]any) { c["aud"] = []string{"staff"} },
		"no iss":         func(_, c map[string]any) { delete(c, "iss") },
		"no sub":         func(_, c map[string]any) { delete(c, "sub") },
		"no dev":         func(_, c map[string]any) { delete(c, "dev") },
		"not yet":        func(_, c map[string]any) { c["nbf"] = 99999999999 },
		"sub is no text": func(_, c map[string]any) { c["sub"] = 5 },
	} {
		refused(t, tk, what, forge(t, token, jwt.SigningMethodHS256, secret, change))
	}

	parts := strings.Split(token, ".")
	for i := range parts {
		b, _ := base64.RawURLEncoding.DecodeString(parts[i])
		b[len(b)/2] ^= 1
		changed := append([]string{}, parts...)
		changed[i] = base64.RawURLEncoding.EncodeToString(b)
		refused(t, tk, "a changed part", strings.Join(changed, "."))
	}
	for _, junk := range []string{"", ".", "..", token + ".", parts[0] + "." + parts[1] + ".", strings.Repeat("a", 1<<20), token + "="} {
		refused(t, tk, "junk", junk)
	}
}

func TestOldKeysAreAcceptedUntilRotatedOut(t *testing.T) {
	c := newClock()
	store := openStore(t)
	one, two := tokens.New(store, "zoufang", c.now), tokens.New(store, "zoufang", c.now)
	old := phoneToken(t, one)
	good(t, two, old)
	if err := one.Rotate(t.Context()); err != nil {
		t.Fatal(err)
	}
	fresh := phoneToken(t, one)
	c.pass(10 * time.Second)
	good(t, two, fresh) // the other copy learns of the new key by its id
	good(t, one, old)
	c.pass(2 * time.Minute)
	if token := phoneToken(t, two); keyID(t, token) != keyID(t, fresh) {
		t.Fatal("the other copy still signs with the old key")
	}
	keys, err := store.Keys(t.Context(), "token")
	if err != nil || len(keys) != 2 {
		t.Fatalf("%d keys, %v", len(keys), err)
	}
	c.pass(time.Hour)
	late := forge(t, old, jwt.SigningMethodHS256, keys[1].Secret, func(_, claims map[string]any) { claims["exp"] = c.now().Unix() + 60 })
	refused(t, one, "a key rotated out an hour ago", late)
}

func keyID(t *testing.T, token string) string {
	t.Helper()
	b, err := base64.RawURLEncoding.DecodeString(strings.Split(token, ".")[0])
	if err != nil {
		t.Fatal(err)
	}
	var h struct{ Kid string }
	if err := json.Unmarshal(b, &h); err != nil {
		t.Fatal(err)
	}
	return h.Kid
}

func TestCopiesThatBeginAtOnceAcceptEachOther(t *testing.T) {
	c := newClock()
	store := openStore(t)
	var copies [4]*tokens.Tokens
	var issued [4]string
	var wg sync.WaitGroup
	for i := range copies {
		copies[i] = tokens.New(store, "zoufang", c.now)
		wg.Go(func() {
			issued[i], _ = copies[i].Phone(t.Context(), &zoufang.User{ID: "user-1", Round: 3}, "-device-1")
		})
	}
	wg.Wait()
	c.pass(5 * time.Second)
	for _, tk := range copies {
		for _, token := range issued {
			good(t, tk, token)
		}
	}
}

func TestAFailedStoreIsNoBadToken(t *testing.T) {
	c := newClock()
	store := &failing{KeyStore: openStore(t)}
	tk := tokens.New(store, "zoufang", c.now)
	token := phoneToken(t, tk)
	store.fail(errDisk)
	good(t, tk, token) // the keys are known
	c.pass(2 * time.Minute)
	if _, err := tk.CheckPhone(t.Context(), token); !errors.Is(err, errDisk) || errors.Is(err, tokens.ErrToken) {
		t.Fatalf("%v", err)
	}
	if _, err := tk.Phone(t.Context(), &zoufang.User{ID: "u"}, "d"); !errors.Is(err, errDisk) {
		t.Fatalf("%v", err)
	}
	store.fail(nil)
	good(t, tk, token)
}

func TestUnknownKeysDoNotHammerTheStore(t *testing.T) {
	c := newClock()
	store := &failing{KeyStore: openStore(t)}
	tk := tokens.New(store, "zoufang", c.now)
	token := phoneToken(t, tk)
	stranger := forge(t, token, jwt.SigningMethodHS256, make([]byte, 32), func(h, _ map[string]any) { h["kid"] = "other" })
	before := store.reads()
	for range 1000 {
		refused(t, tk, "unknown kid", stranger)
	}
	if n := store.reads() - before; n > 1 {
		t.Fatalf("the keys were read %d times", n)
	}
}
