package dirblob_test

import (
	"testing"
	"time"

	"zoufang/storage"
	"zoufang/storage/dirblob"
	"zoufang/storage/storagetest"
)

func open(t *testing.T, at string) storage.Blobs {
	t.Helper()
	s, err := dirblob.Open(at, time.Now())
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestContract(t *testing.T) { storagetest.Blobs(t, open) }
