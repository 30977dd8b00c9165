package desk

import (
	"context"
	"slices"

	"zoufang"
)

// Account is a person with an account, as programs read it.
type Account struct {
	ID       zoufang.UserID
	Name     string
	Role     zoufang.Role
	Areas    []zoufang.AreaID
	Disabled bool
}

// theirAccount reports whether an account is the reader's to see: the people whose
// phones are theirs, for whoever manages accounts everybody all of whose areas are.
func theirAccount(u, of *zoufang.User) bool {
	if u.Role != zoufang.Admin {
		return Theirs(u, of)
	}
	return len(of.Areas) > 0 && !slices.ContainsFunc(of.Areas, func(a zoufang.AreaID) bool { return !u.Covers(a) })
}

// AccountsOf lists the accounts that are the reader's to see, by id.
func (d *Desk) AccountsOf(ctx context.Context, u *zoufang.User) (out []Account, err error) {
	all, err := d.Accounts.Users(ctx)
	for i := range all {
		if of := &all[i]; theirAccount(u, of) {
			out = append(out, Account{of.ID, called(of.Name), of.Role, of.Areas, of.Disabled})
		}
	}
	return out, err
}

// In reports whether one of the account's areas lies in any of these; none asks for all.
func (a *Account) In(areas []zoufang.AreaID) bool { return lieIn(a.Areas, areas) }

// AccountPhone is a phone with whose it is.
type AccountPhone struct {
	zoufang.Device
	Of Account
}

// PhonesOf lists the phones of these, first enrolled first.
func (d *Desk) PhonesOf(ctx context.Context, u *zoufang.User) (out []AccountPhone, err error) {
	all, err := d.AccountsOf(ctx, u)
	if err != nil {
		return nil, err
	}
	theirs := map[zoufang.UserID]Account{}
	for _, a := range all {
		theirs[a.ID] = a
	}
	devices, err := d.Accounts.Devices(ctx)
	for _, of := range devices {
		if a, ok := theirs[of.User]; ok {
			of.Name = shorten(called(of.Name), 40)
			out = append(out, AccountPhone{of, a})
		}
	}
	return out, err
}

// Me tells the areas of a person by name, and where the store stands.
type Me struct {
	Areas  []Area
	Epoch  string
	Time   int64 // the stored clock, Unix ms
	SafeAt int64 // likewise; 0: nothing is safe
}

// Me tells a person who they are here.
func (d *Desk) Me(ctx context.Context, u *zoufang.User) (out Me, err error) {
	now, err := d.Upkeep.Clock(ctx)
	if err != nil {
		return out, err
	}
	err = d.read(ctx, u, func(l *reader) error {
		m, err := l.v.Meta()
		out = Me{Epoch: m.Epoch, Time: max(now, m.Clock), SafeAt: m.SafeAt}
		for _, a := range u.Areas {
			out.Areas = append(out.Areas, Area{a, called(l.areas[a].Name)})
		}
		return err
	})
	return out, err
}
