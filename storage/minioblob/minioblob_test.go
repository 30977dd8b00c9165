package minioblob_test

import (
	"testing"
	"time"

	"zoufang/storage"
	"zoufang/storage/minioblob"
	"zoufang/storage/storagetest"
	"zoufang/storage/storagetest/servers"
)

func config(s *servers.S3, bucket string) minioblob.Config {
	return minioblob.Config{Endpoint: s.Endpoint, Bucket: bucket, AccessKey: s.AccessKey, SecretKey: s.SecretKey, Now: time.Now}
}

func open(t testing.TB, c minioblob.Config) *minioblob.Store {
	t.Helper()
	s, err := minioblob.Open(t.Context(), c)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestContract(t *testing.T) {
	server := servers.Minio(t)
	storagetest.Blobs(t, func(t *testing.T, at string) storage.Blobs {
		return open(t, config(server, server.Bucket(t, at)))
	})
}
