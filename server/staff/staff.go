// Package staff owns the pages for people at a desk (工作人员): signing in with a
// password, reading and reviewing visits, deciding held lines, and the phones of
// their coordinators. It renders HTML that works without script and makes no
// request to anybody else.
//
// Every page is bound to the signed-in person's areas: what lies outside does not
// exist there. What a person decides is a commit of theirs, judged like a phone's.
// It hands on handlers; the list of routes is server's.
package staff

import (
	"fmt"
	"html/template"
	"log/slog"
	"net/url"
	"strings"
	"time"

	"zoufang"
	"zoufang/internal/ratelimit"
	"zoufang/internal/tokens"
	"zoufang/storage"
)

// Config is what the pages need.
type Config struct {
	Records  storage.Records
	Accounts storage.Accounts
	Blobs    storage.Blobs
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
	asked     map[string]string // questions by id, see lookup.fieldTitle
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
	if s.asked, err = asked(); err != nil {
		return nil, err
	}
	return s, s.parse()
}

// Who may see what.
var (
	Readers   = []zoufang.Role{zoufang.Township, zoufang.County, zoufang.Auditor}
	Reviewers = []zoufang.Role{zoufang.Township, zoufang.County}
	Everyone  = []zoufang.Role{zoufang.Township, zoufang.County, zoufang.Auditor, zoufang.Admin}
)

var roleWords = map[zoufang.Role]string{
	zoufang.Coordinator: "协理员", zoufang.Worker: "社工", zoufang.Township: "乡镇", zoufang.County: "县级",
	zoufang.Auditor: "审计", zoufang.Admin: "系统管理员", zoufang.Operator: "系统",
}
