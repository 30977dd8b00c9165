package server

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"
)

func TestFirstPasswordMustBeChanged(t *testing.T) {
	w := newWorld(t, "")
	b := w.browser()
	first := w.password["wang"]
	if got := b.signIn("wang", first); got.path != "/staff/password" || !strings.Contains(got.body, "请先换一个自己的口令") {
		t.Fatalf("signed in to %s", got.path)
	}
	for _, path := range []string{"/staff/", "/staff/visits", "/staff/held"} {
		if got := b.get(path); got.path != "/staff/password" {
			t.Errorf("%s is open before the password is changed", path)
		}
	}
	for name, c := range map[string][3]string{
		"old wrong":  {"nonsense", "春眠不觉晓处处闻啼鸟", "春眠不觉晓处处闻啼鸟"},
		"not twice":  {first, "春眠不觉晓处处闻啼鸟", "春眠不觉晓处处闻啼狗"},
		"short":      {first, "short", "short"},
		"same":       {first, first, first},
		"has log-in": {first, "wang-0123456789", "wang-0123456789"},
		"too long":   {first, strings.Repeat("abcdefg", 100), strings.Repeat("abcdefg", 100)},
	} {
		if got := b.choose(c[0], c[1], c[2]); got.status != 422 || strings.Contains(got.body, c[1]) {
			t.Errorf("%s: %d", name, got.status)
		}
	}
	other := w.browser()
	other.signIn("wang", first)
	if got := b.choose(first, "春眠不觉晓处处闻啼鸟", "春眠不觉晓处处闻啼鸟"); got.path != "/staff/" {
		t.Fatalf("after the change: %d %s", got.status, got.path)
	}
	if got := other.get("/staff/visits"); got.path != "/staff/sign-in" {
		t.Error("a sign-in made with the old password goes on")
	}
	if got := w.browser().signIn("wang", first); got.status != 401 {
		t.Errorf("the old password: %d", got.status)
	}
	if got := w.browser().signIn("WANG", "春眠不觉晓处处闻啼鸟"); got.path != "/staff/" {
		t.Errorf("the new password: %d %s", got.status, got.path)
	}
}

func TestWrongPasswordsTellNothing(t *testing.T) {
	w := newWorld(t, "").settled()
	known := w.browser().signIn("wang", "wrong")
	unknown := w.browser().signIn("gnaw", "wrong")
	if known.status != 401 || unknown.status != 401 || strings.ReplaceAll(known.body, "wang", "gnaw") != unknown.body {
		t.Errorf("known %d, unknown %d: the answers differ", known.status, unknown.status)
	}
	if got := w.browser().do("POST", "/staff/sign-in?login=wang&password="+url.QueryEscape(w.password["wang"]), url.Values{}); got.status != 401 {
		t.Errorf("a password in the address: %d", got.status)
	}
	u := w.users["sun"]
	disabled, err := w.store.User(t.Context(), u.ID)
	w.must(err)
	b := w.as("sun")
	disabled.Disabled = true
	w.must(w.store.PutUser(t.Context(), *disabled))
	if got := b.get("/staff/visits"); got.path != "/staff/sign-in" {
		t.Error("a disabled account goes on")
	}
	if got := w.browser().signIn("sun", w.password["sun"]); got.status != 401 {
		t.Errorf("a disabled account signs in: %d", got.status)
	}
}

// cookies gives what a browser holds, by name.
func (b *browser) cookies() map[string]string {
	at, err := url.Parse(b.w.base + "/staff/")
	b.w.must(err)
	out := map[string]string{}
	for _, c := range b.Jar.Cookies(at) {
		out[c.Name] = c.Value
	}
	return out
}

func (b *browser) hold(name, value string) {
	at, err := url.Parse(b.w.base + "/staff/")
	b.w.must(err)
	b.Jar.SetCookies(at, []*http.Cookie{{Name: name, Value: value, Path: "/staff"}})
}

func TestRefreshRotates(t *testing.T) {
	w := newWorld(t, "").settled()
	b := w.as("wang")
	old := b.cookies()["zoufang_refresh"]
	if b.get("/staff/visits"); b.cookies()["zoufang_refresh"] != old {
		t.Error("the refresh token changed while the access token was good")
	}
	w.clock.forward(16 * time.Minute)
	if got := b.get("/staff/visits"); got.path != "/staff/visits" {
		t.Fatalf("after 16 minutes: %s", got.path)
	}
	if b.cookies()["zoufang_refresh"] == old {
		t.Error("the refresh token was not changed")
	}
	// Another tab that still shows the old one, in the same moment.
	tab := w.browser()
	tab.hold("zoufang_refresh", old)
	if got := tab.get("/staff/visits"); got.path != "/staff/visits" {
		t.Error("a second tab was signed out")
	}
	// A thief, later: everybody is out.
	w.clock.forward(time.Minute)
	thief := w.browser()
	thief.hold("zoufang_refresh", old)
	if got := thief.get("/staff/visits"); got.path != "/staff/sign-in" {
		t.Error("a spent refresh token was taken")
	}
	if got := b.get("/staff/visits"); got.path != "/staff/sign-in" {
		t.Error("a sign-in whose token was stolen goes on")
	}
	c := w.as("wang")
	for range 47 {
		w.clock.forward(15 * time.Minute)
		c.get("/staff/visits")
	}
	if got := c.get("/staff/visits"); got.path != "/staff/visits" {
		t.Error("a working day is too short")
	}
	w.clock.forward(20 * time.Minute)
	if got := c.get("/staff/visits"); got.path != "/staff/sign-in" {
		t.Error("a sign-in lasts for ever")
	}
	forged := w.browser()
	forged.hold("zoufang_refresh", strings.Split(w.as("wang").cookies()["zoufang_refresh"], ".")[0]+".guess")
	if got := forged.get("/staff/visits"); got.path != "/staff/sign-in" {
		t.Error("a guessed refresh token was taken")
	}
}

