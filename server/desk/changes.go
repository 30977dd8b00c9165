package desk

import (
	"context"
	"encoding/binary"
	"fmt"
	"slices"
	"strconv"

	"zoufang"
	"zoufang/storage"
)

// Bounds of one page of changes.
const (
	MaxChanges   = 200       // rows
	changesBytes = 256 << 10 // of rows, but for the first
	changesSeen  = 5000      // rows looked through for them
)

// Changes is a page of what changed in the reader's areas, in the order of each area.
type Changes struct {
	Rows [][]byte // lines {"row":…} and {"gone":…} as phones are sent them, masked: see Masked
	Next string   // where to go on, now or when more has changed
	More bool
	// Again: the store was put back, areas were taken from the reader, or after was no
	// place. These begin anew, and what does not come again is gone.
	Again bool
}

// Changes gives what changed in the reader's areas after a place that a former call
// gave as Next; "" is the beginning. Every record comes whole, and no change is left
// out: a place says of each area how far it was read. An area that is new to the
// reader comes from its beginning. kinds, where there are any, are all that is sent of
// records; what left an area is always told. Reports of harm that are others' to open
// are not sent; of one that became a report later it is told that it is gone.
func (d *Desk) Changes(ctx context.Context, u *zoufang.User, kinds []string, after string, limit int) (out Changes, err error) {
	err = d.read(ctx, u, func(l *reader) (err error) {
		out, err = l.changes(kinds, after, max(1, min(limit, MaxChanges)))
		return err
	})
	return out, err
}

// ChangesEnd gives the place behind all that has changed so far.
func (d *Desk) ChangesEnd(ctx context.Context, u *zoufang.User) (end string, err error) {
	err = d.read(ctx, u, func(l *reader) error {
		m, err := l.v.Meta()
		if err != nil {
			return err
		}
		heads, err := l.v.Heads(l.areas.ScopeOf(l.u).Areas)
		p := feedPlace{epoch: m.Epoch}
		for _, h := range heads {
			p.put(h.Area, h.Seq)
		}
		end = p.String()
		return err
	})
	return end, err
}

// IsChangesPlace reports whether a text is a place that Changes may have given.
func IsChangesPlace(s string) bool {
	_, err := readFeedPlace(s)
	return err == nil
}

func (l *reader) changes(kinds []string, after string, limit int) (out Changes, err error) {
	m, err := l.v.Meta()
	if err != nil {
		return out, err
	}
	at, err := readFeedPlace(after)
	areas := l.areas.ScopeOf(l.u).Areas
	out.Again = after != "" && (err != nil || at.epoch != m.Epoch || !at.within(areas))
	if out.Again || after == "" {
		at = feedPlace{epoch: m.Epoch}
	}
	heads, err := l.v.Heads(areas)
	if err != nil {
		return out, err
	}
	next := feedPlace{epoch: m.Epoch}
	seen, bytes := 0, 0
	for i, area := range areas {
		seq := min(at.seqs[area], heads[i].Seq)
		if seq < heads[i].Seq && !out.More {
			closed := l.kept(area)
			err := l.v.Feed(area, seq, false, func(row storage.FeedRow) bool {
				if len(out.Rows) == limit || len(out.Rows) > 0 && bytes > changesBytes || seen == changesSeen {
					out.More = true
					return false
				}
				seen, seq = seen+1, row.Seq
				var line []byte
				switch {
				case row.Record == nil:
					line = zoufang.AppendGone(nil, row.Gone, area)
				case closed && row.Record.TellsHarm() && begunSo(row.Record):
					return true // it was never sent
				case closed && row.Record.TellsHarm():
					line = zoufang.AppendGone(nil, row.Record.ID, area)
				case len(kinds) > 0 && !slices.Contains(kinds, row.Record.Kind):
					return true
				default:
					line = Masked(row.Record).AppendRow(nil)
				}
				out.Rows, bytes = append(out.Rows, line), bytes+len(line)
				return true
			})
			if err != nil {
				return out, err
			}
			if !out.More {
				seq = heads[i].Seq // of the same snapshot: nothing is left before it
			}
		}
		out.More = out.More || seq < heads[i].Seq
		next.put(area, seq)
	}
	out.Next = next.String()
	return out, nil
}

// feedPlace is how far each area's feed was read.
type feedPlace struct {
	epoch string
	seqs  map[zoufang.AreaID]uint64
	order []zoufang.AreaID // as put
}

// begunSo reports whether a report of harm was one from its beginning.
func begunSo(r *zoufang.Record) bool {
	return slices.ContainsFunc(r.Heads["item"].Live, func(h zoufang.Head) bool { return h.ID == r.Created })
}

// within reports whether all that was read lies in the areas. Whoever reads in fewer now
// begins anew, so that what they may read no more goes.
func (p *feedPlace) within(areas []zoufang.AreaID) bool {
	for area := range p.seqs {
		if _, there := slices.BinarySearch(areas, area); !there {
			return false
		}
	}
	return true
}

func (p *feedPlace) put(area zoufang.AreaID, seq uint64) {
	if p.seqs == nil {
		p.seqs = map[zoufang.AreaID]uint64{}
	}
	if seq > 0 {
		p.seqs[area], p.order = seq, append(p.order, area)
	}
}

// String writes the place: areas in their order, each as the step from the one before,
// so that two thousand of them fit into an address.
func (p *feedPlace) String() string {
	b := append([]byte{1, byte(len(p.epoch))}, p.epoch...)
	last := uint64(0)
	for _, area := range p.order {
		n, err := strconv.ParseUint(string(area), 10, 64)
		if err != nil {
			continue // an area is twelve digits
		}
		b = binary.AppendUvarint(binary.AppendUvarint(b, n-last), p.seqs[area])
		last = n
	}
	return b64.EncodeToString(b)
}

func readFeedPlace(s string) (p feedPlace, err error) {
	bad := fmt.Errorf("no place in the feeds")
	b, err := b64.DecodeString(s)
	if err != nil || len(b) < 2 || b[0] != 1 || len(b) < 2+int(b[1]) {
		return p, bad
	}
	p.epoch, b = string(b[2:2+int(b[1])]), b[2+int(b[1]):]
	p.seqs = map[zoufang.AreaID]uint64{}
	area := uint64(0)
	for len(b) > 0 {
		step, n := binary.Uvarint(b)
		if n <= 0 {
			return feedPlace{}, bad
		}
		seq, k := binary.Uvarint(b[n:])
		if k <= 0 || step > 999_999_999_999 {
			return feedPlace{}, bad
		}
		area, b = area+step, b[n+k:]
		p.seqs[zoufang.AreaID(fmt.Sprintf("%012d", area))] = seq
	}
	return p, nil
}
