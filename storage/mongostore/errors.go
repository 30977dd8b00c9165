package mongostore

import (
	"context"
	"errors"
	"fmt"

	"go.mongodb.org/mongo-driver/v2/mongo"

	"zoufang/storage"
)

// Codes of the server that are told apart.
const (
	codeTooOld          = 239 // SnapshotTooOld
	codeTxnTooOld       = 225 // TransactionTooOld
	codeNoSuchTxn       = 251
	codeAuthFailed      = 18
	codeUnauthorized    = 13
	codeWriteConflict   = 112
	codeLockTimeout     = 24
	codeInvalidDocument = 121 // its message quotes the document
)

// Labels the driver and the server put on errors.
const (
	labelTransient = "TransientTransactionError"
	labelUnknown   = "UnknownTransactionCommitResult"
)

// told is an error whose text is safe to log: the server's own quotes the values
// that collided, which may be somebody's log-in name.
type told struct {
	text  string
	cause error
}

func (t told) Error() string { return t.text }
func (t told) Unwrap() error { return t.cause }

// wrap says what failed. Failures that pass by themselves are storage.Passing.
func wrap(what string, err error) error {
	if err == nil {
		return nil
	}
	var plain mongo.ServerError
	switch {
	case errors.Is(err, context.Canceled), errors.Is(err, errOwn):
		return err
	case mongo.IsDuplicateKeyError(err):
		err = told{"storage: " + what + ": a key is there twice", err}
	case errors.As(err, &plain) && plain.HasErrorCode(codeInvalidDocument):
		err = told{"storage: " + what + ": MongoDB refuses the document", err}
	case errors.As(err, &plain) && plain.HasErrorCode(codeAuthFailed):
		err = told{"storage: " + what + ": MongoDB refuses the user or the password", err}
	default:
		err = fmt.Errorf("storage: %s: %w", what, err)
	}
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

// again reports whether a transaction that failed so may be run once more at once.
func again(err error) bool {
	var labelled mongo.LabeledError
	if errors.As(err, &labelled) && (labelled.HasErrorLabel(labelTransient) || labelled.HasErrorLabel(labelUnknown)) {
		return true
	}
	var server mongo.ServerError
	if errors.As(err, &server) && (server.HasErrorCode(codeWriteConflict) || server.HasErrorCode(codeNoSuchTxn) || server.HasErrorCode(codeLockTimeout)) {
		return true
	}
	return mongo.IsNetworkError(err)
}

// passes reports whether the failure is one of the moment.
func passes(err error) bool {
	return again(err) || mongo.IsTimeout(err) || errors.Is(err, context.DeadlineExceeded) || errors.Is(err, mongo.ErrClientDisconnected)
}
