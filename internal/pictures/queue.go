package pictures

import (
	"slices"

	"zoufang"
)

// How many pictures may wait: of one reader, as many as a visit's page shows, of all
// readers, and of those that just arrived.
const (
	mostOfOne = 24
	mostOfAll = 120
	mostLater = 500
)

// job is a picture to be made, for all who wait for it.
type job struct {
	digest  zoufang.Digest
	waiting int // how many requests
	arrived bool
	begun   bool
	done    chan struct{}

	small []byte // of what is done
	err   error
}

// queue is a queue a reader, taken from in turn. A job may stand in several.
type queue struct {
	jobs    map[zoufang.Digest]*job
	of      map[string][]*job
	readers []string // who has a queue, in the order of their turns
	waiting int      // in all queues
	arrived []*job
}

func newQueue() queue { return queue{jobs: map[zoufang.Digest]*job{}, of: map[string][]*job{}} }

// enter has a reader wait for a picture; nil where a queue is full.
func (q *queue) enter(reader string, d zoufang.Digest) *job {
	j := q.jobs[d]
	own := q.of[reader]
	if j == nil || !j.begun && !slices.Contains(own, j) {
		if len(own) >= mostOfOne || q.waiting >= mostOfAll {
			return nil
		}
		if j == nil {
			j = q.add(d)
		}
		if len(own) == 0 {
			q.readers = append(q.readers, reader)
		}
		q.of[reader] = append(own, j)
		q.waiting++
	}
	j.waiting++
	return j
}

func (q *queue) add(d zoufang.Digest) *job {
	j := &job{digest: d, done: make(chan struct{})}
	q.jobs[d] = j
	return j
}

// later notes one that just arrived.
func (q *queue) later(d zoufang.Digest) *job {
	j := q.jobs[d]
	if j == nil {
		j = q.add(d)
	}
	if !j.arrived {
		j.arrived = true
		q.arrived = append(q.arrived, j)
	}
	return j
}

// next takes the job whose turn it is; nil where nothing is left to be done. One
// that all have given up is passed over.
func (q *queue) next() *job {
	for len(q.readers) > 0 {
		reader := q.readers[0]
		own := q.of[reader]
		j := own[0]
		q.readers = q.readers[1:]
		q.waiting--
		if own = own[1:]; len(own) > 0 {
			q.of[reader] = own
			q.readers = append(q.readers, reader)
		} else {
			delete(q.of, reader)
		}
		if q.begin(j) {
			return j
		}
	}
	for len(q.arrived) > 0 {
		j := q.arrived[0]
		q.arrived = q.arrived[1:]
		if q.begin(j) {
			return j
		}
	}
	return nil
}

func (q *queue) begin(j *job) bool {
	if j.begun {
		return false
	}
	if j.waiting == 0 && !j.arrived {
		if q.jobs[j.digest] == j {
			delete(q.jobs, j.digest)
		}
		return false
	}
	j.begun = true
	return true
}

func (q *queue) end(j *job) {
	delete(q.jobs, j.digest)
	close(j.done)
}

// clear gives up all that has not begun.
func (q *queue) clear() {
	for _, j := range q.jobs {
		if !j.begun {
			j.begun, j.err = true, ErrBusy
			q.end(j)
		}
	}
	q.of, q.readers, q.waiting, q.arrived = map[string][]*job{}, nil, 0, nil
}