func TestSignOut(t *testing.T) {
	w := newWorld(t, "").settled()
	b := w.as("wang")
	kept := b.cookies()
	if got := b.do("POST", "/staff/sign-out", url.Values{}); !strings.Contains(got.body, "已退出") {
		t.Errorf("sign-out says %d", got.status)
	}
	if left := b.cookies(); left["zoufang_access"] != "" || left["zoufang_refresh"] != "" {
		t.Errorf("left in the browser: %v", left)
	}
	for name, value := range kept { // copied before
		b.hold(name, value)
	}
	if got := b.get("/staff/visits"); got.path != "/staff/sign-in" {
		t.Error("cookies copied before the sign-out are good after it")
	}
	for _, next := range []string{"/staff/visits/x\r\nSet-Cookie: a=evil", "/staff/visits/evil\\..", "/STAFF/evil", "//evil", "/staff/visits/evil?x", "/staff/media/evil", "/staff/visits/evil/approve"} {
		if got := b.get("/staff/sign-in?next=" + url.QueryEscape(next)); strings.Contains(got.body, "evil") {
			t.Errorf("a sign-in leads on to %q", next)
		}
	}
	if got := b.get("/staff/sign-in?next=https://evil.example"); strings.Contains(got.body, "evil") {
		t.Error("the sign-in leads elsewhere")
	}
}

func TestFormsOfOthersAreRefused(t *testing.T) {
	w := newWorld(t, "").settled()
	b := w.as("wang")
	for _, path := range []string{"/staff/sign-in", "/staff/sign-out", "/staff/password"} {
		for name, headers := range map[string][]string{
			"foreign origin": {"Origin", "https://evil.example"}, "no origin": {"Origin", ""}, "null": {"Origin", "null"},
			"cross-site": {"Sec-Fetch-Site", "cross-site"}, "same site": {"Sec-Fetch-Site", "same-site"},
		} {
			if got := b.do("POST", path, url.Values{"login": {"wang"}}, headers...); got.status != 403 {
				t.Errorf("%s from %s: %d", path, name, got.status)
			}
		}
		if got := b.do("GET", path, nil); got.status >= 500 {
			t.Errorf("GET %s: %d", path, got.status)
		}
	}
	if got := b.get("/staff/visits"); got.path != "/staff/visits" {
		t.Error("a forged form signed somebody out")
	}
	if got := b.do("POST", "/staff/password", url.Values{}, "Content-Type", "text/plain"); got.status != 415 {
		t.Errorf("a form of another type: %d", got.status)
	}
	if got := b.do("POST", "/staff/sign-in", url.Values{"login": {strings.Repeat("x", 20<<10)}}); got.status != 413 {
		t.Errorf("a form of 20 KiB: %d", got.status)
	}
}

func TestCookiesAndTransport(t *testing.T) {
	w := newWorld(t, "https://mz.example.gov.cn")
	req, err := http.NewRequest("POST", w.base+"/staff/sign-in", strings.NewReader(url.Values{"login": {"wang"}, "password": {w.password["wang"]}}.Encode()))
	w.must(err)
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	req.Header.Set("Origin", "https://mz.example.gov.cn")
	resp, err := http.DefaultTransport.RoundTrip(req)
	w.must(err)
	defer resp.Body.Close()
	if resp.StatusCode != 303 || len(resp.Cookies()) != 2 {
		t.Fatalf("%s with %d cookies", resp.Status, len(resp.Cookies()))
	}
	for _, c := range resp.Cookies() {
		if !c.HttpOnly || !c.Secure || c.SameSite != http.SameSiteStrictMode || c.Path != "/" {
			t.Errorf("cookie %s: %+v", c.Name, c)
		}
	}
	if got := resp.Header.Get("Strict-Transport-Security"); got == "" {
		t.Error("no HSTS although the public address is https")
	}
	if got := newWorld(t, "").browser().get("/healthz").header.Get("Strict-Transport-Security"); got != "" {
		t.Error("HSTS over http")
	}
}

func TestSessionsAreHashes(t *testing.T) {
	w := newWorld(t, "").settled()
	token := w.as("wang").cookies()["zoufang_refresh"]
	sid, secret, _ := strings.Cut(token, ".")
	s, err := w.store.Session(t.Context(), sid)
	w.must(err)
	if strings.Contains(s.Hash, secret) || len(s.Hash) != 64 {
		t.Error("the store keeps the refresh token itself")
	}
}
