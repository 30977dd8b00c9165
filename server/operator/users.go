package operator

import (
	"context"
	"errors"
	"fmt"
	"regexp"
	"slices"

	"zoufang"
	"zoufang/internal/fold"
	"zoufang/internal/password"
	"zoufang/storage"
)

// NewUser says whom to add.
type NewUser struct {
	Name     string
	Role     zoufang.Role
	Areas    []zoufang.AreaID
	Login    string // "" for people who use phones alone
	Children bool   // the extra grant
}

// SignsIn lists the roles that work at a desk and sign in with a password.
var SignsIn = []zoufang.Role{zoufang.Township, zoufang.County, zoufang.Auditor, zoufang.Admin}

var loginForm = regexp.MustCompile(`^[\p{L}\p{N}][\p{L}\p{N}._@-]{1,63}$`)

const maxUserAreas = 50

// AddUser opens an account, with a first password where there is a log-in name,
// and publishes the person's record in their first area.
func (o *Operator) AddUser(ctx context.Context, n NewUser) (zoufang.User, string, error) {
	n.Name, n.Login = fold.Line(n.Name), fold.Line(n.Login)
	if err := o.check(ctx, n); err != nil {
		return zoufang.User{}, "", err
	}
	now := o.Now().UnixMilli()
	u := zoufang.User{ID: zoufang.UserID(zoufang.NewRecordID(now)), Name: n.Name, Role: n.Role, Areas: n.Areas, Login: n.Login, Created: now}
	if n.Children {
		u.Grants = []zoufang.Grant{zoufang.Children}
	}
	first := ""
	if n.Login != "" {
		first = password.First()
		u.Password, u.Change = password.Hash(first), true
	}
	if err := o.Accounts.PutUser(ctx, u); err != nil {
		if errors.Is(err, storage.ErrTaken) {
			return zoufang.User{}, "", fmt.Errorf("the log-in name is taken")
		}
		return zoufang.User{}, "", err
	}
	return u, first, o.publish(ctx, []zoufang.User{u})
}

// Publish makes up the public record of every account that has none, because
// whoever opened it did not come to the end.
func (o *Operator) Publish(ctx context.Context) error {
	users, err := o.Accounts.Users(ctx)
	if err != nil {
		return err
	}
	return o.publish(ctx, users)
}

func (o *Operator) publish(ctx context.Context, users []zoufang.User) error {
	var actions [][]zoufang.Item
	err := o.Records.View(ctx, func(v storage.View) error {
		areas, err := v.Areas()
		if err != nil {
			return err
		}
		for _, u := range users {
			rid := zoufang.RecordID(u.ID)
			if len(u.Areas) == 0 || !rid.Valid() {
				continue
			}
			if _, known := areas[u.Areas[0]]; !known {
				continue
			}
			rec, err := v.Record(rid)
			if err != nil {
				return err
			}
			if rec == nil {
				actions = append(actions, []zoufang.Item{zoufang.New(rid, zoufang.KindUser, u.Areas[0], map[string]any{"name": u.Name, "role": u.Role, "active": !u.Disabled})})
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	return o.push(ctx, actions...)
}

func (o *Operator) check(ctx context.Context, n NewUser) error {
	if why := checkName(n.Name); why != "" {
		return errors.New(why)
	}
	if !n.Role.Valid() {
		return fmt.Errorf("no role is called %q; there are %v", n.Role, zoufang.Roles)
	}
	if err := o.checkAreas(ctx, n.Areas); err != nil {
		return err
	}
	if n.Login == "" {
		return nil
	}
	if !slices.Contains(SignsIn, n.Role) {
		return fmt.Errorf("a %s works with a phone and has no log-in name", n.Role)
	}
	if !loginForm.MatchString(n.Login) {
		return errors.New("a log-in name has 2 to 64 letters, digits and . _ @ - and begins with a letter or digit")
	}
	switch _, err := o.Accounts.UserByLogin(ctx, n.Login); {
	case err == nil:
		return errors.New("the log-in name is taken")
	case !errors.Is(err, storage.ErrNotFound):
		return err
	}
	return nil
}
