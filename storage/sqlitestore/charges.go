package sqlitestore

import (
	"encoding/hex"

	"zoufang"
	"zoufang/storage"
)

const chargeColumns = "id, user, digest, type, size, at, stage"

func (v *view) charges(sql string, args ...any) (out []storage.Charge, err error) {
	err = v.c.each("SELECT "+chargeColumns+" FROM charges WHERE "+sql, func(row row) (bool, error) {
		out = append(out, storage.Charge{
			ID: text(row[0]), User: zoufang.UserID(text(row[1])), Digest: zoufang.Digest(hex.EncodeToString(blob(row[2]))),
			Type: text(row[3]), Size: integer(row[4]), At: integer(row[5]), Stage: storage.Stage(text(row[6])),
		})
		return true, v.ended()
	}, args...)
	return out, v.wrap("charges", err)
}

func (v *view) ChargesOf(u zoufang.UserID) ([]storage.Charge, error) {
	return v.charges("user = ? ORDER BY at, id", string(u))
}

func (v *view) ChargesFor(d zoufang.Digest) ([]storage.Charge, error) {
	b, err := digest(d)
	if err != nil {
		return nil, nil
	}
	return v.charges("digest = ? ORDER BY at, id", b)
}

func (v *view) ChargesBefore(stage storage.Stage, at int64, limit int) ([]storage.Charge, error) {
	return v.charges("stage = ? AND at <= ? ORDER BY at, id LIMIT ?", string(stage), at, int64(limit))
}

func (t *tx) PutCharge(c storage.Charge) error {
	d, err := digest(c.Digest)
	if err != nil {
		return err
	}
	_, err = t.exec("put a charge", "INSERT OR REPLACE INTO charges ("+chargeColumns+") VALUES (?, ?, ?, ?, ?, ?, ?)",
		c.ID, string(c.User), d, c.Type, c.Size, c.At, string(c.Stage))
	return err
}

func (t *tx) DropCharge(id string) error {
	_, err := t.exec("drop a charge", "DELETE FROM charges WHERE id = ?", id)
	return err
}

func (t *tx) FlawMedium(d zoufang.Digest, f zoufang.Flaw) error {
	b, err := digest(d)
	if err != nil {
		return err
	}
	m, err := t.Medium(d)
	if err != nil || m == nil || m.Flaw == f {
		return err
	}
	if _, err := t.exec("flaw a medium", "UPDATE media SET flaw = ? WHERE digest = ?", string(f), b); err != nil {
		return err
	}
	_, err = t.exec("begin to tell of a flaw", putArrival, b, "", "")
	return err
}

func (t *tx) DropMedium(d zoufang.Digest) error {
	b, err := digest(d)
	if err != nil {
		return err
	}
	for _, from := range []string{"media", "arrivals"} {
		if _, err := t.exec("drop a medium", "DELETE FROM "+from+" WHERE digest = ?", b); err != nil {
			return err
		}
	}
	_, err = t.exec("drop a medium", "DELETE FROM names WHERE digest = ? AND role = ?", b, string(storage.SentByDevice))
	return err
}
