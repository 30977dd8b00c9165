package phone

import (
	"bytes"
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math/big"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"
)

// keyOf reads the public key a phone enrolled with.
func keyOf(t *testing.T, body io.Reader) *ecdsa.PublicKey {
	t.Helper()
	var said struct {
		Key struct{ Kty, Crv, X, Y string }
	}
	if err := json.NewDecoder(body).Decode(&said); err != nil {
		t.Fatal(err)
	}
	x, errX := base64.RawURLEncoding.DecodeString(said.Key.X)
	y, errY := base64.RawURLEncoding.DecodeString(said.Key.Y)
	if errX != nil || errY != nil || said.Key.Kty != "EC" || said.Key.Crv != "P-256" {
		t.Fatalf("key %+v", said.Key)
	}
	key, err := ecdsa.ParseUncompressedPublicKey(elliptic.P256(), append(append([]byte{4}, x...), y...))
	if err != nil {
		t.Fatal(err)
	}
	return key
}

func signed(key *ecdsa.PublicKey, text, sig string) bool {
	raw, err := base64.RawURLEncoding.DecodeString(sig)
	if err != nil || len(raw) != 64 {
		return false
	}
	digest := sha256.Sum256([]byte(text))
	return ecdsa.Verify(key, digest[:], new(big.Int).SetBytes(raw[:32]), new(big.Int).SetBytes(raw[32:]))
}

func TestTokenIsSigned(t *testing.T) {
	var key *ecdsa.PublicKey
	mux := http.NewServeMux()
	mux.HandleFunc("POST /m/v1/enrol", func(w http.ResponseWriter, r *http.Request) {
		key = keyOf(t, r.Body)
		fmt.Fprint(w, `{"device":"-d","user":{"id":"u"},"areas":[],"epoch":"e","time":1}`)
	})
	mux.HandleFunc("POST /m/v1/challenge", func(w http.ResponseWriter, r *http.Request) {
		fmt.Fprint(w, `{"nonce":"a.b-c","time":2}`)
	})
	mux.HandleFunc("POST /m/v1/token", func(w http.ResponseWriter, r *http.Request) {
		var said struct{ Device, Nonce, Sig string }
		if err := json.NewDecoder(r.Body).Decode(&said); err != nil {
			t.Error(err)
		}
		if !signed(key, "zoufang-token-v1\n-d\na.b-c", said.Sig) || said.Device != "-d" || said.Nonce != "a.b-c" {
			refuse(w, 401, "proof")
			return
		}
		fmt.Fprint(w, `{"token":"good"}`)
	})
	s := httptest.NewServer(mux)
	defer s.Close()
	p := New(s.URL + "/")
	if err := p.Enrol(context.Background(), "c", "n"); err != nil {
		t.Fatal(err)
	}
	if token, err := p.Token(context.Background()); err != nil || token != "good" {
		t.Error(token, err)
	}
}

func TestLastWillIsSignedOverTheBodyAsSent(t *testing.T) {
	for _, compressed := range []bool{true, false} {
		var key *ecdsa.PublicKey
		mux := http.NewServeMux()
		mux.HandleFunc("POST /m/v1/enrol", func(w http.ResponseWriter, r *http.Request) {
			key = keyOf(t, r.Body)
			fmt.Fprint(w, `{"device":"d","user":{"id":"u"},"areas":[],"epoch":"e1","time":1}`)
		})
		mux.HandleFunc("POST /m/v1/lastwill", func(w http.ResponseWriter, r *http.Request) {
			raw, _ := io.ReadAll(r.Body)
			digest := sha256.Sum256(raw)
			if !signed(key, "zoufang-lastwill-v1\nd\n"+hex.EncodeToString(digest[:]), r.Header.Get("Zoufang-Proof")) {
				refuse(w, 401, "proof")
				return
			}
			if r.Header.Get("Authorization") != "" {
				t.Error("a revoked device named a token")
			}
			r.Body = io.NopCloser(bytes.NewReader(raw))
			a := readAsked(t, r)
			held := map[string]string{}
			for _, line := range a.lines {
				held[LineID([]byte(line))] = "revoked"
			}
			io.WriteString(w, said{held: held}.reply(a))
		})
		s := httptest.NewServer(mux)
		p := New(s.URL, WithGzip(compressed))
		if err := p.Enrol(context.Background(), "c", "n"); err != nil {
			t.Fatal(err)
		}
		one, two := p.Commit(Log("r", "remarks", "1")), p.Commit(Log("r", "remarks", "2"))
		if err := p.LastWill(context.Background(), []string{two.ID}); err != nil {
			t.Fatal(err)
		}
		if l, _ := p.Line(two.ID); l.Answer.Code != "revoked" || p.Unsent() != 1 {
			t.Errorf("%+v", l.Answer)
		}
		if err := p.LastWill(context.Background(), nil); err != nil || p.Unsent() != 0 {
			t.Error(err)
		}
		if l, _ := p.Line(one.ID); l.Answer.Code != "revoked" {
			t.Errorf("%+v", l.Answer)
		}
		s.Close()
	}
}

