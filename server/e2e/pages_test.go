package e2e_test

import (
	"net/http"
	"net/url"
)

// signIn signs in at the staff pages, changes the first password as everybody
// must, and gives the cookies.
func (h *handset) signIn() []*http.Cookie {
	h.s.Helper()
	const chosen = "walks-in-the-village-2026"
	r := h.s.form("/staff/sign-in", nil, url.Values{"login": {h.login}, "password": {h.first}})
	cookies := r.cookies()
	if r.status != 303 || len(cookies) == 0 {
		h.s.Fatalf("sign-in: %d %.200s", r.status, r.body)
	}
	r = h.s.form("/staff/password", cookies, url.Values{"old": {h.first}, "new": {chosen}, "again": {chosen}})
	if r.status != 303 {
		h.s.Fatalf("password: %d %s", r.status, r.body)
	}
	h.first = chosen
	return r.cookies()
}

func (s *server) form(path string, cookies []*http.Cookie, v url.Values) *reply {
	s.Helper()
	return s.do("POST", path, []byte(v.Encode()), "Content-Type", "application/x-www-form-urlencoded", "Origin", s.base, "Cookie", cookieHeader(cookies))
}

func cookieHeader(cookies []*http.Cookie) string {
	text := ""
	for _, c := range cookies {
		text += c.Name + "=" + c.Value + "; "
	}
	return text
}

func (r *reply) cookies() []*http.Cookie { return (&http.Response{Header: r.header}).Cookies() }
