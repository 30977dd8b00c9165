package minioblob

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"

	"github.com/minio/minio-go/v7"

	"zoufang/storage"
)

// errConflict: the condition of a write does not hold.
var errConflict = errors.New("object store: the object is there already or has changed")

// errNoParts: the parts of an object are no more, completed or aborted.
var errNoParts = storage.Passing(errors.New("object store: the parts of an object are gone"))

// failure says what went wrong in words that hold neither keys nor the names of
// objects, for those name media. What may pass by itself is marked so; ctx is
// the caller's, without our own limit of time.
func failure(ctx context.Context, err error) error {
	if err == nil {
		return nil
	}
	if over := ctx.Err(); over != nil {
		return over
	}
	var reply minio.ErrorResponse
	if !errors.As(err, &reply) {
		if errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) {
			return storage.Passing(errors.New("object store: no answer in time"))
		}
		var asked *url.Error // its text quotes the address of the object
		if errors.As(err, &asked) {
			err = asked.Err
		}
		return storage.Passing(fmt.Errorf("object store: %w", err))
	}
	said := fmt.Errorf("object store: %s (HTTP %d)", reply.Code, reply.StatusCode)
	switch {
	case reply.Code == minio.NoSuchKey:
		return storage.ErrNotFound
	case reply.Code == minio.NoSuchUpload, reply.Code == "InvalidPart": // the latter from a store that was killed at it
		return errNoParts
	case reply.StatusCode == http.StatusPreconditionFailed, reply.Code == "ConditionalRequestConflict",
		reply.Code == "InvalidRange": // we ask for ranges of what we looked at: it is shorter by now
		return errConflict
	case reply.StatusCode == http.StatusInsufficientStorage, reply.Code == "XMinioStorageFull", reply.Code == "QuotaExceeded":
		return storage.Passing(fmt.Errorf("%w: %w", storage.ErrFull, said))
	case reply.StatusCode >= 500, reply.StatusCode == http.StatusTooManyRequests, reply.StatusCode == http.StatusRequestTimeout,
		reply.Code == "RequestTimeout", reply.Code == "OperationAborted", reply.Code == "SlowDown":
		return storage.Passing(said)
	}
	return said
}

// says reports whether the store answered with one of these codes.
func says(err error, codes ...string) bool {
	var reply minio.ErrorResponse
	if !errors.As(err, &reply) {
		return false
	}
	for _, code := range codes {
		if reply.Code == code {
			return true
		}
	}
	return false
}
