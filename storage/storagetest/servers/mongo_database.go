package servers

import (
	"context"
	"net/url"
	"strings"
	"testing"
	"time"

	"go.mongodb.org/mongo-driver/v2/mongo"
)

// Database gives the address of the database that key stands for: the same key is
// the same database, in a child process too. It is dropped when the test of this
// process that asked first ends; children drop nothing.
func (m *MongoDB) Database(t testing.TB, key string) (uri string) {
	t.Helper()
	name := named(key)
	uri = m.URI(name)
	if _, again := m.dropped.LoadOrStore(name, true); !again && !child {
		t.Cleanup(func() {
			m.dropped.Delete(name)
			if m.process != nil && !m.process.runs() {
				return // its directory goes as a whole
			}
			ctx, cancel := context.WithTimeout(context.Background(), 30*time.Second)
			defer cancel()
			err := asking(ctx, uri, func(admin *mongo.Database) error {
				return admin.Client().Database(name).Drop(ctx)
			})
			if err != nil {
				t.Errorf("dropping the test's database: %v", err)
			}
		})
	}
	return uri
}

// URI gives the address of a database by its name.
func (m *MongoDB) URI(database string) string {
	a := cut(m.uri)
	if a.user != "" && !a.options.Has("authSource") {
		// Left to the driver, this would follow the database.
		a.options.Set("authSource", "admin")
		if a.database != "" {
			a.options.Set("authSource", a.database)
		}
	}
	a.database = database
	return a.String()
}

// Through gives the same database as seen through the proxy. A replica set tells
// its clients its own address, so the client must be told not to follow it.
func (m *MongoDB) Through(p *Proxy, uri string) string {
	a := cut(uri)
	a.hosts = p.Addr()
	a.options.Del("replicaSet")
	a.options.Set("directConnection", "true")
	return a.String()
}

// Addr is where a proxy finds the server: the first of its hosts.
func (m *MongoDB) Addr() string {
	first, _, _ := strings.Cut(cut(m.uri).hosts, ",")
	if !strings.Contains(first, ":") {
		first += ":27017"
	}
	return first
}

// parts are those of a MongoDB address, which may name several hosts and so is no
// URL to net/url.
type parts struct {
	user, hosts, database string
	options               url.Values
}

func cut(uri string) (p parts) {
	_, rest, _ := strings.Cut(uri, "://")
	rest, options, _ := strings.Cut(rest, "?")
	p.hosts, p.database, _ = strings.Cut(rest, "/")
	if i := strings.LastIndex(p.hosts, "@"); i >= 0 {
		p.user, p.hosts = p.hosts[:i+1], p.hosts[i+1:]
	}
	p.options, _ = url.ParseQuery(options)
	return p
}

func (p parts) String() string {
	s := "mongodb://" + p.user + p.hosts + "/" + p.database
	if len(p.options) > 0 {
		s += "?" + p.options.Encode()
	}
	return s
}
