// Package queue owns how those who ask for something dear wait for it: a few are
// served at once, a few wait, in turn over whoever they are, and the rest are told
// that there is no room.
//
// Who somebody is (an address, a user) is the caller's to say. One of them cannot
// hold the queue against others: each has a short line of its own, the lines are
// served in turn, and where all places are taken the longest line gives up its last.
package queue

import (
	"errors"
	"sync"
)

// ErrFull says that there is no room to wait.
var ErrFull = errors.New("too many wait already")

// Queue lets a number in at once. It may be used from many goroutines.
type Queue struct {
	serve, each, all int

	mu      sync.Mutex
	serving int
	waiting int
	lines   map[string][]chan bool
	turn    []string // who has a line, the next to be served first
}

// New makes a queue that serves so many at once, lets each wait with so many, and all
// together with so many.
func New(serve, each, all int) *Queue {
	return &Queue{serve: serve, each: each, all: all, lines: map[string][]chan bool{}}
}

// Enter waits for its turn and returns what ends it, or ErrFull, at once or where a
// longer line had to make room for others.
func (q *Queue) Enter(who string) (leave func(), err error) {
	q.mu.Lock()
	if q.serving < q.serve {
		q.serving++
		q.mu.Unlock()
		return q.leave(), nil
	}
	if !q.room(who) {
		q.mu.Unlock()
		return nil, ErrFull
	}
	mine := make(chan bool, 1)
	if len(q.lines[who]) == 0 {
		q.turn = append(q.turn, who)
	}
	q.lines[who] = append(q.lines[who], mine)
	q.waiting++
	q.mu.Unlock()
	if !<-mine {
		return nil, ErrFull
	}
	return q.leave(), nil
}

// room reports whether one more may wait, sending the last of the longest line away
// where that is what it takes.
func (q *Queue) room(who string) bool {
	mine := len(q.lines[who])
	switch {
	case mine >= q.each:
		return false
	case q.waiting < q.all:
		return true
	}
	longest := who
	for other, line := range q.lines {
		if len(line) > len(q.lines[longest]) {
			longest = other
		}
	}
	line := q.lines[longest]
	if len(line) < mine+2 { // it would only take the place of somebody as modest
		return false
	}
	line[len(line)-1] <- false
	q.lines[longest] = line[:len(line)-1]
	q.waiting--
	return true
}

func (q *Queue) leave() func() {
	var once sync.Once
	return func() { once.Do(q.next) }
}

// next hands the place on to the first of the line whose turn it is.
func (q *Queue) next() {
	q.mu.Lock()
	defer q.mu.Unlock()
	if len(q.turn) == 0 {
		q.serving--
		return
	}
	who := q.turn[0]
	q.turn = q.turn[1:]
	line := q.lines[who]
	line[0] <- true
	q.waiting--
	if line = line[1:]; len(line) == 0 {
		delete(q.lines, who)
		return
	}
	q.lines[who] = line
	q.turn = append(q.turn, who)
}

// Waiting tells how many wait.
func (q *Queue) Waiting() int {
	q.mu.Lock()
	defer q.mu.Unlock()
	return q.waiting
}
