package main

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"net"
	"net/netip"
	"net/url"
	"strings"
	"time"

	"github.com/caarlos0/env/v11"
)

// config is everything that can be set, by flag or in the environment. Which
// flags a command has, it says itself; the environment may always hold all.
type config struct {
	Production production
	Data       string `env:"DATA" envDefault:"./data"`
	Keys       string `env:"KEYS"`

	BackupDir        string        `env:"BACKUP_DIR"`
	BackupEvery      time.Duration `env:"BACKUP_EVERY" envDefault:"24h"`
	BackupKeep       int           `env:"BACKUP_KEEP" envDefault:"14"`
	BackupKey        string        `env:"BACKUP_KEY"`
	BackupPassphrase string        `env:"BACKUP_PASSPHRASE"` // no flag: a command line is read by everybody on the machine
	Identity         string        `env:"IDENTITY"`
	Set              string        `env:"SET"`
	From             string        `env:"FROM"`
	To               string        `env:"TO" envDefault:"settings"`

	MediaFloor int64 `env:"MEDIA_FLOOR"` // MB, 0: see package space
	LinesFloor int64 `env:"LINES_FLOOR"`

	CatalogMemory int64 `env:"CATALOG_MEMORY"` // MB, 0: a quarter of the machine's

	Listen    string `env:"LISTEN" envDefault:"127.0.0.1:8080"`
	URL       string `env:"URL"`
	told      bool   // where the service is: by --url or --listen
	Proxies   string `env:"PROXIES"`
	Demo      bool   `env:"DEMO"`
	Public    bool   `env:"DEMO_PUBLIC"`
	Name      string `env:"NAME"`
	Role      string `env:"ROLE"`
	Area      string `env:"AREA"`
	Login     string `env:"LOGIN"`
	Children  bool   `env:"CHILDREN"`
	User      string `env:"USER"`
	TokenDays int    `env:"TOKEN_DAYS" envDefault:"90"`
	ReadOnly  bool   `env:"READ"`
	Kinds     string `env:"KINDS"`
	Minutes   int    `env:"MINUTES" envDefault:"10"`
	Why       string `env:"WHY"`
	Drafts    bool   `env:"DRAFTS"`
	DryRun    bool   `env:"DRY_RUN"`
	Codes     string `env:"CODES"`
	Days      int    `env:"DAYS" envDefault:"3"`
	Phones    int    `env:"PHONES" envDefault:"20"`
	Visits    int    `env:"VISITS" envDefault:"400"`
	Seed      uint64 `env:"SEED" envDefault:"1"`
	First     string `env:"EXPORT_FROM"`
	Last      string `env:"EXPORT_TO"`
	Format    string `env:"EXPORT_FORMAT"`
	Out       string `env:"EXPORT_OUT"`
	Filter    string `env:"EXPORT_FILTER"`
	OpenWhy   string `env:"EXPORT_OPEN_WHY"`
	Since     string `env:"AUDIT_FROM"`
	Until     string `env:"AUDIT_TO"`
	Kind      string `env:"AUDIT_KIND"`
	Who       string `env:"AUDIT_WHO"`
	Record    string `env:"AUDIT_RECORD"`
}

const usualListen = "127.0.0.1:8080" // as above

const envPrefix = "ZOUFANG_"

// parse fills the config: defaults, then the environment, then flags.
func (c *call) parse(cmd *command, args []string) error {
	environment := map[string]string{}
	params, err := env.GetFieldParamsWithOptions(&config{}, env.Options{Prefix: envPrefix})
	if err != nil {
		return err
	}
	for _, p := range params {
		if v := c.getenv(p.Key); v != "" {
			environment[p.Key] = v
		}
	}
	if err := env.ParseWithOptions(&c.config, env.Options{Prefix: envPrefix, Environment: environment}); err != nil {
		return usagef("environment: %w", err)
	}
	set := flag.NewFlagSet(cmd.name, flag.ContinueOnError)
	set.SetOutput(io.Discard)
	set.StringVar(&c.Data, "data", c.Data, "the store's directory")
	set.StringVar(&c.Keys, "keys", c.Keys, "the keyring's file")
	if cmd.flags != nil {
		cmd.flags(set, &c.config)
	}
	wanted := len(strings.Fields(cmd.args))
	flags, rest := split(set, args, wanted)
	if err := set.Parse(flags); err != nil {
		if errors.Is(err, flag.ErrHelp) {
			return errHelp
		}
		return usageError{err}
	}
	if c.args = rest; len(rest) != wanted {
		return usagef("%s takes %s", cmd.name, orNothing(cmd.args))
	}
	return c.validate()
}

