package mongostore

import (
	"context"
	"errors"

	"go.mongodb.org/mongo-driver/v2/mongo"
	"go.mongodb.org/mongo-driver/v2/mongo/options"

	"zoufang"
	"zoufang/storage"
)

type shelfDoc struct {
	ID   string `bson:"_id"` // the area
	Data []byte `bson:"data"`
}

// Shelf implements storage.Shelves.
func (s *Store) Shelf(ctx context.Context, area zoufang.AreaID) (*storage.Shelf, error) {
	ctx, cancel := context.WithTimeout(ctx, soon)
	defer cancel()
	var d shelfDoc
	err := s.db.Collection(colShelves).FindOne(ctx, byID(string(area))).Decode(&d)
	if errors.Is(err, mongo.ErrNoDocuments) {
		return nil, nil
	}
	if err != nil {
		return nil, wrap("shelf", err)
	}
	return storage.OpenShelf(s.sealer, area, d.Data), nil
}

// PutShelf implements storage.Shelves.
func (s *Store) PutShelf(ctx context.Context, shelf storage.Shelf) error {
	data, err := storage.SealShelf(s.sealer, shelf)
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, soon)
	defer cancel()
	if len(data) > storage.MaxShelf {
		_, err = s.db.Collection(colShelves).DeleteOne(ctx, byID(string(shelf.Area)))
		return wrap("drop a shelf", err)
	}
	_, err = s.db.Collection(colShelves).ReplaceOne(ctx, byID(string(shelf.Area)), shelfDoc{string(shelf.Area), data}, options.Replace().SetUpsert(true))
	return wrap("put a shelf", err)
}
