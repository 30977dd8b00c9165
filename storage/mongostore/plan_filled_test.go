package mongostore

import (
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"

	"zoufang"
	"zoufang/storage"
	"zoufang/storage/storagetest"
)

// What the store is filled with, by number.

func place(i int) zoufang.AreaID { return zoufang.AreaID(fmt.Sprintf("320115%03d%03d", i/4, 200+i%4)) }

func record(n int) *zoufang.Record {
	var b [16]byte
	binary.BigEndian.PutUint64(b[8:], uint64(n))
	kind := []string{"visit", "item", "request", "visit"}[n%4]
	if n%50 == 0 {
		kind = "area"
	}
	r := (&zoufang.Record{ID: zoufang.UUIDv7(int64(n), b), Kind: kind, Area: place(n / 100), Created: line(n).ID, Author: "u1", Seq: uint64(n%100 + 1), Ver: 1}).Fill()
	r.Stamps[r.Created] = zoufang.NewStamp(r.Created, "u1", 1, 1, 1, false)
	if n%10 == 7 {
		r.Need = []zoufang.Digest{photo(n)}
	}
	return r
}

func line(n int) storage.Commit {
	l := []byte(fmt.Sprint("line ", n))
	id, hash := zoufang.HashLine(l)
	return storage.Commit{ID: id, Hash: hash, Line: l, Author: "u1", Sender: "u1", Device: "d1", At: int64(n)}
}

func photo(n int) zoufang.Digest {
	var b [32]byte
	binary.BigEndian.PutUint64(b[:], uint64(n))
	return zoufang.Digest(hex.EncodeToString(b[:]))
}

const filledRecords = 2000

func full(l storage.Load) error {
	var errs []error
	for n := range filledRecords {
		r, c := record(n), line(n)
		errs = append(errs, l.Put(c), l.Put(storage.StoredRecord{Record: r, Written: int64(n + 1)}),
			l.Put(storage.Write{Record: r.ID, Ver: 1, Area: r.Area, Seq: r.Seq, Commit: c.ID}))
		h := storage.Held{ID: c.ID, Sender: zoufang.UserID(fmt.Sprint("u", n%10)), At: int64(n), Code: zoufang.HeldScope, Waits: []string{fmt.Sprint("r:", n/2)}}
		if n%5 == 1 {
			h.Code = zoufang.HeldWaiting
		}
		if n%3 != 0 {
			h.Areas = []zoufang.AreaID{place(n / 100)}
		}
		if n%2 == 1 {
			h.Decided = int64(n)
		}
		errs = append(errs, l.Put(h), l.Put(storage.Medium{Digest: photo(n)}),
			l.Put(storage.Name{Digest: photo(n), Role: storage.NamedByUser, ID: "u1"}), l.Put(storage.Name{Digest: photo(n), Role: storage.NamedByRecord, ID: string(r.ID)}))
		if n%100 == 99 {
			errs = append(errs, l.Put(storage.AreaHead{Area: r.Area, Seq: 100}))
		}
		if n < 500 {
			errs = append(errs, l.Put(storage.User{User: zoufang.User{ID: zoufang.UserID(fmt.Sprint("u", n)), Login: fmt.Sprint("login", n)}}),
				l.Put(storage.Device{Device: zoufang.Device{ID: zoufang.DeviceID(fmt.Sprint("d", n)), User: zoufang.UserID(fmt.Sprint("u", n)), Enrolled: int64(n)}}),
				l.Put(storage.Key{ID: fmt.Sprint(n), Purpose: fmt.Sprint("p", n%50)}))
		}
	}
	return errors.Join(errs...)
}