func orNothing(args string) string {
	if args == "" {
		return "nothing but flags"
	}
	return args
}

// minID is how long an argument must be to be taken for an id although it begins
// with "-", as ids may.
const minID = 12

// split tells flags from arguments, which may stand in any order.
func split(set *flag.FlagSet, args []string, wanted int) (flags, rest []string) {
	for i := 0; i < len(args); i++ {
		a := args[i]
		if a == "--" {
			return flags, append(rest, args[i+1:]...)
		}
		if len(a) < 2 || a[0] != '-' {
			rest = append(rest, a)
			continue
		}
		name, _, inline := strings.Cut(strings.TrimPrefix(strings.TrimPrefix(a, "-"), "-"), "=")
		f := set.Lookup(name)
		if f == nil && len(rest) < wanted && len(a) >= minID {
			rest = append(rest, a)
			continue
		}
		flags = append(flags, a)
		if f == nil || inline {
			continue
		}
		if b, ok := f.Value.(interface{ IsBoolFlag() bool }); ok && b.IsBoolFlag() {
			continue
		}
		if i++; i < len(args) {
			flags = append(flags, args[i])
		}
	}
	return flags, rest
}

// validate holds to their form what every command relies on, and makes up the
// public address where none is given.
func (c *config) validate() error {
	if c.Data == "" {
		return usagef("--data is empty")
	}
	if err := c.Production.validate(); err != nil {
		return err
	}
	if c.CatalogMemory < 0 {
		return usagef("--catalog-memory is a number of MB")
	}
	if c.MediaFloor < 0 || c.LinesFloor < 0 {
		return usagef("a floor of free space is a number of MB")
	}
	host, port, err := net.SplitHostPort(c.Listen)
	if err != nil {
		return usagef("--listen: %w", err)
	}
	c.told = c.URL != "" || c.Listen != usualListen
	if c.URL != "" {
		u, err := url.Parse(c.URL)
		if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "" || u.RawQuery != "" || u.Fragment != "" || u.User != nil || strings.Trim(u.Path, "/") != "" {
			return usagef("--url must be like https://mz.example.gov.cn, without a path")
		}
		c.URL = u.Scheme + "://" + u.Host
	} else if port != "0" {
		c.URL = address(host, port)
	}
	if _, err := c.proxies(); err != nil {
		return err
	}
	return nil
}

// address is the base address of a server that listens on host and port, for a
// browser on this machine.
func address(host, port string) string {
	if ip, err := netip.ParseAddr(host); host == "" || err == nil && ip.IsUnspecified() {
		host = "127.0.0.1"
	}
	return "http://" + net.JoinHostPort(host, port)
}

func (c *config) proxies() ([]netip.Prefix, error) {
	var out []netip.Prefix
	for _, s := range strings.FieldsFunc(c.Proxies, func(r rune) bool { return r == ',' || r == ' ' }) {
		p, err := netip.ParsePrefix(s)
		if a, single := netip.ParseAddr(s); err != nil && single == nil {
			p, err = a.Prefix(a.BitLen())
		}
		if err != nil {
			return nil, usagef("--proxies: %q is no network", s)
		}
		if a := p.Addr(); a.Is4In6() && p.Bits() >= 96 { // addresses are compared as IPv4
			p = netip.PrefixFrom(a.Unmap(), p.Bits()-96)
		}
		out = append(out, p)
	}
	return out, nil
}

// need fails unless a flag was given.
func need(flag, value string) error {
	if value == "" {
		return usageError{fmt.Errorf("--%s is needed", flag)}
	}
	return nil
}
