package operator

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"

	"zoufang"
	"zoufang/internal/password"
	"zoufang/storage"
)

// SetAreas gives an account other areas. It counts at once: phones are told at
// their next sync, and what they had saved for areas they lost is held.
func (o *Operator) SetAreas(ctx context.Context, id zoufang.UserID, areas []zoufang.AreaID) (*zoufang.User, error) {
	if err := o.checkAreas(ctx, areas); err != nil {
		return nil, err
	}
	return o.change(ctx, id, func(u *zoufang.User) error { u.Areas = areas; return nil }, o.told(zoufang.AuditAccountChanged, "areas"))
}

// Disable shuts an account out, or lets it in again. Its phones are answered like
// revoked ones while it lasts; its sign-ins, and the access tokens of its phones,
// end for good.
func (o *Operator) Disable(ctx context.Context, id zoufang.UserID, disabled bool) (*zoufang.User, error) {
	what := zoufang.AuditAccountEnabled
	if disabled {
		what = zoufang.AuditAccountDisabled
	}
	return o.change(ctx, id, func(u *zoufang.User) error { u.Disabled = disabled; return nil }, o.told(what, ""))
}

// ResetPassword gives an account with a log-in name a new first password. Its
// sign-ins end.
func (o *Operator) ResetPassword(ctx context.Context, id zoufang.UserID) (u *zoufang.User, first string, err error) {
	first = password.First()
	hash := password.Hash(first)
	u, err = o.change(ctx, id, func(u *zoufang.User) error {
		if u.Login == "" {
			return errors.New("this person has no log-in name")
		}
		u.Password, u.Change = hash, true
		return nil
	}, o.told(zoufang.AuditPasswordSet, ""))
	return u, first, err
}

// change writes an account anew, then brings its public record after it.
func (o *Operator) change(ctx context.Context, id zoufang.UserID, f func(*zoufang.User) error, tell storage.Tell) (*zoufang.User, error) {
	u, err := o.Accounts.ChangeUser(ctx, id, f, tell)
	if errors.Is(err, storage.ErrNotFound) {
		return nil, errors.New("no account has this id")
	}
	if err != nil {
		return nil, err
	}
	return u, o.show(ctx, *u)
}

// show makes an account's public record say what the account is now.
func (o *Operator) show(ctx context.Context, u zoufang.User) error {
	var actions [][]zoufang.Item
	err := o.Records.View(ctx, func(v storage.View) error {
		rec, err := v.Record(zoufang.RecordID(u.ID))
		if err != nil || rec == nil {
			return err
		}
		if want := zoufang.Value(strconv.FormatBool(!u.Disabled)); !rec.Shown("active").Equal(want) {
			actions = append(actions, []zoufang.Item{zoufang.Set(rec.ID, "active", !u.Disabled, rec.SeenOf("active")...)})
		}
		if len(u.Areas) > 0 && u.Areas[0] != rec.Area {
			actions = append(actions, []zoufang.Item{zoufang.Go(rec.ID, zoufang.AreaField, string(rec.Area), string(u.Areas[0]))})
		}
		return nil
	})
	if err != nil {
		return err
	}
	if err := o.push(ctx, actions...); err != nil {
		return err
	}
	return o.publish(ctx, []zoufang.User{u})
}

// Areas gives every area there is.
func (o *Operator) Areas(ctx context.Context) (areas zoufang.Areas, err error) {
	err = o.Records.View(ctx, func(v storage.View) (err error) {
		areas, err = v.Areas()
		return err
	})
	return areas, err
}

func (o *Operator) checkAreas(ctx context.Context, ids []zoufang.AreaID) error {
	if len(ids) == 0 || len(ids) > maxUserAreas {
		return fmt.Errorf("a user needs 1 to %d areas", maxUserAreas)
	}
	areas, err := o.Areas(ctx)
	if err != nil {
		return err
	}
	for i, a := range ids {
		if _, known := areas[a]; !known {
			return fmt.Errorf("no area has the code %q: import it first", a)
		}
		if slices.Contains(ids[:i], a) {
			return fmt.Errorf("the area %s is given twice", a)
		}
	}
	return nil
}
