// Package staff owns the pages for people at a desk (工作人员): signing in with a
// password, and what server/desk lets them read and decide, as HTML that works
// without script and makes no request to anybody else.
//
// A page is one line of the table (table.go). What is shown and decided is the
// desk's; here are addresses, forms, words for what did not come about, templates.
package staff

import (
	"fmt"
	"html/template"
	"log/slog"
	"net/url"
	"strings"
	"time"

	"zoufang/internal/pictures"
	"zoufang/internal/queue"
	"zoufang/internal/ratelimit"
	"zoufang/internal/tokens"
	"zoufang/server/desk"
	"zoufang/storage"
)

// Config is what the pages need.
type Config struct {
	Records  storage.Records
	Accounts storage.Accounts
	Upkeep   storage.Upkeep
	Blobs    storage.Blobs
	Audit    storage.Audit
	Desk     *desk.Desk
	Pictures *pictures.Pictures
	Tokens   *tokens.Tokens
	URL      string              // public base address, without a slash at the end
	Asset    func(string) string // the address of a style sheet
	Now      func() time.Time
	Log      *slog.Logger
}

// Staff has the handlers.
type Staff struct {
	Config
	origin   string
	secure   bool
	pages    map[string]*template.Template
	pauses   *ratelimit.Pauses
	queue    *queue.Queue
	attempts attempts
	table    []Page
}

// New makes the pages.
func New(cfg Config) (*Staff, error) {
	u, err := url.Parse(cfg.URL)
	if err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" {
		return nil, fmt.Errorf("the public address must begin with http:// or https://")
	}
	s := &Staff{
		Config: cfg,
		origin: strings.ToLower(u.Scheme + "://" + u.Host),
		secure: u.Scheme == "https",
		pauses: newPauses(cfg.Now),
		queue:  newQueue(),
	}
	s.attempts.add, s.attempts.now, s.attempts.log = cfg.Audit.AppendAudit, cfg.Now, cfg.Log
	s.table = s.Pages()
	return s, s.parse()
}
