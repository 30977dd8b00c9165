package mongostore

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"zoufang"
	"zoufang/storage"
	"zoufang/storage/storagetest"
	"zoufang/storage/storagetest/servers"
)

// saidBy is everything a view says of some areas, people and media.
func saidBy(v storage.View, areas []zoufang.AreaID, visits []visit) (string, error) {
	var b strings.Builder
	var errs []error
	say := func(what string, x any, err error) {
		fmt.Fprintf(&b, "%s: %v\n", what, x)
		errs = append(errs, err)
	}
	heads, err := v.Heads(areas)
	say("heads", heads, err)
	all, err := v.Areas()
	say("areas", all, err)
	for _, a := range areas {
		for _, public := range []bool{false, true} {
			for _, after := range []uint64{0, 5} {
				errs = append(errs, v.Feed(a, after, public, func(r storage.FeedRow) bool {
					fmt.Fprintf(&b, "feed %s %v %d: %d %s", a, public, after, r.Seq, r.Gone)
					if r.Record != nil {
						fmt.Fprint(&b, r.Record.ID, r.Record.Ver)
					}
					b.WriteByte('\n')
					return true
				}))
			}
		}
	}
	for _, kind := range []string{"visit", "item", "area"} {
		for _, limit := range []int{0, 3} {
			errs = append(errs, v.List(kind, areas, 1, limit, func(r *zoufang.Record) bool {
				fmt.Fprintln(&b, "list", kind, limit, r.ID, r.Ver, r.Area)
				return true
			}))
		}
	}
	errs = append(errs, v.HeldOpen(func(h storage.Held) bool { say("open", h, nil); return true }))
	n, err := v.CountHeld("u1", false)
	say("count", n, err)
	by, err := v.HeldBy("u1", 5)
	say("held by", by, err)
	for _, x := range visits {
		r, err := v.Record(x.record.ID)
		say("record", r != nil, err)
		h, err := v.History(x.record.ID)
		say("history", h, err)
		held, err := v.Held(x.commit.ID)
		say("held", held != nil, err)
		known, err := v.Known(x.commit.ID)
		say("known", known, err)
		waits, err := v.Waiting(storage.WaitsForRecord(x.record.ID))
		say("waiting", waits, err)
		m, err := v.Medium(x.photo)
		say("medium", m != nil, err)
		names, err := v.Names(x.photo)
		say("names", names, err)
		for _, area := range areas {
			seen, err := v.Readable(storage.Reader{User: "u1", Areas: []zoufang.AreaID{area}}, x.photo)
			say("readable", seen, err)
			public, err := v.Readable(storage.Reader{Above: []zoufang.AreaID{area}}, x.photo)
			say("readable from below", public, err)
		}
	}
	return b.String(), errors.Join(errs...)
}

// TestOwnWrites: what an update sees of its own writes, at any moment, is what all
// see once it is stored; and its Needing is that of the next update.
func TestOwnWrites(t *testing.T) {
	s := at(t, servers.Mongo(t).Database(t, t.Name()))
	rng := rand.New(rand.NewPCG(1, 2))
	areas := villages(3)
	visits := visitsIn(areas, 12)
	kinds := []string{"visit", "item", "area"}
	for i := range visits {
		visits[i].record.Kind = kinds[i%3]
	}
	needing := func(tx storage.Tx) (string, error) {
		var b strings.Builder
		for _, v := range visits {
			ids, err := storagetest.Needing(tx, v.photo)
			if err != nil {
				return "", err
			}
			fmt.Fprintln(&b, ids)
		}
		return b.String(), nil
	}
	step := func(tx storage.Tx) error {
		v, w := visits[rng.IntN(len(visits))], visits[rng.IntN(len(visits))]
		switch rng.IntN(7) {
		case 0:
			if known, err := tx.Known(v.commit.ID); err != nil || known {
				return err
			}
			return tx.AddCommit(v.commit)
		case 1:
			return tx.PutHeld(storage.Held{
				ID: v.commit.ID, Sender: "u1", At: int64(rng.IntN(3)), Decided: int64(rng.IntN(2) * rng.IntN(9)),
				Code:  []zoufang.HoldCode{zoufang.HeldWaiting, zoufang.HeldInvalid}[rng.IntN(2)],
				Waits: []string{storage.WaitsForRecord(w.record.ID)},
			})
		case 2:
			return tx.DropHeld(v.commit.ID)
		case 3:
			return tx.AddMedium(storage.Medium{Digest: v.photo, Type: "image/jpeg", Size: 1})
		default:
			r, err := tx.Record(v.record.ID)
			if err != nil {
				return err
			}
			if r == nil {
				r = v.record.Clone()
			}
			r.Need = nil
			if rng.IntN(2) == 0 {
				r.Need = []zoufang.Digest{w.photo}
			}
			r.Area = areas[rng.IntN(len(areas))]
			return tx.PutRecord(r, v.commit.ID)
		}
	}
	for range 25 {
		var mine, needs, before string
		err := s.Update(bg, "", func(tx storage.Tx) error {
			var err error
			if before, err = needing(tx); err != nil {
				return err
			}
			for range 1 + rng.IntN(8) {
				if err := step(tx); err != nil {
					return err
				}
			}
			if needs, err = needing(tx); err != nil {
				return err
			}
			mine, err = saidBy(tx, areas, visits)
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		err = s.View(bg, func(v storage.View) error {
			got, err := saidBy(v, areas, visits)
			if err == nil && got != mine {
				err = errors.New("an update saw:\n" + mine + "\nall see:\n" + got)
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		if err := s.Update(bg, "", func(tx storage.Tx) error { before, err = needing(tx); return err }); err != nil || before != needs {
			t.Fatalf("an update saw who needs:\n%s\nthe next:\n%s, %v", needs, before, err)
		}
	}
}
