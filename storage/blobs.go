package storage

import (
	"context"
	"errors"
	"fmt"
	"io"
	"syscall"
	"time"

	"zoufang"
)

// What a Blobs reports beside ErrNotFound, ErrTaken and failures of its disk. Test
// with errors.Is; none of them says whose bytes or upload it was.
var (
	ErrBlobInvalid   = errors.New("malformed digest, id or size")
	ErrShort         = errors.New("fewer bytes than declared")
	ErrChecksum      = errors.New("the bytes do not have the declared digest")
	ErrChunkChecksum = errors.New("the bytes of this part do not have its checksum")
	ErrOffset        = errors.New("the upload stands at another offset")
	ErrLocked        = errors.New("the upload is in use by another request")
	ErrFull          = errors.New("there is no room left")
)

// MaxDerived bounds what is kept of an object by PutDerived, in bytes.
const MaxDerived = 256 << 10

// IsFull reports whether a store failed for want of room.
func IsFull(err error) bool {
	for _, full := range []error{ErrFull, syscall.ENOSPC, syscall.EDQUOT, syscall.EFBIG} {
		if errors.Is(err, full) {
			return true
		}
	}
	return false
}

// Upload is an unfinished medium, or one that finished a while ago. The first
// block is fixed by Create; the second is what the store found.
type Upload struct {
	ID      string           `json:"id"`
	Digest  zoufang.Digest   `json:"digest"`
	Type    string           `json:"type"` // MIME type as declared
	Size    int64            `json:"size"`
	User    zoufang.UserID   `json:"user"`
	Device  zoufang.DeviceID `json:"device"`
	Created int64            `json:"created"` // Unix ms
	Expires int64            `json:"expires"` // Unix ms

	Offset int64 `json:"-"` // bytes that are durable
	Done   bool  `json:"-"` // the object is stored and durable; Offset is Size
}

// Part is what one Append brings.
type Part struct {
	Offset int64          // where the caller believes the upload stands
	Sum    zoufang.Digest // of this part's bytes; "" asks for no check
	Body   io.Reader
}

// Object is an open medium. The caller closes it.
type Object struct {
	io.ReadSeekCloser
	Size   int64
	Stored time.Time
}

// Blobs keeps media under the SHA-256 of their bytes, and uploads on their way
// to become media. Objects never change; one is removed by Remove alone.
//
// All methods may be called at once, from several processes on one backing too.
// Whatever returned nil survives a crash of the machine. A method that returned
// an error may nevertheless have done its work (the reply of a store can be
// lost): to repeat the same call is always safe and then succeeds or tells.
// Sizes are declared first and no more than that is ever read from a reader. A
// malformed digest or id finds nothing (ErrNotFound) and stores nothing
// (ErrBlobInvalid). A cancelled ctx ends a method between two reads, with
// ctx.Err(); it cannot interrupt a reader that blocks.
type Blobs interface {
	// Put stores an object in one go. The digest is checked while the bytes come
	// in, and nobody sees the object before all of them are durable. A digest
	// already stored is read, checked and answered like any other. On
	// ErrChecksum, ErrShort (body ended before size bytes) or an error of body,
	// nothing is kept.
	Put(ctx context.Context, digest zoufang.Digest, size int64, body io.Reader) error

	// Open and Stat find an object by its digest, whole and as it was checked, or
	// return ErrNotFound. An object whose Put or Append has not returned yet may
	// already be found; only their nil makes it durable.
	Open(ctx context.Context, digest zoufang.Digest) (Object, error)
	Stat(ctx context.Context, digest zoufang.Digest) (size int64, err error)

	// Each calls f for every object stored before the call, in no order; for
	// those stored meanwhile it may or may not. An error of f ends it and is
	// returned.
	Each(ctx context.Context, f func(digest zoufang.Digest, size int64) error) error

	// Remove forgets an object and what was derived from it; again is no error. The
	// caller makes sure that nobody stores the object meanwhile.
	Remove(ctx context.Context, digest zoufang.Digest) error

	// PutDerived keeps a little that was worked out of an object and can be again,
	// under a name that ValidUploadID takes, in place of what had it; Derived gives it
	// whole, or ErrNotFound. Whether the object is there is not asked. It is in no
	// backup, and may be lost.
	PutDerived(ctx context.Context, digest zoufang.Digest, name string, data []byte) error
	Derived(ctx context.Context, digest zoufang.Digest, name string) ([]byte, error)

	// Create makes an upload known, at offset 0. It reveals nothing of whether
	// the digest is stored already. ErrTaken leaves the first as it was.
	Create(ctx context.Context, u Upload) error

	// Upload tells how an upload stands. Offset counts durable bytes only. One
	// that is finished stays known, Done, until it expires, so that a client
	// whose last reply was lost learns of it. Where a crash came between the last
	// byte and the check of the whole, Upload makes up for it, and may return
	// ErrChecksum as Append would; an upload of 0 bytes is so finished by the
	// first Upload or Append. With ErrLocked the fields fixed by Create are
	// given, so that the owner can be checked.
	Upload(ctx context.Context, id string) (Upload, error)

	// Append adds the part's bytes, up to the declared size of the whole, and
	// returns how the upload then stands, with errors too.
	//
	// ErrOffset: the upload stands elsewhere; nothing of the part is kept.
	// ErrLocked: another Append is at it; where several servers share a backing,
	// one that loses to another server's may read its part and be told ErrOffset
	// instead. Of several, one wins. Without a Sum, what arrived before an error of the
	// body or of ctx is kept and durable; a body that ends early is no error.
	// With a Sum the part is kept whole or not at all: ErrChunkChecksum when it
	// differs.
	//
	// The Append that brings the last byte checks the whole and makes the object;
	// ErrChecksum then discards the upload. An Append at the end of a finished
	// upload does nothing and succeeds.
	Append(ctx context.Context, id string, part Part) (Upload, error)

	// Abort forgets an upload and its bytes; an object it became stays. An Append
	// of another server's that is under way belongs to nothing from then on.
	Abort(ctx context.Context, id string) error

	// Expire forgets every upload, finished or not, with Expires ≤ now (Unix ms)
	// and returns how many. One in use is left for the next time.
	Expire(ctx context.Context, now int64) (int, error)
}

// Check returns ErrBlobInvalid unless the fields fixed by Create are sound.
func (u Upload) Check() error {
	switch {
	case !ValidUploadID(u.ID):
		return fmt.Errorf("upload id: %w", ErrBlobInvalid)
	case !u.Digest.Valid():
		return fmt.Errorf("upload digest: %w", ErrBlobInvalid)
	case u.Size < 0:
		return fmt.Errorf("upload size: %w", ErrBlobInvalid)
	case len(u.Type) > 255 || len(u.User) > 255 || len(u.Device) > 255:
		return fmt.Errorf("upload type or owner too long: %w", ErrBlobInvalid)
	}
	return nil
}

// ValidUploadID reports whether the id is 1 to 64 letters, digits, "-" or "_":
// safe as a file name and as an object key.
func ValidUploadID(id string) bool {
	if len(id) < 1 || len(id) > 64 {
		return false
	}
	for i := 0; i < len(id); i++ {
		c := id[i]
		if !(c >= '0' && c <= '9' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c == '-' || c == '_') {
			return false
		}
	}
	return true
}
