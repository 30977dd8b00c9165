package mongostore

import (
	"context"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"
)

// Facts are what an operator should know of the database, as it says itself. What
// a server did not tell, because it is of another make or the user may not ask, is
// listed in Untold and otherwise nought.
type Facts struct {
	Version  string
	Engine   string // the storage engine
	Set      string // the replica set's name; "" behind a mongos
	Sharded  bool
	Members  []Member
	TLS      bool   // this program's connections are encrypted
	Majority string // the write concern that this program asks for
	Journal  bool

	Schema, KnownSchema int
	Loading             bool     // a restore or copy into it did not end
	Missing             []string // indexes that queries rest on, as collection.name

	Ahead       time.Duration // the server's clock before this machine's
	Exact       time.Duration // Ahead is exact to this
	TxnLifetime time.Duration // transactionLifetimeLimitSeconds: how long a backup may read
	DataSize    int64         // bytes, of this database
	DiskUsed    int64         // bytes, of the file system the data is on
	DiskTotal   int64

	Untold []string
}

// Member is one member of the replica set.
type Member struct {
	Name    string
	State   string // PRIMARY, SECONDARY, …
	Healthy bool
	Behind  time.Duration // the primary
}

// Check asks the database for the facts. It fails only where no server answers.
func (s *Store) Check(ctx context.Context) (Facts, error) {
	ctx, cancel := context.WithTimeout(ctx, 2*soon)
	defer cancel()
	f := Facts{TLS: s.tls, Majority: "majority", Journal: true, KnownSchema: len(steps)}
	began := time.Now()
	h, err := s.hello(ctx)
	if err != nil {
		return f, wrap("check", err)
	}
	f.Exact = time.Since(began)
	f.Ahead = h.Time.Sub(s.now().Add(-f.Exact / 2))
	f.Set, f.Sharded = h.Set, h.Msg == "isdbgrid"
	docs, err := s.metaDocs(ctx)
	if err != nil {
		return f, err
	}
	f.Schema, f.Loading = docs[metaStore].Schema, docs[metaStore].Loading != nil
	for what, ask := range map[string]func(context.Context, *Facts) error{
		"build": s.askBuild, "status": s.askStatus, "members": s.askMembers, "indexes": s.askIndexes,
		"transaction lifetime": s.askLifetime, "disk": s.askDisk,
	} {
		if ask(ctx, &f) != nil {
			f.Untold = append(f.Untold, what)
		}
	}
	return f, nil
}

func (s *Store) hello(ctx context.Context) (hello, error) {
	var h hello
	err := s.admin(ctx, bson.D{{Key: "hello", Value: 1}}, &h)
	return h, err
}

func (s *Store) admin(ctx context.Context, command bson.D, into any) error {
	return s.client.Database("admin").RunCommand(ctx, command).Decode(into)
}

func (s *Store) askBuild(ctx context.Context, f *Facts) error {
	var b struct {
		Version string `bson:"version"`
	}
	err := s.admin(ctx, bson.D{{Key: "buildInfo", Value: 1}}, &b)
	f.Version = b.Version
	return err
}

func (s *Store) askStatus(ctx context.Context, f *Facts) error {
	var b struct {
		Engine struct {
			Name string `bson:"name"`
		} `bson:"storageEngine"`
	}
	err := s.admin(ctx, bson.D{{Key: "serverStatus", Value: 1}}, &b)
	f.Engine = b.Engine.Name
	return err
}

func (s *Store) askMembers(ctx context.Context, f *Facts) error {
	if f.Sharded {
		return nil
	}
	var status struct {
		Members []struct {
			Name   string    `bson:"name"`
			Health float64   `bson:"health"`
			State  string    `bson:"stateStr"`
			Optime time.Time `bson:"optimeDate"`
		} `bson:"members"`
	}
	if err := s.admin(ctx, bson.D{{Key: "replSetGetStatus", Value: 1}}, &status); err != nil {
		return err
	}
	var newest time.Time
	for _, m := range status.Members {
		if m.State == "PRIMARY" {
			newest = m.Optime
		}
	}
	for _, m := range status.Members {
		out := Member{Name: m.Name, State: m.State, Healthy: m.Health == 1}
		if m.State == "SECONDARY" && newest.After(m.Optime) {
			out.Behind = newest.Sub(m.Optime)
		}
		f.Members = append(f.Members, out)
	}
	return nil
}

func (s *Store) askIndexes(ctx context.Context, f *Facts) error {
	has := map[string]bool{}
	for _, name := range collections {
		list, err := s.db.Collection(name).Indexes().ListSpecifications(ctx)
		if err != nil {
			return err
		}
		for _, x := range list {
			has[name+"."+x.Name] = true
		}
	}
	for _, x := range indexes {
		if name := x.collection + "." + x.name; !has[name] {
			f.Missing = append(f.Missing, name)
		}
	}
	return nil
}

func (s *Store) askLifetime(ctx context.Context, f *Facts) error {
	const name = "transactionLifetimeLimitSeconds"
	var b struct {
		Seconds int64 `bson:"transactionLifetimeLimitSeconds"`
	}
	err := s.admin(ctx, bson.D{{Key: "getParameter", Value: 1}, {Key: name, Value: 1}}, &b)
	f.TxnLifetime = time.Duration(b.Seconds) * time.Second
	return err
}

func (s *Store) askDisk(ctx context.Context, f *Facts) error {
	var b struct {
		Data  float64 `bson:"dataSize"`
		Used  float64 `bson:"fsUsedSize"`
		Total float64 `bson:"fsTotalSize"`
	}
	err := s.db.RunCommand(ctx, bson.D{{Key: "dbStats", Value: 1}}).Decode(&b)
	f.DataSize, f.DiskUsed, f.DiskTotal = int64(b.Data), int64(b.Used), int64(b.Total)
	return err
}
