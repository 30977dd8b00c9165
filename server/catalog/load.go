package catalog

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"slices"
	"sync"

	"zoufang"
	"zoufang/storage"
)

// loaders is how many areas are loaded at a time for one question.
const loaders = 2

// pin gives the areas, loaded, in order, and keeps them so until unpin.
func (c *Catalog) pin(ctx context.Context, ids []zoufang.AreaID) ([]*area, error) {
	ids = slices.Compact(slices.Sorted(slices.Values(ids)))
	var out []*area
	var missing []zoufang.AreaID
	c.mu.Lock()
	c.asked++
	for _, id := range ids {
		if a := c.areas[id]; a != nil {
			a.pins++
			a.used = c.asked
			out = append(out, a)
		} else {
			missing = append(missing, id)
		}
	}
	c.mu.Unlock()
	if len(missing) > 0 {
		more, err := c.loadAll(ctx, missing)
		out = append(out, more...)
		if err != nil {
			c.unpin(out)
			return nil, err
		}
		slices.SortFunc(out, func(a, b *area) int { return cmp.Compare(a.id, b.id) })
	}
	return out, nil
}

func (c *Catalog) unpin(areas []*area) {
	c.mu.Lock()
	for _, a := range areas {
		a.pins--
	}
	over := c.Memory > 0 && c.bytes > c.Memory
	c.mu.Unlock()
	if over {
		c.makeRoom(0)
	}
}

// sameEpoch empties the catalog where the store was replaced by another.
func (c *Catalog) sameEpoch(ctx context.Context) error {
	meta, err := storage.ReadMeta(ctx, c.Records)
	if err != nil {
		return fmt.Errorf("catalog: %w", err)
	}
	if meta.Epoch == c.epochNow() {
		return nil
	}
	c.follow.Lock()
	defer c.follow.Unlock()
	c.lock.Lock()
	defer c.lock.Unlock()
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.epoch != meta.Epoch {
		c.areas = map[zoufang.AreaID]*area{}
		c.forget(meta.Epoch)
	}
	return nil
}

func (c *Catalog) loadAll(ctx context.Context, ids []zoufang.AreaID) (out []*area, err error) {
	var mu sync.Mutex
	var working sync.WaitGroup
	next := make(chan zoufang.AreaID)
	for range min(loaders, len(ids)) {
		working.Go(func() {
			for id := range next {
				a, failed := c.load(ctx, id)
				mu.Lock()
				if failed != nil {
					err = cmp.Or(err, failed)
				} else {
					out = append(out, a)
				}
				mu.Unlock()
			}
		})
	}
	for _, id := range ids {
		next <- id
	}
	close(next)
	working.Wait()
	return out, err
}

// load gives an area, pinned; of several who ask for one at once, one loads it.
func (c *Catalog) load(ctx context.Context, id zoufang.AreaID) (*area, error) {
	for {
		c.mu.Lock()
		if a := c.areas[id]; a != nil {
			a.pins++
			a.used = c.asked
			c.mu.Unlock()
			return a, nil
		}
		wait := c.loading[id]
		if wait == nil {
			wait = make(chan struct{})
			c.loading[id] = wait
			c.mu.Unlock()
			a, err := c.fill(ctx, id)
			c.mu.Lock()
			delete(c.loading, id)
			c.mu.Unlock()
			close(wait)
			return a, err
		}
		c.mu.Unlock()
		select {
		case <-wait:
		case <-ctx.Done():
			return nil, ctx.Err()
		}
	}
}

// fill reads an area from its stored shelf, where there is a good one, and from its feed,
// and adds it to those that are loaded, pinned.
func (c *Catalog) fill(ctx context.Context, id zoufang.AreaID) (*area, error) {
	a, epoch := newArea(id), c.epochNow()
	if err := c.restore(ctx, a, epoch); err != nil {
		return nil, err
	}
	for done := false; !done; {
		var d delta
		err := c.Records.View(ctx, func(v storage.View) (err error) {
			d, err = after(v, id, a.seq)
			return err
		})
		if err != nil {
			c.discard(a, epoch)
			return nil, fmt.Errorf("catalog: load %s: %w", id, err)
		}
		done = len(d.entries) < chunk
		c.lock.Lock()
		if c.epoch == epoch {
			a.apply(c, d)
			if done {
				a.tidy(c)
			}
		}
		c.lock.Unlock()
	}
	c.makeRoom(a.bytes)
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.epoch != epoch {
		return nil, errEpoch
	}
	a.pins, a.used = 1, c.asked
	c.areas[id] = a
	return a, nil
}

// discard gives back what an area that is not loaded to its end uses.
func (c *Catalog) discard(a *area, epoch string) {
	c.lock.Lock()
	defer c.lock.Unlock()
	if c.epoch == epoch { // else its numbers were forgotten with all others
		a.clear(c)
	}
}

// makeRoom lets go of the areas that nobody has asked for longest, until so many bytes
// more find room. What somebody looks through stays.
func (c *Catalog) makeRoom(bytes int64) {
	if c.Memory == 0 {
		return
	}
	c.lock.Lock()
	defer c.lock.Unlock()
	c.mu.Lock()
	defer c.mu.Unlock()
	c.bytes = 0
	for _, a := range c.areas {
		c.bytes += a.bytes
	}
	byUse := slices.SortedFunc(maps.Values(c.areas), func(a, b *area) int { return cmp.Compare(a.used, b.used) })
	for _, a := range byUse {
		if c.bytes+bytes <= c.Memory {
			break
		}
		if a.pins == 0 {
			c.bytes -= a.bytes
			delete(c.areas, a.id)
			a.clear(c)
		}
	}
	c.bytes += bytes
}
