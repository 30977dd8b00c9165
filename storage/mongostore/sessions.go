package mongostore

import (
	"context"
	"errors"

	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/mongo"

	"zoufang"
	"zoufang/storage"
)

func (s *Store) Keys(ctx context.Context, purpose string) ([]storage.Key, error) {
	docs, err := all[keyDoc](ctx, s.db.Collection(colKeys), "keys", bson.D{{Key: "purpose", Value: purpose}},
		bson.D{{Key: "created", Value: -1}, {Key: "id", Value: -1}})
	if err != nil {
		return nil, err
	}
	out := make([]storage.Key, len(docs))
	for i := range docs {
		if out[i], err = docs[i].key(s.sealer); err != nil {
			return nil, wrap("keys", err)
		}
	}
	return out, nil
}

// AddKey implements storage.Accounts. All copies of the program that find no key
// may make one at once: the first of an id stays.
func (s *Store) AddKey(ctx context.Context, k storage.Key) error {
	d, err := newKeyDoc(s.sealer, k)
	if err != nil {
		return wrap("add key", err)
	}
	ctx, cancel := context.WithTimeout(ctx, soon)
	defer cancel()
	_, err = s.db.Collection(colKeys).InsertOne(ctx, d)
	if mongo.IsDuplicateKeyError(err) {
		return nil
	}
	return wrap("add key", err)
}

func (s *Store) Session(ctx context.Context, id string) (*storage.Session, error) {
	d, err := one[sessionDoc](ctx, s.db.Collection(colSessions), "session", byID(id))
	if err != nil {
		return nil, err
	}
	return d.session(), nil
}

func (s *Store) AddSession(ctx context.Context, n storage.Session, tell ...storage.Tell) error {
	return s.inOne(ctx, tell, func(ctx context.Context) (zoufang.UserID, error) {
		_, err := s.db.Collection(colSessions).InsertOne(ctx, newSessionDoc(n))
		return n.User, wrap("add session", err)
	})
}

func (s *Store) TurnSession(ctx context.Context, was string, n storage.Session) error {
	ctx, cancel := context.WithTimeout(ctx, soon)
	defer cancel()
	r, err := s.db.Collection(colSessions).ReplaceOne(ctx, bson.D{{Key: "_id", Value: n.ID}, {Key: "hash", Value: was}}, newSessionDoc(n))
	if err == nil && r.MatchedCount == 0 {
		return storage.ErrNotFound
	}
	return wrap("turn session", err)
}

func (s *Store) DropSession(ctx context.Context, id string, tell ...storage.Tell) error {
	return s.inOne(ctx, tell, func(ctx context.Context) (zoufang.UserID, error) {
		var d sessionDoc
		err := s.db.Collection(colSessions).FindOneAndDelete(ctx, byID(id)).Decode(&d)
		if errors.Is(err, mongo.ErrNoDocuments) {
			return "", nil
		}
		return zoufang.UserID(d.User), wrap("drop session", err)
	})
}

// inOne runs a statement on an account of its own, in one transaction with what it tells
// where it has any. The account "" is of a statement that changed nothing.
func (s *Store) inOne(ctx context.Context, tell []storage.Tell, f func(ctx context.Context) (zoufang.UserID, error)) error {
	if len(tell) == 0 {
		ctx, cancel := context.WithTimeout(ctx, soon)
		defer cancel()
		_, err := f(ctx)
		return err
	}
	return s.transact(ctx, func(ctx context.Context) error {
		id, err := f(ctx)
		if err != nil || id == "" {
			return err
		}
		return s.noteOf(ctx, tell, id)
	})
}
