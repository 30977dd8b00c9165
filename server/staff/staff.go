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
	"zoufang/internal/ratelimit"
	"zoufang/internal/tokens"
	"zoufang/server/desk"
	"zoufang/storage"
)

// Config is what the pages need.
type Config struct {
	Records  storage.Records
	Accounts storage.Accounts
	Blobs    storage.Blobs
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
	origin    string
	secure    bool
	pages     map[string]*template.Template
	byLogin   *ratelimit.Limiter
	byAddress *ratelimit.Limiter
	signing   chan struct{}
	desk      *desk.Desk
	table     []Page
}

// Bounds on guessing passwords, counted in this process: so many failures in a
// quarter of an hour shut out a log-in name, or an address, for the rest of it.
const (
	failuresByLogin   = 5
	failuresByAddress = 20
	failureWindow     = 15 * time.Minute
	rememberedKeys    = 10_000
)

// New makes the pages.
func New(cfg Config) (*Staff, error) {
	u, err := url.Parse(cfg.URL)
	if err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" {
		return nil, fmt.Errorf("the public address must begin with http:// or https://")
	}
	s := &Staff{
		Config:    cfg,
		origin:    strings.ToLower(u.Scheme + "://" + u.Host),
		secure:    u.Scheme == "https",
		byLogin:   ratelimit.New(failuresByLogin, failureWindow, rememberedKeys, cfg.Now),
		byAddress: ratelimit.New(failuresByAddress, failureWindow, rememberedKeys, cfg.Now),
		signing:   make(chan struct{}, 2),
	}
	if s.desk, err = desk.New(cfg.Records, cfg.Accounts, cfg.Now); err != nil {
		return nil, err
	}
	s.table = s.Pages()
	return s, s.parse()
}
