package mongostore

import (
	"context"
	"time"

	"go.mongodb.org/mongo-driver/v2/mongo"
)

// borrow lends a session to write by, when one is free; back takes it again and
// ends what was left open. A session lives as long as the store: the next
// transaction of a session ends one before it that the server still holds open
// because a reply was lost.
func (s *Store) borrow(ctx context.Context) (session *mongo.Session, back func(), err error) {
	k := &s.sessions
	if err := s.slot(ctx); err != nil {
		return nil, nil, err
	}
	k.mu.Lock()
	k.used = true
	if n := len(k.idle); n > 0 {
		session = k.idle[n-1]
		k.idle = k.idle[:n-1]
	}
	k.mu.Unlock()
	if session == nil {
		if session, err = s.client.StartSession(); err != nil {
			<-k.slots
			return nil, nil, err
		}
		k.mu.Lock()
		k.ids = append(k.ids, session.ID())
		k.mu.Unlock()
		err = s.beat(ctx)
	}
	back = func() {
		abort(session)
		k.mu.Lock()
		k.idle = append(k.idle, session)
		k.mu.Unlock()
		<-k.slots
	}
	if err != nil {
		back()
		return nil, nil, err
	}
	return session, back, nil
}

// slot waits until a session may be lent. While no primary is known all sessions
// wait for one: then it is no use to wait for a session.
func (s *Store) slot(ctx context.Context) error {
	for {
		if err := s.away.err(); err != nil {
			return err
		}
		select {
		case s.sessions.slots <- struct{}{}:
			return nil
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(beatEvery / 4):
		}
	}
}

// abort ends a session's transaction, if one is under way. What can't be told to
// the server ends there with the session's next.
func abort(session *mongo.Session) {
	if session.TransactionRunning() {
		ctx, cancel := context.WithTimeout(context.Background(), abortTime)
		defer cancel()
		session.AbortTransaction(ctx)
	}
}

const abortTime = 3 * time.Second
