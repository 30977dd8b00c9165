package mobileapi_test

import (
	"bytes"
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"zoufang"
	"zoufang/internal/fiberapp"
	"zoufang/internal/seal"
	"zoufang/internal/space"
	"zoufang/internal/tokens"
	"zoufang/mobileapi"
	"zoufang/storage"
	"zoufang/storage/dirblob"
	"zoufang/storage/sqlitestore"
	"zoufang/sync/intake"
)

const (
	town  = zoufang.AreaID("990101001000")
	dong  = zoufang.AreaID("990101001201") // 东村
	xi    = zoufang.AreaID("990101001202") // 西村
	other = zoufang.AreaID("990101002201") // in another township
)

// served is the phone protocol on a port, over a real store and real files.
type served struct {
	*testing.T
	base   string
	store  *sqlitestore.Store
	blobs  *dirblob.Store
	tokens *tokens.Tokens
	api    *mobileapi.API
	client *http.Client
	other  storage.Blobs // in place of blobs, where set
	dir    string
	wrap   func(storage.Records) storage.Records // of the next listen; nil for none

	mu    sync.Mutex
	space space.Room // what is told of the room left; nothing: there is always room
	now   time.Time
	fault string // of the store's next commits: "lost", or "stored" all the same
}

var errDisk = errors.New("disk failed")

func (s *served) faults(fault string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.fault = fault
}

func (s *served) fails(stored bool) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.fault == "lost" && !stored || s.fault == "stored" && stored {
		return errDisk
	}
	return nil
}

// roomLeft sets what is told of a disk of 100 GB.
func (s *served) roomLeft(free int64) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.space = space.Room{Free: free, Total: 100 << 30}
}

func (s *served) room() (space.Room, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.space, nil
}

func (s *served) clock() time.Time {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.now
}

func (s *served) pass(d time.Duration) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.now = s.now.Add(d)
}

func (s *served) must(err error) {
	s.Helper()
	if err != nil {
		s.Fatal(err)
	}
}

func serve(t *testing.T) *served {
	t.Helper()
	t.Parallel()
	s := &served{T: t, now: time.UnixMilli(1_763_760_000_000), client: &http.Client{Timeout: 20 * time.Second}}
	dir := t.TempDir()
	s.dir = dir
	ring, err := seal.Open(filepath.Join(dir, "ring.json"))
	s.must(err)
	s.store, err = sqlitestore.Open(t.Context(), filepath.Join(dir, "store.db"), ring, sqlitestore.WithClock(s.clock), sqlitestore.WithFaults(s.fails))
	s.must(err)
	t.Cleanup(func() { s.store.Close() })
	s.blobs, err = dirblob.Open(filepath.Join(dir, "blobs"), s.clock())
	s.must(err)
	s.tokens = tokens.New(s.store, "zoufang", s.clock)
	s.listen()
	for _, a := range []zoufang.AreaID{town, dong, xi, other} {
		s.commit(zoufang.SystemUser(), &zoufang.Device{ID: zoufang.System, User: zoufang.System},
			[]any{"new", s.id(), "area", a, map[string]any{"code": a, "name": "区划"}})
	}
	return s
}

// over has a server begin over other blobs.
func (s *served) over(b storage.Blobs) {
	s.Helper()
	s.other = b
	s.listen()
}

// listen begins a server over the stores; again after the first one's end is what
// a restart is.
func (s *served) listen() (stop func()) {
	s.Helper()
	var records storage.Records = s.store
	if s.wrap != nil {
		records = s.wrap(records)
	}
	var blobs storage.Blobs = s.blobs
	if s.other != nil {
		blobs = s.other
	}
	s.api = mobileapi.New(mobileapi.Config{
		Records: records, Accounts: s.store, Upkeep: s.store, Blobs: blobs, Space: &space.Watch{Read: s.room},
		Tokens: s.tokens, Clock: s.clock, Log: slog.New(slog.NewTextHandler(s.Output(), nil)),
	})
	app := fiberapp.New(fiberapp.Config{Log: slog.New(slog.NewTextHandler(s.Output(), nil))})
	s.api.Mount(app)
	ln, err := fiberapp.Listen("127.0.0.1:0")
	s.must(err)
	s.base = "http://" + ln.Addr().String() + "/m/v1"
	done := make(chan error, 1)
	go func() { done <- app.Listener(ln) }()
	telling, end := context.WithCancel(context.Background())
	var working sync.WaitGroup
	working.Go(func() { s.api.Tell(telling) })
	stop = sync.OnceFunc(func() {
		end()
		working.Wait()
		defer s.api.Pictures().Stop()
		s.client.CloseIdleConnections()
		app.ShutdownWithTimeout(time.Second)
		<-done
	})
	s.Cleanup(stop)
	return stop
}

func (s *served) id() zoufang.RecordID { return zoufang.NewRecordID(s.clock().UnixMilli()) }

// commit stores one line that must be applied.
func (s *served) commit(u *zoufang.User, d *zoufang.Device, do ...any) {
	s.Helper()
	out := s.push(intake.Sender{User: u, Device: d}, do...)
	if out.R != "ok" {
		s.Fatalf("held: %s %s", out.Code, out.Why)
	}
}

func (s *served) push(from intake.Sender, do ...any) intake.Answer {
	s.Helper()
	line, err := zoufang.Action{Device: from.Device.ID, N: 1, User: from.User.ID, At: s.clock().UnixMilli(), Page: "p"}.Frozen(do)
	s.must(err)
	return s.pushes(from, line)
}

func (s *served) pushes(from intake.Sender, line []byte) intake.Answer {
	s.Helper()
	in := intake.Intake{Records: s.store}
	out, err := in.Push(s.Context(), from, intake.Expect{}, []intake.Line{intake.Read(line)})
	s.must(err)
	return out.Answers[0]
}

