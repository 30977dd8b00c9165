package sqlitestore

import (
	"context"

	"zoufang/storage"
)

func (v *view) jobs(where string, args ...any) (out []storage.Job, err error) {
	err = v.c.each("SELECT id, data FROM jobs WHERE "+where, func(row row) (bool, error) {
		j, err := storage.OpenJob(v.s.sealer, text(row[0]), blob(row[1]))
		out = append(out, j)
		return true, err
	}, args...)
	return out, v.wrap("jobs", err)
}

func (v *view) job(id string) (*storage.Job, error) {
	found, err := v.jobs("id = ?", id)
	if err == nil && len(found) == 0 {
		err = storage.ErrNotFound
	}
	if err != nil {
		return nil, err
	}
	return &found[0], nil
}

func (t *tx) putJob(j storage.Job) error {
	data, err := storage.SealJob(t.s.sealer, j)
	if err != nil {
		return err
	}
	_, err = t.exec("put a job", "INSERT OR REPLACE INTO jobs (id, user, created, due, data) VALUES (?, ?, ?, ?, ?)",
		j.ID, string(j.User), j.Created, j.Due(), data)
	return err
}

const jobsOf = "user = ? ORDER BY created, id"

// AddJob implements storage.Jobs.
func (s *Store) AddJob(ctx context.Context, j storage.Job, bound func([]storage.Job) error) error {
	return s.update(ctx, func(t *tx) error {
		mine, err := t.jobs(jobsOf, string(j.User))
		if err == nil {
			err = bound(mine)
		}
		if err != nil {
			return err
		}
		return t.putJob(j)
	})
}

// Job implements storage.Jobs.
func (s *Store) Job(ctx context.Context, id string) (j *storage.Job, err error) {
	err = s.readOne(ctx, func(v *view) error { j, err = v.job(id); return err })
	return j, err
}

// ListJobs implements storage.Jobs.
func (s *Store) ListJobs(ctx context.Context, q storage.JobQuery) (out []storage.Job, err error) {
	limit := int64(q.Limit)
	if limit == 0 {
		limit = -1
	}
	err = s.readOne(ctx, func(v *view) error {
		switch {
		case q.User != "":
			out, err = v.jobs(jobsOf+" LIMIT ?", string(q.User), limit)
		case q.Due != 0:
			out, err = v.jobs("due > 0 AND due <= ? ORDER BY due, created, id LIMIT ?", q.Due, limit)
		default:
			out, err = v.jobs("created < ? ORDER BY created, id LIMIT ?", q.Before, limit)
		}
		return err
	})
	return out, err
}

// ChangeJob implements storage.Jobs.
func (s *Store) ChangeJob(ctx context.Context, id string, f func(*storage.Job) ([]storage.JobPart, error)) (*storage.Job, error) {
	var out *storage.Job
	err := s.update(ctx, func(t *tx) error {
		j, err := t.job(id)
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
			if _, err := t.exec("put a part of a job", "INSERT OR REPLACE INTO job_parts (job, name, data) VALUES (?, ?, ?)", id, p.Name, data); err != nil {
				return err
			}
		}
		out = j
		return t.putJob(*j)
	})
	if err != nil {
		return nil, err
	}
	return out, nil
}

// JobPart implements storage.Jobs.
func (s *Store) JobPart(ctx context.Context, id, name string) (data []byte, err error) {
	err = s.readOne(ctx, func(v *view) error {
		row, err := v.c.one("SELECT data FROM job_parts WHERE job = ? AND name = ?", id, name)
		switch {
		case err != nil:
			return v.wrap("a part of a job", err)
		case row == nil:
			return storage.ErrNotFound
		}
		data, err = storage.OpenJobPart(s.sealer, id, name, blob(row[0]))
		return err
	})
	return data, err
}

// partsAtOnce is how many parts one step drops, so that nobody waits long for the writer.
const partsAtOnce = 64

// DropJob implements storage.Jobs.
func (s *Store) DropJob(ctx context.Context, id string) error {
	for {
		var dropped int64
		err := s.update(ctx, func(t *tx) (err error) {
			dropped, err = t.exec("drop parts of a job", "DELETE FROM job_parts WHERE job = ?1 AND name IN (SELECT name FROM job_parts WHERE job = ?1 LIMIT ?2)", id, int64(partsAtOnce))
			if err != nil || dropped == partsAtOnce {
				return err
			}
			_, err = t.exec("drop a job", "DELETE FROM jobs WHERE id = ?", id)
			return err
		})
		if err != nil || dropped < partsAtOnce {
			return err
		}
	}
}
