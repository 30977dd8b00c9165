package storage

import (
	"context"
	"fmt"

	"zoufang"
)

// Jobs keeps work that outlives a request (an export, an import of a list) and what it
// has made so far, so that any copy of the program goes on where another was killed.
// What a job asks and makes is sealed whole; beside it stand its id, its user and two
// times. It is no part of a Dump or a backup: what a job makes can be made again.
type Jobs interface {
	// AddJob keeps a new job. bound is given the jobs of its user and refuses with its
	// error. Two jobs that come at the same moment may each be let in.
	AddJob(ctx context.Context, j Job, bound func(mine []Job) error) error
	// Job gives a job, or ErrNotFound.
	Job(ctx context.Context, id string) (*Job, error)
	// ListJobs gives jobs, the one due first first, then by the time they were added.
	ListJobs(ctx context.Context, q JobQuery) ([]Job, error)
	// ChangeJob stores, in one durable step and as if alone, what f makes of a job and
	// the parts it gives; a part of a name that is there is replaced. f may run more than
	// once; its error is returned and nothing is stored then. ErrNotFound without a job.
	ChangeJob(ctx context.Context, id string, f func(*Job) ([]JobPart, error)) (*Job, error)
	// JobPart gives a part of a job, or ErrNotFound.
	JobPart(ctx context.Context, id, name string) ([]byte, error)
	// DropJob forgets a job and its parts; again is no error. It may take several steps,
	// of which the last forgets the job.
	DropJob(ctx context.Context, id string) error
}

// MaxJobPart bounds the bytes of one part: a step that stores some stays short.
const MaxJobPart = 4 << 20

// JobState says where a job stands.
type JobState string

// The states.
const (
	JobComing    JobState = "coming" // what it is about is still being handed in
	JobWaiting   JobState = "waiting"
	JobRunning   JobState = "running"
	JobDone      JobState = "done"
	JobFailed    JobState = "failed"
	JobCancelled JobState = "cancelled"
)

// Job is a piece of work and how far it has come.
type Job struct {
	ID      string
	User    zoufang.UserID
	Created int64 // Unix ms
	Kind    string
	State   JobState
	Owner   string // the copy that works at it
	Lease   int64  // until when it is that copy's alone, Unix ms
	Done    int64  // of Of
	Of      int64
	Bytes   int64  // of its parts
	Tries   int    // how often it was taken since it last came further
	Task    []byte // what is asked, as whoever added it writes it
	Cursor  []byte // where to go on, likewise
	Result  []byte // what came of it, likewise
	Fault   string // a word for why it failed
}

// JobPart is a piece of what a job is about or has made. Names are told in no log.
type JobPart struct {
	Name string
	Data []byte
}

// JobQuery says which jobs are asked for. Of the three bounds one is set.
type JobQuery struct {
	User   zoufang.UserID // the jobs of a user
	Due    int64          // those that a copy may take by then, Unix ms
	Before int64          // those added before, Unix ms
	Limit  int            // 0: all
}

// Due is when a copy may take the job, Unix ms; 0: never, as it stands.
func (j *Job) Due() int64 {
	switch j.State {
	case JobWaiting:
		return max(j.Created, 1)
	case JobRunning:
		return max(j.Lease, 1)
	}
	return 0
}

// SealJob gives the stored bytes of a job.
func SealJob(s Sealer, j Job) ([]byte, error) {
	b, err := encMode.Marshal(j)
	if err != nil {
		return nil, fmt.Errorf("encode a job: %w", err)
	}
	return s.Seal(b, []byte("job:"+j.ID))
}

// OpenJob reads them.
func OpenJob(s Sealer, id string, stored []byte) (j Job, err error) {
	plain, err := s.Open(stored, []byte("job:"+id))
	if err != nil {
		return j, fmt.Errorf("open a job: %w", err)
	}
	if err := decMode.Unmarshal(plain, &j); err != nil {
		return j, fmt.Errorf("decode a job: %w", err)
	}
	return j, nil
}

// SealJobPart gives the stored bytes of a part.
func SealJobPart(s Sealer, id string, p JobPart) ([]byte, error) {
	if len(p.Data) > MaxJobPart {
		return nil, fmt.Errorf("a part of a job has %d bytes, over %d", len(p.Data), MaxJobPart)
	}
	return s.Seal(p.Data, jobPartLabel(id, p.Name))
}

// OpenJobPart reads them.
func OpenJobPart(s Sealer, id, name string, stored []byte) ([]byte, error) {
	return s.Open(stored, jobPartLabel(id, name))
}

func jobPartLabel(id, name string) []byte { return []byte("jobpart:" + id + ":" + name) }
