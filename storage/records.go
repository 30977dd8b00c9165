package storage

import (
	"context"

	"zoufang"
)

// Records keeps commits, records, held lines, feeds, and what is known of media.
type Records interface {
	// Update runs f on one snapshot and stores what it wrote, all of it or nothing.
	// What f found missing is still missing then, what it read of a held line, of
	// a medium that a record it wrote names, or of a wait still holds, and what it writes is as it read it; only a
	// record, person, phone or area that f read and did not write may have changed
	// meanwhile. The snapshot is no older than the call: it holds every Update that
	// returned before. When Update returns nil the writes are durable: they survive
	// kill -9 and loss of power; and so is what f read, where it wrote nothing. When
	// it returns an error of f's own, nothing was written; of any other error it is
	// unknown whether they were, and whoever asked asks again: of ErrTooLarge, in
	// smaller parts. f may be run more than once and must not keep what it was given.
	//
	// near is the area that most of the writes are expected in, "" where nobody
	// knows: updates near the same area wait for each other instead of colliding.
	Update(ctx context.Context, near zoufang.AreaID, f func(Tx) error) error

	// View runs f on one snapshot that holds every Update that returned before
	// View was called. f must not keep what it was given.
	View(ctx context.Context, f func(View) error) error
}

// Meta is the store's own state.
type Meta struct {
	Epoch  string // made anew by each restore
	Clock  int64  // the stored clock, Unix ms; never runs back
	SafeAt int64  // the clock before the last verified backup began; 0: nothing is safe
	Areas  int64  // grows whenever an area's record is written
}

// ReadMeta reads the store's own state in a view of its own.
func ReadMeta(ctx context.Context, r Records) (m Meta, err error) {
	err = r.View(ctx, func(v View) (err error) {
		m, err = v.Meta()
		return err
	})
	return m, err
}

// Commit is a stored line with what was fixed when it was first accepted. It is
// written once and never changed.
type Commit struct {
	ID     zoufang.CommitID
	Hash   [32]byte
	Line   []byte         // the bytes that came
	Author zoufang.UserID // the line's user; the sender where the line can't be read
	Sender zoufang.UserID
	Device zoufang.DeviceID // that sent it; zoufang.System for the command line
	From   int64            // Unix ms, see zoufang.Stamp
	At     int64            // receipt, Unix ms
	Staff  bool             // see zoufang.Stamp
}

// Held is the standing of a commit that is not, or not yet, applied. It is kept
// after a decision, with the outcome as its code. A known commit without one is
// applied.
type Held struct {
	ID      zoufang.CommitID
	Sender  zoufang.UserID
	Author  zoufang.UserID
	At      int64 // receipt, Unix ms
	Code    zoufang.HoldCode
	Since   int64            // when it came under the code and the rule, Unix ms; 0, of an older program: At
	Why     string           // a sentence: what Fault says, or the reason of whoever decided
	Fault   zoufang.Parts    // empty once decided, and where an older program held it
	Waits   []string         // keys, see WaitsForRecord and WaitsForCommit
	Areas   []zoufang.AreaID // that it names; its author's where none is known
	Waived  bool             // a person released it: judged without author, and within Reach without rights and scope
	Reach   []zoufang.AreaID // of whoever released it; nil: everywhere
	Forced  bool             // judged without a step's `from` from now on
	Schema  int              // the schema the judging program knew
	Sealed  bool             // the line carries a sealed value
	Decided int64            // Unix ms, 0 while open
	Ruling  zoufang.CommitID // the commit that decided it
	Brought zoufang.UserID   // who brought it in with a rescue file of unproven origin; "" where it came otherwise
	Freed   zoufang.UserID   // who released it last; "" where nobody did, or an older program knew
}

// WaitsForRecord is the key of a record that is not there yet.
func WaitsForRecord(id zoufang.RecordID) string { return "r:" + string(id) }