// user adds a person.
func (s *served) user(role zoufang.Role, areas ...zoufang.AreaID) *zoufang.User {
	s.Helper()
	u := zoufang.User{ID: zoufang.UserID(s.id()), Name: "王桂英", Role: role, Areas: areas}
	s.must(s.store.PutUser(s.Context(), u))
	return &u
}

// code hands out an enrolment code for ten minutes, of the form that was made first.
func (s *served) code(u *zoufang.User) string {
	s.Helper()
	return s.keep(u, zoufang.Token(12))
}

func (s *served) keep(u *zoufang.User, code string) string {
	s.Helper()
	hash := sha256.Sum256([]byte(code))
	s.must(s.store.AddCode(s.Context(), storage.Code{Hash: hex.EncodeToString(hash[:]), User: u.ID, Expires: s.clock().Add(10 * time.Minute).UnixMilli()}))
	return code
}

// key is a phone's key pair.
type key struct {
	*ecdsa.PrivateKey
	jwk map[string]any
}

func newKey(t testing.TB) key {
	t.Helper()
	k, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	p, err := k.PublicKey.Bytes()
	if err != nil {
		t.Fatal(err)
	}
	b64 := base64.RawURLEncoding.EncodeToString
	return key{k, map[string]any{"kty": "EC", "crv": "P-256", "x": b64(p[1:33]), "y": b64(p[33:])}}
}

func (k key) sign(text string) string {
	hash := sha256.Sum256([]byte(text))
	r, s, err := ecdsa.Sign(rand.Reader, k.PrivateKey, hash[:])
	if err != nil {
		panic(err)
	}
	sig := make([]byte, 64)
	r.FillBytes(sig[:32])
	s.FillBytes(sig[32:])
	return base64.RawURLEncoding.EncodeToString(sig)
}

// phone is an enrolled device.
type phone struct {
	s      *served
	key    key
	user   *zoufang.User
	device *zoufang.Device
	token  string
}

func (s *served) phone(role zoufang.Role, areas ...zoufang.AreaID) *phone {
	s.Helper()
	return s.phoneOf(s.user(role, areas...))
}

func (s *served) phoneOf(u *zoufang.User) *phone {
	s.Helper()
	p := &phone{s: s, key: newKey(s), user: u}
	r := s.post("/enrol", map[string]any{"code": s.code(u), "key": p.key.jwk, "name": "手机"})
	r.is(201, "")
	d, _, err := s.store.Device(s.Context(), zoufang.DeviceID(r.text("device")))
	s.must(err)
	p.device = d
	p.token, err = s.tokens.Phone(s.Context(), u, d.ID)
	s.must(err)
	return p
}

func (p *phone) commit(do ...any) {
	p.s.Helper()
	p.s.commit(p.user, p.device, do...)
}

func (p *phone) sender() intake.Sender { return intake.Sender{User: p.user, Device: p.device} }

// visit creates a visit that names media.
func (p *phone) visit(area zoufang.AreaID, photos ...string) zoufang.RecordID {
	p.s.Helper()
	id := p.s.id()
	p.commit([]any{"new", id, "visit", area, map[string]any{"type": "routine", "photos": photos}})
	return id
}

// reply is a whole answer.
type reply struct {
	s      *served
	status int
	header http.Header
	body   []byte
}

func (s *served) do(method, path string, body io.Reader, headers ...string) *reply {
	s.Helper()
	address := path
	if path[0] == '/' {
		address = s.base + path
	}
	req, err := http.NewRequest(method, address, body)
	s.must(err)
	for i := 0; i < len(headers); i += 2 {
		req.Header.Set(headers[i], headers[i+1])
	}
	resp, err := s.client.Do(req)
	s.must(err)
	defer resp.Body.Close()
	b, err := io.ReadAll(resp.Body)
	s.must(err)
	return &reply{s, resp.StatusCode, resp.Header, b}
}

func (s *served) post(path string, question any, headers ...string) *reply {
	s.Helper()
	b, err := json.Marshal(question)
	s.must(err)
	return s.do("POST", path, bytes.NewReader(b), append([]string{"Content-Type", "application/json"}, headers...)...)
}

func (p *phone) do(method, path string, body io.Reader, headers ...string) *reply {
	p.s.Helper()
	return p.s.do(method, path, body, append([]string{"Authorization", "Bearer " + p.token}, headers...)...)
}

func (r *reply) text(name string) string {
	r.s.Helper()
	s, _ := r.json()[name].(string)
	return s
}

func (r *reply) json() map[string]any {
	r.s.Helper()
	var m map[string]any
	if err := json.Unmarshal(r.body, &m); err != nil {
		r.s.Fatalf("%d %q: %v", r.status, r.body, err)
	}
	return m
}

// is checks the status, and the code of a problem ("" for none) with what every
// problem has.
func (r *reply) is(status int, code string) *reply {
	r.s.Helper()
	if r.status != status {
		r.s.Fatalf("%d %s, want %d %s", r.status, r.body, status, code)
	}
	if code == "" || len(r.body) == 0 { // HEAD has no body
		return r
	}
	if r.header.Get("Content-Type") != "application/problem+json" || r.text("code") != code || r.header.Get("Cache-Control") != "no-store" {
		r.s.Fatalf("%v %s, want %s", r.header, r.body, code)
	}
	if (status == 429 || status == 503 || status == 507) != (r.header.Get("Retry-After") != "") {
		r.s.Fatalf("Retry-After %q with %d", r.header.Get("Retry-After"), status)
	}
	return r
}
