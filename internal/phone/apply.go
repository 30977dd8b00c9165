package phone

import (
	"context"
	"fmt"
	"maps"
	"slices"
)

const keepFor = 30 * 24 * 60 * 60 * 1000 // milliseconds a line is kept after it is safe

// apply takes a whole reply over in one step: a phone does it in one transaction of its database. It returns the areas
// whose sums differ, when the time has come to compare them.
func (p *Phone) apply(sent []*Line, r *reply) (differ []string, err error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if err := p.take(sent, r); err != nil {
		return nil, err
	}
	if r.Scope != nil {
		p.enter(*r.Scope)
	}
	if p.cursor == "" {
		clear(p.fresh) // reading from the beginning: the reply names all areas it begins
	}
	for _, area := range r.Fresh {
		p.fresh[area] = map[string]bool{}
	}
	for _, c := range r.changes {
		p.change(c, r.Time)
	}
	p.cursor = r.cursor
	if !r.more {
		differ = p.finish(r)
	}
	p.prune(r.Time)
	return differ, nil
}

// take notes the answers. All lines must have got one, or nothing of the reply is used.
func (p *Phone) take(sent []*Line, r *reply) error {
	got := make(map[string]answered, len(r.answers))
	for _, a := range r.answers {
		got[a.id] = a
	}
	for _, l := range sent {
		if _, ok := got[l.ID]; !ok {
			return fmt.Errorf("%w: no answer for line %s", ErrReply, l.ID)
		}
	}
	p.epoch = r.Epoch
	p.hear(r.Time)
	p.safeAt = 0
	if r.SafeAt != nil {
		p.safeAt = *r.SafeAt
	}
	for _, a := range r.answers {
		l := p.index[a.id]
		if l == nil {
			continue
		}
		if !l.Answer.Given() {
			l.Answer.Epoch, l.Answer.Time = r.Epoch, r.Time
			p.last = l.ID // only a first answer counts: a repeat would hide a roll-back
		}
		l.Answer.R, l.Answer.Code, l.Answer.Why = a.r, a.code, a.why
	}
	p.extra = slices.DeleteFunc(p.extra, func(id string) bool { _, ok := got[id]; return ok })
	return nil
}

// enter takes a new scope over. Rows of areas that were taken away are erased only when all else has been sent.
func (p *Phone) enter(s Scope) {
	if s.Areas == nil {
		s.Areas = []string{}
	}
	p.scope = s
	keep := map[string]bool{}
	for _, area := range slices.Concat(s.Areas, s.Above) {
		keep[area] = true
		delete(p.leaving, area)
	}
	for _, row := range p.rows {
		if !keep[row.Area] {
			p.leaving[row.Area] = true
		}
	}
	maps.DeleteFunc(p.fresh, func(area string, _ map[string]bool) bool { return !keep[area] })
}

func (p *Phone) change(c change, now int64) {
	if c.row == nil {
		if had := p.rows[c.id]; had != nil && had.Area == c.area {
			delete(p.rows, c.id)
		}
		return
	}
	p.rows[c.id] = c.row
	if sent := p.fresh[c.area]; sent != nil {
		sent[c.id] = true
	}
	for _, digest := range c.row.Need {
		if m := p.media[digest]; m != nil && m.accepted() && m.Time < now {
			m.neverSent()
		}
	}
}

// finish is the end of a reading: areas read from 0 lose what was not sent again, lines that were answered are now part
// of the rows, and sums can be compared.
func (p *Phone) finish(r *reply) (differ []string) {
	for id, row := range p.rows {
		if sent := p.fresh[row.Area]; sent != nil && !sent[id] {
			delete(p.rows, id)
		}
	}
	clear(p.fresh)
	for _, l := range p.log {
		l.settled = l.Answer.Given()
	}
	p.sums = r.sum
	for _, area := range slices.Sorted(maps.Keys(r.sum)) {
		if p.sum(area) != r.sum[area] {
			differ = append(differ, area)
		}
	}
	p.differs = differ
	return differ
}

// prune marks the lines that have become safe and drops those that have been for long enough, by the server's time.
func (p *Phone) prune(now int64) {
	p.log = slices.DeleteFunc(p.log, func(l *Line) bool {
		if l.safe == 0 && l.Answer.Given() && l.Answer.Epoch == p.epoch && l.Answer.Time < p.safeAt {
			l.safe = now
		}
		old := l.safe != 0 && l.settled && now-l.safe > keepFor
		if old {
			delete(p.index, l.ID)
		}
		return old
	})
}

// Safe says whether a verified backup holds the line.
func (l Line) Safe() bool { return l.safe != 0 }

// startOver is what a phone does when the server has come back from a backup: every line counts as unsent, every medium
// as unknown to the server, and everything is read from 0. Nothing a person saved is given up.
func (p *Phone) startOver(epoch string) {
	p.epochs++
	p.epoch, p.cursor, p.last, p.safeAt = epoch, "", "", 0
	clear(p.fresh)
	for _, l := range p.log {
		l.Answer, l.settled, l.safe = Answer{}, false, 0
	}
	for _, m := range p.media {
		m.neverSent()
	}
}

// leaveAreas erases the rows of areas that were taken away, once the phone's media have been sent too.
func (p *Phone) leaveAreas(ctx context.Context) error {
	p.mu.Lock()
	n := len(p.leaving)
	p.mu.Unlock()
	if n == 0 {
		return nil
	}
	if err := p.SendMedia(ctx); err != nil {
		return fmt.Errorf("before areas are erased: %w", err)
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	maps.DeleteFunc(p.rows, func(_ string, r *Row) bool { return p.leaving[r.Area] })
	clear(p.leaving)
	return nil
}
