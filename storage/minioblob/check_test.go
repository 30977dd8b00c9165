package minioblob_test

import (
	"fmt"
	"sync"
	"testing"
	"time"

	"zoufang/storage/minioblob"
	"zoufang/storage/storagetest/servers"
)

func TestCheck(t *testing.T) {
	at := servers.Minio(t)
	c := config(at, at.Bucket(t, t.Name()))
	c.Now = func() time.Time { return time.Now().Add(time.Hour) }
	s := open(t, c)
	open(t, c) // the rules are there already
	var names []string
	for _, f := range s.Check(t.Context()) {
		names = append(names, f.Name)
		if f.OK != (f.Name != "clock") {
			t.Errorf("%+v", f)
		}
		t.Logf("%+v", f)
	}
	if want := "[bucket write read conditions remove lifecycle clock]"; fmt.Sprint(names) != want {
		t.Errorf("%v, want %s", names, want)
	}
}

func TestCheckWithoutStore(t *testing.T) {
	at := servers.Minio(t)
	p := servers.NewProxy(t, at.Addr())
	c := config(at, at.Bucket(t, t.Name()))
	c.Endpoint = at.Through(p)
	s := open(t, c)
	p.Refuse(true)
	p.Cut()
	found := s.Check(t.Context())
	if len(found) != 1 || found[0].OK || found[0].Detail == "" {
		t.Errorf("%+v", found)
	}
}

// Servers that start at once make the bucket together.
func TestBucketIsMade(t *testing.T) {
	at := servers.PrivateMinio(t)
	var wg sync.WaitGroup
	for range 4 {
		wg.Go(func() {
			if _, err := minioblob.Open(t.Context(), config(at, "made-by-us")); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
}
