package bench

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"testing"
	"time"

	"zoufang/internal/phone"
	"zoufang/internal/seal"
	"zoufang/storage"
	"zoufang/storage/mongostore"
	"zoufang/storage/sqlitestore"
	"zoufang/storage/storagetest/servers"
)

// lists prints how a county of so many visits is found and counted in. LIST_DIR keeps the
// loaded county between runs.
func lists(b *testing.B, t *table, visits int) {
	dir := os.Getenv("LIST_DIR")
	if dir == "" {
		dir = b.TempDir()
	}
	keys := filepath.Join(dir, "seal.json")
	env, uri := []string{"ZOUFANG_KEYS=" + keys}, ""
	if os.Getenv("STORE") == "mongo" {
		m, o := servers.Mongo(b), servers.Minio(b)
		uri = m.Database(b, "list")
		env = append(env, append(o.Env(o.Bucket(b, "list")), "ZOUFANG_MONGODB_URI="+uri)...)
	}
	c := newCounty(visits)
	s := prepare(b, dir, c.csv(), env...)
	ask := &asking{b: b, s: s, c: c}
	if _, err := os.Stat(filepath.Join(dir, "loaded")); err != nil {
		began := time.Now()
		if err := c.into(filepath.Join(s.data, "zoufang.db"), uri, keys); err != nil {
			b.Fatal(err)
		}
		t.row("loaded %d visits in %.0f s", visits, time.Since(began).Seconds())
		if err := os.WriteFile(filepath.Join(dir, "loaded"), nil, 0o600); err != nil {
			b.Fatal(err)
		}
	}
	boss := s.run("user", "add", "--name", "县里", "--role", "county", "--area", "990101000000", "--login", fmt.Sprint("xian", time.Now().UnixNano()))
	ask.token = s.run("token", "add", "--user", boss["id"].(string))["token"].(string)

	t.row("\nLISTS of %d visits\tms", visits)
	s.serve()
	idle := s.usage()
	t.row("nothing kept: the first list of a township\t%.0f", ask.took("/visits?area=990101100&limit=50"))
	t.row("nothing kept: the first list of the county\t%.0f", ask.took("/visits?limit=50"))
	t.row("resident, MB more than idle\t%.0f", float64(s.usage().now-idle.now)/1e6)
	s.stop()
	s.serve()
	t.row("restarted with what was kept: the first list of the county\t%.0f", ask.took("/visits?limit=50"))
	t.row("resident, MB more than idle\t%.0f", float64(s.usage().now-idle.now)/1e6)

	t.row("\n200 QUESTIONS, list, total and every facet\tp50 ms\tp95\tat most\tCPU-ms each")
	ask.all(t, "alone", nil)
	p := s.client(s.enrol(1, string(c.areas[0]), phone.WithGzip(true)), string(c.areas[0]))
	ask.all(t, "beside 200 pushes a second", p)
	s.stop()
}

// into stores the county.
func (c *county) into(file, uri, keys string) error {
	ring, err := seal.Open(keys)
	if err != nil {
		return err
	}
	var to interface {
		storage.Records
		io.Closer
	}
	if uri != "" {
		to, err = mongostore.Open(context.Background(), uri, ring)
	} else {
		to, err = sqlitestore.Open(context.Background(), file, ring)
	}
	if err != nil {
		return err
	}
	if err := c.load(context.Background(), to); err != nil {
		return err
	}
	return to.Close()
}

// asking asks the API as a county's office does.
type asking struct {
	b     *testing.B
	s     *service
	c     *county
	token string
}

func (a *asking) get(path string) []byte {
	r, err := http.NewRequest("GET", a.s.url+"/api/v1"+path, nil)
	if err != nil {
		a.b.Fatal(err)
	}
	r.Header.Set("Authorization", "Bearer "+a.token)
	for {
		reply, err := http.DefaultClient.Do(r)
		if err != nil {
			a.b.Fatal(err)
		}
		body, err := io.ReadAll(reply.Body)
		reply.Body.Close()
		if reply.StatusCode == http.StatusTooManyRequests || reply.StatusCode == http.StatusServiceUnavailable {
			time.Sleep(time.Second) // what was loaded so far stays
			continue
		}
		if err != nil || reply.StatusCode != http.StatusOK {
			a.b.Fatalf("%s: %d %s %v", path, reply.StatusCode, body, err)
		}
		return body
	}
}

// took is how long one takes, in ms.
func (a *asking) took(path string) float64 {
	began := time.Now()
	a.get(path)
	return float64(time.Since(began).Microseconds()) / 1000
}

// question is a combination of filters, by the dice.
func (a *asking) question() string {
	q, dice := url.Values{}, a.c.dice
	for name, values := range map[string][]string{
		"state": {"approved", "submitted", "returned"}, "type": {"care", "routine", "gift"}, "way": {"home", "phone"}, "risk": {"高", "重点"},
		"category": {"低保", "特困", "高龄"}, "conflict": {"true"}, "void": {"true"},
	} {
		if dice.IntN(4) == 0 {
			q[name] = values[:1+dice.IntN(len(values))]
		}
	}
	if dice.IntN(4) == 0 {
		q.Set("q", of(dice, "罗", "淑兰", "tan", "lsl", "wangguo"))
	}
	if dice.IntN(3) == 0 {
		q.Set("from", "2025-06-01")
	}
	if dice.IntN(3) == 0 {
		q.Set("area", string(a.c.areas[dice.IntN(len(a.c.areas))][:9]))
	}
	return q.Encode()
}

// all asks 200 questions in turn: the list with its total, and the counts of all facets.
func (a *asking) all(t *table, name string, beside *client) {
	var pushing sync.WaitGroup
	ending := make(chan struct{})
	if beside != nil {
		tick := time.NewTicker(5 * time.Millisecond)
		defer tick.Stop()
		pushing.Go(func() {
			for {
				select {
				case <-tick.C:
					beside.sync([][]byte{beside.visit()})
				case <-ending:
					return
				}
			}
		})
	}
	before := a.s.usage()
	var times []time.Duration
	for range 200 {
		q := a.question()
		began := time.Now()
		var page struct{ Count int }
		if err := json.Unmarshal(a.get("/visits?limit=50&"+q), &page); err != nil {
			a.b.Fatal(err)
		}
		a.get("/visits/counts?by=state,type,way,risk,category,author,conflict,need,changed,void&" + q)
		times = append(times, time.Since(began))
	}
	cpu := (a.s.usage().cpu - before.cpu).Seconds() * 1000 / 200
	close(ending)
	pushing.Wait()
	slices.Sort(times)
	t.row("%s\t%s\t%s\t%s\t%.1f", name, quantile(times, .5), quantile(times, .95), quantile(times, 1), cpu)
}
