package ledger

import (
	"context"
	"crypto/sha256"
	"errors"
	"log/slog"
	"slices"
	"sync"
	"time"

	"zoufang"
	"zoufang/server/desk"
	"zoufang/server/operator"
	"zoufang/storage"
)

// Config is what a ledger works with.
type Config struct {
	Desk  *desk.Desk
	Jobs  storage.Jobs
	Blobs storage.Blobs
	// Operator brings in lists for a person who asks from a network address.
	Operator func(by zoufang.UserID, from string) *operator.Operator
	Now      func() time.Time
	Log      *slog.Logger
}

// Ledger asks for jobs, does them and hands on what they made. It may be used by
// several goroutines.
type Ledger struct {
	Config
	me    string          // this copy, as leases name it
	life  context.Context // ends with Run
	end   context.CancelFunc
	under sync.WaitGroup // what is done for a request, see hasten
	lists sync.Mutex     // one list is read at a time: it is in memory whole
	wake  chan struct{}
	// often is for tests: it stores what it has after each look at the store.
	often bool
}

// New makes a ledger. Nothing is done before Run.
func New(cfg Config) *Ledger {
	l := &Ledger{Config: cfg, me: zoufang.Token(9), wake: make(chan struct{}, 1)}
	l.life, l.end = context.WithCancel(context.Background())
	return l
}

// The kinds of jobs.
const (
	export  = "export"
	imports = "import"
)

// Bounds of jobs.
const (
	MaxKept   = 20      // jobs of a user
	MaxAtOnce = 3       // of them under way
	maxBytes  = 1 << 30 // of a job's parts
	maxMine   = 2 << 30 // of all parts of a user's jobs
	MaxRows   = 1_000_000
	maxFilter = 8 << 10 // bytes of a filter as it is told in the log
	MaxMedia  = 65_000  // of a ZIP: it has room for 65,535 names without its later form
	maxFile   = 1<<32 - 1<<20
	Kept      = 7 * 24 * time.Hour
)

// Code says why a job was not taken or failed, for programs.
type Code string

// The codes.
const (
	Format  Code = "format" // there is no such format
	Filter  Code = "filter" // it is too long, or not one
	Many    Code = "many"   // the user has as many jobs as a user may have
	Large   Code = "large"  // it is more than one file may be: a narrower filter is wanted
	Right   Code = "right"  // the person's rights changed while it was made, or since
	Broken  Code = "broken" // it failed over and over
	Gone    Code = "gone"   // there is no such job of this person
	Pending Code = "pending"
	NotSo   Code = "not_so" // the job is not one that this can be done to
	Faults  Code = "faults" // the list has faults
)

// Error is why something asked of a ledger did not come about.
type Error struct{ Code Code }

func (e *Error) Error() string { return "jobs: " + string(e.Code) }

func fail(code Code) error { return &Error{code} }

// CodeOf gives the code of an error that is one of these; "" of others.
func CodeOf(err error) Code {
	var e *Error
	if errors.As(err, &e) {
		return e.Code
	}
	return ""
}

func (l *Ledger) now() int64 { return l.Now().UnixMilli() }

// newID draws the id of a job; asked with a key, a person's job has the same each time.
func (l *Ledger) newID(u *zoufang.User, key string) string {
	if key == "" {
		return string(zoufang.NewRecordID(l.now()))
	}
	sum := sha256.Sum256([]byte("zoufang-job-v1\n" + string(u.ID) + "\n" + key))
	return string(zoufang.UUIDv7(0, [16]byte(sum[:16])))
}

// errKnown says that a job of the id is there.
var errKnown = errors.New("the job is there")

// add keeps a new job within the bounds of its user.
func (l *Ledger) add(ctx context.Context, j storage.Job) error {
	return l.Jobs.AddJob(ctx, j, func(mine []storage.Job) error {
		if slices.ContainsFunc(mine, func(of storage.Job) bool { return of.ID == j.ID }) {
			return errKnown
		}
		var under, bytes int64
		for i := range mine {
			bytes += mine[i].Bytes
			if !ended(mine[i].State) {
				under++
			}
		}
		if len(mine) >= MaxKept || under >= MaxAtOnce || bytes > maxMine {
			return fail(Many)
		}
		return nil
	})
}

func ended(s storage.JobState) bool {
	return s == storage.JobDone || s == storage.JobFailed || s == storage.JobCancelled
}

// mine finds a job of the person's.
func (l *Ledger) mine(ctx context.Context, u *zoufang.User, kind, id string) (*storage.Job, error) {
	j, err := l.Jobs.Job(ctx, id)
	if errors.Is(err, storage.ErrNotFound) || err == nil && (j.User != u.ID || j.Kind != kind || l.now()-j.Created > Kept.Milliseconds()) {
		return nil, fail(Gone)
	}
	return j, err
}

// common is where an entry of the log about areas belongs.
func common(areas []zoufang.AreaID) zoufang.AreaID { return zoufang.CommonArea(areas) }
