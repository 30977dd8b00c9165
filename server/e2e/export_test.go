package e2e_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// program hands an API token to a person's program.
func (s *server) program(role, area string) (token string) {
	s.Helper()
	var u struct{ ID string }
	s.run(&u, "user", "add", "--name", "赵敏", "--role", role, "--area", area, "--login", fmt.Sprintf("p%d", time.Now().UnixNano()))
	var made struct{ Token string }
	s.run(&made, "token", "add", "--user", u.ID)
	return made.Token
}

// asks asks this copy's API.
func (s *server) asksAPI(token, method, path string, body any, headers ...string) *reply {
	s.Helper()
	var b []byte
	if body != nil {
		var err error
		b, err = json.Marshal(body)
		s.must(err)
		headers = append(headers, "Content-Type", "application/json")
	}
	return s.do(method, s.base+"/api/v1"+path, b, append(headers, "Authorization", "Bearer "+token)...)
}

// state asks how an export stands.
func (s *server) exportState(token, id string) (state string, done, of int, url string) {
	s.Helper()
	var out struct {
		State, URL string
		Done, Of   int
	}
	r := s.asksAPI(token, "GET", "/exports/"+id, nil).is(200, "")
	s.must(json.Unmarshal(r.body, &out))
	return out.State, out.Done, out.Of, out.URL
}

// A copy is killed in the middle of an export; the other finishes it, to a file with
// every row once, and nothing that is kept anywhere has a name in it.
func TestAnExportOutlivesItsCopy(t *testing.T) {
	s := newServer(t)
	const people = 8000
	var list strings.Builder
	list.WriteString("村,户号,户主,姓名,类别\n")
	for i := range people {
		fmt.Fprintf(&list, "%s,H%d,欧阳锦绣%d,欧阳锦绣%d,低保\n", []string{"东村", "西村"}[i%2], i/4, i/4, i)
	}
	file := filepath.Join(t.TempDir(), "roster.csv")
	s.must(os.WriteFile(file, []byte(list.String()), 0o600))
	s.run(nil, "roster", "import", file, "--area", town)
	token := s.program("township", town)
	other := s.copy()
	var job struct{ ID string }
	r := s.asksAPI(token, "POST", "/exports", map[string]any{"kind": "persons", "format": "csv", "filter": map[string][]string{"order": {"at"}}}).is(202, "")
	s.must(json.Unmarshal(r.body, &job))
	for {
		if state, _, _, _ := other.exportState(token, job.ID); state == "running" {
			break
		}
	}
	s.kill()
	if state, done, of, _ := other.exportState(token, job.ID); state != "running" {
		t.Fatalf("when its copy was killed the export was %s, %d of %d", state, done, of)
	}
	for name, b := range s.everythingKept() {
		for _, word := range []string{"欧阳锦绣", "低保"} {
			if bytes.Contains(b, []byte(word)) {
				t.Errorf("%s is in %s", word, filepath.Base(name))
			}
		}
	}
	var url string
	for state := ""; state != "done"; { // after the lease of the one that is gone
		var done, of int
		if state, done, of, url = other.exportState(token, job.ID); state == "failed" || done > of {
			t.Fatalf("%s, %d of %d", state, done, of)
		}
		time.Sleep(50 * time.Millisecond)
	}
	whole := other.do("GET", other.base+url, nil, "Authorization", "Bearer "+token).is(200, "")
	sum := sha256.Sum256(whole.body)
	if got := whole.header.Get("Digest"); got != "sha-256="+base64.StdEncoding.EncodeToString(sum[:]) {
		t.Errorf("the sum is told as %s", got)
	}
	half := len(whole.body) / 2
	first := other.do("GET", other.base+url, nil, "Authorization", "Bearer "+token, "Range", fmt.Sprintf("bytes=0-%d", half-1)).is(206, "")
	rest := other.do("GET", other.base+url, nil, "Authorization", "Bearer "+token, "Range", fmt.Sprintf("bytes=%d-", half), "If-Range", first.header.Get("Etag")).is(206, "")
	if !bytes.Equal(append(first.body, rest.body...), whole.body) {
		t.Error("two halves are not the whole")
	}
	rows := bytes.Split(bytes.TrimSuffix(whole.body, []byte("\r\n")), []byte("\r\n"))
	ids := map[string]bool{}
	for _, row := range rows[1:] {
		id, _, _ := bytes.Cut(row, []byte(","))
		ids[string(id)] = true
	}
	if len(rows) != people+1 || len(ids) != people {
		t.Errorf("%d rows, %d records, of %d people", len(rows)-1, len(ids), people)
	}
	if r := other.asksAPI(token, "DELETE", "/exports/"+job.ID, nil); r.status != http.StatusNoContent {
		t.Errorf("ended: %d", r.status)
	}
	other.asksAPI(token, "GET", "/exports/"+job.ID, nil).is(404, "not_found")
	s.start()
	s.verify()
}
