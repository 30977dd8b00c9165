package storagetest

import (
	"bytes"
	"errors"
	"fmt"
	"sync"
	"testing"

	"zoufang/storage"
)

// Jobs is the contract suite of storage.Jobs.
func Jobs(t *testing.T, open Open) {
	fresh(t, open, map[string]func(*testing.T, *store){
		"Kept":     jobsKept,
		"Bound":    jobsBound,
		"Taken":    jobsTaken,
		"Unmade":   jobsUnmade,
		"Dropped":  jobsDropped,
		"TooLarge": jobsTooLarge,
	})
	t.Run("NotCarried", func(t *testing.T) { jobsNotCarried(t, open) })
}

func anyNumber([]storage.Job) error { return nil }

func (s *store) jobs(q storage.JobQuery) (ids string) {
	s.t.Helper()
	list, err := s.ListJobs(s.ctx, q)
	s.must(err)
	for _, j := range list {
		ids += j.ID + " "
	}
	return ids
}

func jobsKept(t *testing.T, s *store) {
	first := storage.Job{ID: "j1", User: "u1", Created: 10, Kind: "export", State: storage.JobWaiting, Of: 3, Task: []byte("低保"), Cursor: []byte{0}}
	s.must(s.AddJob(s.ctx, first, anyNumber))
	s.must(s.AddJob(s.ctx, storage.Job{ID: "j2", User: "u1", Created: 5, State: storage.JobRunning, Lease: 30}, anyNumber))
	s.must(s.AddJob(s.ctx, storage.Job{ID: "j3", User: "u2", Created: 7, State: storage.JobDone}, anyNumber))
	got, err := s.Job(s.ctx, "j1")
	s.must(err)
	equal(t, "the job", *got, first)
	if _, err := s.Job(s.ctx, "j4"); !errors.Is(err, storage.ErrNotFound) {
		t.Errorf("a job that is none: %v", err)
	}
	equal(t, "of a user", s.jobs(storage.JobQuery{User: "u1"}), "j2 j1 ")
	equal(t, "due before the lease ends", s.jobs(storage.JobQuery{Due: 29}), "j1 ")
	equal(t, "due when it has ended", s.jobs(storage.JobQuery{Due: 30}), "j1 j2 ")
	equal(t, "due, one", s.jobs(storage.JobQuery{Due: 30, Limit: 1}), "j1 ")
	equal(t, "old", s.jobs(storage.JobQuery{Before: 10}), "j2 j3 ")

	parts := []storage.JobPart{{Name: "out/0", Data: []byte("罗淑兰")}, {Name: "out/1", Data: bytes.Repeat([]byte("x"), 1<<20)}}
	done, err := s.ChangeJob(s.ctx, "j1", func(j *storage.Job) ([]storage.JobPart, error) {
		j.State, j.Done, j.Result = storage.JobDone, 3, []byte("r")
		return parts, nil
	})
	s.must(err)
	got, err = s.Job(s.ctx, "j1")
	s.must(err)
	equal(t, "the changed job", *got, *done)
	equal(t, "due now", s.jobs(storage.JobQuery{Due: 100}), "j2 ")
	for _, p := range parts {
		data, err := s.JobPart(s.ctx, "j1", p.Name)
		s.must(err)
		if !bytes.Equal(data, p.Data) {
			t.Errorf("%s: %d bytes", p.Name, len(data))
		}
	}
	for _, of := range []struct{ id, name string }{{"j1", "out/2"}, {"j2", "out/0"}} {
		if _, err := s.JobPart(s.ctx, of.id, of.name); !errors.Is(err, storage.ErrNotFound) {
			t.Errorf("a part that is none: %v", err)
		}
	}
}

func jobsBound(t *testing.T, s *store) {
	full := errors.New("full")
	bound := func(mine []storage.Job) error {
		if len(mine) == 2 {
			return full
		}
		return nil
	}
	for i := range 2 {
		s.must(s.AddJob(s.ctx, storage.Job{ID: fmt.Sprint("j", i), User: "u1"}, bound))
	}
	if err := s.AddJob(s.ctx, storage.Job{ID: "j2", User: "u1"}, bound); !errors.Is(err, full) {
		t.Errorf("the third: %v", err)
	}
	s.must(s.AddJob(s.ctx, storage.Job{ID: "j3", User: "u2"}, bound))
	equal(t, "of the user", s.jobs(storage.JobQuery{User: "u1"}), "j0 j1 ")
}

