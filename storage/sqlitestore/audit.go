package sqlitestore

import (
	"context"

	"zoufang"
	"zoufang/storage"
)

const auditColumns = "id, kind, who, area, data"

func audited(row row) storage.StoredAudit {
	return storage.StoredAudit{ID: text(row[0]), Kind: text(row[1]), Who: text(row[2]), Area: text(row[3]), Data: blob(row[4])}
}

// AppendAudit implements storage.Audit.
func (s *Store) AppendAudit(ctx context.Context, entries ...storage.Audited) error {
	return s.update(ctx, func(t *tx) error {
		for _, e := range entries {
			if err := t.audit(e); err != nil {
				return err
			}
		}
		return nil
	})
}

func (t *tx) audit(e storage.Audited) error {
	a, err := storage.SealAudit(t.s.sealer, e)
	if err != nil {
		return t.wrap("append to the account log", err)
	}
	_, err = t.exec("append to the account log", "INSERT INTO audit ("+auditColumns+") VALUES (?, ?, ?, ?, ?) ON CONFLICT DO NOTHING",
		a.ID, a.Kind, a.Who, a.Area, a.Data)
	return err
}

// Tell implements storage.Tx.
func (t *tx) Tell(e storage.Audited) error { return t.audit(e) }

// note appends what a step on an account tells.
func (t *tx) note(tell []storage.Tell, was, is *zoufang.User) error {
	for _, n := range tell {
		if err := t.audit(n(was, is)); err != nil {
			return err
		}
	}
	return nil
}

// noteOf is note for a step that leaves the account as it is.
func (t *tx) noteOf(tell []storage.Tell, id zoufang.UserID) error {
	if len(tell) == 0 {
		return nil
	}
	u, err := t.User(id)
	if err != nil {
		return err
	}
	if u == nil {
		u = &zoufang.User{ID: id}
	}
	return t.note(tell, u, u)
}

const (
	listAudit       = "SELECT " + auditColumns + " FROM audit WHERE id >= ? AND id < ? ORDER BY id DESC"
	listAuditOldest = "SELECT " + auditColumns + " FROM audit WHERE id >= ? AND id < ? ORDER BY id"
)

// ListAudit implements storage.Audit.
func (s *Store) ListAudit(ctx context.Context, q storage.AuditQuery) (out []storage.Audited, next string, err error) {
	err = s.read(ctx, func(v *view) error {
		out, next, err = storage.ReadAudit(s.sealer, q, v.eachAudited)
		return v.wrap("account log", err)
	})
	return out, next, err
}

// CountAudit implements storage.Audit.
func (s *Store) CountAudit(ctx context.Context, q storage.AuditQuery) (n map[zoufang.AuditKind]int, exact bool, err error) {
	err = s.read(ctx, func(v *view) error {
		n, exact, err = storage.TallyAudit(s.sealer, q, v.eachAudited)
		return v.wrap("account log", err)
	})
	return n, exact, err
}

// eachAudited is a storage.EachAudited.
func (v *view) eachAudited(low, high string, oldest bool, f func(storage.StoredAudit) (bool, error)) error {
	sql := listAudit
	if oldest {
		sql = listAuditOldest
	}
	return v.c.each(sql, func(row row) (bool, error) {
		if err := v.ended(); err != nil {
			return false, err
		}
		return f(audited(row))
	}, low, high)
}

// emptyAudit empties the account log of a store that has nothing else, for a Load.
func (t *tx) emptyAudit() error {
	const keep = "DROP TRIGGER audit_keep; DROP TRIGGER audit_stay; DELETE FROM audit; "
	return t.wrap("load", t.c.script(context.Background(), keep+guard4))
}
