package servers

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/mongo"
	"go.mongodb.org/mongo-driver/v2/mongo/options"
)

// MongoDB is a server that takes transactions.
type MongoDB struct {
	// About says what it is, for people.
	About string

	uri     string   // without a database
	process *process // nil: given
	private bool
	dropped sync.Map // names that are dropped when their test ends
}

var sharedMongo struct {
	sync.Mutex
	server *MongoDB
	failed error // the next test would wait in vain as long
}

// Mongo gives the server that all tests of this process, and of processes it
// starts, share.
func Mongo(t testing.TB) *MongoDB {
	t.Helper()
	skipping(t, "MongoDB", envMongoSkip)
	sharedMongo.Lock()
	defer sharedMongo.Unlock()
	if sharedMongo.server == nil && sharedMongo.failed == nil {
		m, err := sharingMongo(t)
		if err == nil {
			handDown(envMongo, m.uri, envMongoAbout, m.About)
		}
		sharedMongo.server, sharedMongo.failed = m, err
	}
	must(t, sharedMongo.failed)
	used(t, "MongoDB: "+sharedMongo.server.About)
	return sharedMongo.server
}

func sharingMongo(t testing.TB) (m *MongoDB, err error) {
	m = &MongoDB{uri: os.Getenv(envMongo), About: os.Getenv(envMongoAbout)}
	if m.uri == "" {
		return launchMongo(t)
	}
	if m.About == "" {
		m.About, err = aboutMongo(t.Context(), m.uri)
	}
	return m, err
}

// PrivateMongo starts a server for this test alone, which may Kill, Stop and Start
// it. It is gone when the test ends.
func PrivateMongo(t testing.TB) *MongoDB {
	t.Helper()
	skipping(t, "MongoDB", envMongoSkip)
	m, err := launchMongo(t)
	must(t, err)
	m.private = true
	t.Cleanup(func() {
		if err := m.process.close(); err != nil {
			t.Errorf("cleaning up after MongoDB: %v", err)
		}
	})
	used(t, "MongoDB: "+m.About)
	return m
}

func launchMongo(t testing.TB) (*MongoDB, error) {
	program, err := ensure(t, "MongoDB", envMongoSkip, mongoProgram)
	if err != nil {
		return nil, err
	}
	p := &process{name: "mongodb"}
	p.command = func(dir string, port int) *exec.Cmd {
		data := dir + "/data"
		os.Mkdir(data, 0o700)
		if program.onPath {
			return exec.Command(program.path, "--replSet", "zoufang", "--bind_ip", "127.0.0.1",
				"--port", strconv.Itoa(port), "--dbpath", data, "--wiredTigerCacheSizeGB", "0.25")
		}
		// Without sync-on-commit, writes acknowledged to the majority are lost by kill -9.
		os.WriteFile(dir+"/config.toml", nil, 0o600) // or it reads the user's
		return exec.Command(program.path, "--config", dir+"/config.toml", "--host", "127.0.0.1",
			"--port", strconv.Itoa(port), "--storage-path", data, "--sync-on-commit", "--cache-size", "256M", "--log-level", "WARNING")
	}
	p.ready = func(ctx context.Context) error { return readyMongo(ctx, address(p.port)) }
	err = launch(t.Context(), p)
	return &MongoDB{About: program.about, process: p, uri: "mongodb://" + address(p.port) + "/"}, err
}

// readyMongo succeeds when the server takes writes. One that belongs to no replica
// set yet is made the only member of its own: transactions need one.
func readyMongo(ctx context.Context, addr string) error {
	return asking(ctx, "mongodb://"+addr+"/?directConnection=true", func(admin *mongo.Database) error {
		var hello struct {
			Primary bool   `bson:"isWritablePrimary"`
			Set     string `bson:"setName"`
			New     bool   `bson:"isreplicaset"`
		}
		if err := admin.RunCommand(ctx, bson.D{{Key: "hello", Value: 1}}).Decode(&hello); err != nil {
			return err
		}
		if hello.New {
			member := bson.D{{Key: "_id", Value: 0}, {Key: "host", Value: addr}}
			set := bson.D{{Key: "_id", Value: "zoufang"}, {Key: "members", Value: bson.A{member}}}
			if err := admin.RunCommand(ctx, bson.D{{Key: "replSetInitiate", Value: set}}).Err(); err != nil {
				return fmt.Errorf("initiating the replica set: %w", err)
			}
		}
		if !hello.Primary {
			return errors.New("it is not primary yet")
		}
		return nil
	})
}

// aboutMongo asks a given server what it is, and never tells its address, which
// may carry a password.
func aboutMongo(ctx context.Context, uri string) (string, error) {
	var build struct {
		Version string `bson:"version"`
	}
	ctx, cancel := context.WithTimeout(ctx, 15*time.Second)
	defer cancel()
	err := asking(ctx, uri, func(admin *mongo.Database) error {
		return admin.RunCommand(ctx, bson.D{{Key: "buildInfo", Value: 1}}).Decode(&build)
	})
	if err != nil {
		return "", fmt.Errorf("the server given by %s does not answer: %s", envMongo, strings.ReplaceAll(err.Error(), uri, "…"))
	}
	return "the server given by " + envMongo + ", which calls itself version " + build.Version, nil
}

// asking lends a connection to the admin database.
func asking(ctx context.Context, uri string, ask func(admin *mongo.Database) error) error {
	c, err := mongo.Connect(options.Client().ApplyURI(uri).SetServerSelectionTimeout(2 * time.Second))
	if err != nil {
		return err
	}
	defer c.Disconnect(context.WithoutCancel(ctx))
	return ask(c.Database("admin"))
}
