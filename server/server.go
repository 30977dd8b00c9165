package server

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"net"
	"net/netip"
	"strings"
	"sync"
	"time"

	"github.com/gofiber/fiber/v2"

	"zoufang"
	"zoufang/internal/fiberapp"
	"zoufang/internal/recovery"
	"zoufang/internal/space"
	"zoufang/internal/tokens"
	"zoufang/mobileapi"
	"zoufang/server/api"
	"zoufang/server/catalog"
	"zoufang/server/desk"
	"zoufang/server/hooks"
	"zoufang/server/ledger"
	"zoufang/server/operator"
	"zoufang/server/staff"
	"zoufang/storage"
	"zoufang/web"
)

// Config is what a server is made of.
type Config struct {
	Records  storage.Records
	Accounts storage.Accounts
	Upkeep   storage.Upkeep
	Audit    storage.Audit
	Shelves  storage.Shelves
	Jobs     storage.Jobs
	Blobs    storage.Blobs
	URL      string // public base address, without a slash at the end
	// Memory is about how many bytes the areas that lists are made from may take; 0: no bound.
	Memory  int64
	Space   *space.Watch   // the room left; nil: there is always room
	Proxies []netip.Prefix // trusted to name the address of who asks
	Phone   fs.FS          // the phone app as it was built; nil for the one in this program, if it has one
	Now     func() time.Time
	Log     *slog.Logger
}

// Server serves phones and staff.
type Server struct {
	cfg   Config
	app   *fiber.App
	api   *mobileapi.API
	desks *api.API
	desk  *desk.Desk
	staff *staff.Staff
	files assets
	watch *watch
	lists *catalog.Catalog
	jobs  *ledger.Ledger
	hooks *hooks.Hooks
	phone phoneApp // nil without one
	plain []byte   // the page at /phone/ then
}

// issuer is who signs access tokens. It is not the address, which may change
// while phones hold tokens.
const issuer = "zoufang"

// New makes a server. It listens to nobody yet.
func New(cfg Config) (*Server, error) {
	cfg.URL = strings.TrimSuffix(cfg.URL, "/")
	s := &Server{cfg: cfg}
	var err error
	if s.files, err = readAssets(); err != nil {
		return nil, err
	}
	if s.plain, err = phonePage(s.files); err != nil {
		return nil, err
	}
	if cfg.Phone == nil {
		cfg.Phone = web.Phone()
	}
	if cfg.Phone != nil {
		if s.phone, err = readPhoneApp(cfg.Phone); err != nil {
			return nil, err
		}
	}
	s.lists = catalog.New(catalog.Config{Records: cfg.Records, Shelves: cfg.Shelves, Memory: cfg.Memory, Log: cfg.Log})
	t := tokens.New(cfg.Accounts, issuer, cfg.Now)
	s.api = mobileapi.New(mobileapi.Config{
		Records: cfg.Records, Accounts: cfg.Accounts, Upkeep: cfg.Upkeep, Blobs: cfg.Blobs, Space: cfg.Space, Tokens: t, Clock: cfg.Now, Log: cfg.Log})
	d, err := desk.New(desk.Config{Records: cfg.Records, Accounts: cfg.Accounts, Upkeep: cfg.Upkeep, Audit: cfg.Audit, Lists: s.lists, Now: cfg.Now})
	if err != nil {
		return nil, err
	}
	s.desk = d
	s.staff, err = staff.New(staff.Config{
		Records: cfg.Records, Accounts: cfg.Accounts, Upkeep: cfg.Upkeep, Audit: cfg.Audit, Desk: d, Blobs: cfg.Blobs, Pictures: s.api.Pictures(), Tokens: t, URL: cfg.URL, Asset: s.files.address, Now: cfg.Now, Log: cfg.Log})
	if err != nil {
		return nil, err
	}
	s.jobs = ledger.New(ledger.Config{Desk: d, Jobs: cfg.Jobs, Blobs: cfg.Blobs, Now: cfg.Now, Log: cfg.Log,
		Operator: func(by zoufang.UserID, from string) *operator.Operator {
			return &operator.Operator{Records: cfg.Records, Accounts: cfg.Accounts, Now: cfg.Now, By: by, From: from}
		}})
	s.hooks = hooks.New(hooks.Config{Desk: d, Jobs: cfg.Jobs, Accounts: cfg.Accounts, Audit: cfg.Audit, Now: cfg.Now, Log: cfg.Log})
	s.desks = api.New(api.Config{Desk: d, Ledger: s.jobs, Hooks: s.hooks, Accounts: cfg.Accounts, Blobs: cfg.Blobs, Space: cfg.Space, Who: s.staff.Who, Ours: s.staff.Ours, Asset: s.files.address, Now: cfg.Now, Log: cfg.Log})
	s.app = fiberapp.New(fiberapp.Config{Log: cfg.Log, Proxies: cfg.Proxies})
	s.watch = newWatch(cfg.Log, s.safeAt, s.freeBytes)
	h := s.app.Server()
	h.Handler = s.watch.around(headers(strings.HasPrefix(cfg.URL, "https://"), h.Handler))
	return s, s.routes()
}

