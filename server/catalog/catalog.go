package catalog

import (
	"context"
	"errors"
	"log/slog"
	"sync"

	"zoufang"
	"zoufang/storage"
)

// Config is what a catalog reads and where it keeps what it made.
type Config struct {
	Records storage.Records
	Shelves storage.Shelves // nil: nothing is kept, all is read again at each start
	// Memory is about how many bytes the loaded areas may take; what a question under
	// way looks through is loaded all the same. 0: no bound.
	Memory int64
	Log    *slog.Logger
}

// Catalog is the reading side of a store. It may be used by several goroutines.
type Catalog struct {
	Config

	// follow is held from when a question reads the heads of its areas until it holds
	// lock for reading: what it then looks through is one snapshot of the store.
	follow sync.Mutex
	lock   sync.RWMutex // over what the areas hold, and over codes, subjects and wide

	codes    map[*plan]*codes
	subjects *subjects
	wide     map[*zoufang.Facet]*wide
	epoch    string // of the store that all this is of

	mu      sync.Mutex // over what follows; never held while something is read
	areas   map[zoufang.AreaID]*area
	loading map[zoufang.AreaID]chan struct{} // closed when done
	asked   uint64
	bytes   int64 // of all that is loaded, when it was last counted
}

// New makes a catalog that holds nothing yet.
func New(cfg Config) *Catalog {
	c := &Catalog{Config: cfg, areas: map[zoufang.AreaID]*area{}, loading: map[zoufang.AreaID]chan struct{}{}}
	c.forget("")
	return c
}

// forget empties the catalog, for a store of another epoch. Locked by the caller.
func (c *Catalog) forget(epoch string) {
	c.epoch = epoch
	c.codes, c.wide, c.subjects = map[*plan]*codes{}, map[*zoufang.Facet]*wide{}, newSubjects()
	for _, p := range planned {
		c.codes[p] = newCodes()
		for _, f := range p.deep {
			c.wide[f] = newWide()
		}
	}
}

// Progress is how much is loaded.
type Progress struct {
	Areas   int   `json:"areas"`   // that are loaded
	Loading int   `json:"loading"` // that somebody waits for
	Rows    int   `json:"rows"`
	Bytes   int64 `json:"bytes"` // of memory, about
}

// Progress tells how much is loaded.
func (c *Catalog) Progress() (p Progress) {
	c.lock.RLock()
	defer c.lock.RUnlock()
	c.mu.Lock()
	defer c.mu.Unlock()
	p.Areas, p.Loading = len(c.areas), len(c.loading)
	for _, a := range c.areas {
		p.Rows += a.rows
		p.Bytes += a.bytes
	}
	return p
}

// Find answers a question with what the store holds now: all that was stored before it
// was asked is in the answer. ErrQuestion, zoufang.ErrDay.
func (c *Catalog) Find(ctx context.Context, q Query) (Answer, error) {
	for {
		out, err := c.find(ctx, q)
		if !errors.Is(err, errEpoch) {
			return out, err
		}
		if err := c.sameEpoch(ctx); err != nil {
			return out, err
		}
	}
}

func (c *Catalog) find(ctx context.Context, q Query) (out Answer, err error) {
	s, err := prepare(q)
	if err != nil {
		return out, err
	}
	if c.epochNow() == "" {
		return out, errEpoch
	}
	areas, err := c.pin(ctx, q.Areas)
	if err != nil {
		return out, err
	}
	defer c.unpin(areas)
	if err := c.catchUp(ctx, areas, s); err != nil {
		return out, err
	}
	defer c.lock.RUnlock()
	return s.answer(c, areas), nil
}
