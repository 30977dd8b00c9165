package e2e_test

import (
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	domain "zoufang"
)

// A question that begins after a write returned shows it: at the copy that took it, at
// the other, and after a write of the command line; while others write, and records move
// between villages. 10,000 questions under `make prove`, 240 else; none may be stale.
func TestListsAreNeverStale(t *testing.T) {
	questions := 240
	if proving() {
		questions = 10_000
	}
	s := newServer(t)
	copies := []*server{s, s.copy()}
	li := s.person("township", town)
	tokens := make([]string, 12) // a token may ask so often a minute
	for i := range tokens {
		var token struct{ Token string }
		s.run(&token, "token", "add", "--user", li.user)
		tokens[i] = token.Token
	}
	var turn atomic.Int64
	bearer := func() []string {
		return []string{"Authorization", "Bearer " + tokens[int(turn.Add(1))%len(tokens)]}
	}
	ask := func(at *server, path string) map[string]any {
		r, err := at.try("GET", at.base+"/api/v1"+path, nil, bearer()...)
		if err != nil || r.status != 200 {
			t.Errorf("%s: %v %+v", path, err, r)
			return nil
		}
		return r.json()
	}
	var stale, asked, line atomic.Int64
	push := func(at *server, do ...any) error {
		now := time.Now().UnixMilli()
		body, err := domain.Action{Device: "program", N: line.Add(1), User: domain.UserID(li.user), At: now, Heard: now, Page: "p"}.Frozen(do)
		if err != nil {
			return err
		}
		r, err := at.try("POST", at.base+"/api/v1/lines", append(body, '\n'), append(bearer(), "Content-Type", "application/x-ndjson")...)
		if err == nil && (r.status != 200 || !strings.Contains(string(r.body), `"ok"`)) {
			err = fmt.Errorf("%d %s", r.status, r.body)
		}
		return err
	}
	const writers = 4
	var working sync.WaitGroup
	for w := range writers {
		working.Go(func() {
			for i := range questions / writers / 2 {
				visit, type_ := string(domain.NewRecordID(time.Now().UnixMilli())), []string{"care", "gift", "errand", "followup"}[w]
				village, other := dong, xi
				at, elsewhere := copies[(w+i)%2], copies[(w+i+1)%2]
				if err := push(at, L{"new", visit, "visit", village, M{"type": type_}}); err != nil {
					t.Error(err)
					return
				}
				if err := push(elsewhere, L{"go", visit, "area", village, other, L{}}); err != nil {
					t.Error(err)
					return
				}
				for _, c := range []*server{at, elsewhere} {
					there := ask(c, "/visits?limit=200&type="+type_)
					if there == nil {
						return
					}
					asked.Add(1)
					if n := int(there["count"].(float64)); n != i+1 || !inRows(there, visit, other, min(i+1, 200)) {
						stale.Add(1)
						t.Errorf("a copy counts %d visits of %s, want %d", n, type_, i+1)
					}
				}
			}
		})
	}
	working.Wait()
	for i := range 3 { // written by the command line
		name := []string{"赵一山", "钱二水", "孙三木"}[i]
		file := filepath.Join(t.TempDir(), "roster.csv")
		s.must(os.WriteFile(file, []byte("户主,姓名,住址\n"+name+","+name+",东村1号\n"), 0o600))
		var said M
		s.run(&said, "roster", "import", file, "--area", dong)
		for _, c := range copies {
			asked.Add(1)
			if found := ask(c, "/households?q="+url.QueryEscape(name)); found != nil && found["count"] != 1.0 {
				stale.Add(1)
				t.Errorf("the household of %s is not there: %v", name, found)
			}
		}
	}
	t.Logf("%d questions, %d stale", asked.Load(), stale.Load())
}

// inRows reports whether the newest rows have a visit once, in a village, and how many
// rows there are.
func inRows(page map[string]any, visit, village string, rows int) bool {
	found := 0
	all := page["rows"].([]any)
	for _, row := range all {
		r := row.(map[string]any)
		if r["id"] == visit && r["area"] == village {
			found++
		}
	}
	return len(all) == rows && (found == 1 || rows == 200)
}
