package sqlitestore

import (
	"context"
	"path/filepath"
	"testing"

	"zoufang/storage/storagetest"
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
		s, err := Open(context.Background(), filepath.Join(dir, "zoufang.db"), storagetest.Sealer(), options...)
		if err != nil {
			t.Fatal(err)
		}
		return s
	})
}
