package servers

import (
	"context"
	"errors"
	"os"
	"strings"
	"testing"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/mongo"
	"go.mongodb.org/mongo-driver/v2/mongo/options"
	"go.mongodb.org/mongo-driver/v2/mongo/writeconcern"
)

// things opens a collection of the database, with majority writes.
func things(t *testing.T, uri string) *mongo.Collection {
	t.Helper()
	c, err := mongo.Connect(options.Client().ApplyURI(uri).SetWriteConcern(writeconcern.Majority()).
		SetRetryWrites(false).SetRetryReads(false).SetServerSelectionTimeout(5 * time.Second))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.Disconnect(context.Background()) })
	return c.Database(cut(uri).database).Collection("things")
}

func count(t *testing.T, c *mongo.Collection) int64 {
	t.Helper()
	n, err := c.CountDocuments(t.Context(), bson.D{})
	if err != nil {
		t.Fatal(err)
	}
	return n
}

func TestMongo(t *testing.T) {
	m := Mongo(t)
	if Mongo(t) != m {
		t.Error("two servers in one process")
	}
	if got := os.Getenv(envMongo); got != m.uri {
		t.Errorf("a child process would find %q", got)
	}
	t.Run("Database", func(t *testing.T) {
		c := things(t, m.Database(t, "a key"))
		if _, err := c.InsertOne(t.Context(), bson.D{{Key: "_id", Value: 1}}); err != nil {
			t.Fatal(err)
		}
		if n := count(t, things(t, m.Database(t, "a key"))); n != 1 {
			t.Errorf("under the same key are %d", n)
		}
	})
	if n := count(t, things(t, m.Database(t, "a key"))); n != 0 {
		t.Errorf("after the test that asked first, %d are left", n)
	}
	t.Log(m.About)
}

// Whatever was acknowledged outlives a kill, on the same port.
func TestMongoKilled(t *testing.T) {
	m := PrivateMongo(t)
	c := things(t, m.Database(t, "k"))
	for i := range 20 {
		if _, err := c.InsertOne(t.Context(), bson.D{{Key: "_id", Value: i}}); err != nil {
			t.Fatal(err)
		}
	}
	m.Kill(t)
	short, cancel := context.WithTimeout(t.Context(), time.Second)
	defer cancel()
	if err := c.FindOne(short, bson.D{}).Err(); err == nil {
		t.Error("a killed server answers")
	}
	m.Start(t)
	if n := count(t, c); n != 20 {
		t.Errorf("%d of 20 are left", n)
	}
	m.Stop(t)
	m.Start(t)
	if n := count(t, c); n != 20 {
		t.Errorf("after a stop, %d of 20 are left", n)
	}
}

// A transaction whose commit is lost never was; one whose reply is lost took place.
func TestMongoThroughProxy(t *testing.T) {
	m := Mongo(t)
	uri := m.Database(t, t.Name())
	direct := things(t, uri)
	if err := direct.Database().CreateCollection(t.Context(), "things"); err != nil {
		t.Fatal(err)
	}
	p := NewProxy(t, m.Addr())
	c := things(t, m.Through(p, uri))
	insert := func() error {
		s, err := c.Database().Client().StartSession()
		if err != nil {
			return err
		}
		defer s.EndSession(t.Context())
		return mongo.WithSession(t.Context(), s, func(ctx context.Context) error {
			if err := s.StartTransaction(); err != nil {
				return err
			}
			if _, err := c.InsertOne(ctx, bson.D{{Key: "big", Value: strings.Repeat("x", 100_000)}}); err != nil {
				return err
			}
			return s.CommitTransaction(ctx)
		})
	}
	if err := insert(); err != nil {
		t.Fatal(err)
	}
	// The driver sends a lost commit once more by itself (given a time limit of its own,
	// it would go on until that ends).
	p.Fail(Fault{Harm: LoseRequest, Match: "commitTransaction", Times: 2})
	if err := insert(); err == nil || p.Done() != 2 {
		t.Errorf("the commit was lost: %v, %d", err, p.Done())
	}
	if n := count(t, direct); n != 1 {
		t.Errorf("after a lost commit there are %d, not 1", n)
	}
	p.Fail(Fault{Harm: LoseReply, Match: "commitTransaction", Times: 2})
	var labelled mongo.LabeledError
	if err := insert(); !errors.As(err, &labelled) || !labelled.HasErrorLabel("UnknownTransactionCommitResult") || p.Done() != 2 {
		t.Errorf("the reply was lost: %v, %d", err, p.Done())
	}
	if n := count(t, direct); n != 2 {
		t.Errorf("after a lost reply there are %d, not 2", n)
	}
	p.Fail()
	p.Cut()
	if err := insert(); err != nil {
		if err := insert(); err != nil { // the pool had not noticed
			t.Error(err)
		}
	}
}

func TestAddresses(t *testing.T) {
	for _, c := range []struct{ given, want string }{
		{"mongodb://h:1/", "mongodb://h:1/db"},
		{"mongodb://h:1,i:2", "mongodb://h:1,i:2/db"},
		{"mongodb://u:p%40@h:1/?tls=true", "mongodb://u:p%40@h:1/db?authSource=admin&tls=true"},
		{"mongodb://u:p@h:1/own", "mongodb://u:p@h:1/db?authSource=own"},
	} {
		if got := (&MongoDB{uri: c.given}).URI("db"); got != c.want {
			t.Errorf("%s becomes %s, not %s", c.given, got, c.want)
		}
	}
	m := &MongoDB{uri: "mongodb://h,i:2/?replicaSet=r"}
	if m.Addr() != "h:27017" {
		t.Error(m.Addr())
	}
	p := NewProxy(t, m.Addr())
	if got := m.Through(p, m.URI("db")); got != "mongodb://"+p.Addr()+"/db?directConnection=true" {
		t.Error(got)
	}
}
