package desk

import (
	"context"
	"errors"
	"slices"
	"strings"
	"time"

	"zoufang"
	"zoufang/storage"
)

// Person is somebody who works with a phone, with their phones.
type Person struct {
	ID                zoufang.UserID
	Name, Role, Areas string
	Disabled          bool
	Phones            []Phone
}

// Phone is a person's phone.
type Phone struct {
	ID                   zoufang.DeviceID
	Name, Enrolled, Seen string
	State                Mark
	Revoked              bool
}

// quiet is after how long without a word a phone is pointed out.
const quiet = 14 * 24 * time.Hour

// People lists the coordinators and workers of the reader's areas with their
// phones (人员与手机), by area and name.
func (d *Desk) People(ctx context.Context, u *zoufang.User) (out []Person, err error) {
	users, err := d.Accounts.Users(ctx)
	if err != nil {
		return nil, err
	}
	devices, err := d.Accounts.Devices(ctx)
	if err != nil {
		return nil, err
	}
	phones := map[zoufang.UserID][]Phone{}
	for i := range devices {
		phones[devices[i].User] = append(phones[devices[i].User], d.phone(&devices[i]))
	}
	err = d.read(ctx, u, func(l *reader) error {
		out = nil
		for i := range users {
			of := &users[i]
			if !Theirs(u, of) {
				continue
			}
			var names []string
			for _, a := range of.Areas {
				names = append(names, l.area(a))
			}
			out = append(out, Person{of.ID, called(of.Name), of.Role.Label().Zh, strings.Join(names, "、"), of.Disabled, phones[of.ID]})
		}
		return nil
	})
	slices.SortStableFunc(out, func(a, b Person) int { return strings.Compare(a.Areas+a.Name, b.Areas+b.Name) })
	return out, err
}

func (d *Desk) phone(of *zoufang.Device) Phone {
	p := Phone{ID: of.ID, Name: shorten(called(of.Name), 40), Enrolled: d.date(of.Enrolled), Revoked: of.Revoked != 0}
	if p.Name == "" {
		p.Name = "手机"
	}
	seen := max(of.Seen, of.Enrolled)
	p.Seen = d.date(seen)
	switch {
	case of.Revoked != 0:
		p.State = Mark{"revoked", zoufang.Plain, "已注销"}
	case d.Now().Sub(time.UnixMilli(seen)) > quiet:
		p.State = Mark{"quiet", zoufang.Amber, "两周没有联系"}
	default:
		p.State = Mark{"live", zoufang.Pine, "在用"}
	}
	return p
}

// Theirs reports whether the phones of a person are the reader's business: who
// works with a phone, in areas that are all the reader's.
func Theirs(reader, of *zoufang.User) bool {
	if of.Role != zoufang.Coordinator && of.Role != zoufang.Worker || len(of.Areas) == 0 {
		return false
	}
	return !slices.ContainsFunc(of.Areas, func(a zoufang.AreaID) bool { return !reader.Covers(a) })
}

// Person finds one of the reader's people; NotFound where they are not.
func (d *Desk) Person(ctx context.Context, u *zoufang.User, id zoufang.UserID) (*zoufang.User, error) {
	of, err := d.Accounts.User(ctx, id)
	if errors.Is(err, storage.ErrNotFound) || err == nil && !Theirs(u, of) {
		return nil, refuse(NotFound)
	}
	return of, err
}

// Revoke shuts a phone of one of the reader's people out, at once; from is the
// network address that asked.
func (d *Desk) Revoke(ctx context.Context, u *zoufang.User, id zoufang.DeviceID, from string) error {
	_, of, err := d.Accounts.Device(ctx, id)
	if errors.Is(err, storage.ErrNotFound) || err == nil && !Theirs(u, of) {
		return refuse(NotFound)
	}
	if err != nil {
		return err
	}
	told := storage.NewAudited(d.Now(), zoufang.AuditDeviceRevoked, u.ID, from)
	told.Device = id
	return d.Accounts.Revoke(ctx, id, told.At, told.About)
}
