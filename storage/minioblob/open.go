package minioblob

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"

	"github.com/minio/minio-go/v7"

	"zoufang/storage"
)

// Store is a storage.Blobs in a bucket.
type Store struct {
	*bucket
	locks *locks
}

var _ storage.Blobs = (*Store)(nil)

// Open reaches the bucket, makes it when it is missing, and makes sure that the
// store keeps the conditions of writes, on which several servers rely. The
// bucket's lifecycle rules are set if the store lets us; Check tells. With
// ReadOnly it does none of this.
func Open(ctx context.Context, c Config) (*Store, error) {
	b, err := open(ctx, c)
	if err != nil {
		return nil, err
	}
	s := &Store{bucket: b, locks: &ours}
	if c.ReadOnly {
		return s, nil
	}
	if err := s.setLifecycle(ctx); err != nil && ctx.Err() != nil {
		return nil, err
	}
	return s, nil
}

func open(ctx context.Context, c Config) (*bucket, error) {
	b, err := connect(c)
	if err != nil {
		return nil, err
	}
	if err := b.exist(ctx); err != nil {
		return nil, fmt.Errorf("open bucket: %w", err)
	}
	if c.ReadOnly {
		return b, nil
	}
	if err := b.probe(ctx, nil); err != nil {
		return nil, fmt.Errorf("open bucket: %w", err)
	}
	return b, nil
}

// exist makes the bucket unless it is there; for reading it must be. Keys may be allowed to use a bucket
// and neither to see nor to make one: then the first write tells.
func (b *bucket) exist(ctx context.Context) error {
	timed, cancel := within(ctx, 0)
	defer cancel()
	there, err := b.api.BucketExists(timed, b.name)
	if there || says(err, minio.AccessDenied) {
		return nil
	}
	if err != nil {
		return failure(ctx, err)
	}
	if b.readOnly {
		return fmt.Errorf("object store: there is no bucket %s", b.name)
	}
	err = b.api.MakeBucket(timed, b.name, minio.MakeBucketOptions{})
	if says(err, "BucketAlreadyOwnedByYou", "BucketAlreadyExists", "OperationAborted", minio.AccessDenied) {
		return nil
	}
	return failure(ctx, err)
}

const probePrefix = "probe/"

// probe writes, reads and removes an object, and holds the store to the
// conditions of writes. Each step that went well is told.
func (b *bucket) probe(ctx context.Context, step func(name string)) error {
	if step == nil {
		step = func(string) {}
	}
	key, data := probePrefix+rand.Text(), []byte("probe")
	etag, err := b.put(ctx, key, data, condition{absent: true}, nil)
	lost := errors.Is(err, errConflict) // the reply to a first try was; nobody else draws this key
	if err != nil && !lost {
		return err
	}
	defer b.remove(context.WithoutCancel(ctx), key)
	step("write")
	_, info, err := b.get(ctx, key, 100)
	if err != nil {
		return err
	}
	step("read")
	if lost {
		etag = info.ETag
	}
	if _, err := b.put(ctx, key, data, condition{absent: true}, nil); !errors.Is(err, errConflict) {
		return unkept("If-None-Match", err)
	}
	if _, err := b.put(ctx, key, data, condition{etag: "00000000000000000000000000000000"}, nil); !errors.Is(err, errConflict) {
		return unkept("If-Match", err)
	}
	if _, err := b.put(ctx, key, []byte("again"), condition{etag: etag}, nil); err != nil && !errors.Is(err, errConflict) {
		return err
	}
	step("conditions")
	if err := b.remove(ctx, key); err != nil {
		return err
	}
	step("remove")
	return nil
}

func unkept(header string, err error) error {
	if err != nil {
		return fmt.Errorf("conditional write (%s): %w", header, err)
	}
	return fmt.Errorf("the object store ignores the condition of a write (%s): several servers would overwrite each other", header)
}
