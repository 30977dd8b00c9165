package fieldsync_test

import (
	"fmt"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"zoufang"
	fieldsync "zoufang/sync"
)

var orderRecord = zoufang.UUIDv7(1763760000000, [16]byte{1})

// deed is a commit of a history, with what the reference needs to know of it.
type deed struct {
	stamp zoufang.Stamp
	do    []zoufang.Item
}

// village is a history in the making: phones that each know some of the deeds,
// and the server, which knows those that were pushed.
type village struct {
	*rapid.T
	deeds  []deed
	server []int
	phones []*handset
}

type handset struct {
	user    zoufang.UserID
	staff   bool
	known   []int // what its rows and its own lines come from
	unsent  []int
	earlier []int // known at some time before: a phone put back stands there again
}

// play applies deeds in an order; the first must create the record.
func (v *village) play(order []int) *zoufang.Record {
	var r *zoufang.Record
	for _, i := range order {
		r = fieldsync.Replay(r, orderRecord, v.deeds[i].do, v.deeds[i].stamp)
	}
	return r
}

func (v *village) save(p *handset, do []zoufang.Item) {
	n := len(v.deeds)
	id, _ := zoufang.HashLine(fmt.Appendf(nil, "deed %d", n))
	at := rapid.Int64Range(1, 6).Draw(v.T, "at") // few values: many equal times
	v.deeds = append(v.deeds, deed{zoufang.NewStamp(id, p.user, at, 0, 10, p.staff), do})
	p.known, p.unsent = append(p.known, n), append(p.unsent, n)
}

// seen gives the ids an editor showed: as a rule all there are, of a masked or an
// older editor some.
func (v *village) seen(heads *zoufang.Heads) (ids []zoufang.CommitID) {
	part := rapid.IntRange(0, 4).Draw(v.T, "editor") == 0
	if heads == nil {
		return nil
	}
	for _, h := range heads.Live {
		if !part || rapid.Bool().Draw(v.T, "shown") {
			ids = append(ids, h.ID)
		}
	}
	return ids
}

func (v *village) edit(p *handset) {
	view := v.play(p.known)
	text := func() zoufang.Value {
		return zoufang.Quote(rapid.SampledFrom([]string{"甲", "乙", "丙"}).Draw(v.T, "text"))
	}
	var do []zoufang.Item
	for _, field := range rapid.SliceOfNDistinct(rapid.SampledFrom([]string{"note", "met", "place", "needs", "remarks", zoufang.Void, "state", ""}), 1, 3, rapid.ID).Draw(v.T, "fields") {
		it := zoufang.Item{Record: orderRecord, Field: field, Value: text()}
		switch field {
		case "note", "met":
			it.Op, it.Seen = zoufang.OpSet, v.seen(view.Heads[field])
		case "place":
			it.Op, it.Seen, it.Value = zoufang.OpSet, v.seen(view.Heads[field]), zoufang.Value(`{"lat":1,"lon":2}`)
		case zoufang.Void:
			it.Op, it.Seen = zoufang.OpSet, view.By()
		case "needs":
			if it.Op = zoufang.OpAdd; rapid.Bool().Draw(v.T, "rm") {
				it.Op, it.Seen = zoufang.OpRm, v.seen(view.Sets[field][it.Value.Canon()])
			}
		case "remarks":
			it.Op = zoufang.OpLog
		case "state":
			it.Op, it.From, it.To, it.Seen = zoufang.OpGo, "draft", "submitted", view.By()
		default:
			it = zoufang.Item{Op: zoufang.OpNew, Record: orderRecord, Kind: "visit", Area: "990101001201",
				Fields: map[string]zoufang.Value{"type": text(), "persons": zoufang.Value(`["p","q"]`)}}
		}
		do = append(do, it)
	}
	v.save(p, do)
}

// sync pushes some of what is unsent and takes in what the server knows.
func (v *village) sync(p *handset) {
	var kept []int
	for _, i := range p.unsent {
		if rapid.IntRange(0, 3).Draw(v.T, "held up") == 0 {
			kept = append(kept, i) // held, or lost on the way
		} else if !slices.Contains(v.server, i) {
			v.server = append(v.server, i)
		}
	}
	p.earlier = slices.Clone(p.known)
	p.unsent = kept
	for _, i := range v.server {
		if !slices.Contains(p.known, i) {
			p.known = append(p.known, i)
		}
	}
}

func drawVillage(t *rapid.T) *village {
	v := &village{T: t}
	for i := range rapid.IntRange(2, 4).Draw(t, "phones") {
		v.phones = append(v.phones, &handset{user: zoufang.UserID(fmt.Sprint("user", i/2)), staff: i == 3})
	}
	first := v.phones[0]
	v.save(first, []zoufang.Item{{Op: zoufang.OpNew, Record: orderRecord, Kind: "visit", Area: "990101001201",
		Fields: map[string]zoufang.Value{"type": zoufang.Quote("care"), "note": zoufang.Quote("初")}}})
	v.server, first.unsent = []int{0}, nil
	for _, p := range v.phones {
		p.known, p.earlier = []int{0}, []int{0}
	}
	for range rapid.IntRange(3, 25).Draw(t, "deeds") {
		p := rapid.SampledFrom(v.phones).Draw(t, "phone")
		switch rapid.IntRange(0, 9).Draw(t, "what") {
		case 0:
			p.known = slices.Clone(p.earlier) // put back from a backup of the phone
		case 1, 2, 3:
			v.sync(p)
		default:
			v.edit(p)
		}
	}
	return v
}

// Whatever order lines are applied in (as they come, or late because they were
// held), the content ends the same; and a value is gone exactly when an applied
// commit had seen it there.
func TestContentDoesNotDependOnTheOrder(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		v := drawVillage(t)
		applied := []int{0}
		for i := 1; i < len(v.deeds); i++ {
			if rapid.IntRange(0, 9).Draw(t, "rejected") != 0 {
				applied = append(applied, i)
			}
		}
		want := v.reference(applied)
		for range 6 {
			order := append([]int{0}, rapid.Permutation(applied[1:]).Draw(t, "order")...)
			r := v.play(order)
			if got := contentOf(r); got != want {
				t.Fatalf("order %v\n got %s\nwant %s", order, got, want)
			}
			if by := r.By(); len(r.Stamps) != len(by) || slices.ContainsFunc(by, func(id zoufang.CommitID) bool { return r.Stamps[id].ID != id }) {
				t.Fatalf("order %v: %d stamps of the %d commits that have a part in it", order, len(r.Stamps), len(by))
			}
		}
	})
}
