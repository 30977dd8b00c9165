package server

import (
	"bytes"
	"context"
	"image"
	"image/color"
	"image/jpeg"
	"io"
	"log/slog"
	"net/http"
	"net/http/cookiejar"
	"net/netip"
	"net/url"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"zoufang"
	"zoufang/internal/password"
	"zoufang/internal/seal"
	"zoufang/server/operator"
	"zoufang/storage"
	"zoufang/storage/dirblob"
	"zoufang/storage/sqlitestore"
	"zoufang/sync/intake"
)

const (
	whole = zoufang.AreaID("990103000000") // 清河县
	town1 = zoufang.AreaID("990103101000") // 青石镇
	dong  = zoufang.AreaID("990103101201") // 东村
	xi    = zoufang.AreaID("990103101202") // 西村
	town2 = zoufang.AreaID("990103102000") // 白云镇
	nan   = zoufang.AreaID("990103102201") // 南村

	idNumber = "11010519491231002X"
)

func init() { password.MakeCheap() } // five of six seconds of this room's tests went into hashes

// clock is the machine's, put forward by tests.
type clock struct {
	mu sync.Mutex
	by time.Duration
}

func (c *clock) now() time.Time          { c.mu.Lock(); defer c.mu.Unlock(); return time.Now().Add(c.by) }
func (c *clock) forward(d time.Duration) { c.mu.Lock(); defer c.mu.Unlock(); c.by += d }

// world is a server on a store of its own, with two townships and their people.
type world struct {
	*testing.T
	clock    *clock
	store    *sqlitestore.Store
	blobs    *dirblob.Store
	server   *Server
	base     string
	log      *logged
	dir      string
	users    map[string]zoufang.User // by log-in name, coordinators by name
	password map[string]string
}

type logged struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (l *logged) Write(p []byte) (int, error) { l.mu.Lock(); defer l.mu.Unlock(); return l.b.Write(p) }
func (l *logged) String() string              { l.mu.Lock(); defer l.mu.Unlock(); return l.b.String() }

func newWorld(t *testing.T, publicURL string) *world {
	t.Helper()
	w := &world{T: t, clock: &clock{}, log: &logged{}, users: map[string]zoufang.User{}, password: map[string]string{}}
	dir := t.TempDir()
	w.dir = dir
	keys, err := seal.Open(filepath.Join(dir, "keys", "seal.json"))
	w.must(err)
	w.store, err = sqlitestore.Open(t.Context(), filepath.Join(dir, "zoufang.db"), keys, sqlitestore.WithClock(w.clock.now))
	w.must(err)
	w.blobs, err = dirblob.Open(filepath.Join(dir, "media"), time.Now())
	w.must(err)
	ln, err := Listen("127.0.0.1:0")
	w.must(err)
	w.base = "http://" + ln.Addr().String()
	if publicURL == "" {
		publicURL = w.base
	}
	w.server, err = New(Config{Records: w.store, Accounts: w.store, Upkeep: w.store, Audit: w.store, Shelves: w.store, Jobs: w.store, Blobs: w.blobs, URL: publicURL, Now: w.clock.now,
		Proxies: []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")},
		Log:     slog.New(slog.NewJSONHandler(w.log, nil))})
	w.must(err)
	w.server.phone = nil // as a program without the app; phoneapp_test.go brings its own
	served := make(chan error, 1)
	go func() { served <- w.server.Serve(ln) }()
	t.Cleanup(func() {
		ctx, stop := context.WithTimeout(context.Background(), 5*time.Second)
		defer stop()
		if err := w.server.Shutdown(ctx); err != nil {
			t.Error(err)
		}
		if err := <-served; err != nil {
			t.Error(err)
		}
		if err := w.store.Close(); err != nil {
			t.Error(err)
		}
	})
	w.people()
	return w
}

func (w *world) must(err error) {
	w.Helper()
	if err != nil {
		w.Fatal(err)
	}
}

func (w *world) operator() *operator.Operator {
	return &operator.Operator{Records: w.store, Accounts: w.store, Now: w.clock.now}
}

func (w *world) people() {
	w.Helper()
	csv := "code,name\n" + string(whole) + ",清河县\n" + string(town1) + ",青石镇\n" + string(dong) + ",东村\n" + string(xi) + ",西村\n" + string(town2) + ",白云镇\n" + string(nan) + ",南村\n"
	_, err := w.operator().ImportAreas(w.Context(), strings.NewReader(csv), false)
	w.must(err)
	county := []zoufang.AreaID{whole}
	for _, n := range []operator.NewUser{
		{Name: "王主任", Role: zoufang.Township, Areas: []zoufang.AreaID{town1}, Login: "wang"},
		{Name: "赵主任", Role: zoufang.Township, Areas: []zoufang.AreaID{town2}, Login: "zhao"},
		{Name: "孙科长", Role: zoufang.County, Areas: county, Login: "sun"},
		{Name: "沈审计", Role: zoufang.Auditor, Areas: []zoufang.AreaID{town1}, Login: "shen"},
		{Name: "管理员", Role: zoufang.Admin, Areas: county, Login: "adm"},
		{Name: "李芳", Role: zoufang.Coordinator, Areas: []zoufang.AreaID{dong}},
		{Name: "周南", Role: zoufang.Coordinator, Areas: []zoufang.AreaID{nan}},
	} {
		u, first, err := w.operator().AddUser(w.Context(), n)
		w.must(err)
		w.users[n.Name], w.users[n.Login] = u, u
		w.password[n.Login] = first
	}
}

