package mongostore

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"go.mongodb.org/mongo-driver/v2/mongo"
	"go.mongodb.org/mongo-driver/v2/x/mongo/driver"
)

// TestCodes: which failures of a server pass, and that nothing it quotes is told.
func TestCodes(t *testing.T) {
	const said = `not authorized on zoufang to execute command { find: "users", filter: { login: "wang.xiaoming" } }`
	for code, want := range map[int32]struct{ again, passes bool }{
		10107: {true, true}, 189: {true, true}, 91: {true, true}, 11600: {true, true}, 11602: {true, true}, 13436: {true, true},
		112: {true, true}, 251: {true, true}, 11601: {false, true}, 262: {false, true}, 290: {false, true}, 50: {false, true},
		64: {false, true}, 225: {false, true}, 134: {false, true}, 133: {false, true}, 462: {false, true}, 14031: {false, true},
		388: {}, 313: {}, 13: {}, 18: {}, 121: {}, 2: {},
	} {
		for _, err := range []error{
			mongo.CommandError{Code: code, Name: "N", Message: said},
			mongo.WriteException{WriteErrors: mongo.WriteErrors{{Code: int(code), Message: said}}},
			mongo.WriteException{WriteConcernError: &mongo.WriteConcernError{Code: int(code), Name: "N", Message: said}},
			mongo.BulkWriteException{WriteErrors: []mongo.BulkWriteError{{WriteError: mongo.WriteError{Code: int(code), Message: said}}}},
		} {
			told := wrap("user", err)
			if again(told) != want.again || passing(told) != want.passes || tooLarge(told) != (code == 388 || code == 313) {
				t.Errorf("%T %d: again %v, passes %v", err, code, again(told), passing(told))
			}
			var tries tries
			tries.since = tries.since.AddDate(1, 0, 0)
			for _, e := range []error{told, wrap("more", told), tries.wait(bg, err)} {
				if e == nil || strings.Contains(e.Error(), "wang") || !errors.As(e, new(mongo.ServerError)) {
					t.Errorf("told %v", e)
				}
			}
		}
	}
	if err := wrap("x", mongo.CommandError{Code: 99999, Labels: []string{labelRetryable}}); !passing(err) || again(err) {
		t.Error("what the server calls retryable does not pass")
	}
	if !unknown(mongo.CommandError{Code: codeInterrupted}) || unknown(mongo.CommandError{Code: 112}) {
		t.Error("unknown")
	}
}

// cut stands for the driver's error to whoever waits for a connection while it
// gives up those it has: it cannot be made from outside.
type cut struct{}

func (cut) Error() string   { return "connection pool was cleared" }
func (cut) Retryable() bool { return true }

var _ driver.RetryablePoolError = cut{}

func TestAWaitForAConnectionThatEnds(t *testing.T) {
	if err := wrap("x", fmt.Errorf("begin: %w", cut{})); !passing(err) || !again(err) {
		t.Errorf("%v: again %v, passes %v", err, again(err), passing(err))
	}
}
