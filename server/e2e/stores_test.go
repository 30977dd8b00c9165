package e2e_test

import (
	"bytes"
	"context"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/minio/minio-go/v7"
	"github.com/minio/minio-go/v7/pkg/credentials"
	"go.mongodb.org/mongo-driver/v2/mongo"
	"go.mongodb.org/mongo-driver/v2/mongo/options"

	"zoufang/storage/storagetest/servers"
)

// inProduction says which half of the tests runs: on a data directory each, or,
// with ZOUFANG_TEST_STORES=production, on a database and a bucket each.
// It asks each time: what is asked before a test runs does not count in the cache of
// test results.
func inProduction() bool { return os.Getenv("ZOUFANG_TEST_STORES") == "production" }

// production is one database and one bucket.
type production struct {
	mongo *servers.MongoDB
	s3    *servers.S3

	uri      string // of the database, as the program is told it
	endpoint string // of the bucket's store, likewise
	bucket   string
}

// sharedProduction is an empty database and bucket on the servers of all tests.
func sharedProduction(t *testing.T, what string) *production {
	t.Helper()
	return newProduction(t, servers.Mongo(t), servers.Minio(t), what)
}

// privateProduction is an empty database and bucket on servers that the test may
// kill.
func privateProduction(t *testing.T) *production {
	t.Helper()
	return newProduction(t, servers.PrivateMongo(t), servers.PrivateMinio(t), "")
}

func newProduction(t *testing.T, m *servers.MongoDB, s3 *servers.S3, what string) *production {
	t.Helper()
	key := t.Name() + "/" + what
	return &production{mongo: m, s3: s3, uri: m.Database(t, key), endpoint: s3.Endpoint, bucket: s3.Bucket(t, key)}
}

// env is how the program is told.
func (p *production) env() []string {
	return append(p.s3.Env(p.bucket), "ZOUFANG_MONGODB_URI="+p.uri, "ZOUFANG_S3_ENDPOINT="+p.endpoint)
}

// noKeys holds what the program said to not naming the keys of its stores.
func (s *server) noKeys(where string, said ...[]byte) {
	s.Helper()
	for _, b := range said {
		if s.at != nil && bytes.Contains(b, []byte(s.at.s3.SecretKey)) {
			s.Errorf("%s names the secret key of the object store", where)
		}
	}
}

// otherDatabase is an empty database beside the same bucket.
func (p *production) otherDatabase(t *testing.T, what string) *production {
	t.Helper()
	other := *p
	other.uri = p.mongo.Database(t, t.Name()+"/"+what)
	return &other
}

// database lends a connection to the database itself.
func (s *server) database(use func(ctx context.Context, db *mongo.Database)) {
	s.Helper()
	ctx, cancel := context.WithTimeout(s.Context(), time.Minute)
	defer cancel()
	c, err := mongo.Connect(options.Client().ApplyURI(s.at.uri))
	s.must(err)
	defer c.Disconnect(context.WithoutCancel(ctx))
	u, err := url.Parse(s.at.uri)
	s.must(err)
	use(ctx, c.Database(strings.Trim(u.Path, "/")))
}

// objects gives a client of the bucket itself.
func (s *server) objects() *minio.Client {
	s.Helper()
	u, err := url.Parse(s.at.s3.Endpoint)
	s.must(err)
	c, err := minio.New(u.Host, &minio.Options{Creds: credentials.NewStaticV4(s.at.s3.AccessKey, s.at.s3.SecretKey, ""), Secure: u.Scheme == "https"})
	s.must(err)
	return c
}

// keptMedia names the media that are stored, by digest.
func (s *server) keptMedia() map[string]bool {
	s.Helper()
	names := map[string]bool{}
	if s.at == nil {
		for path := range s.files(filepath.Join(s.data, "media")) {
			names[filepath.Base(path)] = true
		}
		return names
	}
	for o := range s.objects().ListObjects(s.Context(), s.at.bucket, minio.ListObjectsOptions{Prefix: "media/", Recursive: true}) {
		s.must(o.Err)
		names[o.Key[strings.LastIndexByte(o.Key, '/')+1:]] = true
	}
	return names
}

// moves gives the server an empty place of the same kind. It must be stopped.
func (s *server) moves(what string) {
	s.Helper()
	if s.at != nil {
		s.at = newProduction(s.T, s.at.mongo, s.at.s3, what)
		return
	}
	s.data = filepath.Join(s.TempDir(), what, "data")
	s.must(os.MkdirAll(filepath.Dir(s.data), 0o700))
}

// restores puts a backup in the place of what a running server has: at once in a
// data directory. MongoDB takes one into an empty database alone; the media are
// where they were.
func (s *server) restores(file string) {
	s.Helper()
	if s.at == nil {
		s.run(nil, "restore", file)
		return
	}
	s.stop()
	s.restored++
	s.at = s.at.otherDatabase(s.T, "restored"+string(rune('0'+s.restored)))
	s.run(nil, "restore", file)
	s.start()
}
