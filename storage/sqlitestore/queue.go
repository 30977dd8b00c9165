package sqlitestore

import (
	"context"

	"zoufang/storage/turns"
)

// job is one update that waits for the writer.
type job = turns.Job[*tx]

// alone makes a job that runs on the writer, outside a transaction.
func (s *Store) alone(f func(w *writer) error) *job {
	return turns.NewApart[*tx](func() error { return f(s.writer) })
}

// update has f run in a write transaction and waits until that is durable. When
// ctx ends before f began, f is not run; after that the answer is waited for.
func (s *Store) update(ctx context.Context, f func(t *tx) error) error {
	return s.submit(ctx, turns.NewJob(f))
}

func (s *Store) submit(ctx context.Context, j *job) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	if err := s.queue.Add(j); err != nil {
		return err
	}
	return s.queue.Await(ctx, j)
}
