package mongostore

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"go.mongodb.org/mongo-driver/v2/mongo"

	"zoufang/storage"
)

// Codes of the server that are told apart.
const (
	codeUnauthorized = 13
	codeAuthFailed   = 18
	codeInterrupted  = 11601
)

// Codes of a transaction that may be run again at once: it collided, or its server
// is no primary any more, and there soon is another.
var codesAgain = []int{
	112,   // WriteConflict
	24,    // LockTimeout
	251,   // NoSuchTransaction
	246,   // SnapshotUnavailable
	365,   // TemporarilyUnavailable
	10107, // NotWritablePrimary
	189,   // PrimarySteppedDown
	91,    // ShutdownInProgress
	11600, // InterruptedAtShutdown
	11602, // InterruptedDueToReplStateChange
	13435, // NotPrimaryNoSecondaryOk
	13436, // NotPrimaryOrSecondary
}

// Codes of what passes by itself, or when somebody sees to the server.
var codesPass = []int{
	codeInterrupted,
	50,    // MaxTimeMSExpired
	64,    // WriteConcernTimeout
	133,   // FailedToSatisfyReadPreference
	134,   // ReadConcernMajorityNotAvailableYet
	225,   // TransactionTooOld: the session has begun another
	239,   // SnapshotTooOld
	262,   // ExceededTimeLimit
	290,   // TransactionExceededLifetimeLimitSeconds
	462,   // IngressRequestRateLimitExceeded
	14031, // OutOfDiskSpace
}

// Codes of a reading whose snapshot is no longer there: NoSuchTransaction,
// SnapshotTooOld, TransactionTooOld, TransactionExceededLifetimeLimitSeconds.
var codesSnapshot = []int{251, 239, 225, 290}

// Codes of an update that took too long or too much: with others it may be one of
// them alone, and by itself it may be no better.
var (
	codesSlow  = []int{50, 262, 290}
	codesLarge = []int{
		313,   // TransactionTooLarge
		388,   // TransactionTooLargeForCache
		10334, // BSONObjectTooLarge
	}
)

// Labels the driver and the server put on errors.
const (
	labelTransient = "TransientTransactionError"
	labelUnknown   = "UnknownTransactionCommitResult"
	labelRetryable = "RetryableWriteError"
)

// told is an error whose text is safe to log. The server's own may quote what it
// was asked: the whole command where the user has no right to it, values that
// collide, the document that is refused. Of all of them only code and name stay.
type told struct {
	text  string
	cause error
}

func (t told) Error() string { return t.text }
func (t told) Unwrap() error { return t.cause }

// safe gives an error with a text that may be logged.
func safe(err error) error {
	var done told
	var server mongo.ServerError
	switch {
	case err == nil, errors.As(err, &done), errors.Is(err, errOwn), !errors.As(err, &server):
		return err
	case mongo.IsDuplicateKeyError(err):
		return told{"a key is there twice", err}
	case server.HasErrorCode(codeAuthFailed):
		return told{"MongoDB refuses the user or the password", err}
	}
	code, name := named(err)
	switch {
	case code == codeUnauthorized:
		return told{"MongoDB does not let this user do that (error 13, Unauthorized)", err}
	case code == 0 && mongo.IsNetworkError(err):
		return err // the driver's own: of the connection alone
	case name != "":
		return told{fmt.Sprintf("MongoDB error %d, %s", code, name), err}
	}
	return told{fmt.Sprintf("MongoDB error %d", code), err}
}

// named gives the code of a server's error and its name, where it has one.
func named(err error) (code int, name string) {
	var command mongo.CommandError
	var write mongo.WriteException
	var bulk mongo.BulkWriteException
	ofConcern := func(e *mongo.WriteConcernError) (int, string) {
		if e == nil {
			return 0, ""
		}
		return e.Code, e.Name
	}
	switch {
	case errors.As(err, &command):
		return int(command.Code), command.Name
	case errors.As(err, &write):
		if len(write.WriteErrors) > 0 {
			return write.WriteErrors[0].Code, ""
		}
		return ofConcern(write.WriteConcernError)
	case errors.As(err, &bulk):
		if len(bulk.WriteErrors) > 0 {
			return bulk.WriteErrors[0].Code, ""
		}
		return ofConcern(bulk.WriteConcernError)
	}
	return 0, ""
}

// wrap says what failed. Failures that pass by themselves are storage.Passing.
func wrap(what string, err error) error {
	if err == nil || errors.Is(err, context.Canceled) || errors.Is(err, errOwn) {
		return err
	}
	err = fmt.Errorf("storage: %s: %w", what, safe(err))
	if passes(err) {
		return storage.Passing(err)
	}
	return err
}

// errOwn marks errors with a text of this package alone, which needs no prefix and
// tells no secret.
var errOwn = errors.New("of this package")

type own string

func (o own) Error() string { return string(o) }

func (own) Is(target error) bool { return target == errOwn }

func hasLabel(err error, labels ...string) bool {
	var labelled mongo.LabeledError
	return errors.As(err, &labelled) && slices.ContainsFunc(labels, labelled.HasErrorLabel)
}

func hasCode(err error, codes ...int) bool {
	var server mongo.ServerError
	return errors.As(err, &server) && slices.ContainsFunc(codes, server.HasErrorCode)
}

// again reports whether a transaction that failed so may be run once more at once.
func again(err error) bool {
	return hasLabel(err, labelTransient, labelUnknown) || hasCode(err, codesAgain...) || mongo.IsNetworkError(err) || cleared(err)
}

// cleared reports whether the error is of a connection that was waited for while
// the driver gave up all it had to that server: nothing was sent. The driver labels
// it for those who ask later, and not for those who were waiting.
func cleared(err error) bool {
	var pool interface{ Retryable() bool }
	return errors.As(err, &pool) && pool.Retryable()
}

// passes reports whether the failure is one of the moment.
func passes(err error) bool {
	return again(err) || hasCode(err, codesPass...) || hasLabel(err, labelRetryable) || slow(err) || errors.Is(err, mongo.ErrClientDisconnected)
}

// slow reports whether the time for it ran out.
func slow(err error) bool {
	return mongo.IsTimeout(err) || errors.Is(err, context.DeadlineExceeded) || hasCode(err, codesSlow...)
}

func tooLarge(err error) bool { return hasCode(err, codesLarge...) }
