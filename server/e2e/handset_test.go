package e2e_test

import (
	"crypto/rand"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"zoufang/internal/phone"
)

// L is an item of a commit, M an object, S the ids an editor had seen.
type (
	L = []any
	M = map[string]any
	S = []string
)

// handset is an enrolled phone: a whole one, and the means to say to the server
// what no whole phone would.
type handset struct {
	*phone.Phone
	s     *server
	user  string
	login string // of staff: pages
	first string // password
	token string
	n     int64
}

// handset adds a person and enrols a phone.
func (s *server) handset(role string, areas ...string) *handset {
	s.Helper()
	return s.another(s.person(role, areas...))
}

// person adds a user at the command line. Staff get a log-in name too.
func (s *server) person(role string, areas ...string) *handset {
	s.Helper()
	s.users++
	name := fmt.Sprintf("%s%d号", map[string]string{"coordinator": "王", "worker": "孙", "township": "李", "county": "周", "auditor": "吴", "admin": "郑"}[role], s.users)
	args := []string{"user", "add", "--name", name, "--role", role, "--area", strings.Join(areas, ",")}
	if role != "coordinator" && role != "worker" {
		args = append(args, "--login", fmt.Sprintf("%s%d", role, s.users))
	}
	var said struct{ ID, Login, Password string }
	s.run(&said, args...)
	return &handset{s: s, user: said.ID, login: said.Login, first: said.Password}
}

type issued struct {
	Code    string
	URL     string
	Expires int64
}

func (s *server) code(user string) issued {
	s.Helper()
	var e issued
	s.run(&e, "enrol", "--user", user)
	return e
}

// another enrols one more phone of the same person.
func (s *server) another(h *handset) *handset {
	s.Helper()
	o := &handset{s: s, user: h.user, login: h.login, first: h.first}
	o.Phone = phone.New(s.base, phone.WithHTTP(s.client), phone.WithMaxWait(2*time.Second))
	s.must(o.Enrol(s.Context(), s.code(h.user).Code, "手机"))
	return o
}

// bearer gives an access token, a new one when there is none.
func (h *handset) bearer() string {
	h.s.Helper()
	if h.token == "" {
		var err error
		h.token, err = h.Token(h.s.Context())
		h.s.must(err)
	}
	return h.token
}

func (h *handset) do(method, path string, body []byte, headers ...string) *reply {
	h.s.Helper()
	return h.s.do(method, path, body, append([]string{"Authorization", "Bearer " + h.bearer()}, headers...)...)
}

func (h *handset) post(path string, question any, headers ...string) *reply {
	h.s.Helper()
	return h.s.post(path, question, append([]string{"Authorization", "Bearer " + h.bearer()}, headers...)...)
}

// syncs is the whole phone's work: all round trips until nothing is left.
func (h *handset) syncs() *handset {
	h.s.Helper()
	if err := h.Sync(h.s.Context()); err != nil {
		h.s.Fatalf("sync: %v", err)
	}
	if d := h.Differing(); len(d) > 0 {
		h.s.Fatalf("sums differ in %v", d)
	}
	return h
}

// row returns a record the phone must have by now, and ends the test where it has none.
func (h *handset) row(rid string) *phone.Row {
	h.s.Helper()
	row := h.Row(rid)
	if row == nil {
		h.s.Fatalf("the phone has no record %s; began anew %d times, differs in %v", rid, h.Restarts(), h.Differing())
	}
	return row
}

func (h *handset) sign(text string) string {
	h.s.Helper()
	sig, err := h.Sign(text)
	h.s.must(err)
	return sig
}

// line is a commit as a phone freezes it, kept by nobody but the test.
func (h *handset) line(do ...any) []byte { return h.lineWith(nil, do...) }

// lineWith is a line with other values for some keys.
func (h *handset) lineWith(other M, do ...any) []byte {
	h.n++
	v := M{"dev": h.Device(), "n": h.n, "prev": nil, "nonce": nonce(), "user": h.user, "schema": 1,
		"at": h.s.now().UnixMilli(), "mono": 81234.5, "page": "page", "heard": nil, "do": do}
	for key, value := range other {
		v[key] = value
	}
	var b strings.Builder
	for i, key := range []string{"dev", "n", "prev", "nonce", "user", "schema", "at", "mono", "page", "heard", "do"} {
		raw, ok := v[key].(json.RawMessage)
		if !ok {
			raw = encode(v[key])
		}
		fmt.Fprintf(&b, `%c"%s":%s`, "{,"[min(i, 1)], key, raw)
	}
	return []byte(b.String() + "}")
}

func nonce() string {
	b := make([]byte, 9)
	rand.Read(b)
	return base64.RawURLEncoding.EncodeToString(b)
}

func id(line []byte) string { return phone.LineID(line) }

// shown is a record as the server sends it now to this phone.
func (h *handset) shown(rid string) *phone.Row { h.s.Helper(); return h.reads().rows[rid] }

// by is what an editor of the record sees now.
func (h *handset) by(rid string) []string {
	h.s.Helper()
	r := h.shown(rid)
	if r == nil {
		h.s.Fatalf("%s has no record %s", h.User().Name, rid)
	}
	return r.By
}
