package mongostore

import (
	"context"

	"go.mongodb.org/mongo-driver/v2/bson"

	"zoufang"
	"zoufang/storage"
)

type tokenDoc struct {
	ID      string           `bson:"_id"`
	User    string           `bson:"user"`
	Hash    string           `bson:"hash"`
	Added   int64            `bson:"added"`
	Expires int64            `bson:"expires"`
	Read    bool             `bson:"read"`
	Kinds   []string         `bson:"kinds,omitempty"`
	Areas   []zoufang.AreaID `bson:"areas,omitempty"`
	Revoked int64            `bson:"revoked"`
	Used    int64            `bson:"used"`
}

func newTokenDoc(t storage.Token) *tokenDoc {
	return &tokenDoc{t.ID, string(t.User), t.Hash, t.Added, t.Expires, t.Read, t.Kinds, t.Areas, t.Revoked, t.Used}
}

func (d *tokenDoc) token() storage.Token {
	return storage.Token{ID: d.ID, User: zoufang.UserID(d.User), Hash: d.Hash, Added: d.Added, Expires: d.Expires,
		Read: d.Read, Kinds: d.Kinds, Areas: d.Areas, Revoked: d.Revoked, Used: d.Used}
}

// AddToken implements storage.Accounts.
func (s *Store) AddToken(ctx context.Context, t storage.Token, tell ...storage.Tell) error {
	return s.inOne(ctx, tell, func(ctx context.Context) (zoufang.UserID, error) {
		_, err := s.db.Collection(colTokens).InsertOne(ctx, newTokenDoc(t))
		return t.User, wrap("add token", err)
	})
}

// Token implements storage.Accounts.
func (s *Store) Token(ctx context.Context, id string) (*storage.Token, *zoufang.User, error) {
	d, err := one[tokenDoc](ctx, s.db.Collection(colTokens), "token", byID(id))
	if err != nil {
		return nil, nil, err
	}
	t := d.token()
	u, err := s.User(ctx, t.User)
	if err != nil {
		return nil, nil, err
	}
	return &t, u, nil
}

// Tokens implements storage.Accounts.
func (s *Store) Tokens(ctx context.Context) ([]storage.Token, error) {
	docs, err := all[tokenDoc](ctx, s.db.Collection(colTokens), "tokens", bson.D{}, up("added", "_id"))
	if err != nil {
		return nil, err
	}
	out := make([]storage.Token, len(docs))
	for i := range docs {
		out[i] = docs[i].token()
	}
	return out, nil
}

// RevokeToken implements storage.Accounts.
func (s *Store) RevokeToken(ctx context.Context, id string, at int64, tell ...storage.Tell) error {
	return s.markToken(ctx, "revoke token", id, "revoked", at, func(d *tokenDoc) bool { return d.Revoked == 0 }, tell)
}

// UseToken implements storage.Accounts.
func (s *Store) UseToken(ctx context.Context, id string, at int64, tell ...storage.Tell) error {
	return s.markToken(ctx, "use token", id, "used", at, func(d *tokenDoc) bool { return at >= d.Used+storage.UsedExact }, tell)
}

// markToken sets a time of a token where that is news, and tells it then.
func (s *Store) markToken(ctx context.Context, what, id, field string, at int64, news func(*tokenDoc) bool, tell []storage.Tell) error {
	tokens := s.db.Collection(colTokens)
	return s.transact(ctx, func(ctx context.Context) error {
		d, err := one[tokenDoc](ctx, tokens, what, byID(id))
		if err != nil || !news(d) {
			return err
		}
		if _, err := tokens.UpdateOne(ctx, byID(id), bson.D{{Key: "$set", Value: bson.D{{Key: field, Value: at}}}}); err != nil {
			return wrap(what, err)
		}
		return s.noteOf(ctx, tell, zoufang.UserID(d.User))
	})
}
