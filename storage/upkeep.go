package storage

import (
	"context"

	"zoufang"
)

// Upkeep is what the operator does with a whole store.
type Upkeep interface {
	// Clock advances the stored clock to the machine's, where that is later by more
	// than a second, and returns it, durable. No transaction that ends after has an
	// earlier Now.
	Clock(ctx context.Context) (int64, error)
	// Advance moves the stored clock to the machine's, and past every time it gave
	// out before in any case, and returns it, durable.
	Advance(ctx context.Context) (int64, error)
	// SetSafeAt says which clock the last verified backup began at.
	SetSafeAt(ctx context.Context, at int64) error
	// Dump runs f on one snapshot of everything.
	Dump(ctx context.Context, f func(Dump) error) error
}

// Dump reads everything there is, in no set order unless said. An error of f
// ends a reading and is returned.
type Dump interface {
	View
	EachCommit(f func(Commit) error) error
	EachHeld(f func(Held) error) error
	EachRecord(f func(*zoufang.Record) error) error
	EachWrite(f func(Write) error) error // by record, then Ver
	EachHead(f func(Head) error) error
	EachMedium(f func(Medium) error) error
}
