package sqlitestore

import (
	"encoding/json"

	"zoufang"
	"zoufang/storage"
)

// nextShare finds where the share after one begins; the list of areas is compared as
// its JSON, in which it is stored.
const nextShare = "SELECT areas, sender, code, rule, at FROM held INDEXED BY held_areas WHERE decided = 0" +
	" AND (areas, sender, code, rule) > (?, ?, ?, ?) AND areas < ? ORDER BY areas, sender, code, rule, at LIMIT 1"

const countShare = "SELECT count(*) FROM (SELECT 1 FROM held INDEXED BY held_areas WHERE decided = 0 AND areas = ? AND sender = ? AND code = ? AND rule = ? LIMIT ?)"

func (v *view) HeldShares(in zoufang.AreaID, most int, f func(storage.HeldShare) bool) error {
	for _, r := range shareRanges(in) {
		areas, s := r.from, storage.HeldShare{}
		for {
			found := false
			err := v.c.each(nextShare, func(row row) (bool, error) {
				areas, found = text(row[0]), true
				s = storage.HeldShare{HeldGroup: storage.HeldGroup{Sender: zoufang.UserID(text(row[1])), Code: zoufang.HoldCode(text(row[2])), Rule: zoufang.Rule(text(row[3]))}, Oldest: integer(row[4])}
				return false, json.Unmarshal([]byte(areas), &s.Areas)
			}, areas, string(s.Sender), string(s.Code), string(s.Rule), r.to)
			if err == nil && found {
				var n int64
				n, err = v.c.number(countShare, areas, string(s.Sender), string(s.Code), string(s.Rule), int64(most))
				s.Count = int(n)
			}
			if err == nil {
				err = v.ended()
			}
			if err != nil {
				return v.wrap("held shares", err)
			}
			if !found {
				break
			}
			if !f(s) {
				return nil
			}
		}
	}
	return nil
}

type textRange struct{ from, to string } // to is not in it

// shareRanges gives the ranges of stored lists that begin in an area; ':' comes
// after the digits. A list of none is written in two ways.
func shareRanges(in zoufang.AreaID) []textRange {
	if in == "" {
		return []textRange{{"[]", "[]~"}, {"null", "null~"}}
	}
	return []textRange{{`["` + in.Prefix(), `["` + in.Prefix() + ":"}}
}

const heldOf = "SELECT " + heldColumns + " FROM held INDEXED BY held_group WHERE decided = 0 AND sender = ? AND code = ? AND rule = ? AND (at, id) > (?, ?) ORDER BY at, id"

func (v *view) HeldOf(g storage.HeldGroup, after storage.HeldPlace, f func(storage.Held) bool) error {
	return v.wrap("held of", v.c.each(heldOf, func(row row) (bool, error) {
		h, err := heldRow(row)
		if err != nil || !f(h) {
			return false, err
		}
		return true, v.ended()
	}, string(g.Sender), string(g.Code), string(g.Rule), after.At, string(after.ID)))
}

const (
	countHeld    = "SELECT count(*) FROM (SELECT 1 FROM held INDEXED BY held_count WHERE sender = ? AND decided = 0 AND code <> 'waiting' LIMIT ?)"
	countWaiting = "SELECT count(*) FROM (SELECT 1 FROM held INDEXED BY held_group WHERE sender = ? AND decided = 0 AND code = 'waiting' LIMIT ?)"
)

func (v *view) CountHeld(sender zoufang.UserID, waiting bool) (int, error) {
	sql, most := countHeld, zoufang.MaxHeld
	if waiting {
		sql, most = countWaiting, zoufang.MaxWaiting
	}
	n, err := v.c.number(sql, string(sender), int64(most))
	return int(n), v.wrap("count held", err)
}