// WaitsForCommit is the key of a commit that is not there, applied or decided yet.
func WaitsForCommit(id zoufang.CommitID) string { return "c:" + string(id) }

// AreaHead is the state of one area's sequence.
type AreaHead struct {
	Area   zoufang.AreaID
	Seq    uint64 // the last number given
	Sum    uint64 // over all records in the area, mod 2^64 (zoufang.Record.Sum)
	Public uint64 // the same over records of public kinds
}

// FeedRow is one entry of an area's feed: a record, which must not be changed, or
// where Record is nil the id of one that left the area.
type FeedRow struct {
	Seq    uint64
	Record *zoufang.Record
	Gone   zoufang.RecordID
}

// View reads one snapshot. What is missing is nil with no error.
type View interface {
	Meta() (Meta, error)
	Commit(id zoufang.CommitID) (*Commit, error)
	// Known reports whether a commit is stored, without reading it.
	Known(id zoufang.CommitID) (bool, error)
	Held(id zoufang.CommitID) (*Held, error)
	// Record reads a record wherever it is now.
	Record(id zoufang.RecordID) (*zoufang.Record, error)
	User(id zoufang.UserID) (*zoufang.User, error)
	Device(id zoufang.DeviceID) (*zoufang.Device, error)
	// Areas gives all areas; the caller must not change the map.
	Areas() (zoufang.Areas, error)

	// Heads gives the heads of the areas asked for, in their order; an area never
	// written has a head of noughts.
	Heads(areas []zoufang.AreaID) ([]AreaHead, error)
	// Feed calls f for the rows of an area with a seq over after, in order of seq,
	// only of public kinds (and no gone marks) if public, until f returns false.
	Feed(area zoufang.AreaID, after uint64, public bool, f func(FeedRow) bool) error

	// HeldBy lists what a user sent that is open, or decided since the given time,
	// oldest first.
	HeldBy(sender zoufang.UserID, since int64) ([]Held, error)
	// HeldOpen calls f for the open held lines, oldest first, until it returns false.
	HeldOpen(f func(Held) bool) error
	// HeldShares calls f for what there is of open held lines whose first area is
	// in or lies in it ("": that name none): each group and list of areas once, in a
	// set order, with at most so many counted, until f returns false. What it costs
	// follows the shares and the counts, not the lines.
	HeldShares(in zoufang.AreaID, most int, f func(HeldShare) bool) error
	// HeldOf calls f for the open held lines of a group that come after a place, by
	// arrival, oldest first, until it returns false.
	HeldOf(g HeldGroup, after HeldPlace, f func(Held) bool) error
	// CountHeld counts the open held lines a user sent: those that wait, or the
	// others. It may stop counting at zoufang.MaxWaiting, zoufang.MaxHeld.
	CountHeld(sender zoufang.UserID, waiting bool) (int, error)
	// Waiting lists the open lines that wait for any of the keys, oldest first.
	Waiting(keys ...string) ([]zoufang.CommitID, error)

	// Medium reads what is known of a stored medium.
	Medium(d zoufang.Digest) (*Medium, error)
	// Names tells who has to do with a medium. Records may be without number: of them it
	// tells whether there is any, by one look.
	Names(d zoufang.Digest) (MediumNames, error)
	// Readable gives those of the media that are stored and that the reader may read,
	// each once, in the order asked for. What it costs grows with the media and the
	// areas of the reader, not with how many records name a medium.
	Readable(r Reader, media ...zoufang.Digest) ([]Medium, error)
	// Arrivals lists media that came, or were found flawed since, and whose records have
	// not all been told yet, at most so many: see Naming.
	Arrivals(most int) ([]zoufang.Digest, error)

	// ChargesOf lists what a user is charged for, ChargesFor who is for a medium, both
	// oldest first; ChargesBefore gives those of all users that stand at a stage since
	// before or at a time, in Unix ms, oldest first and at most limit.
	ChargesOf(u zoufang.UserID) ([]Charge, error)
	ChargesFor(d zoufang.Digest) ([]Charge, error)
	ChargesBefore(stage Stage, at int64, limit int) ([]Charge, error)

	// History lists the writes of a record, first to last.
	History(id zoufang.RecordID) ([]Write, error)
	// List gives records of a kind in the areas, last written first, after the
	// first skip and at most limit (0: all), until f returns false.
	List(kind string, areas []zoufang.AreaID, skip, limit int, f func(*zoufang.Record) bool) error
}

