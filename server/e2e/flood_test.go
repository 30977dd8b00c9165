package e2e_test

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"fmt"
	"net"
	"net/http"
	"os"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"
)

// maxResident is what the program may hold in memory, whoever sends what: bytes.
const maxResident = 150_000_000

// resident gives the bytes the program holds in memory now, and at most so far.
func (s *server) resident() (now, peak int64) {
	s.Helper()
	b, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", s.cmd.Process.Pid))
	s.must(err)
	for line := range strings.Lines(string(b)) {
		for key, to := range map[string]*int64{"VmHWM:": &peak, "VmRSS:": &now} {
			if rest, ok := strings.CutPrefix(line, key); ok {
				kib, err := strconv.ParseInt(strings.Fields(rest)[0], 10, 64)
				s.must(err)
				*to = kib << 10
			}
		}
	}
	return now, peak
}

// flood is many connections on which the same was sent, all still open.
type flood struct {
	s     *server
	conns []net.Conn
}

// floods opens n connections and sends head and, after it, part of a body on each.
func (s *server) floods(n int, head, part string) *flood {
	s.Helper()
	f := &flood{s, make([]net.Conn, n)}
	var sending sync.WaitGroup
	for i := range n {
		c, err := net.Dial("tcp", s.address)
		s.must(err)
		f.conns[i] = c
		s.Cleanup(func() { c.Close() })
		c.SetDeadline(time.Now().Add(2 * time.Minute))
		sending.Go(func() {
			c.Write([]byte(head + "\r\n\r\n")) // who is refused early may see an error here
			c.Write([]byte(part))
		})
	}
	sending.Wait()
	return f
}

// answers counts the statuses that came; 0 is a connection that ended without one.
func (f *flood) answers() map[int]int {
	got := map[int]int{}
	var mu sync.Mutex
	var reading sync.WaitGroup
	for _, c := range f.conns {
		reading.Go(func() {
			status := 0
			if resp, err := http.ReadResponse(bufio.NewReader(c), nil); err == nil {
				status = resp.StatusCode
			}
			mu.Lock()
			got[status]++
			mu.Unlock()
		})
	}
	reading.Wait()
	return got
}

func (f *flood) ends() {
	for _, c := range f.conns {
		c.Close()
	}
}

const (
	many   = 1000
	mib    = 1 << 20
	itself = "HOST"  // in a head, for the server's address
	right  = "TOKEN" // likewise, for a header with a right token
)

func post(path string, headers ...string) string {
	return "POST " + path + " HTTP/1.1\r\nHost: x\r\n" + strings.Join(headers, "\r\n")
}

func long(n int) string { return "Content-Length: " + strconv.Itoa(n) }

// A thousand strangers send half of what they said. None of it is held, each is told,
// and a phone beside them does its work.
func TestHalvesOfStrangers(t *testing.T) {
	half := strings.Repeat("x", mib/2)
	wrong := "Authorization: Bearer a.b.c"
	proof := "Zoufang-Proof: " + strings.Repeat("A", 86)
	tus := "Tus-Resumable: 1.0.0\r\nUpload-Length: 1048576\r\nUpload-Metadata: " + metadata(noDigest, "image/png") + "\r\nContent-Type: " + octets
	for _, c := range []struct {
		what, head, part string
		want             int
		read             bool
	}{
		{"no token", post("/m/v1/sync", long(mib)), half, 401, false},
		{"a wrong token", post("/m/v1/sync", wrong, long(mib)), half, 401, false},
		{"a sign-in", post("/staff/sign-in", "Origin: http://"+itself, "Content-Type: application/x-www-form-urlencoded", long(mib)), half, 413, false},
		{"an unknown route", post("/nothing", long(mib)), half, 413, false},
		{"a wrong method", strings.Replace(post("/m/v1/sync", long(mib)), "POST", "PUT", 1), half, 413, false},
		{"no length", post("/m/v1/sync", "Transfer-Encoding: chunked"), fmt.Sprintf("%x\r\n%s", mib, half), 401, false},
		{"no length, to a stranger's route", post("/m/v1/token", "Content-Type: application/json", "Transfer-Encoding: chunked"), fmt.Sprintf("%x\r\n%s", mib, half), 413, true},
		{"a page that others post to", post("/staff/rescue", "Origin: http://"+itself, "Content-Type: multipart/form-data; boundary=x", long(20*mib)), half, 303, false},
		{"a medium", post("/m/v1/media", tus, long(mib)), half, 401, false},
		{"nobody's last will", post("/m/v1/lastwill", proof, long(mib/2+1000)), `{"zoufang":1,"device":"nobody"}` + "\n" + half, 401, true},
	} {
		t.Run(c.what, func(t *testing.T) {
			s := newServer(t) // of its own: what a flood holds is not what others left
			wang := s.handset("coordinator", dong)
			f := s.floods(many, strings.ReplaceAll(c.head, itself, s.address), c.part)
			began := time.Now()
			wang.saves(L{"new", wang.NewID(), "household", dong, M{"head": "王"}})
			took := time.Since(began)
			got := f.answers()
			f.ends()
			now, peak := s.resident()
			t.Logf("%s: an honest sync took %v, %d MB resident, %d at most, answers %v", c.what, took.Round(time.Millisecond), now/1e6, peak/1e6, got)
			if peak > maxResident {
				t.Errorf("%s: %d bytes resident", c.what, peak)
			}
			// Of those whose beginning is read some make way for others of their address.
			if got[c.want]+got[503] != many || got[c.want] == 0 || got[503] > 0 && !c.read {
				t.Errorf("%s: %v, want %d each", c.what, got, c.want)
			}
		})
	}
}