// settled gives staff passwords of their own.
func (w *world) settled() *world {
	w.Helper()
	for login, first := range w.password {
		if login != "" {
			b := w.browser()
			b.signIn(login, first)
			w.password[login] = "春眠不觉晓处处闻啼鸟" + first[:4]
			b.choose(first, w.password[login], w.password[login])
		}
	}
	return w
}

// browser is a person at a desk.
type browser struct {
	w *world
	*http.Client
}

func (w *world) browser() *browser {
	jar, err := cookiejar.New(nil)
	w.must(err)
	return &browser{w, &http.Client{Jar: jar}}
}

// as signs a person in; "" is nobody.
func (w *world) as(login string) *browser {
	w.Helper()
	b := w.browser()
	if login != "" {
		if p := b.signIn(login, w.password[login]); p.status != 200 {
			w.Fatalf("%s cannot sign in: %d", login, p.status)
		}
	}
	return b
}

// answer is a whole reply, redirects followed.
type answer struct {
	status int
	header http.Header
	body   string
	path   string // where it ended
}

func (b *browser) do(method, path string, form url.Values, headers ...string) answer {
	b.w.Helper()
	var body io.Reader
	if form != nil {
		body = strings.NewReader(form.Encode())
	}
	req, err := http.NewRequest(method, b.w.base+path, body)
	b.w.must(err)
	req.Header.Set("Accept", "text/html")
	if form != nil {
		req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		req.Header.Set("Origin", b.w.base)
	}
	for i := 0; i+1 < len(headers); i += 2 {
		req.Header.Set(headers[i], headers[i+1])
	}
	resp, err := b.Do(req)
	b.w.must(err)
	defer resp.Body.Close()
	all, err := io.ReadAll(resp.Body)
	b.w.must(err)
	return answer{resp.StatusCode, resp.Header, string(all), resp.Request.URL.Path}
}

func (b *browser) get(path string, headers ...string) answer {
	b.w.Helper()
	return b.do("GET", path, nil, headers...)
}

func (b *browser) signIn(login, password string) answer {
	b.w.Helper()
	return b.do("POST", "/staff/sign-in", url.Values{"login": {login}, "password": {password}})
}

func (b *browser) choose(old, chosen, again string) answer {
	b.w.Helper()
	return b.do("POST", "/staff/password", url.Values{"old": {old}, "new": {chosen}, "again": {again}})
}

// save has a person save a commit at a time before now; it must be applied
// unless held names a code.
func (w *world) save(who string, ago time.Duration, held zoufang.HoldCode, do ...any) zoufang.CommitID {
	w.Helper()
	a := w.pushes(who, ago, do)[0]
	if a.Code != held {
		w.Fatalf("%s's commit is answered %s %s: %s", who, a.R, a.Code, a.Why)
	}
	return a.ID
}

// saves has a person save commits, in one request.
func (w *world) saves(who string, commits ...[]any) []intake.Answer {
	w.Helper()
	return w.pushes(who, 0, commits...)
}

func (w *world) pushes(who string, ago time.Duration, commits ...[]any) []intake.Answer {
	w.Helper()
	u := w.users[who]
	at := w.clock.now().Add(-ago)
	var lines []intake.Line
	for i, do := range commits {
		line, err := zoufang.Action{Device: "phone-of-" + zoufang.DeviceID(who), N: int64(i + 1), User: u.ID, At: at.UnixMilli(), Heard: at.Add(-time.Minute).UnixMilli(), Page: "p"}.Frozen(do)
		w.must(err)
		lines = append(lines, intake.Read(line))
	}
	in := intake.Intake{Records: w.store}
	out, err := in.Push(w.Context(), intake.Sender{User: &u, Device: &zoufang.Device{ID: "phone-of-" + zoufang.DeviceID(who), User: u.ID}}, intake.Expect{}, lines)
	w.must(err)
	return out.Answers
}

func (w *world) rid() zoufang.RecordID { return zoufang.NewRecordID(w.clock.now().UnixMilli()) }

// arrives stores a medium and makes it known.
func (w *world) arrives(content []byte, mime string, records ...zoufang.RecordID) {
	w.Helper()
	d := digestOf(content)
	w.must(w.blobs.Put(w.Context(), d, int64(len(content)), bytes.NewReader(content)))
	w.must(w.store.Update(w.Context(), "", func(tx storage.Tx) error {
		if err := tx.AddMedium(storage.Medium{Digest: d, Type: mime, Size: int64(len(content)), At: tx.Now()}); err != nil {
			return err
		}
		for _, id := range records {
			r, err := tx.Record(id)
			if err != nil {
				return err
			}
			r.Need = slices.DeleteFunc(r.Need, func(n zoufang.Digest) bool { return n == d })
			if err := tx.PutRecord(r, ""); err != nil {
				return err
			}
		}
		return nil
	}))
}

func digestOf(b []byte) zoufang.Digest {
	_, h := zoufang.HashLine(b)
	const digits = "0123456789abcdef"
	out := make([]byte, 0, 64)
	for _, c := range h {
		out = append(out, digits[c>>4], digits[c&15])
	}
	return zoufang.Digest(out)
}

// drawn is a real photo.
func (w *world) drawn(shade uint8) []byte {
	img := image.NewRGBA(image.Rect(0, 0, 800, 600))
	for i := range img.Pix {
		img.Pix[i] = shade
	}
	img.Set(3, 3, color.White)
	var b bytes.Buffer
	w.must(jpeg.Encode(&b, img, nil))
	return b.Bytes()
}
