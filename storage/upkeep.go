package storage

import (
	"context"

	"zoufang"
)

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

// Dump reads everything there is, in no set order unless said. An error of f
// ends a reading and is returned. Enrolment codes and sign-ins are left out: they
// are begun anew.
type Dump interface {
	View
	EachCommit(f func(Commit) error) error
	EachHeld(f func(Held) error) error
	// EachRecord gives each record with a number that orders the records of all
	// areas by when they were last written.
	EachRecord(f func(r *zoufang.Record, written int64) error) error
	EachWrite(f func(Write) error) error // by record, then Ver
	EachHead(f func(Head) error) error
	EachMedium(f func(Medium) error) error
	EachName(f func(d zoufang.Digest, role NameRole, id string) error) error
	EachUser(f func(zoufang.User) error) error
	EachDevice(f func(zoufang.Device) error) error
	EachKey(f func(Key) error) error
}

// Load takes what a Dump gave, each thing once, in any order but for writes, which
// come by record, then Ver. The marks of records that left an area follow from
// the writes.
type Load interface {
	Commit(c Commit) error
	Held(h Held) error
	Record(r *zoufang.Record, written int64) error
	Write(w Write) error
	Head(h Head) error
	Medium(m Medium) error
	Name(d zoufang.Digest, role NameRole, id string) error
	User(u zoufang.User) error
	Device(d zoufang.Device) error
	Key(k Key) error
}
