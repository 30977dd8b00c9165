package mongostore

import (
	"errors"
	"fmt"
	"io/fs"
	"net"
	"net/url"
	"strings"

	"go.mongodb.org/mongo-driver/v2/mongo/options"
	"go.mongodb.org/mongo-driver/v2/mongo/readconcern"
	"go.mongodb.org/mongo-driver/v2/mongo/readpref"
	"go.mongodb.org/mongo-driver/v2/mongo/writeconcern"
)

// address is a connection URI, read.
type address struct {
	database string
	options  *options.ClientOptions
	secrets  []string // that must be in no error
}

const defaultDatabase = "zoufang"

// The driver's own sentence about a malformed URI may quote the part it stumbled
// over, which may be a password.
var errAddress = errors.New("this is no MongoDB URI: write mongodb://user:password@host:27017/zoufang?replicaSet=rs0, " +
	"with each of : / ? # [ ] @ % in the user and the password percent-encoded")

func parse(uri string) (*address, error) {
	_, rest, ok := strings.Cut(uri, "://")
	if !ok {
		return nil, errAddress
	}
	a := &address{database: defaultDatabase}
	rest, query, _ := strings.Cut(rest, "?")
	hosts, path, _ := strings.Cut(rest, "/")
	if path != "" {
		name, err := url.PathUnescape(path)
		if err != nil || !validDatabase(name) {
			return nil, errors.New("the MongoDB URI names a database that is not to be used: take another name, of letters, digits, - and _")
		}
		a.database = name
	}
	if at := strings.LastIndexByte(hosts, '@'); at >= 0 {
		user, password, _ := strings.Cut(hosts[:at], ":")
		a.secret(user)
		a.secret(password)
	}
	for option := range strings.SplitSeq(query, "&") { // keys to certificates and tokens may stand here
		if name, value, _ := strings.Cut(option, "="); strings.Contains(strings.ToLower(name), "password") || strings.EqualFold(name, "authMechanismProperties") {
			a.secret(value)
		}
	}
	o := options.Client().SetAppName("zoufang").SetServerSelectionTimeout(reachTime).ApplyURI(uri)
	// What the promises of storage.Records rest on is not the URI's to choose.
	journal := true
	o.SetWriteConcern(&writeconcern.WriteConcern{W: writeconcern.WCMajority, Journal: &journal}).
		SetReadConcern(readconcern.Majority()).SetReadPreference(readpref.Primary()).
		SetRetryWrites(true).SetRetryReads(true)
	if err := o.Validate(); err != nil {
		var file *fs.PathError
		var dns *net.DNSError
		switch {
		case errors.As(err, &file):
			return nil, fmt.Errorf("a file that the MongoDB URI names can't be read: %w", file)
		case errors.As(err, &dns):
			return nil, errors.New("the host that the MongoDB URI names is not in the DNS")
		}
		return nil, errAddress
	}
	a.options = o
	return a, nil
}

func (a *address) secret(raw string) {
	for _, s := range []string{raw, unescaped(raw)} {
		if s != "" {
			a.secrets = append(a.secrets, s)
		}
	}
}

func unescaped(raw string) string {
	s, err := url.PathUnescape(raw)
	if err != nil {
		return raw
	}
	return s
}

// hush takes the credentials out of an error's text.
func (a *address) hush(err error) error {
	if errors.Is(err, errOwn) {
		return err
	}
	text := err.Error()
	for _, s := range a.secrets {
		if !strings.Contains(text, s) {
			continue
		}
		if len(s) < 4 { // to take so little out would tell where it stood
			return told{"MongoDB can't be opened; what it says may tell a part of the credentials and is left out", err}
		}
		text = strings.ReplaceAll(text, s, "…")
	}
	if text == err.Error() {
		return err
	}
	return told{text, err}
}

// validDatabase reports whether a database may be ours by its name.
func validDatabase(name string) bool {
	switch name {
	case "", "admin", "local", "config":
		return false
	}
	return len(name) <= 63 && strings.Trim(strings.ToLower(name), "abcdefghijklmnopqrstuvwxyz0123456789-_") == ""
}
