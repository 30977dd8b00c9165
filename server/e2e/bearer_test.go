package e2e_test

import (
	"strings"
	"testing"
	"time"
)

const noDigest = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"

// behind are the routes that need a token, with a request each could answer.
var behind = []struct {
	method, path, body string
	headers            []string
}{
	{"POST", "/sync", `{"zoufang":1,"device":"-","epoch":null,"cursor":null,"last":null,"app":"1"}` + "\n", []string{"Content-Type", "application/x-ndjson"}},
	{"GET", "/held", "", nil},
	{"POST", "/media", "", []string{"Tus-Resumable", "1.0.0", "Upload-Length", "5", "Upload-Metadata", metadata(noDigest, "image/png")}},
	{"HEAD", "/media/uploads/AAAAAAAAAAAAAAAAAAAAAA", "", []string{"Tus-Resumable", "1.0.0"}},
	{"PATCH", "/media/uploads/AAAAAAAAAAAAAAAAAAAAAA", "x", []string{"Tus-Resumable", "1.0.0", "Upload-Offset", "0", "Content-Type", octets}},
	{"DELETE", "/media/uploads/AAAAAAAAAAAAAAAAAAAAAA", "", []string{"Tus-Resumable", "1.0.0"}},
	{"POST", "/media/uploads/AAAAAAAAAAAAAAAAAAAAAA", "", []string{"Tus-Resumable", "1.0.0", "X-HTTP-Method-Override", "HEAD"}},
	{"POST", "/media/have", `{"sha256":[]}`, []string{"Content-Type", "application/json"}},
	{"GET", "/media/" + noDigest, "", nil},
	{"GET", "/media/" + noDigest + "?size=320", "", nil},
	{"HEAD", "/media/" + noDigest, "", nil},
}

// everywhere expects the same refusal of every route that needs a token.
func (s *server) everywhere(authorization string, status int, code string) {
	s.Helper()
	for _, r := range behind {
		headers := append([]string{"Authorization", authorization}, r.headers...)
		got := s.do(r.method, r.path, []byte(r.body), headers...)
		said := ""
		if len(got.body) > 0 {
			said = got.text("code")
		}
		if got.status != status || said != code && r.method != "HEAD" {
			s.Errorf("%s %s with %.20q: %d %q, want %d %q", r.method, r.path, authorization, got.status, said, status, code)
		}
	}
}

func TestEveryRouteNeedsAToken(t *testing.T) {
	s := newServer(t)
	wang := s.handset("coordinator", dong)
	good := wang.bearer()
	parts := strings.Split(good, ".")
	none := b64.EncodeToString([]byte(`{"alg":"none","typ":"JWT"}`)) + "." + parts[1] + "."
	flipped := parts[0] + "." + parts[1] + "." + strings.Map(func(r rune) rune {
		if r == 'A' {
			return 'B'
		}
		return 'A'
	}, parts[2])
	claims, err := b64.DecodeString(parts[1])
	s.must(err)
	forged := parts[0] + "." + b64.EncodeToString([]byte(strings.Replace(string(claims), wang.user, s.person("county", county).user, 1))) + "." + parts[2]
	for _, bad := range []string{"", "Bearer", "Bearer ", "Bearer garbage", "Bearer a.b.c", good, "Basic " + good, "Bearer " + none, "Bearer " + flipped, "Bearer " + forged, "Bearer " + good[:len(good)-2]} {
		s.everywhere(bad, 401, "token")
	}
}

// A token made for the staff pages opens nothing here, nor the other way round.
func TestTokensOfAnotherAudience(t *testing.T) {
	s := newServer(t)
	li := s.handset("township", town)
	cookies := li.signIn()
	found := 0
	for _, c := range cookies {
		if strings.Count(c.Value, ".") == 2 {
			found++
			s.everywhere("Bearer "+c.Value, 401, "token")
			r := s.do("GET", "/staff/visits", nil, "Cookie", c.Name+"="+li.bearer())
			if r.status == 200 {
				t.Error("a phone's token opened the staff pages")
			}
		}
	}
	if found == 0 {
		t.Errorf("no token among the cookies %v", cookies)
	}
}

func TestRevokedDevicesAreShutOutAtOnce(t *testing.T) {
	s := newServer(t)
	wang := s.handset("coordinator", dong)
	second := s.another(wang)
	token := "Bearer " + wang.bearer()
	wang.syncs()
	s.revokes(wang)
	s.everywhere(token, 401, "revoked")
	second.syncs() // the same person's other phone works on
	s.restart()
	s.everywhere(token, 401, "revoked")
}

func TestExpiredTokens(t *testing.T) {
	s := newClocked(t)
	wang := s.handset("coordinator", dong)
	token := "Bearer " + wang.bearer()
	wang.do("GET", "/held", nil).is(200, "")
	s.pass(15*time.Minute + time.Second)
	s.everywhere(token, 401, "token")
}

// The device a request speaks for is the token's.
func TestAnotherDevice(t *testing.T) {
	s := newServer(t)
	wang := s.handset("coordinator", dong)
	second := s.another(wang)
	rid := wang.NewID()
	l := wang.line(L{"new", rid, "household", dong, M{}})
	wang.asks(ask{device: second.Device()}, l).is(403, "device")
	wang.asks(ask{device: "nobody"}, l).is(403, "device")
	wang.pushes(l).are("ok") // nothing of it was stored before
}

// A device the server does not know: it was put back to before the enrolment. The
// phone keeps everything and enrols again.
func TestUnknownDevicesAfterARestore(t *testing.T) {
	s := newServer(t)
	early := s.handset("coordinator", dong)
	early.bearer() // so that the backup has what tokens are signed with
	file := t.TempDir() + "/backup"
	s.run(nil, "backup", file)
	late := s.another(early)
	before := late.Device()
	late.Commit(L{"new", late.NewID(), "household", dong, M{"head": "赵"}})
	late.syncs()
	kept := late.Commit(L{"new", late.NewID(), "household", dong, M{"head": "钱"}})
	token := "Bearer " + late.bearer()
	s.restores(file)
	s.everywhere(token, 401, "unknown")
	if _, err := late.Token(t.Context()); err == nil || !strings.Contains(err.Error(), "unknown") {
		t.Fatalf("%v, want 401 unknown", err)
	}
	s.must(late.Enrol(t.Context(), s.code(late.user).Code, "手机"))
	if late.Device() == before {
		t.Error("the same device id again")
	}
	late.token = ""
	late.syncs()
	if n := late.Unsent(); n != 0 {
		t.Errorf("%d lines unsent", n)
	}
	for _, l := range late.Lines() {
		if !l.Answer.Applied() {
			t.Errorf("line %s of the device before: %+v", l.ID, l.Answer)
		}
	}
	if _, ok := late.Line(kept.ID); !ok || len(late.reads().rows) < 2 {
		t.Error("something was lost")
	}
	s.verify()
}
