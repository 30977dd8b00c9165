package main

import (
	"context"
	"errors"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"zoufang/internal/phone"
)

// enrolled makes a phone of the user's.
func enrolled(t *testing.T, data string, s *running, user string) *phone.Phone {
	t.Helper()
	e := ok[enrolment](t, data, "enrol", "--user", user, "--url", s.said.URL)
	p := phone.New(s.said.URL)
	if err := p.Enrol(t.Context(), e.Code, "红米"); err != nil {
		t.Fatal(err)
	}
	return p
}

func synced(t *testing.T, p *phone.Phone) {
	t.Helper()
	if err := p.Sync(t.Context()); err != nil {
		t.Fatal(err)
	}
}

func get(t *testing.T, url string) (int, string) {
	t.Helper()
	resp, err := http.Get(url)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	b, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return resp.StatusCode, string(b)
}

func TestServeEnrolSyncRevoke(t *testing.T) {
	data, user := county(t)
	s := serveOn(t, data)
	for path, want := range map[string]int{"/healthz": 200, "/readyz": 200, "/metrics": 200, "/phone/": 200, "/nothing": 404, "/m/v1/nothing": 404} {
		if status, body := get(t, s.said.URL+path); status != want {
			t.Errorf("%s: %d %s", path, status, body)
		}
	}
	p := enrolled(t, data, s, user)
	synced(t, p)
	visit := p.NewID()
	p.Commit(phone.NewRecord(visit, "visit", village, phone.Fields{"type": "routine", "note": "在家，身体好"}))
	synced(t, p)
	if v, known := p.Shown(visit); !known || v.Text("note") != "在家，身体好" {
		t.Fatalf("the visit came back as %v", v)
	}
	devices := ok[[]listedDevice](t, data, "device", "list")
	if len(devices) != 1 || string(devices[0].ID) != p.Device() || devices[0].Revoked != nil || devices[0].Name != "红米" {
		t.Fatalf("devices %+v", devices)
	}
	if d := ok[listedDevice](t, data, "device", "revoke", p.Device()); d.Revoked == nil {
		t.Errorf("revoked as %+v", d)
	}
	if err := p.Sync(t.Context()); !phone.IsCode(err, "revoked") {
		t.Errorf("a revoked phone syncs: %v", err)
	}
	fails(t, 1, data, "device", "revoke", "-nosuchdevice0000")
	s.stop()
	for _, private := range []string{"李芳", "在家", "红米", user, visit, p.Device(), village} {
		if strings.Contains(s.stderr.String(), private) {
			t.Errorf("the log tells %q", private)
		}
	}
	if !strings.Contains(s.stderr.String(), `"route":"/m/v1/sync","status":200`) {
		t.Errorf("the log has no line of a sync:\n%s", s.stderr)
	}
}

func TestHeldByTheOperator(t *testing.T) {
	data, user := county(t)
	s := serveOn(t, data)
	p := enrolled(t, data, s, user)
	synced(t, p)
	// In a village that is not the coordinator's, and a type that there isn't.
	one, two, bad := p.NewID(), p.NewID(), p.NewID()
	first := p.Commit(phone.NewRecord(one, "visit", village2, phone.Fields{"type": "routine"}))
	second := p.Commit(phone.NewRecord(two, "visit", village2, phone.Fields{"type": "care"}))
	third := p.Commit(phone.NewRecord(bad, "visit", village, phone.Fields{"type": "dancing"}))
	synced(t, p)
	held := ok[[]listedHeld](t, data, "held", "list")
	got := map[string]listedHeld{}
	for _, h := range held {
		got[string(h.ID)] = h
	}
	if h := got[first.ID]; len(held) != 3 || h.Code != "scope" || got[third.ID].Code != "invalid" || h.Line == nil || *h.Line != string(first.Bytes) {
		t.Fatalf("held: %+v", held)
	}
	if d := ok[decided](t, data, "held", "release", first.ID, "--why", "帮邻村走访"); d.Code != "released" {
		t.Errorf("released as %+v", d)
	}
	if d := ok[decided](t, data, "held", "reject", second.ID, "--why", "记错了"); d.Code != "rejected" {
		t.Errorf("rejected as %+v", d)
	}
	fails(t, 1, data, "held", "release", third.ID, "--why", "硬放")
	fails(t, 1, data, "held", "release", first.ID, "--why", "再来一次")
	fails(t, 1, data, "held", "reject", "-aaaaaaaaaaaaaaa", "--why", "没有这条")
	if left := ok[[]listedHeld](t, data, "held", "list"); len(left) != 1 || string(left[0].ID) != third.ID {
		t.Errorf("left: %+v", left)
	}
	p.Resend(first.ID, second.ID)
	synced(t, p)
	if l, _ := p.Line(first.ID); !l.Answer.Applied() {
		t.Errorf("the released line is answered %+v", l.Answer)
	}
	if l, _ := p.Line(second.ID); l.Answer.Code != "rejected" {
		t.Errorf("the rejected line is answered %+v", l.Answer)
	}
	s.stop()
	if report := ok[map[string]any](t, data, "verify"); report["fault_count"] != 0.0 {
		t.Errorf("verify: %v", report)
	}
}

