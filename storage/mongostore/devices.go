package mongostore

import (
	"context"
	"errors"

	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/mongo/options"
	"go.mongodb.org/mongo-driver/v2/mongo/writeconcern"

	"zoufang"
	"zoufang/storage"
)

// Device implements storage.Accounts. What it gives may be 2 s old where another
// copy of the program changed it, so that a revocation reaches all copies well
// within the 5 s that are promised; what this copy changed it gives at once.
func (s *Store) Device(ctx context.Context, id zoufang.DeviceID) (*zoufang.Device, *zoufang.User, error) {
	if d, u := s.devices.find(id); d != nil {
		return d, u, nil
	}
	asked := s.devices.ask()
	doc, err := one[deviceDoc](ctx, s.db.Collection(colDevices), "device", byID(string(id)))
	if err != nil {
		return nil, nil, err
	}
	u, err := s.User(ctx, zoufang.UserID(doc.User))
	if err != nil {
		return nil, nil, err
	}
	d := doc.device()
	s.devices.keep(asked, &d, u)
	return &d, u, nil
}

func (s *Store) Devices(ctx context.Context) ([]zoufang.Device, error) {
	docs, err := all[deviceDoc](ctx, s.db.Collection(colDevices), "devices", bson.D{}, up("enrolled", "_id"))
	if err != nil {
		return nil, err
	}
	out := make([]zoufang.Device, len(docs))
	for i := range docs {
		out[i] = docs[i].device()
	}
	return out, nil
}

func (s *Store) Revoke(ctx context.Context, id zoufang.DeviceID, at int64, tell ...storage.Tell) error {
	devices := s.db.Collection(colDevices)
	err := s.transact(ctx, func(ctx context.Context) error {
		d, err := one[deviceDoc](ctx, devices, "revoke", byID(string(id)))
		if err != nil || d.Revoked != 0 {
			return err
		}
		_, err = devices.UpdateOne(ctx, byID(string(id)), bson.D{{Key: "$set", Value: bson.D{{Key: "revoked", Value: at}}}})
		if err != nil {
			return wrap("revoke", err)
		}
		if err := s.noteOf(ctx, tell, zoufang.UserID(d.User)); err != nil {
			return err
		}
		return s.bumpPeople(ctx)
	})
	s.devices.forget()
	return err
}

// seenExact is how far a device's Seen may lag, ms: each step costs a commit.
const seenExact = 60_000

// Touch implements storage.Accounts. It waits for one member alone.
func (s *Store) Touch(ctx context.Context, id zoufang.DeviceID, at int64) error {
	s.devices.saw(id, at)
	ctx, cancel := context.WithTimeout(ctx, soon)
	defer cancel()
	c := s.db.Collection(colDevices, options.Collection().SetWriteConcern(writeconcern.W1()))
	_, err := c.UpdateOne(ctx,
		bson.D{{Key: "_id", Value: string(id)}, {Key: "seen", Value: bson.D{{Key: "$lte", Value: at - seenExact}}}},
		bson.D{{Key: "$max", Value: bson.D{{Key: "seen", Value: at}}}})
	return wrap("touch", err)
}

func (s *Store) AddCode(ctx context.Context, c storage.Code, tell ...storage.Tell) error {
	return s.inOne(ctx, tell, func(ctx context.Context) (zoufang.UserID, error) {
		_, err := s.db.Collection(colCodes).InsertOne(ctx, codeDoc{Hash: c.Hash, User: string(c.User), Expires: c.Expires})
		return c.User, wrap("add code", err)
	})
}

// Code implements storage.Accounts.
func (s *Store) Code(ctx context.Context, hash string) (*storage.Code, error) {
	d, err := one[codeDoc](ctx, s.db.Collection(colCodes), "code", byID(hash))
	if err != nil {
		return nil, err
	}
	return &storage.Code{Hash: hash, User: zoufang.UserID(d.User), Expires: d.Expires}, nil
}

func (s *Store) UseCode(ctx context.Context, hash string, now int64, d zoufang.Device, tell ...storage.Tell) (*zoufang.Device, error) {
	var got zoufang.Device
	codes, devices := s.db.Collection(colCodes), s.db.Collection(colDevices)
	err := s.transact(ctx, func(ctx context.Context) error {
		code, err := one[codeDoc](ctx, codes, "use code", byID(hash))
		if err != nil {
			return err
		}
		expired := now >= code.Expires
		if code.Device != "" {
			had, err := one[deviceDoc](ctx, devices, "use code", byID(code.Device))
			if errors.Is(err, storage.ErrNotFound) {
				return storage.ErrUsed
			}
			if err != nil {
				return err
			}
			if got = had.device(); expired || got.X != d.X || got.Y != d.Y {
				return storage.ErrUsed
			}
			return nil
		}
		if expired {
			return storage.ErrExpired
		}
		got = d
		got.User = zoufang.UserID(code.User)
		if _, err := devices.InsertOne(ctx, newDeviceDoc(got)); err != nil {
			return wrap("use code", err)
		}
		_, err = codes.UpdateOne(ctx, byID(hash), bson.D{{Key: "$set", Value: bson.D{{Key: "device", Value: string(got.ID)}}}})
		if err != nil {
			return wrap("use code", err)
		}
		if err := s.noteOf(ctx, tell, got.User); err != nil {
			return err
		}
		return s.bumpPeople(ctx)
	})
	s.devices.forget()
	if err != nil {
		return nil, err
	}
	return &got, nil
}
