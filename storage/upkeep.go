package storage

import "context"

// Upkeep is what the operator does with a whole store.
type Upkeep interface {
	// Clock advances the stored clock to the machine's, where that is later by more
	// than a second, and returns it, durable. It never runs back, and no transaction
	// that begins after has an earlier Now.
	Clock(ctx context.Context) (int64, error)
	// Advance moves the stored clock to the machine's, and past every time it gave
	// out before in any case, and returns it, durable. An Update that had returned
	// when Clock gave an earlier time is in every Dump begun after.
	Advance(ctx context.Context) (int64, error)
	// SetSafeAt says which clock the last verified backup began at.
	SetSafeAt(ctx context.Context, at int64) error
	// Dump runs f on one snapshot of everything.
	Dump(ctx context.Context, f func(Dump) error) error
	// Load fills an empty store with what f brings, under m's epoch, with nothing
	// safe; the clock is at least m's. ErrTaken if somebody or something is in the
	// store. Nothing is seen of it before Load returns nil; after an error it can be
	// called again.
	Load(ctx context.Context, m Meta, f func(Load) error) error
}

// Dump reads everything there is. Enrolment codes and sign-ins are left out: they
// are begun anew.
type Dump interface {
	View
	// Each gives every entry of a kind, in no set order but for writes, which come by
	// record, then Ver. An error of f ends it and is returned.
	Each(kind EntryKind, f func(Entry) error) error
}

// Load takes what a Dump gave, each thing once, in any order but for writes, which
// come by record, then Ver. The marks of records that left an area follow from
// the writes.
type Load interface {
	Put(e Entry) error
}
