package catalog

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"zoufang"
	"zoufang/storage"
)

// catchUp brings the areas to one snapshot of the store that is no older than the call,
// and returns with the catalog locked for reading, where it gives no error.
func (c *Catalog) catchUp(ctx context.Context, areas []*area, s *scan) error {
	c.follow.Lock()
	defer c.follow.Unlock()
	if err := ctx.Err(); err != nil {
		return err
	}
	news := map[*area][]delta{}
	epoch := ""
	err := c.Records.View(ctx, func(v storage.View) error {
		clear(news)
		meta, err := v.Meta()
		if err != nil {
			return err
		}
		epoch = meta.Epoch
		heads, err := headsOf(v, areas)
		if err != nil {
			return err
		}
		for i, a := range areas {
			for seq := a.seq; seq < heads[i].Seq; {
				d, err := after(v, a.id, seq)
				if err != nil {
					return err
				}
				if d.seq == seq {
					d.seq = heads[i].Seq // the rest was replaced by later rows
				}
				seq = d.seq
				news[a] = append(news[a], d)
			}
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("catalog: catch up: %w", err)
	}
	if epoch != c.epochNow() {
		return errEpoch
	}
	c.lock.RLock() // areas that others load change what shelves name meanwhile
	stale := slices.DeleteFunc(slices.Clone(areas), func(a *area) bool {
		sh := a.shelves[s.plan]
		return news[a] == nil && (sh == nil || !s.deep || !sh.stale(c))
	})
	c.lock.RUnlock()
	if len(stale) > 0 {
		c.lock.Lock()
		grown := int64(0)
		for _, a := range stale {
			grown -= a.bytes
			for _, d := range news[a] {
				a.apply(c, d)
			}
			grown += a.bytes
		}
		c.mu.Lock()
		c.bytes += grown
		c.mu.Unlock()
		for _, a := range areas { // what was applied may have made others stale
			if sh := a.shelves[s.plan]; s.deep && sh != nil && sh.stale(c) {
				sh.deepen(c, a)
			}
		}
		c.lock.Unlock()
	}
	c.lock.RLock()
	return nil
}

// errEpoch says that the store is another's than the catalog's: it was restored.
var errEpoch = errors.New("catalog: the store is of another epoch")

func (c *Catalog) epochNow() string {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.epoch
}

func headsOf(v storage.View, areas []*area) ([]storage.AreaHead, error) {
	ids := make([]zoufang.AreaID, len(areas))
	for i, a := range areas {
		ids[i] = a.id
	}
	return v.Heads(ids)
}
