package sqlitestore

import (
	"encoding/json"
	"slices"

	"zoufang"
	"zoufang/storage"
)

const heldColumns = "id, sender, author, at, code, why, waits, areas, waived, forced, schema, sealed, decided, ruling, reach, fault, since, rule, brought, freed"

func heldRow(row row) (storage.Held, error) {
	h := storage.Held{
		ID: zoufang.CommitID(text(row[0])), Sender: zoufang.UserID(text(row[1])), Author: zoufang.UserID(text(row[2])),
		At: integer(row[3]), Code: zoufang.HoldCode(text(row[4])), Why: text(row[5]),
		Waived: truth(row[8]), Forced: truth(row[9]), Schema: int(integer(row[10])), Sealed: truth(row[11]),
		Decided: integer(row[12]), Ruling: zoufang.CommitID(text(row[13])), Fault: storage.ReadFault(text(row[15])), Since: integer(row[16]),
		Brought: zoufang.UserID(text(row[18])), Freed: zoufang.UserID(text(row[19])),
	}
	if err := json.Unmarshal([]byte(text(row[6])), &h.Waits); err != nil {
		return h, err
	}
	if err := json.Unmarshal([]byte(text(row[7])), &h.Areas); err != nil {
		return h, err
	}
	return h, json.Unmarshal([]byte(text(row[14])), &h.Reach)
}

func (v *view) held(what, sql string, args ...any) ([]storage.Held, error) {
	var out []storage.Held
	err := v.c.each(sql, func(row row) (bool, error) {
		h, err := heldRow(row)
		if err != nil {
			return false, err
		}
		out = append(out, h)
		return true, v.ended()
	}, args...)
	return out, v.wrap(what, err)
}

func (v *view) Held(id zoufang.CommitID) (*storage.Held, error) {
	list, err := v.held("held", "SELECT "+heldColumns+" FROM held WHERE id = ?", string(id))
	if err != nil || len(list) == 0 {
		return nil, err
	}
	return &list[0], nil
}

const heldBy = "SELECT " + heldColumns + " FROM held WHERE sender = ?1 AND decided = 0 UNION ALL SELECT " +
	heldColumns + " FROM held WHERE sender = ?1 AND decided >= ?2 ORDER BY at, id"

func (v *view) HeldBy(sender zoufang.UserID, since int64) ([]storage.Held, error) {
	return v.held("held by", heldBy, string(sender), max(since, 1))
}

const heldOpen = "SELECT " + heldColumns + " FROM held INDEXED BY held_open WHERE decided = 0 ORDER BY at, id"

func (v *view) HeldOpen(f func(storage.Held) bool) error {
	return v.wrap("held open", v.c.each(heldOpen, func(row row) (bool, error) {
		h, err := heldRow(row)
		if err != nil || !f(h) {
			return false, err
		}
		return true, v.ended()
	}))
}

const waiting = "SELECT id, at FROM waits WHERE key = ?"

func (v *view) Waiting(keys ...string) ([]zoufang.CommitID, error) {
	type line struct {
		id string
		at int64
	}
	var lines []line
	for _, key := range keys {
		err := v.c.each(waiting, func(row row) (bool, error) {
			lines = append(lines, line{text(row[0]), integer(row[1])})
			return true, v.ended()
		}, key)
		if err != nil {
			return nil, v.wrap("waiting", err)
		}
	}
	slices.SortFunc(lines, func(a, b line) int { return cmpBoth(a.at, b.at, a.id, b.id) })
	lines = slices.Compact(lines)
	out := make([]zoufang.CommitID, len(lines))
	for i, l := range lines {
		out[i] = zoufang.CommitID(l.id)
	}
	return out, nil
}

func (t *tx) PutHeld(h storage.Held) error {
	waits, err := json.Marshal(h.Waits)
	if err != nil {
		return t.wrap("put held", err)
	}
	areas, err := json.Marshal(h.Areas)
	if err != nil {
		return t.wrap("put held", err)
	}
	reach, err := json.Marshal(h.Reach)
	if err != nil {
		return t.wrap("put held", err)
	}
	_, err = t.exec("put held", "INSERT INTO held ("+heldColumns+`) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
		ON CONFLICT (id) DO UPDATE SET sender = excluded.sender, author = excluded.author, at = excluded.at, code = excluded.code,
		why = excluded.why, waits = excluded.waits, areas = excluded.areas, waived = excluded.waived, forced = excluded.forced,
		schema = excluded.schema, sealed = excluded.sealed, decided = excluded.decided, ruling = excluded.ruling, reach = excluded.reach,
		fault = excluded.fault, since = excluded.since, rule = excluded.rule,
		brought = excluded.brought, freed = excluded.freed`,
		string(h.ID), string(h.Sender), string(h.Author), h.At, string(h.Code), h.Why, string(waits), string(areas),
		bit(h.Waived), bit(h.Forced), int64(h.Schema), bit(h.Sealed), h.Decided, string(h.Ruling), string(reach), storage.WriteFault(h.Fault), h.Since, string(h.Fault.Rule), string(h.Brought), string(h.Freed))
	if err != nil {
		return err
	}
	if err := t.forgetWaits(h.ID); err != nil || h.Decided != 0 {
		return err
	}
	for _, key := range h.Waits {
		_, err := t.exec("put held", "INSERT INTO waits (key, id, at) VALUES (?, ?, ?) ON CONFLICT DO NOTHING", key, string(h.ID), h.At)
		if err != nil {
			return err
		}
	}
	return nil
}

func (t *tx) DropHeld(id zoufang.CommitID) error {
	if _, err := t.exec("drop held", "DELETE FROM held WHERE id = ?", string(id)); err != nil {
		return err
	}
	return t.forgetWaits(id)
}

func (t *tx) forgetWaits(id zoufang.CommitID) error {
	_, err := t.exec("forget waits", "DELETE FROM waits WHERE id = ?", string(id))
	return err
}
