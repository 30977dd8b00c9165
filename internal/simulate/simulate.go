package simulate

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"sync"
	"sync/atomic"
	"time"

	"zoufang/internal/demo"
	"zoufang/internal/phone"
)

// Config says what is to be simulated and against which server.
type Config struct {
	URL    string
	Phones int
	Visits int // of all phones together
	Seed   uint64

	// Enrol makes a user who may create and edit records in one village, and returns an enrolment code for phone i. Phones
	// that are to meet in a village get users of that village; several phones may have the same user. It is called again
	// after an error.
	Enrol func(ctx context.Context, i int) (code string, err error)

	Progress  io.Writer         // gets a progress bar; nil for none
	Log       *slog.Logger      // gets what went wrong and was tried again; nil for none
	Patience  time.Duration     // how long nothing at all may succeed before the run is given up; 120 s when 0
	Transport http.RoundTripper // nil for an own one
	Calm      bool              // no faults, right clocks, no clones: for measuring
}

// Run simulates and then checks. An error means that it could not be carried through; what the server did wrong is in the
// summary's differences.
func Run(ctx context.Context, c Config) (Summary, error) {
	if c.Phones < 1 || c.Visits < 0 || c.Enrol == nil || c.URL == "" {
		return Summary{}, errors.New("simulate: a server, at least one phone and a way to enrol it are needed")
	}
	r := newRun(c)
	defer r.transport.CloseIdleConnections()
	started := time.Now()
	stop := r.showProgress()
	err := r.work(ctx)
	if err == nil {
		err = r.check(ctx)
	}
	stop()
	s := r.summary()
	s.DurationMS = time.Since(started).Milliseconds()
	return s, err
}

// A run is one simulation under way.
type run struct {
	Config
	transport *idleCloser
	pictures  *demo.Pictures

	lastGood  atomic.Int64 // when anything last succeeded, Unix milliseconds
	retries   atomic.Int64
	faults    faults
	visitsDid atomic.Int64
	phase     atomic.Pointer[string]

	mu       sync.Mutex
	handsets []*handset
	verdict
}

// A handset is one phone with all that only the simulation knows of it.
type handset struct {
	name  string
	phone *phone.Phone
	wire  *wire
	clone bool
	odd   map[string]string // lines saved to be held, and under which code; "" for any
}

func newRun(c Config) *run {
	if c.Patience == 0 {
		c.Patience = 120 * time.Second
	}
	if c.Log == nil {
		c.Log = slog.New(slog.DiscardHandler)
	}
	r := &run{Config: c, transport: newTransport(c.Transport, c.Phones), pictures: demo.NewPictures(c.Seed)}
	r.lastGood.Store(time.Now().UnixMilli())
	r.enter("work")
	return r
}

// work lets all phones follow their plans, until the first fails for good.
func (r *run) work(ctx context.Context) error {
	return r.each(ctx, r.Phones, r.Phones, func(ctx context.Context, i int) error {
		visits := r.Visits / r.Phones
		if i < r.Visits%r.Phones {
			visits++
		}
		if err := r.newActor(i).live(ctx, plan(r.Seed, i, visits, r.habits(i))); err != nil {
			return fmt.Errorf("phone %d: %w", i, err)
		}
		return nil
	})
}

// each calls do for 0 … n-1, some at a time, and stops at the first error.
func (r *run) each(ctx context.Context, n, atATime int, do func(context.Context, int) error) error {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	var wg sync.WaitGroup
	places := make(chan struct{}, max(1, atATime))
	for i := range n {
		select {
		case places <- struct{}{}:
		case <-ctx.Done():
		}
		if ctx.Err() != nil {
			break
		}
		wg.Go(func() {
			defer func() { <-places }()
			if err := do(ctx, i); err != nil {
				cancel(err)
			}
		})
	}
	wg.Wait()
	return context.Cause(ctx)
}

func (r *run) enter(phase string) { r.phase.Store(&phase) }

func (r *run) own(h *handset) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.handsets = append(r.handsets, h)
}