// Serve answers on a listener made by Listen until Shutdown.
func (s *Server) Serve(ln net.Listener) error {
	sweeping, stop := context.WithCancel(context.Background())
	var working sync.WaitGroup
	defer working.Wait() // a job is given back, for another copy
	defer stop()
	go s.lists.Run(sweeping)
	working.Go(func() { s.jobs.Run(sweeping) })
	working.Go(func() { s.hooks.Run(sweeping) })
	// What is sealed to the recovery keys is of use only where a backup from before has
	// one: it is made now, not when the first thing is sealed.
	if _, err := recovery.Keys(sweeping, s.cfg.Accounts, s.cfg.Now()); err != nil {
		s.cfg.Log.Error("there is no recovery key yet", "cause", err)
	}
	go s.sweep(sweeping)
	go s.api.Tell(sweeping)
	go s.lookAtSpace(sweeping)
	go s.tellReadings(sweeping)
	if err := s.app.Listener(ln); err != nil {
		return fmt.Errorf("serve: %w", err)
	}
	return nil
}

// Listen listens on a TCP address. Connections of proxies are not bounded by where
// they come from.
func Listen(address string, proxies ...netip.Prefix) (net.Listener, error) {
	return fiberapp.Listen(address, proxies...)
}

const sweepEvery = time.Hour

// sweep forgets uploads and media that ran out.
func (s *Server) sweep(ctx context.Context) {
	tick := time.NewTicker(sweepEvery)
	defer tick.Stop()
	for {
		if err := s.api.Sweep(ctx); err != nil && ctx.Err() == nil {
			s.cfg.Log.Error("uploads or media that ran out are still there", "cause", err)
		}
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
	}
}

// Shutdown takes no more connections and returns when the requests under way
// have been answered, or ctx ends, and no picture is being looked at. Connections on which nothing is under way
// don't keep it.
func (s *Server) Shutdown(ctx context.Context) error {
	defer s.staff.Close()
	defer s.tellWhatWasRead(context.WithoutCancel(ctx)) // that ctx ends says that requests are waited for no more
	defer s.lists.Keep(ctx)
	defer s.api.Pictures().Stop()
	closed := make(chan error, 1)
	go func() { closed <- s.app.ShutdownWithContext(ctx) }()
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	var quiet time.Duration
	for quiet < time.Second { // a reply goes out after its handler has ended
		select {
		case err := <-closed:
			if errors.Is(err, context.DeadlineExceeded) {
				return nil
			}
			return err
		case <-ctx.Done():
			return nil
		case <-tick.C:
			if quiet += 20 * time.Millisecond; s.watch.busy() {
				quiet = 0
			}
		}
	}
	return nil
}
