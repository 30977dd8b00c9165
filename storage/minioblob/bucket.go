package minioblob

import (
	"bytes"
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"io"
	"iter"
	"time"

	"github.com/minio/minio-go/v7"

	"zoufang/storage"
)

// bucket is the store as this package sees it: small requests, each bounded in
// time, failing in our own words.
type bucket struct {
	api   *minio.Core
	name  string
	place string // tells this bucket from others of this process
	now   func() time.Time

	readOnly bool
}

// errReadOnly: the bucket was opened for reading.
var errReadOnly = errors.New("object store: opened for reading only")

// within bounds one request that carries so many bytes; a line of 1 MiB a second
// is the slowest that is waited for.
func within(ctx context.Context, size int64) (context.Context, context.CancelFunc) {
	return context.WithTimeout(ctx, answerWithin+time.Duration(size>>20)*time.Second)
}

// condition is what must hold for a write to happen.
type condition struct {
	absent bool
	etag   string // of the object to be replaced
}

func (c condition) set(o *minio.PutObjectOptions) {
	switch {
	case c.absent:
		o.SetMatchETagExcept("*")
	case c.etag != "":
		o.SetMatchETag(c.etag)
	}
}

// put stores an object in one request; the store checks its bytes against their
// digest before it is seen. errConflict when the condition does not hold, which
// may be because the reply to a first try was lost.
func (b *bucket) put(ctx context.Context, key string, data []byte, when condition, meta map[string]string) (etag string, err error) {
	if b.readOnly {
		return "", errReadOnly
	}
	sum := sha256.Sum256(data)
	o := minio.PutObjectOptions{DisableContentSha256: true, UserMetadata: map[string]string{
		"x-amz-checksum-sha256": base64.StdEncoding.EncodeToString(sum[:]),
	}}
	for k, v := range meta {
		o.UserMetadata[k] = v
	}
	when.set(&o)
	timed, cancel := within(ctx, int64(len(data)))
	defer cancel()
	info, err := b.api.PutObject(timed, b.name, key, bytes.NewReader(data), int64(len(data)), "", hex.EncodeToString(sum[:]), o)
	return info.ETag, failure(ctx, err)
}

const claimant = "Claim" // user metadata: who made an object that only one may make

// claim stores an object that is made once, and tells whether it was made by
// this call: of many callers, one on whichever server. A first try whose reply
// was lost is known again by the name it left.
func (b *bucket) claim(ctx context.Context, key string, data []byte) (won bool, err error) {
	name := rand.Text()
	for range tries {
		_, err = b.put(ctx, key, data, condition{absent: true}, map[string]string{claimant: name})
		if !errors.Is(err, errConflict) {
			return err == nil, err
		}
		won, err = b.claimed(ctx, key, name)
		if !errors.Is(err, storage.ErrNotFound) {
			return won, err
		}
	}
	return false, storage.Passing(errConflict) // somebody else is always just about to make it
}

// claimed tells whether the object that is there was left by that name.
func (b *bucket) claimed(ctx context.Context, key, name string) (bool, error) {
	info, err := b.stat(ctx, key)
	return info.UserMetadata[claimant] == name, err
}

func (b *bucket) stat(ctx context.Context, key string) (minio.ObjectInfo, error) {
	timed, cancel := within(ctx, 0)
	defer cancel()
	info, err := b.api.StatObject(timed, b.name, key, minio.StatObjectOptions{})
	return info, failure(ctx, err)
}

// get reads a small object whole.
func (b *bucket) get(ctx context.Context, key string, limit int64) ([]byte, minio.ObjectInfo, error) {
	timed, cancel := within(ctx, limit)
	defer cancel()
	for try := 1; ; try++ {
		body, info, _, err := b.api.GetObject(timed, b.name, key, minio.GetObjectOptions{})
		if err != nil {
			return nil, info, failure(ctx, err)
		}
		data, err := io.ReadAll(io.LimitReader(body, limit+1))
		body.Close()
		switch {
		case err == nil && int64(len(data)) > limit:
			return nil, info, errors.New("object store: an object is larger than any of its kind")
		case err == nil:
			return data, info, nil
		case try == tries || timed.Err() != nil:
			return nil, info, failure(ctx, err)
		}
	}
}

// remove deletes an object; one that is not there is no failure.
func (b *bucket) remove(ctx context.Context, key string) error {
	if b.readOnly {
		return errReadOnly
	}
	timed, cancel := within(ctx, 0)
	defer cancel()
	err := failure(ctx, b.api.RemoveObject(timed, b.name, key, minio.RemoveObjectOptions{}))
	if errors.Is(err, storage.ErrNotFound) {
		return nil
	}
	return err
}

// list gives the objects whose keys begin so, in the order of their keys, page
// by page. The time that the caller takes over one does not count as the store's.
func (b *bucket) list(ctx context.Context, prefix string) iter.Seq2[minio.ObjectInfo, error] {
	return func(yield func(minio.ObjectInfo, error) bool) {
		w := watchOver(ctx)
		defer w.end()
		w.begin()
		for info := range b.api.ListObjectsIter(w.ctx, b.name, minio.ListObjectsOptions{Prefix: prefix, Recursive: true}) {
			w.rest()
			err := failure(ctx, info.Err)
			if !yield(info, err) || err != nil {
				return
			}
			w.begin()
		}
		if err := failure(ctx, w.ctx.Err()); err != nil {
			yield(minio.ObjectInfo{}, err)
		}
	}
}
