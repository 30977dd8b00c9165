package phone

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"encoding/base64"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"
)

const version = "1.0.0" // the app version a phone names

var b64 = base64.RawURLEncoding

// A Phone is one phone. Its methods may be called from several goroutines; syncs wait for each other.
type Phone struct {
	base    string // …/m/v1
	clock   func() time.Time
	rand    io.Reader
	http    *http.Client
	gzip    bool
	batch   int
	chunk   int
	maxWait time.Duration
	shuffle func(n int, swap func(i, j int))

	traffic traffic
	syncing sync.Mutex // held for a whole Sync: one runs at a time
	sending sync.Mutex // held for a whole SendMedia, for the same reason

	mu     sync.Mutex // guards all below; never held while the network is used
	key    *ecdsa.PrivateKey
	device string
	user   User
	areas  []string // as named at enrolment, until a scope arrives
	token  string

	n      int64  // number of this device's last commit
	prev   string // its id
	page   string
	loaded time.Time // when the page was loaded, by the phone's clock
	heard  int64     // server time of the last reply, 0 before the first

	log   []*Line // every kept line, oldest first
	index map[string]*Line
	extra []string // ids to be sent once more

	epoch    string
	cursor   string
	last     string
	safeAt   int64
	scope    Scope
	rows     map[string]*Row            // by record: a phone has one row of a record, in one area
	sums     map[string]string          // as the server last sent them
	fresh    map[string]map[string]bool // areas being read from 0, and the records sent since
	leaving  map[string]bool            // areas taken away whose rows are not yet erased
	differs  []string                   // areas whose sum differed even after a second reading
	epochs   int                        // how often everything had to be sent again
	media    map[string]*medium
	mediaLog []string // digests, oldest first
}

// User is who the phone belongs to.
type User struct {
	ID   string `json:"id"`
	Name string `json:"name"`
	Role string `json:"role"`
}

// Scope is what the phone may read: the areas whose records it holds, and the areas above, of which only public kinds
// come. Its version is the server's affair.
type Scope struct {
	Areas []string `json:"areas"`
	Above []string `json:"above"`
}

// New makes a phone that knows nothing but the server's address and has a new key.
func New(base string, opts ...Option) *Phone {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		panic("phone: no key: " + err.Error()) // the system's randomness never fails
	}
	p := &Phone{base: strings.TrimRight(base, "/") + "/m/v1", key: key}
	p.clock, p.rand, p.gzip = time.Now, rand.Reader, true
	p.http = &http.Client{Timeout: time.Minute}
	p.batch, p.chunk, p.maxWait = maxCommits, 256<<10, 30*time.Second
	p.empty()
	for _, o := range opts {
		o(p)
	}
	p.load()
	return p
}

// empty forgets everything a phone's database holds.
func (p *Phone) empty() {
	p.log, p.index, p.extra = nil, map[string]*Line{}, nil
	p.cursor, p.last, p.safeAt = "", "", 0
	p.scope = Scope{}
	p.rows, p.sums = map[string]*Row{}, map[string]string{}
	p.fresh, p.leaving, p.differs = map[string]map[string]bool{}, map[string]bool{}, nil
	p.media, p.mediaLog = map[string]*medium{}, nil
}

// load begins a page: commits name it so that their monotonic times can be compared.
func (p *Phone) load() {
	p.page, p.loaded = p.random(9), p.clock()
}

// Reload is the user closing the app and opening it again.
func (p *Phone) Reload() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.load()
}

func (p *Phone) random(n int) string {
	b := make([]byte, n)
	if _, err := io.ReadFull(p.rand, b); err != nil {
		panic("phone: random source: " + err.Error())
	}
	return b64.EncodeToString(b)
}

// Device is the id the server gave, "" before enrolment.
func (p *Phone) Device() string { p.mu.Lock(); defer p.mu.Unlock(); return p.device }

// User is who enrolled.
func (p *Phone) User() User { p.mu.Lock(); defer p.mu.Unlock(); return p.user }

// Epoch is the server's epoch as the phone knows it.
func (p *Phone) Epoch() string { p.mu.Lock(); defer p.mu.Unlock(); return p.epoch }

// Heard is the server's time in the last reply, 0 before the first.
func (p *Phone) Heard() int64 { p.mu.Lock(); defer p.mu.Unlock(); return p.heard }

// SafeAt is the time before which the server says everything is in a verified backup, 0 for nothing.
func (p *Phone) SafeAt() int64 { p.mu.Lock(); defer p.mu.Unlock(); return p.safeAt }

// Last is the line the phone will name as its proof of how far the server had come, "" for none.
func (p *Phone) Last() string { p.mu.Lock(); defer p.mu.Unlock(); return p.last }

// Restarts counts how often the phone had to send everything again, because the server came back from a backup.
func (p *Phone) Restarts() int { p.mu.Lock(); defer p.mu.Unlock(); return p.epochs }

// Areas are the areas the phone's user may write in.
func (p *Phone) Areas() []string {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.scope.Areas != nil {
		return slices.Clone(p.scope.Areas)
	}
	return slices.Clone(p.areas)
}

// wait sleeps unless ctx ends first.
func wait(ctx context.Context, d time.Duration) error {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-ctx.Done():
		return fmt.Errorf("waiting to try again: %w", ctx.Err())
	case <-t.C:
		return nil
	}
}
