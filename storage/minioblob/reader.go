package minioblob

import (
	"context"
	"errors"
	"io"

	"github.com/minio/minio-go/v7"
)

// reader reads an object from wherever it stands, and asks again from there
// when the line broke. The etag holds all of it to one and the same object.
type reader struct {
	*bucket
	ctx   context.Context
	key   string
	etag  string
	size  int64
	at    int64
	tries int

	body  io.ReadCloser // nil: to be asked for
	watch *watch
}

func (b *bucket) reader(ctx context.Context, key string, info minio.ObjectInfo) *reader {
	return &reader{bucket: b, ctx: ctx, key: key, etag: info.ETag, size: info.Size}
}

func (r *reader) Read(p []byte) (int, error) {
	for {
		if r.at >= r.size {
			return 0, io.EOF
		}
		if len(p) == 0 {
			return 0, nil
		}
		n, err := r.read(p)
		r.at += int64(n)
		if n > 0 {
			r.tries = 0
			return n, nil // an error comes again, or is made up for
		}
		if err == nil {
			continue
		}
		r.drop()
		if r.tries++; r.tries == tries {
			return 0, failure(r.ctx, err)
		}
	}
}

func (r *reader) read(p []byte) (int, error) {
	if r.body == nil {
		var o minio.GetObjectOptions
		if err := errors.Join(o.SetMatchETag(r.etag), o.SetRange(r.at, r.size-1)); err != nil {
			return 0, err
		}
		r.watch = watchOver(r.ctx)
		r.watch.begin()
		body, _, _, err := r.api.GetObject(r.watch.ctx, r.name, r.key, o)
		if err != nil {
			r.watch.end()
			r.tries = tries - 1 // the client has tried enough
			return 0, err
		}
		r.body = body
	}
	r.watch.begin()
	n, err := r.body.Read(p[:min(int64(len(p)), r.size-r.at)])
	r.watch.rest()
	if n == 0 && err == io.EOF {
		err = io.ErrUnexpectedEOF
	}
	return n, err
}

func (r *reader) drop() {
	if r.body != nil {
		r.body.Close()
		r.watch.end()
		r.body = nil
	}
}

func (r *reader) Seek(offset int64, whence int) (int64, error) {
	switch whence {
	case io.SeekCurrent:
		offset += r.at
	case io.SeekEnd:
		offset += r.size
	}
	if offset < 0 {
		return r.at, errors.New("seek before the beginning of an object")
	}
	if offset != r.at {
		r.drop()
	}
	r.at = offset
	return offset, nil
}

func (r *reader) Close() error {
	r.drop()
	r.at = r.size
	return nil
}
