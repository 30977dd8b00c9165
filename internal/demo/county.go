package demo

import (
	"container/heap"
	"time"

	"zoufang"
)

// days of work that the county looks back on.
const days = 90

// county is the county while it is invented: what is to happen, in order, and
// what has happened so far.
type county struct {
	seed    uint64
	now     time.Time
	plan    *Plan
	book    book
	agenda  agenda
	open    *hand // whose push is under way
	openDay int

	villages   []*village
	townships  []*township
	county     []*hand // the county bureau
	households []*household
	visits     []*visit
	forms      map[string]form // by the type of visit
	requests   int
	cards      int
	pictures   *Pictures
	err        error // the first failure
}

func newCounty(seed uint64, now time.Time) (*county, error) {
	c := &county{seed: seed, now: now.In(zoufang.Zone).Truncate(time.Millisecond), plan: &Plan{}, book: book{}, forms: map[string]form{}}
	c.pictures = NewPictures(seed)
	c.settle()
	return c, c.err
}

func (c *county) fail(err error) {
	if c.err == nil {
		c.err = err
	}
}

// day is noon minus twelve hours of so many days ago.
func (c *county) day(ago int) time.Time {
	y, m, d := c.now.Date()
	return time.Date(y, m, d-ago, 0, 0, 0, 0, zoufang.Zone)
}

// past gives a moment that is not to come.
func (c *county) past(t time.Time) time.Time {
	if t.After(c.now) {
		return c.now
	}
	return t
}

// lately gives a working hour of the last 24 that is over.
func (c *county) lately(d dice) time.Time {
	for {
		at := c.day(d.between(0, 1)).Add(time.Duration(d.between(8*60+5, 17*60)) * time.Minute)
		if age := c.now.Sub(at); age > time.Hour && age < 23*time.Hour {
			return at
		}
	}
}

// ago is the reverse of day.
func (c *county) ago(t time.Time) int {
	return int(c.day(0).Add(24*time.Hour-1).Sub(t) / (24 * time.Hour))
}

// workday gives the first day from ago towards today that is no Saturday or
// Sunday, or -1 when there is none left.
func (c *county) workday(ago int) int {
	for ; ago >= 0; ago-- {
		if w := c.day(ago).Weekday(); w != time.Saturday && w != time.Sunday {
			return ago
		}
	}
	return -1
}

// The parts of a day: the office works in the morning on what came in the
// evening before. Each hand's commits of one part reach the server together.
const (
	morning = iota
	evening
)

// event is something that happens on one hand's phone.
type event struct {
	ago, part int
	by        *hand
	at        time.Time
	n         int // order of planning
	do        func()
}

// later plans what a hand does. What would lie in the future never happens.
func (c *county) later(by *hand, at time.Time, do func()) {
	if at.After(c.now) {
		return
	}
	part := evening
	if by.user.Role.Staff() {
		part = morning
	}
	heap.Push(&c.agenda, event{c.ago(at), part, by, at, c.agenda.n, do})
	c.agenda.n++
}

// run lets it all happen, in order.
func (c *county) run() {
	for len(c.agenda.events) > 0 && c.err == nil {
		e := heap.Pop(&c.agenda).(event)
		if c.openDay != e.ago {
			c.open, c.openDay = nil, e.ago
		}
		e.by.wait(e.at)
		e.do()
	}
}

// pushOf gives the push of the hand that is under way, or begins one.
func (c *county) pushOf(h *hand) *Push {
	if n := len(c.plan.Pushes); c.open == h && len(c.plan.Pushes[n-1].Lines) < MaxLines {
		return &c.plan.Pushes[n-1]
	}
	c.open = h
	c.plan.Pushes = append(c.plan.Pushes, Push{User: h.user.ID, Device: h.device.ID})
	return &c.plan.Pushes[len(c.plan.Pushes)-1]
}

// agenda is a heap of events, first to happen on top.
type agenda struct {
	events []event
	n      int
}

func (a *agenda) Len() int { return len(a.events) }

func (a *agenda) Less(i, j int) bool {
	x, y := &a.events[i], &a.events[j]
	switch {
	case x.ago != y.ago:
		return x.ago > y.ago
	case x.part != y.part:
		return x.part < y.part
	case x.by != y.by:
		return x.by.user.ID < y.by.user.ID
	case !x.at.Equal(y.at):
		return x.at.Before(y.at)
	}
	return x.n < y.n
}

func (a *agenda) Swap(i, j int) { a.events[i], a.events[j] = a.events[j], a.events[i] }
func (a *agenda) Push(x any)    { a.events = append(a.events, x.(event)) }
func (a *agenda) Pop() any {
	last := len(a.events) - 1
	e := a.events[last]
	a.events = a.events[:last]
	return e
}
