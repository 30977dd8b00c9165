package mongostore

import (
	"maps"
	"slices"
	"sync"

	"zoufang"
)

// headLanes keep transactions of this process that want the same head from meeting in
// the database: there the later one always loses, and where an area is written all
// the time there is always an earlier one. Here it waits, and is next.
type headLanes struct {
	mu sync.Mutex
	of map[zoufang.AreaID]*headLane
}

type headLane struct {
	sync.Mutex
	users int // that have it or wait for it
}

// take waits for all of the areas' lanes, given in order and each once.
func (l *headLanes) take(areas []zoufang.AreaID) (leave func()) {
	for _, a := range areas {
		l.mu.Lock()
		if l.of == nil {
			l.of = map[zoufang.AreaID]*headLane{}
		}
		one := l.of[a]
		if one == nil {
			one = &headLane{}
			l.of[a] = one
		}
		one.users++
		l.mu.Unlock()
		one.Lock()
	}
	return func() {
		for _, a := range areas {
			l.mu.Lock()
			one := l.of[a]
			if one.users--; one.users == 0 {
				delete(l.of, a)
			}
			l.mu.Unlock()
			one.Unlock()
		}
	}
}

// heads is a set of areas.
type heads map[zoufang.AreaID]bool

// sorted is the order in which everybody takes lanes and heads.
func (h heads) sorted() []zoufang.AreaID { return slices.Sorted(maps.Keys(h)) }
