package catalog

import (
	"cmp"
	"context"
	"maps"
	"slices"
	"time"

	"zoufang/storage"
)

const (
	keepEvery = 10 * time.Minute // how often what changed is stored
	keepAt    = 0.1              // what share of its rows has to have changed for that
)

// Run stores what changed now and then, until ctx ends.
func (c *Catalog) Run(ctx context.Context) {
	tick := time.NewTicker(keepEvery)
	defer tick.Stop()
	for {
		select {
		case <-tick.C:
			c.keepAll(ctx, keepAt)
		case <-ctx.Done():
			return
		}
	}
}

// Keep stores all that changed, as far as there is time for it.
func (c *Catalog) Keep(ctx context.Context) { c.keepAll(ctx, 0) }

// keepAll stores the shelves of areas of whose rows more than a share changed. What cannot
// be stored is made anew at the next start.
func (c *Catalog) keepAll(ctx context.Context, share float64) {
	if c.Shelves == nil {
		return
	}
	c.mu.Lock()
	areas := slices.SortedFunc(maps.Values(c.areas), func(a, b *area) int { return cmp.Compare(a.id, b.id) })
	c.mu.Unlock()
	for _, a := range areas {
		if err := c.keep(ctx, a, share); err != nil {
			c.Log.Warn("what lists are made from could not be kept for the next start", "area", a.id, "cause", err)
			return
		}
	}
}

func (c *Catalog) keep(ctx context.Context, a *area, share float64) error {
	c.lock.RLock()
	c.mu.Lock()
	loaded := c.areas[a.id] == a // it may have been let go of
	c.mu.Unlock()
	if !loaded || a.seq == a.kept || float64(a.dirty) < share*float64(a.rows) {
		c.lock.RUnlock()
		return nil
	}
	s := storage.Shelf{Area: a.id, Epoch: c.epoch, Form: formNow, Seq: a.seq, Data: c.encode(a)}
	c.lock.RUnlock()
	if err := c.Shelves.PutShelf(ctx, s); err != nil {
		return err
	}
	c.lock.Lock()
	if a.seq == s.Seq {
		a.dirty = 0
	}
	a.kept = s.Seq
	c.lock.Unlock()
	return nil
}
