package mongostore

import (
	"context"
	"testing"

	"zoufang/storage/storagetest"
	"zoufang/storage/storagetest/servers"
)

func TestStore(t *testing.T) {
	storagetest.Stores(t, func(t testing.TB, dir string, o storagetest.Options) storagetest.Store {
		var options []Option
		if o.Now != nil {
			options = append(options, WithClock(o.Now))
		}
		if o.Fault != nil {
			options = append(options, WithFaults(o.Fault))
		}
		s, err := Open(context.Background(), servers.Mongo(t).Database(t, dir), storagetest.Sealer(), options...)
		if err != nil {
			t.Fatal(err)
		}
		return s
	})
}