func readAll(v storage.View) error {
	r := record(307)
	_, err1 := v.Meta()
	_, err2 := v.Commit(line(7).ID)
	_, err3 := v.Held(line(9).ID)
	_, err4 := v.Record(r.ID)
	_, err5 := v.User("u9")
	_, err6 := v.Device("d9")
	_, err7 := v.Areas()
	_, err8 := v.Heads([]zoufang.AreaID{place(3), place(5)})
	err9 := v.Feed(place(3), 90, false, func(storage.FeedRow) bool { return true })
	err10 := v.Feed(place(3), 90, true, func(storage.FeedRow) bool { return true })
	_, err11 := v.HeldBy("u5", 1960)
	err12 := v.HeldOpen(func(storage.Held) bool { return true })
	_, err13 := v.CountHeld("u4", false)
	_, err14 := v.Waiting("r:8", "r:9")
	_, err15 := v.Medium(photo(3))
	_, err16 := v.Names(photo(7))
	_, err17 := v.History(r.ID)
	areas := []zoufang.AreaID{place(3), place(4), place(5)}
	err18 := v.List("visit", areas, 0, 5, func(*zoufang.Record) bool { return true })
	err19 := v.List("visit", areas, 20, 60, func(*zoufang.Record) bool { return true })
	_, err20 := v.Known(line(8).ID)
	own := []zoufang.Digest{photo(7), photo(307), photo(3), photo(4)}
	_, err21 := v.Readable(storage.Reader{User: "u1", Device: "d1", Areas: areas, Above: areas}, own...)
	_, err22 := v.Readable(storage.Reader{User: "u2", Device: "d1", Areas: areas, Above: areas}, own...)
	_, err23 := v.Arrivals(5)
	_, err24 := v.CountHeld("u1", true)
	err25 := v.HeldShares(place(3), 20, func(storage.HeldShare) bool { return true })
	err26 := v.HeldShares("", 20, func(storage.HeldShare) bool { return true })
	err27 := v.HeldOf(storage.HeldGroup{Sender: "u4", Code: zoufang.HeldScope}, storage.HeldPlace{At: 1900}, func(storage.Held) bool { return true })
	_, err28 := v.ChargesOf("u7")
	_, err29 := v.ChargesFor(photo(7))
	_, err30 := v.ChargesBefore(storage.StageStored, 20, 5)
	return errors.Join(err1, err2, err3, err4, err5, err6, err7, err8, err9, err10, err11, err12, err13, err14, err15, err16, err17, err18, err19, err20,
		err21, err22, err23, err24, err25, err26, err27, err28, err29, err30)
}

func writeAll(tx storage.Tx) error {
	c, held := line(filledRecords+1), line(filledRecords+2)
	fresh, old := record(filledRecords+1), record(301)
	fresh.Area = place(3)
	if err := tx.Ahead([]zoufang.CommitID{c.ID, held.ID}, []zoufang.RecordID{fresh.ID, old.ID}); err != nil {
		return err
	}
	old, err := tx.Record(old.ID)
	if err != nil {
		return err
	}
	old.Area = place(4)
	_, err1 := storagetest.Needing(tx, photo(307))
	return errors.Join(err1, tx.AddCommit(c), tx.AddCommit(held), tx.PutRecord(fresh, c.ID), tx.PutRecord(old, c.ID),
		tx.PutHeld(storage.Held{ID: held.ID, Sender: "u5", Code: zoufang.HeldWaiting, Waits: []string{"r:x"}}), tx.DropHeld(line(8).ID),
		tx.AddMedium(storage.Medium{Digest: photo(filledRecords + 5)}), tx.NameMedium(photo(4), storage.NamedByUser, "u8"),
		tx.FlawMedium(photo(5), zoufang.FlawCut), tx.DropMedium(photo(6)), tx.PutCharge(charge(9)), tx.DropCharge(charge(8).ID))
}

// charge is one of those that charges puts beside what was loaded.
func charge(n int) storage.Charge {
	return storage.Charge{ID: fmt.Sprint("charge ", n), User: zoufang.UserID(fmt.Sprint("u", n%100)), Digest: photo(n), At: int64(n),
		Stage: []storage.Stage{storage.StageOpen, storage.StageStored}[n%2]}
}

func charges(tx storage.Tx) error {
	for n := range 500 {
		if err := tx.PutCharge(charge(n)); err != nil {
			return err
		}
	}
	return nil
}
