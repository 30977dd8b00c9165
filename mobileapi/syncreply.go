package mobileapi

import (
	"fmt"
	"strconv"

	"zoufang"
	"zoufang/storage"
	"zoufang/sync/intake"
)

// Bounds of one reply.
const (
	maxRows     = 500
	maxRowBytes = 256 << 10
	minApp      = "1.0.0" // the oldest app that may still read; pushing is never refused
)

// reply is the NDJSON answer while it is laid out.
type reply struct {
	b []byte
}

func (r *reply) raw(s string) *reply { r.b = append(r.b, s...); return r }

func (r *reply) text(s string) *reply { r.b = append(r.b, zoufang.Quote(s)...); return r }

func (r *reply) number(n int64) *reply { r.b = strconv.AppendInt(r.b, n, 10); return r }

func (r *reply) areas(list []zoufang.AreaID) *reply {
	r.raw("[")
	for i, a := range list {
		if i > 0 {
			r.raw(",")
		}
		r.text(string(a))
	}
	return r.raw("]")
}

// first lays out line 1. scope and fresh are left out of a reply without rows.
func (r *reply) first(m storage.Meta, now int64, again bool, feed *feedPlan) {
	r.raw(`{"zoufang":1,"epoch":`).text(m.Epoch).raw(`,"time":`).number(now).raw(`,"safe_at":`)
	if m.SafeAt == 0 {
		r.raw("null")
	} else {
		r.number(m.SafeAt)
	}
	if feed != nil {
		if feed.tellScope {
			r.raw(`,"scope":{"version":`).number(feed.version).raw(`,"areas":`).areas(feed.scope.Areas).raw(`,"above":`).areas(feed.scope.Above).raw("}")
		}
		r.raw(`,"fresh":`).areas(feed.fresh)
	}
	if again {
		r.raw(`,"again":true`)
	}
	r.raw(`,"min_app":`).text(minApp).raw("}\n")
}

func (r *reply) answers(list []intake.Answer) {
	for _, a := range list {
		r.b = append(a.Append(r.b), '\n')
	}
}

// restart is the whole reply to a phone that has to begin anew: nothing was stored.
func (r *reply) restart(m storage.Meta, now int64, again bool) {
	r.first(m, now, again, nil)
	r.raw(`{"end":true,"cursor":null,"more":true,"sum":{}}` + "\n")
}

// feedPlan is what one phone is sent of which areas, and from where on.
type feedPlan struct {
	scope     zoufang.Scope
	version   int64
	tellScope bool
	fresh     []zoufang.AreaID
	order     []zoufang.AreaID   // wider areas first: forms and rules come before what uses them
	heads     []storage.AreaHead // as order
	at        cursor
}

// plan reads where the phone stands. An area new in its scope, asked for anew,
// read by another measure before, or past the end of its sequence (the store
// was put back), begins from 0.
func plan(v storage.View, u *zoufang.User, epoch, sent string, reread map[zoufang.AreaID]bool) (*feedPlan, error) {
	all, err := v.Areas()
	if err != nil {
		return nil, err
	}
	p := &feedPlan{scope: all.ScopeOf(u)}
	p.version = scopeVersion(p.scope)
	p.order = append(append(p.order, p.scope.Above...), p.scope.Areas...)
	if p.heads, err = v.Heads(p.order); err != nil {
		return nil, err
	}
	old, readable := parseCursor(sent, epoch)
	p.tellScope = !readable || old.version != p.version
	p.at = cursor{epoch: epoch, version: p.version, areas: make(map[zoufang.AreaID]position, len(p.order))}
	for i, id := range p.order {
		public := i < len(p.scope.Above)
		pos, known := old.areas[id]
		if !known || pos.public != public || reread[id] || pos.seq > p.heads[i].Seq {
			pos = position{public: public}
			p.fresh = append(p.fresh, id)
		}
		p.at.areas[id] = pos
	}
	return p, nil
}

// rows lays out changed records from where the phone stands, moves the cursor,
// and ends the reply.
func (r *reply) rows(v storage.View, p *feedPlan) error {
	count, start, more := 0, len(r.b), false
	for i, id := range p.order {
		pos := p.at.areas[id]
		if pos.seq == p.heads[i].Seq {
			continue
		}
		err := v.Feed(id, pos.seq, pos.public, func(row storage.FeedRow) bool {
			mark := len(r.b)
			if row.Record != nil {
				r.b = row.Record.AppendRow(r.b)
			} else {
				r.b = zoufang.AppendGone(r.b, row.Gone, id)
			}
			r.raw("\n")
			if count > 0 && (count == maxRows || len(r.b)-start > maxRowBytes) {
				r.b, more = r.b[:mark], true
				return false
			}
			count++
			pos.seq = row.Seq
			return true
		})
		if err != nil {
			return fmt.Errorf("read the feed: %w", err)
		}
		if !more {
			pos.seq = p.heads[i].Seq // of the same snapshot: nothing is left before it
		}
		p.at.areas[id] = pos
		if more {
			break
		}
	}
	r.raw(`{"end":true,"cursor":`).text(p.at.String()).raw(`,"more":`).raw(strconv.FormatBool(more)).raw(`,"sum":{`)
	if !more {
		for i, id := range p.order {
			if i > 0 {
				r.raw(",")
			}
			sum := p.heads[i].Sum
			if p.at.areas[id].public {
				sum = p.heads[i].Public
			}
			r.text(string(id)).raw(`:"`).raw(fmt.Sprintf("%016x", sum)).raw(`"`)
		}
	}
	r.raw("}}\n")
	return nil
}