func TestOldTokenIsRenewedOnceAndOthersAreNot(t *testing.T) {
	s, p := play(t, said{}.reply, said{time: 3000}.reply)
	mustSync(t, p)
	s.mu.Lock()
	s.token = 40 // all tokens so far are no longer good
	s.mu.Unlock()
	mustSync(t, p)
	if tr := p.Traffic(); tr.Retries != 1 {
		t.Errorf("%+v", tr)
	}
	for _, code := range []string{"token", "revoked", "unknown"} {
		n := 0
		s.mux.HandleFunc("GET /m/v1/media/"+code, func(w http.ResponseWriter, _ *http.Request) {
			n++
			refuse(w, 401, code)
		})
		_, err := p.Get(context.Background(), code, 0)
		if want := map[string]int{"token": 2}[code]; !IsCode(err, code) || n != max(1, want) {
			t.Errorf("%s: %v after %d requests", code, err, n)
		}
	}
}

func TestRetryAfterIsObeyedWithinBounds(t *testing.T) {
	s, p := play(t)
	after, n := "0", 0
	s.mux.HandleFunc("GET /m/v1/held", func(w http.ResponseWriter, _ *http.Request) {
		if n++; n < 3 {
			w.Header().Set("Retry-After", after)
			refuse(w, 429, "slow_down")
			return
		}
		fmt.Fprint(w, `{"held":[{"id":"x","at":1,"code":"scope","line":"{}"}]}`)
	})
	held, err := p.Held(context.Background())
	if err != nil || len(held) != 1 || held[0].Code != "scope" {
		t.Error(held, err)
	}
	n, after = 0, "3600"
	_, err = p.Held(context.Background())
	var refused *Problem
	if !errors.As(err, &refused) || refused.RetryAfter != time.Hour || !refused.Temporary() || n != 1 {
		t.Errorf("%v after %d requests", err, n)
	}
}

func TestEnrollingAgainKeepsEverything(t *testing.T) {
	s, p := play(t, said{}.reply, said{epoch: "e2", time: 9000}.reply)
	p.Commit(Log("r", "remarks", "1"))
	mustSync(t, p)
	s.Config.Handler = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/m/v1/enrol" {
			fmt.Fprint(w, `{"device":"d2","user":{"id":"u1"},"areas":["A"],"epoch":"e2","time":8000}`)
			return
		}
		s.mux.ServeHTTP(w, r)
	})
	if err := p.Enrol(context.Background(), "code2", "again"); err != nil {
		t.Fatal(err)
	}
	l := p.Commit(Log("r", "remarks", "2"))
	if !bytes.Contains(l.Bytes, []byte(`"dev":"d2","n":1,"prev":null`)) {
		t.Errorf("%s", l.Bytes)
	}
	mustSync(t, p)
	if got := len(s.asked[1].lines); got != 2 {
		t.Errorf("%d lines were sent again", got)
	}
}
