package server

import (
	"encoding/json"
	"strings"
	"testing"
)

func TestWhatIsLoggedAndCounted(t *testing.T) {
	s := newStory(t)
	b := s.as("wang")
	b.get("/staff/visits/" + string(s.visit) + "?x=secret-query")
	b.get("/no/such/path-of-mine", "User-Agent", "agent-of-mine")
	b.do("BREW", "/staff/visits", nil)
	metrics := b.get("/metrics").body
	has(t, metrics, `zoufang_http_requests_total{method="GET",route="/staff/visits/:id",status="200"} 1`, `route="none"`, `method="OTHER"`,
		"zoufang_http_request_seconds_bucket", "zoufang_http_requests_underway 1", "go_goroutines")
	private := []string{string(s.visit), "secret-query", "path-of-mine", "agent-of-mine", "wang", "BREW", string(s.users["wang"].ID), "127.0.0.1", "王", "李芳"}
	lacks(t, metrics, private...)
	lacks(t, s.log.String(), private...)
	for _, line := range strings.Split(strings.TrimSpace(s.log.String()), "\n") {
		var l map[string]any
		if err := json.Unmarshal([]byte(line), &l); err != nil {
			t.Fatalf("a log line is no JSON: %s", line)
		}
		if l["msg"] == "request" && (l["route"] == "" || l["status"] == nil || l["ms"] == nil || l["bytes"] == nil || l["method"] == nil) {
			t.Errorf("an incomplete line: %s", line)
		}
	}
}

func TestReadyWhileTheStoreAnswers(t *testing.T) {
	w := newWorld(t, "")
	b := w.browser()
	if got := b.get("/readyz"); got.status != 200 {
		t.Errorf("ready: %d", got.status)
	}
	w.must(w.store.Close())
	if got := b.get("/readyz"); got.status < 500 || strings.Contains(got.body, "closed") {
		t.Errorf("with the store closed: %d %s", got.status, got.body)
	}
	if got := b.get("/healthz"); got.status != 200 {
		t.Errorf("healthy: %d", got.status)
	}
	if got := b.signIn("wang", "x"); got.status < 500 || !strings.Contains(got.body, "请过一会儿再试") || strings.Contains(got.body, "closed") {
		t.Errorf("sign-in with the store closed: %d", got.status)
	}
}

func TestPhonePage(t *testing.T) {
	w := newWorld(t, "")
	got := w.browser().get("/phone/")
	has(t, got.body, "在浏览器打开", "微信")
	if got.status != 200 || !strings.HasPrefix(got.header.Get("Content-Type"), "text/html") {
		t.Errorf("%d %s", got.status, got.header.Get("Content-Type"))
	}
}
