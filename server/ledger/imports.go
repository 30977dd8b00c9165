package ledger

import (
	"context"

	"zoufang/storage"
)

func (l *Ledger) bring(ctx context.Context, j *storage.Job) error { return nil }
