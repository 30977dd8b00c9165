package storage

import (
	"context"
	"errors"

	"zoufang"
)

// Errors of the ports.
var (
	ErrNotFound = errors.New("not found")
	ErrUsed     = errors.New("used")
	ErrExpired  = errors.New("expired")
	ErrTaken    = errors.New("taken")

	// ErrTooLarge is of an update that writes more than the store takes in one
	// step, now and later: do it in several.
	ErrTooLarge = errors.New("too large to be stored in one step")
)

// Accounts keeps people, phones, enrolment codes, staff sessions, API tokens and keys. Each
// method is one durable step of its own. What one is given to tell is appended to the
// account log in that very step: what is done is told, and what cannot be told is
// not done.
type Accounts interface {
	// User reads a user; ErrNotFound.
	User(ctx context.Context, id zoufang.UserID) (*zoufang.User, error)
	// UserByLogin finds a user by log-in name, case ignored; ErrNotFound.
	UserByLogin(ctx context.Context, login string) (*zoufang.User, error)
	// Users lists all users by id.
	Users(ctx context.Context) ([]zoufang.User, error)
	// PutUser adds a user or writes it anew; ErrTaken if another has the log-in. A
	// user written anew follows the former one (zoufang.User.Follow).
	PutUser(ctx context.Context, u zoufang.User, tell ...Tell) error
	// ChangeUser writes a user as f leaves it, in one step with reading it, and
	// returns it; ErrNotFound; ErrTaken as PutUser. f may be run more than once. An
	// error of f's is returned and nothing written. The user follows the former one.
	ChangeUser(ctx context.Context, id zoufang.UserID, f func(*zoufang.User) error, tell ...Tell) (*zoufang.User, error)

	// Device reads a device with its user in one step; ErrNotFound.
	Device(ctx context.Context, id zoufang.DeviceID) (*zoufang.Device, *zoufang.User, error)
	// Devices lists all devices, first enrolled first.
	Devices(ctx context.Context) ([]zoufang.Device, error)
	// Revoke marks a device at a time in Unix ms; the first mark stays, and is told;
	// ErrNotFound.
	Revoke(ctx context.Context, id zoufang.DeviceID, at int64, tell ...Tell) error
	// Touch notes when a device was seen, Unix ms. It may be lost.
	Touch(ctx context.Context, id zoufang.DeviceID, at int64) error

	// AddCode stores an enrolment code by its hash.
	AddCode(ctx context.Context, c Code, tell ...Tell) error
	// Code reads an enrolment code that was issued, whatever became of it;
	// ErrNotFound. It takes nothing from writers, whoever guesses.
	Code(ctx context.Context, hash string) (*Code, error)
	// UseCode spends a code on a device, adding the device for the code's user in
	// the same step, and returns it. The same public key asking again before the
	// code expires gets the device it got; another key ErrUsed; after its time
	// ErrExpired (ErrUsed if it was spent); ErrNotFound for a code never issued. A
	// device that is new is told.
	UseCode(ctx context.Context, hash string, now int64, d zoufang.Device, tell ...Tell) (*zoufang.Device, error)

	// Keys lists the secrets of a purpose, newest first.
	Keys(ctx context.Context, purpose string) ([]Key, error)
	// AddKey stores a secret unless the purpose has one of this id.
	AddKey(ctx context.Context, k Key) error

	// Session reads a staff sign-in; ErrNotFound.
	Session(ctx context.Context, id string) (*Session, error)
	// AddSession adds a sign-in under a new id.
	AddSession(ctx context.Context, s Session, tell ...Tell) error
	// TurnSession writes a sign-in anew if it is there and its Hash is still was;
	// else ErrNotFound. One that was ended so stays ended.
	TurnSession(ctx context.Context, was string, s Session) error
	// DropSession ends a sign-in; again is no error, and is not told.
	DropSession(ctx context.Context, id string, tell ...Tell) error

	// AddToken adds an API token under a new id.
	AddToken(ctx context.Context, t Token, tell ...Tell) error
	// Token reads an API token with its user as they are now, in one step; ErrNotFound.
	// Who was revoked or changed elsewhere is so within 5 s.
	Token(ctx context.Context, id string) (*Token, *zoufang.User, error)
	// Tokens lists all API tokens, first added first.
	Tokens(ctx context.Context) ([]Token, error)
	// RevokeToken marks a token at a time in Unix ms; the first mark stays, and is
	// told; ErrNotFound. A token is never forgotten, so that no later backup has it
	// live.
	RevokeToken(ctx context.Context, id string, at int64, tell ...Tell) error
	// UseToken notes when a token was used, Unix ms, where that is UsedExact or more
	// after what is noted; only then it is told. ErrNotFound.
	UseToken(ctx context.Context, id string, at int64, tell ...Tell) error
}

// Code is a one-time enrolment code, kept as a hash.
type Code struct {
	Hash    string // hex SHA-256 of the code
	User    zoufang.UserID
	Expires int64 // Unix ms
}

// Key is a secret of the server's own.
type Key struct {
	ID      string
	Purpose string
	Secret  []byte
	Created int64 // Unix ms
}

// UsedExact is how far a token's Used may lag, ms.
const UsedExact = 60 * 60 * 1000

// Token lets a program act for a person by the API: with the rights they have at the
// time of use, narrowed by what is not empty here.
type Token struct {
	ID      string
	User    zoufang.UserID
	Hash    string // hex SHA-256 of the secret
	Added   int64  // Unix ms
	Expires int64  // Unix ms
	Read    bool   // it writes nothing
	Kinds   []string
	Areas   []zoufang.AreaID // each with all below it
	Revoked int64            // Unix ms, 0 while live
	Used    int64            // Unix ms of the last use, exact to UsedExact; 0 for none
}

// Session is a staff sign-in; the refresh token rotates with each use.
type Session struct {
	ID      string
	User    zoufang.UserID
	Hash    string // hex SHA-256 of the refresh token
	Was     string // of the one before it, "" if there was none
	Turned  int64  // when it took that one's place, Unix ms
	Expires int64  // Unix ms
}
