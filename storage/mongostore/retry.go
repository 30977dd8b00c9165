package mongostore

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"time"

	"go.mongodb.org/mongo-driver/v2/mongo"
	"go.mongodb.org/mongo-driver/v2/mongo/options"
	"go.mongodb.org/mongo-driver/v2/mongo/readconcern"

	"zoufang/storage"
)

// patience bounds how long what collided or found no server is tried again.
const patience = 10 * time.Second

// The first and the longest pause between two tries; each is drawn from the half
// of it to the whole.
const (
	firstPause = 2 * time.Millisecond
	lastPause  = 50 * time.Millisecond
)

// tries counts the tries of one piece of work.
type tries struct {
	since time.Time
	pause time.Duration
	last  time.Duration // the longest; 0: lastPause
}

// long reports whether tries have been made for so long that something is wrong.
func (t *tries) long() bool { return !t.since.IsZero() && time.Since(t.since) > lookAfter }

// wait pauses before the next try; where there is none, it says why.
func (t *tries) wait(ctx context.Context, why error) error {
	if t.since.IsZero() {
		t.since, t.pause = time.Now(), firstPause
	}
	if time.Since(t.since) > patience {
		return storage.Passing(fmt.Errorf("storage: given up after %v: %w", patience, safe(why)))
	}
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-time.After(t.pause/2 + rand.N(t.pause/2)):
	}
	t.pause = min(2*t.pause, cmp.Or(t.last, lastPause))
	return nil
}

// snapshotTxn are the options of every transaction: what it reads is on a majority
// and of one moment. Write concern and read preference are the client's.
func snapshotTxn() *options.TransactionOptionsBuilder {
	return options.Transaction().SetReadConcern(readconcern.Snapshot())
}

// transact runs f in a transaction of its own and commits it; what f does with its
// ctx is all stored or not at all. f runs again where the transaction collided, or
// where it is unknown whether it was stored: it must then find what it stored. An
// error of f's is returned, errAgain apart.
func (s *Store) transact(ctx context.Context, f func(ctx context.Context) error) error {
	ctx, cancel := context.WithTimeout(ctx, 2*patience)
	defer cancel()
	var t tries
	for {
		err := s.once(ctx, f)
		if err == nil || !again(err) && !errors.Is(err, errAgain) {
			return err
		}
		if t.long() {
			s.bury(true)
		}
		if err := t.wait(ctx, err); err != nil {
			return err
		}
	}
}

// errAgain, returned by a transaction's function, begins it again.
var errAgain = errors.New("another was first")

func (s *Store) once(ctx context.Context, f func(ctx context.Context) error) error {
	session, back, err := s.borrow(ctx)
	if err != nil {
		return wrap("begin", err)
	}
	defer back()
	if err := session.StartTransaction(snapshotTxn()); err != nil {
		return wrap("begin", err)
	}
	if err := f(mongo.NewSessionContext(ctx, session)); err != nil {
		return err // back aborts
	}
	if err := s.fault(false); err != nil {
		return fmt.Errorf("storage: commit: %w", err)
	}
	// From here on the answer is waited for, whether or not somebody still asks.
	if err := commit(context.WithoutCancel(ctx), session); err != nil {
		return wrap("commit", err)
	}
	if err := s.fault(true); err != nil {
		return fmt.Errorf("storage: commit: %w", err)
	}
	return nil
}

// commit asks again while it is unknown whether the transaction is stored.
func commit(ctx context.Context, session *mongo.Session) error {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	for try := 0; ; try++ {
		err := session.CommitTransaction(ctx)
		if err == nil || !unknown(err) || try == 4 || ctx.Err() != nil {
			return err
		}
	}
}

// unknown reports whether it is open what became of a commit: also where it was
// interrupted by hand, or the server itself ran out of time.
func unknown(err error) bool {
	return hasLabel(err, labelUnknown) || hasCode(err, codeInterrupted) || slow(err)
}
