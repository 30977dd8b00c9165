package main

import (
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"zoufang/internal/simulate"
)

var (
	demoPassword = regexp.MustCompile(`password of all: (\S+)`)
	demoLink     = regexp.MustCompile(`http://\S+/phone/#enrol=\S+`)
	visitLink    = regexp.MustCompile(`/staff/visits/[0-9a-f-]{36}`)
)

// signIn signs a person in as a browser does.
func signIn(t *testing.T, base, login, password string) *http.Client {
	t.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	c := &http.Client{Jar: jar}
	req, err := http.NewRequest("POST", base+"/staff/sign-in", strings.NewReader(url.Values{"login": {login}, "password": {password}}.Encode()))
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	req.Header.Set("Origin", base)
	resp, err := c.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	if resp.StatusCode != 200 {
		t.Fatalf("%s cannot sign in: %s", login, resp.Status)
	}
	return c
}

// wayIn waits for what is said of how to get in, which comes on another pipe than
// the address, and gives the password.
func (r *running) wayIn() string {
	r.t.Helper()
	for deadline := time.Now().Add(time.Minute); time.Now().Before(deadline); time.Sleep(10 * time.Millisecond) {
		said := r.stderr.String()
		if secret := demoPassword.FindStringSubmatch(said); secret != nil && demoLink.MatchString(said) {
			return secret[1]
		}
	}
	r.t.Fatalf("nothing is said of how to get in:\n%s", r.stderr)
	return ""
}

// The demo county loads once, its log-ins and its phone link work, and phones can
// work against it.
func TestDemoCounty(t *testing.T) {
	data := filepath.Join(t.TempDir(), "data")
	s := serveOn(t, data, "--demo")
	secret := s.wayIn()
	if link := demoLink.FindString(s.stderr.String()); !strings.HasPrefix(link, s.said.URL+"/phone/") {
		t.Errorf("served at %s, and printed %s", s.said.URL, link)
	}
	c := signIn(t, s.said.URL, "minzheng1", secret)
	resp, err := c.Get(s.said.URL + "/staff/visits")
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	list := new(strings.Builder)
	if _, err := io.Copy(list, resp.Body); err != nil {
		t.Fatal(err)
	}
	if n := len(visitLink.FindAllString(list.String(), -1)); n != 40 || told(list.String()) != 600 {
		t.Errorf("%d visits on the first page, %d in all", n, told(list.String()))
	}
	sum := ok[simulate.Summary](t, data, "simulate", "--url", s.said.URL, "--phones", "4", "--visits", "8", "--seed", "7")
	if !sum.OK() || sum.Visits != 8 {
		t.Errorf("simulation: %+v", sum)
	}
	s.stop()
	report := ok[map[string]any](t, data, "verify")
	if report["fault_count"] != 0.0 {
		t.Errorf("verify: %v", report)
	}
	s = serveOn(t, data, "--demo")
	if s.wayIn() != secret || strings.Contains(s.stderr.String(), "is loaded") {
		t.Errorf("the second start says:\n%s", s.stderr)
	}
	s.stop()
	if after := ok[map[string]any](t, data, "verify"); after["records"] != report["records"] {
		t.Errorf("the second start changed the records from %v to %v", report["records"], after["records"])
	}
}

var counted = regexp.MustCompile(`(\d+) 次(?:，另有 (\d+) 次)?`)

// told sums up what the list of visits says there is: what counts, and drafts and void
// ones beside.
func told(page string) (sum int) {
	m := counted.FindStringSubmatch(page)
	if m == nil {
		return 0
	}
	for _, n := range m[1:] {
		more, _ := strconv.Atoi(n) // "" is none
		sum += more
	}
	return sum
}

// A load that is cut short goes on at the next start and ends the same.
func TestDemoLoadIsResumed(t *testing.T) {
	data := filepath.Join(t.TempDir(), "data")
	cut := startServe(t, data, "--demo")
	deadline := time.Now().Add(30 * time.Second)
	for !strings.Contains(cut.stderr.String(), "300 of") && time.Now().Before(deadline) {
		time.Sleep(20 * time.Millisecond)
	}
	cut.kill()
	if strings.Contains(cut.stderr.String(), "is loaded") {
		t.Error("the load was over before it could be cut")
	}
	s := serveOn(t, data, "--demo")
	secret := s.wayIn()
	if !strings.Contains(s.stderr.String(), "is loaded") {
		t.Errorf("the load did not go on:\n%s", s.stderr)
	}
	c := signIn(t, s.said.URL, "shenji", secret)
	resp, err := c.Get(s.said.URL + "/staff/visits")
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	if b, err := io.ReadAll(resp.Body); err != nil || told(string(b)) != 600 {
		t.Errorf("the county is not whole (%v)", err)
	}
	s.stop()
	if report := ok[map[string]any](t, data, "verify"); report["fault_count"] != 0.0 {
		t.Errorf("verify: %v", report)
	}
}
