package servers

import (
	"context"
	"net/url"
	"testing"
	"time"

	"github.com/minio/minio-go/v7"
	"github.com/minio/minio-go/v7/pkg/credentials"
)

// Bucket gives the bucket that key stands for: the same key is the same bucket, in
// a child process too. It is removed, with all in it, when the test of this
// process that asked first ends; children remove nothing.
func (s *S3) Bucket(t testing.TB, key string) string {
	t.Helper()
	name := named(key)
	if _, again := s.dropped.LoadOrStore(name, true); again {
		return name
	}
	c, err := s.client()
	must(t, err)
	there, err := c.BucketExists(t.Context(), name)
	must(t, err)
	if !there {
		must(t, c.MakeBucket(t.Context(), name, minio.MakeBucketOptions{}))
	}
	if !child {
		t.Cleanup(func() {
			s.dropped.Delete(name)
			if s.process != nil && !s.process.runs() {
				return // its directory goes as a whole
			}
			ctx, cancel := context.WithTimeout(context.Background(), 30*time.Second)
			defer cancel()
			if err := empty(ctx, c, name); err != nil {
				t.Errorf("removing the test's bucket: %v", err)
			}
		})
	}
	return name
}

// empty removes a bucket with all versions of all in it.
func empty(ctx context.Context, c *minio.Client, bucket string) error {
	all := c.ListObjects(ctx, bucket, minio.ListObjectsOptions{Recursive: true, WithVersions: true})
	var failed error
	for e := range c.RemoveObjects(ctx, bucket, all, minio.RemoveObjectsOptions{GovernanceBypass: true}) {
		failed = e.Err
	}
	if failed != nil {
		return failed
	}
	for u := range c.ListIncompleteUploads(ctx, bucket, "", true) {
		if u.Err != nil {
			return u.Err
		}
		if err := c.RemoveIncompleteUpload(ctx, bucket, u.Key); err != nil {
			return err
		}
	}
	return c.RemoveBucket(ctx, bucket)
}

func (s *S3) client() (*minio.Client, error) {
	u, err := url.Parse(s.Endpoint)
	if err != nil {
		return nil, err
	}
	return minio.New(u.Host, &minio.Options{Creds: credentials.NewStaticV4(s.AccessKey, s.SecretKey, ""), Secure: u.Scheme == "https"})
}

// Addr is where a proxy finds the store.
func (s *S3) Addr() string {
	u, err := url.Parse(s.Endpoint)
	if err != nil {
		return ""
	}
	if u.Port() == "" {
		return u.Host + map[string]string{"http": ":80", "https": ":443"}[u.Scheme]
	}
	return u.Host
}

// Through gives the endpoint as seen through the proxy; for plain http only.
func (s *S3) Through(p *Proxy) string { return "http://" + p.Addr() }

// Env gives the store and a bucket of it as the program takes them.
func (s *S3) Env(bucket string) []string {
	return []string{"ZOUFANG_S3_ENDPOINT=" + s.Endpoint, "ZOUFANG_S3_BUCKET=" + bucket,
		"ZOUFANG_S3_ACCESS_KEY=" + s.AccessKey, "ZOUFANG_S3_SECRET_KEY=" + s.SecretKey}
}