// What a stranger may send, held back in the middle, and headers without an end: these
// are waited for, but neither keep anybody out nor fill the memory.
func TestStrangersThatAreWaitedFor(t *testing.T) {
	s := newServer(t)
	wang := s.handset("coordinator", dong)
	for what, c := range map[string][2]string{
		"halves of a token's request": {post("/m/v1/token", "Content-Type: application/json", long(16<<10)), strings.Repeat(" ", 8<<10)},
		"halves of a sign-in":         {post("/staff/sign-in", "Origin: "+s.base, "Content-Type: application/x-www-form-urlencoded", long(16<<10)), strings.Repeat("x", 8<<10)},
		"a body that has not begun":   {post("/m/v1/enrol", "Content-Type: application/json", long(500)), ""},
	} {
		f := s.floods(many, c[0], c[1])
		wang.token = "" // a stranger again: challenge and token pass, too
		began := time.Now()
		wang.saves(L{"new", wang.NewID(), "household", dong, M{"head": "王"}})
		_, peak := s.resident()
		t.Logf("%s: an honest phone took %v, %d MB at most", what, time.Since(began).Round(time.Millisecond), peak/1e6)
		if peak > maxResident {
			t.Errorf("%s: %d bytes resident", what, peak)
		}
		f.ends()
	}
	// More than there is place for: the oldest make way, and slow ones end by themselves.
	f := &flood{s: s}
	for range 1100 {
		c, err := net.Dial("tcp", s.address)
		s.must(err)
		t.Cleanup(func() { c.Close() })
		c.SetDeadline(time.Now().Add(2 * time.Minute))
		fmt.Fprint(c, "POST /m/v1/sync HTTP/1.1\r\nHost: x\r\nX-Slow: ")
		f.conns = append(f.conns, c)
	}
	wang.token = ""
	wang.saves(L{"new", wang.NewID(), "household", dong, M{"head": "王"}})
	s.do("GET", s.base+"/healthz", nil).is(200, "")
	got := f.answers()
	t.Logf("headers without an end: %v", got)
	if got[0] < 76 || got[408] == 0 || got[0]+got[408] != len(f.conns) {
		t.Errorf("%v: some make way, the others are told that they were too slow", got)
	}
}

// A right token is no licence: its user has a share, and inflated bytes count.
func TestAKnownUsersShare(t *testing.T) {
	half := strings.Repeat("x", 250_000)
	for what, head := range map[string]string{
		"halves with a right token":      post("/m/v1/sync", right, "Content-Type: application/x-ndjson", long(500_000)),
		"the same packed":                post("/m/v1/sync", right, "Content-Type: application/x-ndjson", "Content-Encoding: gzip", long(500_000)),
		"media with a right token":       post("/m/v1/media", right, "Tus-Resumable: 1.0.0\r\nUpload-Length: 500000\r\nUpload-Metadata: "+metadata(noDigest, "image/png")+"\r\nContent-Type: "+octets, long(500_000)),
		"too large, with a right token":  post("/m/v1/sync", right, "Content-Type: application/x-ndjson", long(mib)),
		"without length, a right token":  post("/m/v1/sync", right, "Content-Type: application/x-ndjson", "Transfer-Encoding: chunked"),
		"a list of media, a right token": post("/m/v1/media/have", right, "Content-Type: application/json", long(64<<10)),
	} {
		t.Run(what, func(t *testing.T) {
			part := half
			if strings.Contains(head, "chunked") {
				part = "80000\r\n" + half
			} else if strings.Contains(head, "have") {
				part = half[:32<<10]
			}
			k := newStolen(t)
			f := k.s.floods(many, strings.ReplaceAll(head, right, k.bearer), part)
			k.honest(what, k.other, dong)
			k.honest(what, k.own, xi) // whoever has stolen the token shuts not even its user out
			f.ends()
		})
	}
	t.Run("bombs", func(t *testing.T) {
		k := newStolen(t)
		var bomb bytes.Buffer
		z, _ := gzip.NewWriterLevel(&bomb, gzip.BestCompression)
		zeros := make([]byte, mib)
		for bomb.Len() < 500_000 {
			z.Write(zeros)
		}
		k.s.must(z.Close())
		bombs := k.s.floods(200, post("/m/v1/sync", k.bearer, "Content-Type: application/x-ndjson", "Content-Encoding: gzip", long(bomb.Len())), bomb.String())
		k.honest("bombs of half a gigabyte", k.other, dong)
		got := bombs.answers()
		k.honest("bombs, after them", k.own, xi)
		if got[413]+got[503] != 200 || got[413] == 0 {
			t.Errorf("bombs were answered %v", got)
		}
	})
}

// stolen is a server of its own, and whose token somebody else has, too.
type stolen struct {
	s          *server
	own, other *handset
	bearer     string
	idle       int64
}

func newStolen(t *testing.T) *stolen {
	t.Helper()
	s := newServer(t)
	k := &stolen{s: s, other: s.handset("coordinator", dong), own: s.handset("coordinator", xi)}
	k.bearer = "Authorization: Bearer " + k.own.bearer()
	k.idle, _ = s.resident()
	return k
}

func (k *stolen) honest(what string, who *handset, area string) {
	k.s.Helper()
	began := time.Now()
	who.saves(L{"new", who.NewID(), "household", area, M{"head": "王"}})
	now, peak := k.s.resident()
	k.s.Logf("%s: a sync of %s took %v, %d MB resident, %d at most, idle %d", what, who.User().Name, time.Since(began).Round(time.Millisecond), now/1e6, peak/1e6, k.idle/1e6)
	if peak > maxResident {
		k.s.Errorf("%s: %d bytes resident", what, peak)
	}
}
