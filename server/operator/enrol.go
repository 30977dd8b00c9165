package operator

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"time"

	"zoufang"
	"zoufang/internal/fold"
	"zoufang/storage"
)

// Bounds of how long an enrolment code may be used.
const (
	minLife = time.Minute
	maxLife = 7 * 24 * time.Hour
)

func checkLife(life time.Duration) error {
	if life < minLife || life > maxLife {
		return fmt.Errorf("a code is good for %v to %v", minLife, maxLife)
	}
	return nil
}

// Enrolment is a code that makes one phone a user's.
type Enrolment struct {
	Code    string // as fold.NewCode makes it
	Expires time.Time
}

// Enrol hands out a one-time code. The store keeps its hash alone.
func (o *Operator) Enrol(ctx context.Context, id zoufang.UserID, life time.Duration) (Enrolment, error) {
	if err := checkLife(life); err != nil {
		return Enrolment{}, err
	}
	u, err := o.Accounts.User(ctx, id)
	switch {
	case errors.Is(err, storage.ErrNotFound):
		return Enrolment{}, errors.New("no user has this id")
	case err != nil:
		return Enrolment{}, err
	case u.Disabled:
		return Enrolment{}, errors.New("the user is disabled")
	case u.Role == zoufang.Auditor:
		return Enrolment{}, errors.New("an auditor has no phone")
	}
	e := Enrolment{Code: fold.NewCode(), Expires: o.Now().Add(life)}
	return e, o.Accounts.AddCode(ctx, storage.Code{Hash: hashCode(e.Code), User: u.ID, Expires: e.Expires.UnixMilli()}, o.told(zoufang.AuditCodeIssued, ""))
}

// Revoke shuts a phone out, at once; storage.ErrNotFound.
func (o *Operator) Revoke(ctx context.Context, id zoufang.DeviceID) error {
	told := storage.NewAudited(o.Now(), zoufang.AuditDeviceRevoked, cmp.Or(o.By, zoufang.System), o.From)
	told.Device = id
	return o.Accounts.Revoke(ctx, id, told.At, told.About)
}

func hashCode(code string) string {
	sum := sha256.Sum256([]byte(code))
	return hex.EncodeToString(sum[:])
}
