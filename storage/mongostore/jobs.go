package mongostore

import (
	"context"
	"errors"

	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/mongo"
	"go.mongodb.org/mongo-driver/v2/mongo/options"

	"zoufang/storage"
)

type jobDoc struct {
	ID      string `bson:"_id"`
	User    string `bson:"user"`
	Created int64  `bson:"created"`
	Due     int64  `bson:"due,omitempty"` // not there: nobody may take it as it stands
	Data    []byte `bson:"data"`          // sealed
}

type jobPartDoc struct {
	ID   string `bson:"_id"` // the job's, a slash, the name
	Job  string `bson:"job"`
	Data []byte `bson:"data"` // sealed
}

func (s *Store) jobs(ctx context.Context, filter, order bson.D, limit int) ([]storage.Job, error) {
	cur, err := s.db.Collection(colJobs).Find(ctx, filter, options.Find().SetSort(order).SetLimit(int64(limit)))
	if err != nil {
		return nil, wrap("jobs", err)
	}
	var docs []jobDoc
	if err := cur.All(ctx, &docs); err != nil {
		return nil, wrap("jobs", err)
	}
	out := make([]storage.Job, len(docs))
	for i, d := range docs {
		if out[i], err = storage.OpenJob(s.sealer, d.ID, d.Data); err != nil {
			return nil, wrap("jobs", err)
		}
	}
	return out, nil
}

func (s *Store) job(ctx context.Context, id string) (*storage.Job, error) {
	found, err := s.jobs(ctx, byID(id), up("_id"), 1)
	if err == nil && len(found) == 0 {
		err = storage.ErrNotFound
	}
	if err != nil {
		return nil, err
	}
	return &found[0], nil
}

// putJob writes a job in the transaction of ctx.
func (s *Store) putJob(ctx context.Context, j storage.Job) error {
	data, err := storage.SealJob(s.sealer, j)
	if err != nil {
		return err
	}
	d := jobDoc{j.ID, string(j.User), j.Created, j.Due(), data}
	_, err = s.db.Collection(colJobs).ReplaceOne(ctx, byID(j.ID), d, options.Replace().SetUpsert(true))
	return wrap("put a job", err)
}

// AddJob implements storage.Jobs.
func (s *Store) AddJob(ctx context.Context, j storage.Job, bound func([]storage.Job) error) error {
	return s.transact(ctx, func(ctx context.Context) error {
		if _, err := s.readMeta(ctx); err != nil {
			return err
		}
		mine, err := s.jobs(ctx, bson.D{{Key: "user", Value: string(j.User)}}, up("created", "_id"), 0)
		if err == nil {
			err = bound(mine)
		}
		if err != nil {
			return err
		}
		return s.putJob(ctx, j)
	})
}

// Job implements storage.Jobs.
func (s *Store) Job(ctx context.Context, id string) (*storage.Job, error) {
	ctx, cancel := context.WithTimeout(ctx, soon)
	defer cancel()
	return s.job(ctx, id)
}

// ListJobs implements storage.Jobs.
func (s *Store) ListJobs(ctx context.Context, q storage.JobQuery) ([]storage.Job, error) {
	ctx, cancel := context.WithTimeout(ctx, soon)
	defer cancel()
	switch {
	case q.User != "":
		return s.jobs(ctx, bson.D{{Key: "user", Value: string(q.User)}}, up("created", "_id"), q.Limit)
	case q.Due != 0:
		return s.jobs(ctx, bson.D{{Key: "due", Value: bson.D{{Key: "$gt", Value: int64(0)}, {Key: "$lte", Value: q.Due}}}}, up("due", "created", "_id"), q.Limit)
	}
	return s.jobs(ctx, bson.D{{Key: "created", Value: bson.D{{Key: "$lt", Value: q.Before}}}}, up("created", "_id"), q.Limit)
}

// ChangeJob implements storage.Jobs.
func (s *Store) ChangeJob(ctx context.Context, id string, f func(*storage.Job) ([]storage.JobPart, error)) (*storage.Job, error) {
	var out *storage.Job
	err := s.transact(ctx, func(ctx context.Context) error {
		j, err := s.job(ctx, id)
		if err != nil {
			return err
		}
		parts, err := f(j)
		if err != nil {
			return err
		}
		for _, p := range parts {
			data, err := storage.SealJobPart(s.sealer, id, p)
			if err != nil {
				return err
			}
			d := jobPartDoc{id + "/" + p.Name, id, data}
			if _, err := s.db.Collection(colJobParts).ReplaceOne(ctx, byID(d.ID), d, options.Replace().SetUpsert(true)); err != nil {
				return wrap("put a part of a job", err)
			}
		}
		out = j
		return s.putJob(ctx, *j)
	})
	if err != nil {
		return nil, err
	}
	return out, nil
}

// JobPart implements storage.Jobs.
func (s *Store) JobPart(ctx context.Context, id, name string) ([]byte, error) {
	ctx, cancel := context.WithTimeout(ctx, soon)
	defer cancel()
	var d jobPartDoc
	err := s.db.Collection(colJobParts).FindOne(ctx, byID(id+"/"+name)).Decode(&d)
	switch {
	case errors.Is(err, mongo.ErrNoDocuments):
		return nil, storage.ErrNotFound
	case err != nil:
		return nil, wrap("a part of a job", err)
	}
	return storage.OpenJobPart(s.sealer, id, name, d.Data)
}

// DropJob implements storage.Jobs.
func (s *Store) DropJob(ctx context.Context, id string) error {
	ctx, cancel := context.WithTimeout(ctx, 2*patience)
	defer cancel()
	if _, err := s.db.Collection(colJobParts).DeleteMany(ctx, bson.D{{Key: "job", Value: id}}); err != nil {
		return wrap("drop parts of a job", err)
	}
	_, err := s.db.Collection(colJobs).DeleteOne(ctx, byID(id))
	return wrap("drop a job", err)
}
