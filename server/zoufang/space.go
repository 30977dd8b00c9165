package main

import (
	"context"
	"errors"
	"sync"
	"time"

	"zoufang/internal/space"
	"zoufang/storage/mongostore"
)

// space watches the room where the store lies: the disk of the data directory, or
// MongoDB's. A bucket tells nobody how much it has left: it refuses when it is full.
func (c *call) space(s *store) *space.Watch {
	w := &space.Watch{Media: c.MediaFloor * 1_000_000, Lines: c.LinesFloor * 1_000_000}
	if db, ok := s.engine.(*mongostore.Store); ok {
		w.Read = (&databaseRoom{db: db, now: c.now}).read
	} else {
		w.Read = func() (space.Room, error) { return space.Disk(c.Data) }
	}
	return w
}

// databaseRoom asks the database now and then, in the background; who asks between is
// told the last, and at first that it is not known.
type databaseRoom struct {
	db  *mongostore.Store
	now func() time.Time

	mu     sync.Mutex
	asking bool
	at     time.Time
	last   space.Room
	err    error
}

const (
	databaseEvery = 30 * time.Second
	databaseTime  = 3 * time.Second
)

func (d *databaseRoom) read() (space.Room, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if now := d.now(); !d.asking && now.Sub(d.at) >= databaseEvery {
		d.asking, d.at = true, now
		go d.ask()
	}
	return d.last, d.err
}

func (d *databaseRoom) ask() {
	ctx, cancel := context.WithTimeout(context.Background(), databaseTime)
	defer cancel()
	f, err := d.db.Check(ctx)
	d.mu.Lock()
	defer d.mu.Unlock()
	d.asking, d.last, d.err = false, space.Room{Free: f.DiskTotal - f.DiskUsed, Total: f.DiskTotal}, nil
	if err != nil {
		d.last, d.err = space.Room{}, errors.New("the database did not say in time how much room it has left")
	}
}

// listMemory is how many bytes what lists are made from may take.
func (c *call) listMemory() int64 {
	if c.CatalogMemory > 0 {
		return c.CatalogMemory * 1_000_000
	}
	return space.Memory() / 4
}
