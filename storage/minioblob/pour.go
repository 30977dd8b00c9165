package minioblob

import (
	"bytes"
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"hash"
	"io"

	"github.com/minio/minio-go/v7"

	"zoufang"
	"zoufang/storage"
)

const (
	block    = 5 << 20 // bytes held in memory at a time; the least a part may have
	startBuf = 128 << 10
)

// pour is a way for bytes of any number into one object.
type pour struct {
	key   string
	body  io.Reader
	limit int64 // no more is read
	block int64
	once  bool // made once: a second one leaves the first and has not won

	// check, if any, judges the bytes before the object is seen.
	check func(n int64, sum zoufang.Digest) error

	// wrong, if any, judges what is there before this one, which is written over
	// where it is. It fails with ctx alone.
	wrong func(ctx context.Context) (bool, error)
}

// pour stores what the body gives, up to the limit. Nobody sees an object before
// all its bytes are stored and checked; after an error there is none of ours,
// unless the last reply was lost. What fits into a block goes in one request;
// more goes in parts, of which one is held in memory.
func (b *bucket) pour(ctx context.Context, p pour) (n int64, won bool, err error) {
	h := sha256.New()
	first, err := gather(ctx, p.body, nil, min(p.block, p.limit))
	if err != nil {
		return 0, false, err
	}
	h.Write(first)
	n = int64(len(first))
	if n < p.block || n == p.limit {
		if err := p.judge(n, h); err != nil {
			return n, false, err
		}
		if p.once {
			won, err = b.claim(ctx, p.key, first)
			if won || err != nil {
				return n, won, err
			}
			if over, err := p.over(ctx); err != nil || !over {
				return n, false, err
			}
		}
		_, err := b.put(ctx, p.key, first, condition{}, nil)
		return n, err == nil, err
	}
	return b.pourParts(ctx, p, first, h)
}

// over tells whether what is there is to be written over.
func (p pour) over(ctx context.Context) (bool, error) {
	if p.wrong == nil {
		return false, nil
	}
	return p.wrong(ctx)
}

func (p pour) judge(n int64, h hash.Hash) error {
	if p.check == nil {
		return nil
	}
	return p.check(n, sum(h))
}

// pourParts goes on after a first full block. An unfinished object is aborted;
// where even that fails, the bucket's lifecycle rule takes it.
func (b *bucket) pourParts(ctx context.Context, p pour, buf []byte, h hash.Hash) (n int64, won bool, err error) {
	if b.readOnly {
		return 0, false, errReadOnly
	}
	name := rand.Text()
	timed, cancel := within(ctx, 0)
	defer cancel()
	id, err := b.api.NewMultipartUpload(timed, b.name, p.key, minio.PutObjectOptions{UserMetadata: map[string]string{claimant: name}})
	if err != nil {
		return 0, false, failure(ctx, err)
	}
	complete := false
	defer func() {
		if !complete {
			timed, cancel := within(context.WithoutCancel(ctx), 0)
			defer cancel()
			b.api.AbortMultipartUpload(timed, b.name, p.key, id)
		}
	}()
	var parts []minio.CompletePart
	for len(buf) > 0 {
		etag, err := b.part(ctx, p.key, id, len(parts)+1, buf)
		if err != nil {
			return n, false, err
		}
		parts = append(parts, minio.CompletePart{PartNumber: len(parts) + 1, ETag: etag})
		n += int64(len(buf))
		size := p.block << min(len(parts)/2000, 4) // the store takes 10,000 parts of one object
		if buf, err = gather(ctx, p.body, buf, min(size, p.limit-n)); err != nil {
			return n, false, err
		}
		h.Write(buf)
	}
	if err := p.judge(n, h); err != nil {
		return n, false, err
	}
	won, err = b.complete(ctx, p, id, name, parts)
	complete = err == nil && won
	return n, won, err
}

func (b *bucket) part(ctx context.Context, key, id string, number int, data []byte) (etag string, err error) {
	timed, cancel := within(ctx, int64(len(data)))
	defer cancel()
	sum := sha256.Sum256(data)
	part, err := b.api.PutObjectPart(timed, b.name, key, id, number, bytes.NewReader(data), int64(len(data)),
		minio.PutObjectPartOptions{Sha256Hex: hex.EncodeToString(sum[:]), DisableContentSha256: true})
	return part.ETag, failure(ctx, err)
}

// complete makes the object of its parts. Where the store refuses, the object
// tells why: a first try whose reply was lost has made it and used up the parts.
func (b *bucket) complete(ctx context.Context, p pour, id, name string, parts []minio.CompletePart) (won bool, err error) {
	var o minio.PutObjectOptions
	condition{absent: p.once}.set(&o)
	timed, cancel := within(ctx, 120<<20)
	defer cancel()
	_, err = b.api.CompleteMultipartUpload(timed, b.name, p.key, id, parts, o)
	if err == nil {
		return true, nil
	}
	if err = failure(ctx, err); !errors.Is(err, errConflict) && !errors.Is(err, errNoParts) {
		return false, err
	}
	won, looked := b.claimed(ctx, p.key, name)
	if looked == nil && !won && p.once && errors.Is(err, errConflict) {
		over, err := p.over(ctx)
		if err != nil || !over {
			return false, err
		}
		p.once = false
		return b.complete(ctx, p, id, name, parts)
	}
	if looked == nil && won {
		return true, nil
	}
	if over, judged := p.over(ctx); looked == nil && p.once && !over {
		return false, judged
	}
	return false, storage.Passing(err)
}

// gather reads up to limit bytes into buf, which grows with what comes and not
// with what was promised. A clean end before the limit is no error, and what a
// reader says after the last byte changes nothing. With an error, what came
// before it is given too.
func gather(ctx context.Context, r io.Reader, buf []byte, limit int64) ([]byte, error) {
	buf = buf[:0]
	for idle := 0; int64(len(buf)) < limit; {
		if err := ctx.Err(); err != nil {
			return buf, err
		}
		if len(buf) == cap(buf) {
			next := make([]byte, len(buf), min(max(2*int64(cap(buf)), startBuf), limit))
			copy(next, buf)
			buf = next
		}
		n, err := r.Read(buf[len(buf):min(int64(cap(buf)), limit)])
		buf = buf[:len(buf)+n]
		if err == io.EOF || int64(len(buf)) == limit {
			return buf, nil
		}
		if err != nil {
			return buf, err
		}
		if idle++; n > 0 {
			idle = 0
		} else if idle == 100 {
			return buf, io.ErrNoProgress
		}
	}
	return buf, nil
}

func sum(h hash.Hash) zoufang.Digest { return zoufang.Digest(hex.EncodeToString(h.Sum(nil))) }
