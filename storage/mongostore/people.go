package mongostore

import (
	"context"
	"errors"
	"strings"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/mongo"
	"go.mongodb.org/mongo-driver/v2/mongo/options"

	"zoufang"
	"zoufang/storage"
)

// soon bounds a statement outside transactions.
const soon = 15 * time.Second

func byID(id string) bson.D { return bson.D{{Key: "_id", Value: id}} }

// one reads one document; ErrNotFound.
func one[T any](ctx context.Context, c *mongo.Collection, what string, filter bson.D) (*T, error) {
	ctx, cancel := context.WithTimeout(ctx, soon)
	defer cancel()
	doc := new(T)
	err := c.FindOne(ctx, filter).Decode(doc)
	if errors.Is(err, mongo.ErrNoDocuments) {
		return nil, storage.ErrNotFound
	}
	if err != nil {
		return nil, wrap(what, err)
	}
	return doc, nil
}

// all reads every document, in the order asked for.
func all[T any](ctx context.Context, c *mongo.Collection, what string, filter, sort bson.D) ([]T, error) {
	cur, err := c.Find(ctx, filter, options.Find().SetSort(sort))
	if err != nil {
		return nil, wrap(what, err)
	}
	var docs []T
	err = cur.All(ctx, &docs)
	return docs, wrap(what, err)
}

func (s *Store) User(ctx context.Context, id zoufang.UserID) (*zoufang.User, error) {
	return s.userWhere(ctx, byID(string(id)))
}

func (s *Store) UserByLogin(ctx context.Context, login string) (*zoufang.User, error) {
	if login == "" {
		return nil, storage.ErrNotFound
	}
	return s.userWhere(ctx, hasLogin(login))
}

func hasLogin(login string) bson.D {
	return bson.D{{Key: "login", Value: strings.ToLower(login)}}
}

func (s *Store) userWhere(ctx context.Context, filter bson.D) (*zoufang.User, error) {
	d, err := one[userDoc](ctx, s.db.Collection(colUsers), "user", filter)
	if err != nil {
		return nil, err
	}
	u, err := d.user(s.sealer)
	return u, wrap("user", err)
}

func (s *Store) Users(ctx context.Context) ([]zoufang.User, error) {
	docs, err := all[userDoc](ctx, s.db.Collection(colUsers), "users", bson.D{}, up("_id"))
	if err != nil {
		return nil, err
	}
	out := make([]zoufang.User, len(docs))
	for i := range docs {
		u, err := docs[i].user(s.sealer)
		if err != nil {
			return nil, wrap("users", err)
		}
		out[i] = *u
	}
	return out, nil
}

func (s *Store) PutUser(ctx context.Context, u zoufang.User, tell ...storage.Tell) error {
	defer s.devices.forget()
	return s.transact(ctx, func(ctx context.Context) error {
		is := u
		was, err := s.User(ctx, u.ID)
		switch {
		case err == nil:
			is.Follow(was)
		case !errors.Is(err, storage.ErrNotFound):
			return err
		}
		if err := s.putUser(ctx, is); err != nil {
			return err
		}
		return s.note(ctx, tell, was, &is)
	})
}

// ChangeUser implements storage.Accounts. Where it is unknown whether a change was
// stored, f runs on what it may have left.
func (s *Store) ChangeUser(ctx context.Context, id zoufang.UserID, f func(*zoufang.User) error, tell ...storage.Tell) (*zoufang.User, error) {
	defer s.devices.forget()
	var u *zoufang.User
	err := s.transact(ctx, func(ctx context.Context) (err error) {
		if u, err = s.User(ctx, id); err != nil {
			return err
		}
		was := copyOf(u)
		if err := f(u); err != nil {
			return ofCaller{err}
		}
		u.ID = id
		u.Follow(was)
		if err := s.putUser(ctx, *u); err != nil {
			return err
		}
		return s.note(ctx, tell, was, u)
	})
	if caller, ok := err.(ofCaller); ok {
		err = caller.error
	}
	if err != nil {
		return nil, err
	}
	return u, nil
}

// ofCaller is an error of a caller's function. Whatever it is, it is not tried again.
type ofCaller struct{ error }

// putUser writes a user, in the transaction that ctx is of.
func (s *Store) putUser(ctx context.Context, u zoufang.User) error {
	d, err := newUserDoc(s.sealer, u)
	if err != nil {
		return wrap("put user", err)
	}
	users := s.db.Collection(colUsers)
	if d.Login != "" {
		has, err := one[userDoc](ctx, users, "put user", hasLogin(d.Login))
		if err == nil && has.ID != d.ID {
			return storage.ErrTaken
		}
		if err != nil && !errors.Is(err, storage.ErrNotFound) {
			return err
		}
	}
	_, err = users.ReplaceOne(ctx, byID(d.ID), d, options.Replace().SetUpsert(true))
	if mongo.IsDuplicateKeyError(err) { // of the log-in, taken meanwhile: the next look finds it
		return errAgain
	}
	if err != nil {
		return wrap("put user", err)
	}
	return s.bumpPeople(ctx)
}
