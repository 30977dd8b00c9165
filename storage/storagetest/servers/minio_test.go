package servers

import (
	"bytes"
	"io"
	"strings"
	"testing"

	"github.com/minio/minio-go/v7"
)

func TestMinio(t *testing.T) {
	s := Minio(t)
	if Minio(t) != s {
		t.Error("two stores in one process")
	}
	var name string
	t.Run("Bucket", func(t *testing.T) {
		name = s.Bucket(t, "a key")
		if s.Bucket(t, "a key") != name {
			t.Error("two buckets for one key")
		}
		put(t, s, name, "o", "things")
	})
	c, err := s.client()
	if err != nil {
		t.Fatal(err)
	}
	if there, err := c.BucketExists(t.Context(), name); err != nil || there {
		t.Errorf("after its test the bucket is there: %v, %v", there, err)
	}
	t.Log(s.About)
}

func TestMinioKilled(t *testing.T) {
	s := PrivateMinio(t)
	bucket := s.Bucket(t, "k")
	put(t, s, bucket, "o", "things")
	s.Kill(t)
	s.Start(t)
	if got := get(t, s, bucket, "o"); got != "things" {
		t.Errorf("there is %q", got)
	}
	s.Stop(t)
	s.Start(t)
	p := NewProxy(t, s.Addr())
	seen := &S3{Endpoint: s.Through(p), AccessKey: s.AccessKey, SecretKey: s.SecretKey}
	p.Fail(Fault{Harm: LoseReply, Match: "PUT /" + bucket + "/o", Times: 1})
	put(t, seen, bucket, "o", "other things") // the client asks again by itself
	if p.Done() != 1 || get(t, s, bucket, "o") != "other things" {
		t.Errorf("%d replies were lost", p.Done())
	}
}

func put(t *testing.T, s *S3, bucket, name, what string) {
	t.Helper()
	c, err := s.client()
	if err == nil {
		_, err = c.PutObject(t.Context(), bucket, name, strings.NewReader(what), int64(len(what)), minio.PutObjectOptions{})
	}
	if err != nil {
		t.Fatal(err)
	}
}

func get(t *testing.T, s *S3, bucket, name string) string {
	t.Helper()
	c, err := s.client()
	if err != nil {
		t.Fatal(err)
	}
	o, err := c.GetObject(t.Context(), bucket, name, minio.GetObjectOptions{})
	if err != nil {
		t.Fatal(err)
	}
	defer o.Close()
	var b bytes.Buffer
	if _, err := io.Copy(&b, o); err != nil {
		t.Fatal(err)
	}
	return b.String()
}