// jobsTaken: of many that take a job at once, one has it.
func jobsTaken(t *testing.T, s *store) {
	s.must(s.AddJob(s.ctx, storage.Job{ID: "j1", User: "u1", State: storage.JobWaiting}, anyNumber))
	late := errors.New("somebody was first")
	var wg sync.WaitGroup
	var mu sync.Mutex
	taken := map[string]bool{}
	for i := range 8 {
		wg.Go(func() {
			me := fmt.Sprint("copy ", i)
			_, err := s.ChangeJob(s.ctx, "j1", func(j *storage.Job) ([]storage.JobPart, error) {
				if j.State != storage.JobWaiting {
					return nil, late
				}
				j.State, j.Owner = storage.JobRunning, me
				return []storage.JobPart{{Name: "by", Data: []byte(me)}}, nil
			})
			mu.Lock()
			defer mu.Unlock()
			if err == nil {
				taken[me] = true
			} else if !errors.Is(err, late) {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	j, err := s.Job(s.ctx, "j1")
	s.must(err)
	by, err := s.JobPart(s.ctx, "j1", "by")
	s.must(err)
	if len(taken) != 1 || !taken[j.Owner] || string(by) != j.Owner {
		t.Errorf("taken by %v, owner %q, part %q", taken, j.Owner, by)
	}
}

func jobsUnmade(t *testing.T, s *store) {
	s.must(s.AddJob(s.ctx, storage.Job{ID: "j1", User: "u1", Done: 1}, anyNumber))
	no := errors.New("no")
	_, err := s.ChangeJob(s.ctx, "j1", func(j *storage.Job) ([]storage.JobPart, error) {
		j.Done = 2
		return []storage.JobPart{{Name: "out/0", Data: []byte("x")}}, no
	})
	if !errors.Is(err, no) {
		t.Errorf("ChangeJob: %v", err)
	}
	j, err := s.Job(s.ctx, "j1")
	s.must(err)
	if _, err := s.JobPart(s.ctx, "j1", "out/0"); j.Done != 1 || !errors.Is(err, storage.ErrNotFound) {
		t.Errorf("done %d, part: %v", j.Done, err)
	}
	if _, err := s.ChangeJob(s.ctx, "j2", func(*storage.Job) ([]storage.JobPart, error) { return nil, nil }); !errors.Is(err, storage.ErrNotFound) {
		t.Errorf("no job: %v", err)
	}
}

func jobsDropped(t *testing.T, s *store) {
	s.must(s.AddJob(s.ctx, storage.Job{ID: "j1", User: "u1"}, anyNumber))
	s.must(s.AddJob(s.ctx, storage.Job{ID: "j10", User: "u1"}, anyNumber))
	for _, id := range []string{"j1", "j10"} {
		for n := range 130 {
			_, err := s.ChangeJob(s.ctx, id, func(*storage.Job) ([]storage.JobPart, error) {
				return []storage.JobPart{{Name: fmt.Sprint("out/", n), Data: []byte("x")}}, nil
			})
			s.must(err)
		}
	}
	s.must(s.DropJob(s.ctx, "j1"))
	s.must(s.DropJob(s.ctx, "j1"))
	equal(t, "left", s.jobs(storage.JobQuery{User: "u1"}), "j10 ")
	for n := range 130 {
		if _, err := s.JobPart(s.ctx, "j1", fmt.Sprint("out/", n)); !errors.Is(err, storage.ErrNotFound) {
			t.Fatalf("part %d is there: %v", n, err)
		}
		if _, err := s.JobPart(s.ctx, "j10", fmt.Sprint("out/", n)); err != nil {
			t.Fatalf("part %d of the other: %v", n, err)
		}
	}
}

func jobsTooLarge(t *testing.T, s *store) {
	s.must(s.AddJob(s.ctx, storage.Job{ID: "j1", User: "u1"}, anyNumber))
	_, err := s.ChangeJob(s.ctx, "j1", func(*storage.Job) ([]storage.JobPart, error) {
		return []storage.JobPart{{Name: "out/0", Data: make([]byte, storage.MaxJobPart+1)}}, nil
	})
	if err == nil {
		t.Error("a part over the bound was kept")
	}
}

// jobsNotCarried: a backup has no jobs.
func jobsNotCarried(t *testing.T, open Open) {
	from := opened(t, open, t.TempDir(), Options{})
	from.must(from.AddJob(from.ctx, storage.Job{ID: "j1", User: "u1", Created: 1}, anyNumber))
	to := opened(t, open, t.TempDir(), Options{})
	to.must(to.Load(to.ctx, storage.Meta{Epoch: "new"}, func(l storage.Load) error {
		return from.Dump(from.ctx, func(d storage.Dump) error {
			return storage.All(d, func(e storage.Entry) error { return l.Put(e) })
		})
	}))
	equal(t, "carried", to.jobs(storage.JobQuery{Before: 100}), "")
}
