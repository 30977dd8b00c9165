package e2e_test

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"mime/multipart"
	"net/url"
	"testing"

	domain "zoufang"
	"zoufang/internal/recovery"
)

// told is an entry of the account log.
type told struct {
	At     int64
	Kind   string
	Who    struct{ ID, Name string }
	Record string
	Field  string
	Why    string
	From   string
	OK     bool
	Count  int64
}

func (s *server) audited(kind string) (out []told) {
	s.Helper()
	s.run(&out, "audit", "list", "--kind", kind)
	return out
}

// Who opens a report of harm to a child is told once, at whatever copy they open it.
func TestAnOpenedReportIsTold(t *testing.T) {
	s := newServer(t)
	other := s.copy()
	wang, li := s.handset("coordinator", dong), s.person("township", town)
	visit := wang.NewID()
	wang.saves(L{"new", visit, "visit", dong, M{"type": "routine", "answers.harm": true}})
	report := string(domain.HarmReportID(domain.RecordID(visit)))
	cookies := cookieHeader(li.signIn())
	if got := s.audited("opened"); len(got) != 0 {
		t.Errorf("before anybody opened it: %+v", got)
	}
	for range 2 {
		for _, at := range []*server{s, other} {
			at.do("GET", "/staff/records/"+report, nil, "Cookie", cookies).is(200, "")
		}
	}
	got := s.audited("opened")
	if len(got) != 1 || got[0].Who.ID != li.user || got[0].Record != report || got[0].Field != "harm" || got[0].From == "" || !got[0].OK || s.now().UnixMilli()-got[0].At > 60_000 {
		t.Errorf("told: %+v", got)
	}
	s.verify()
}

// Lines of a rescue file of unproven origin are released by another person, and the
// account log says who released whose.
func TestAReleasedRescueFileIsTold(t *testing.T) {
	s := newServer(t)
	wang, li, zhou := s.handset("coordinator", dong), s.person("township", town), s.person("county", county)
	visit := wang.NewID()
	line := wang.lineWith(M{"dev": "old", "n": 1}, L{"new", visit, "visit", dong, M{"type": "care"}})
	form, kind := rescueForm(s, wang.user, line)
	r := s.do("POST", "/staff/rescue", form, "Content-Type", kind, "Origin", s.base, "Cookie", cookieHeader(li.signIn()))
	if r.status != 200 {
		t.Fatalf("brought in: %d", r.status)
	}
	if got := s.audited("rescue_imported"); len(got) != 1 || got[0].Who.ID != li.user {
		t.Errorf("brought in: %+v", got)
	}
	if got := s.audited("rescue_released"); len(got) != 0 {
		t.Errorf("before anybody released it: %+v", got)
	}
	r = s.form("/staff/held/"+id(line), zhou.signIn(), url.Values{"ruling": {"release"}, "why": {"属实"}})
	if r.status != 303 || wang.shown(visit) == nil {
		t.Fatalf("released: %d", r.status)
	}
	got := s.audited("rescue_released")
	if len(got) != 1 || got[0].Who.ID != zhou.user || got[0].Record != wang.user || got[0].From == "" || !got[0].OK {
		t.Errorf("told: %+v", got)
	}
	s.verify()
}

// A word over a held line is told with its line and reason, and what was read when a
// copy ends, each copy its own: on either kind of store.
func TestRulingsAndReadingAreTold(t *testing.T) {
	s := newServer(t)
	other := s.copy()
	wang, li := s.handset("coordinator", dong), s.person("township", town)
	visit := wang.NewID()
	wang.saves(L{"new", visit, "visit", dong, M{"type": "care"}})
	first, second := wang.line(L{"new", wang.NewID(), "household", xi, M{"head": "钱"}}), wang.line(L{"new", wang.NewID(), "household", xi, M{"head": "孙"}})
	wang.pushes(first, second).are("scope", "scope")
	s.run(nil, "held", "reject", id(first), "--why", "重复")
	signed := li.signIn()
	r := other.form("/staff/held/"+id(second), signed, url.Values{"ruling": {"release"}, "why": {"去过"}})
	if r.status != 303 {
		t.Fatalf("released: %d", r.status)
	}
	for kind, want := range map[string]told{
		"held_rejected": {Record: id(first), Field: "scope", Why: "重复", OK: true}, "held_released": {Record: id(second), Field: "scope", Why: "去过", OK: true},
	} {
		got := s.audited(kind)
		if len(got) != 1 || got[0].Record != want.Record || got[0].Field != want.Field || got[0].Why != want.Why || !got[0].OK {
			t.Errorf("%s: %+v, want %+v", kind, got, want)
			continue
		}
		var on []told
		if s.run(&on, "audit", "list", "--record", want.Record); len(on) != 1 || on[0].Kind != kind {
			t.Errorf("found by the line: %+v", on)
		}
	}
	cookies := cookieHeader(signed)
	for n, at := range []*server{s, other} {
		for range n + 1 {
			at.do("GET", "/staff/visits/"+visit, nil, "Cookie", cookies).is(200, "")
		}
	}
	other.stop()
	s.stop()
	sum, entries := int64(0), s.audited("read")
	for _, e := range entries {
		sum += max(e.Count, 1)
		if e.Who.ID != li.user || e.Record != "" {
			t.Errorf("read: %+v", e)
		}
	}
	if sum != 3 || len(entries) != 2 {
		t.Errorf("%d read, in %d entries", sum, len(entries))
	}
	s.start()
	s.verify()
}

// rescueForm is a rescue file of a phone that nobody knows, as the page sends it.
func rescueForm(s *server, user string, line []byte) (body []byte, kind string) {
	s.Helper()
	keys, err := recovery.Keys(s.Context(), s.onClock().Accounts, s.now())
	s.must(err)
	secret := bytes.Repeat([]byte{9}, 32)
	wrapped, err := keys[0].Wrap(secret)
	s.must(err)
	content, err := recovery.NewContent(secret)
	s.must(err)
	sealed := content.Seal("zoufang-line-v1\nold\n1", line)
	var b bytes.Buffer
	m := multipart.NewWriter(&b)
	file, err := m.CreateFormFile("file", "li.zfrescue")
	s.must(err)
	put := func(v M) {
		b, err := json.Marshal(v)
		s.must(err)
		file.Write(append(b, '\n'))
	}
	put(M{"zoufang": "rescue", "v": 1, "device": "old", "user": user, "kid": keys[0].ID, "wrapped": base64.RawURLEncoding.EncodeToString(wrapped)})
	put(M{"line": id(line), "dev": "old", "n": 1, "bytes": len(sealed)})
	file.Write(append(sealed, '\n'))
	put(M{"end": 1})
	s.must(m.Close())
	return b.Bytes(), m.FormDataContentType()
}