func TestServeEndsWell(t *testing.T) {
	data, user := county(t)
	s := serveOn(t, data, "--url", "https://mz.example.gov.cn")
	if s.said.URL != "https://mz.example.gov.cn" || s.said.Listen == "" {
		t.Errorf("said %+v", s.said)
	}
	base := "http://" + s.said.Listen
	e := ok[enrolment](t, data, "enrol", "--user", user)
	p := phone.New(base)
	if err := p.Enrol(t.Context(), e.Code, ""); err != nil {
		t.Fatal(err)
	}
	// An open connection with nothing under way, and a request half sent.
	idle, err := http.Get(base + "/healthz")
	if err != nil {
		t.Fatal(err)
	}
	defer idle.Body.Close()
	body, feed := io.Pipe()
	slow := make(chan error, 1)
	go func() {
		req, err := http.NewRequestWithContext(context.Background(), "POST", base+"/m/v1/challenge", body)
		if err == nil {
			req.Header.Set("Content-Type", "application/json")
			var resp *http.Response
			if resp, err = http.DefaultClient.Do(req); err == nil {
				defer resp.Body.Close()
				if resp.StatusCode != 200 {
					err = errors.New(resp.Status)
				}
			}
		}
		slow <- err
	}()
	io.WriteString(feed, `{"device":`)
	time.Sleep(200 * time.Millisecond)
	s.cmd.Process.Signal(os.Interrupt)
	time.Sleep(300 * time.Millisecond)
	io.WriteString(feed, `"abc"}`)
	feed.Close()
	if err := <-slow; err != nil {
		t.Errorf("a request under way was not answered: %v", err)
	}
	began := time.Now()
	if err := s.cmd.Wait(); err != nil {
		t.Errorf("serve ended with %v", err)
	}
	if took := time.Since(began); took > 5*time.Second {
		t.Errorf("the end took %v", took)
	}
}

func TestTwoServersOnOnePort(t *testing.T) {
	data, _ := county(t)
	s := serveOn(t, data)
	if r := runOn(t, data, "serve", "--listen", s.said.Listen); r.code != 1 {
		t.Errorf("a second server on the port ended with %d", r.code)
	}
	s.stop()
}

// A link that a command prints beside a running service leads to that, on whatever port;
// where somebody says where it is, there; and where none runs, to where one would.
func TestPrintedLinksLeadToTheService(t *testing.T) {
	data := filepath.Join(t.TempDir(), "data")
	s := serveOn(t, data)
	ok[any](t, data, "area", "import", write(t, "areas.csv", "code,name\n"+whole+",清河县\n"+township+",青石镇\n"+village+",东村\n"))
	user := ok[addedUser](t, data, "user", "add", "--name", "李芳", "--role", "coordinator", "--area", village)
	link := func(args ...string) string {
		return ok[enrolment](t, data, append([]string{"enrol", "--user", string(user.ID)}, args...)...).URL
	}
	if got := link(); !strings.HasPrefix(got, s.said.URL+"/phone/#enrol=") {
		t.Errorf("served at %s, and printed %s", s.said.URL, got)
	}
	if got := link("--listen", "127.0.0.1:9999"); !strings.HasPrefix(got, "http://127.0.0.1:9999/") {
		t.Errorf("told another address, and printed %s", got)
	}
	s.stop()
	if got := link(); !strings.HasPrefix(got, "http://127.0.0.1:8080/") {
		t.Errorf("nothing is served, and printed %s", got)
	}
}