// Tx is a View of the present that can write. It sees its own writes.
type Tx interface {
	View
	// Now is the stored clock in this transaction, Unix ms: at least what Clock
	// gave before it began, and no later than what Clock gives after it ended.
	Now() int64
	// Receipt is when what this update brings was received, Unix ms: the machine's own
	// time, but never before Now, nor before what an update near the same area, or of
	// this process, gave before it. Clock may lag behind it; nothing is safe by it.
	Receipt() int64
	// Ahead says what f is going to look up, so that it can be read in one go.
	Ahead(commits []zoufang.CommitID, records []zoufang.RecordID) error
	// AddCommit stores a new commit. It is an error if the id is known.
	AddCommit(Commit) error
	// PutHeld writes a commit's standing; what it waits for is replaced.
	PutHeld(Held) error
	// DropHeld forgets that a commit was held: it is applied.
	DropHeld(id zoufang.CommitID) error
	// PutRecord writes a record as the commits, applied in this order since it was
	// read, left it; "" stands for a medium that arrived. Each commit is logged as
	// a write of its own, under the next Ver of the record and the next number of
	// its area; r.Seq and r.Ver become the last. It adjusts the area's sums and
	// remembers what media the record names and needs. Where the stored record was
	// in another area (then by is one commit), a gone mark stays there under a
	// number of that area, logged under the Ver before r.Ver.
	PutRecord(r *zoufang.Record, by ...zoufang.CommitID) error
	// AddMedium makes a medium known as stored; its bytes must be durable in
	// Blobs before. The first arrival wins; again is no error.
	AddMedium(Medium) error
	// FlawMedium notes that a medium cannot be seen; of one that is not known it does
	// nothing. Where that is news the medium is in Arrivals from now on, with all its
	// records to be told.
	FlawMedium(d zoufang.Digest, f zoufang.Flaw) error
	// DropMedium forgets a medium, which devices sent it, and how far its records were
	// told; who else named it stays.
	DropMedium(d zoufang.Digest) error
	// PutCharge writes a charge, in place of one of its id; DropCharge takes it away,
	// again without error. Of two updates that write one charge, the later has seen
	// what the earlier wrote; of two that add charges to a user, neither may have.
	PutCharge(c Charge) error
	DropCharge(id string) error
	// NameMedium remembers who named or sent a medium; again is no error. That a record
	// names one PutRecord remembers.
	NameMedium(d zoufang.Digest, role NameRole, id string) error
	// Tell adds an entry to the account log with what else the update writes: all of it
	// or nothing.
	Tell(Audited) error
	// Naming goes on through the records that name a stored medium, or named it once,
	// where the last Naming of it ended, and calls f for each, which tells those what
	// they have to know of it. It ends when it has come to most of them, or f returns
	// false. What it has not come to is more, and the medium stays in Arrivals; after
	// the last record it leaves it. A record that comes, moves, or names the medium
	// anew after that has come or was flawed is not told: whoever writes records sees
	// to that.
	Naming(d zoufang.Digest, most int, f func(zoufang.RecordID) (bool, error)) (more bool, err error)
}

// Write is one entry of a record's history: a commit applied to it, the arrival
// of a medium it needed, or the mark it left in an area.
type Write struct {
	Record zoufang.RecordID
	Ver    uint64
	Area   zoufang.AreaID
	Seq    uint64
	Commit zoufang.CommitID // "" for an arrival
	Gone   bool
}
