package phone

import (
	"maps"
	"slices"
)

// Clone is the phone's storage copied to another phone: the same key, device, lines and numbers. Both go on alone.
func (p *Phone) Clone(opts ...Option) *Phone {
	p.mu.Lock()
	defer p.mu.Unlock()
	c := p.sibling()
	c.n, c.prev, c.heard = p.n, p.prev, p.heard
	for _, l := range p.log {
		copied := *l
		c.keep(&copied)
	}
	c.extra = slices.Clone(p.extra)
	c.cursor, c.last, c.safeAt, c.epochs = p.cursor, p.last, p.safeAt, p.epochs
	c.scope = p.scope
	c.rows, c.sums = maps.Clone(p.rows), maps.Clone(p.sums) // rows are replaced, never changed
	for area, sent := range p.fresh {
		c.fresh[area] = maps.Clone(sent)
	}
	c.leaving, c.differs = maps.Clone(p.leaving), slices.Clone(p.differs)
	for digest, m := range p.media {
		copied := *m
		c.media[digest] = &copied
	}
	c.mediaLog = slices.Clone(p.mediaLog)
	for _, o := range opts {
		o(c)
	}
	c.load()
	return c
}

// Blank is the same device with an empty database: what it reads is what the server sends a newcomer.
func (p *Phone) Blank(opts ...Option) *Phone {
	p.mu.Lock()
	defer p.mu.Unlock()
	c := p.sibling()
	for _, o := range opts {
		o(c)
	}
	c.load()
	return c
}

// sibling has the settings and the identity, and an empty database.
func (p *Phone) sibling() *Phone {
	c := &Phone{base: p.base, clock: p.clock, rand: p.rand, http: p.http, gzip: p.gzip, batch: p.batch, chunk: p.chunk,
		maxWait: p.maxWait, shuffle: p.shuffle}
	c.key, c.device, c.user, c.areas, c.token, c.epoch = p.key, p.device, p.user, p.areas, p.token, p.epoch
	c.empty()
	return c
}
