package main

import (
	"errors"
	"fmt"
	"os/exec"
	"strings"
	"testing"

	"zoufang/internal/phone"
)

// serveCramped starts the program where no file may grow over so many KiB: to it, a
// disk that is full in the middle of a write.
func serveCramped(t *testing.T, data string, kib int, args ...string) *running {
	t.Helper()
	r := &running{t: t, stderr: &output{}}
	script := fmt.Sprintf(`ulimit -f %d; exec "$0" "$@"`, kib)
	r.cmd = exec.Command("bash", append([]string{"-c", script, program, "serve", "--data", data, "--listen", "127.0.0.1:0"}, args...)...)
	r.cmd.Env = bareEnv()
	r.cmd.Stderr = r.stderr
	r.begin()
	return r.says()
}

// TestAFullDisk: what finds no room is refused for now and leaves nothing half-done;
// with room the same phone brings all of it.
func TestAFullDisk(t *testing.T) {
	data, user := county(t)
	s := serveCramped(t, data, 3000)
	p := enrolled(t, data, s, user)
	synced(t, p)
	large := []byte(strings.Repeat("recording ", 400_000)) // 4 MB
	name := p.AddMedium(large, "audio/mp4")
	visit := p.NewID()
	p.Commit(phone.NewRecord(visit, "visit", village, phone.Fields{"type": "routine", "audio": []string{name}}))
	synced(t, p)
	refused(t, p.SendMedia(t.Context()), 507, "full")
	var err error
	for n := 0; err == nil; n++ { // SQLite's log grows until it may not
		if n > 500 {
			t.Fatal("the disk is never full")
		}
		p.Commit(phone.NewRecord(p.NewID(), "visit", village, phone.Fields{"type": "routine", "note": strings.Repeat("记", 10_000)}))
		err = p.Sync(t.Context())
	}
	refused(t, err, 503, "busy")
	if status, body := get(t, s.said.URL+"/readyz"); status != 200 {
		t.Errorf("reading on a full disk: %d %s", status, body)
	}
	s.stop()
	s = serveOn(t, data, "--listen", strings.TrimPrefix(s.said.URL, "http://"))
	synced(t, p)
	if err := p.SendMedia(t.Context()); err != nil {
		t.Fatal(err)
	}
	s.stop()
	r := ok[struct {
		Faults []string `json:"faults"`
		Media  int      `json:"media"`
	}](t, data, "verify")
	if len(r.Faults) > 0 || r.Media != 1 {
		t.Errorf("%+v", r)
	}
}

func refused(t *testing.T, err error, status int, code string) {
	t.Helper()
	var p *phone.Problem
	if !errors.As(err, &p) || p.Status != status || p.Code != code || p.RetryAfter <= 0 || !p.Temporary() {
		t.Errorf("%v, want %d %s", err, status, code)
	}
}
