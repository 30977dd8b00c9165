package api

import (
	"context"

	"zoufang"
	"zoufang/internal/problem"
	"zoufang/internal/reading"
)

// UsersBy is what accounts are narrowed by.
type UsersBy struct {
	Area []string `query:"area,explode" minItems:"1" maxItems:"100"`
	Role string   `query:"role" enum:"coordinator,worker,township,county,auditor,admin"`
	Q    string   `query:"q" minLength:"1" maxLength:"100" doc:"A name, its pinyin or initials."`
}

type usersIn struct {
	UsersBy
	Ordering
	Paging
}

type userAnswer struct {
	ID       zoufang.UserID   `json:"id"`
	Name     string           `json:"name"`
	Role     zoufang.Role     `json:"role"`
	Areas    []zoufang.AreaID `json:"areas" nullable:"false"`
	Disabled bool             `json:"disabled"`
}

func (a *API) accounts(ctx context.Context, who *caller, by UsersBy) (rows []userAnswer, err error) {
	areas, err := areasOf(by.Area)
	if err != nil {
		return nil, err
	}
	all, err := a.cfg.Desk.AccountsOf(ctx, who.user)
	words := reading.QueryOf(by.Q)
	for _, u := range all {
		if u.In(areas) && (by.Role == "" || string(u.Role) == by.Role) && words.Finds(reading.NameOf(u.Name)) {
			rows = append(rows, userAnswer{u.ID, u.Name, u.Role, append([]zoufang.AreaID{}, u.Areas...), u.Disabled})
		}
	}
	return rows, err
}

func (a *API) users(ctx context.Context, who *caller, in *usersIn) (*answer[page[userAnswer]], error) {
	rows, err := a.accounts(ctx, who, in.UsersBy)
	if err != nil {
		return nil, err
	}
	return cut(rows, in.Ordering, in.Paging, func(u userAnswer) spot { return spot{0, string(u.ID)} }) // ids are in the order of time
}

type userCountsIn struct {
	UsersBy
	By []string `query:"by" required:"true" minItems:"1" enum:"role" doc:"Facets, by comma."`
}

func (a *API) userCounts(ctx context.Context, who *caller, in *userCountsIn) (*answer[tallies], error) {
	rows, err := a.accounts(ctx, who, in.UsersBy)
	if err != nil {
		return nil, err
	}
	by := map[string]int{}
	for _, u := range rows {
		by[string(u.Role)]++
	}
	return tally(in.By, len(rows), true, map[string]map[string]int{"role": by}), nil
}

// DevicesBy is what phones are narrowed by.
type DevicesBy struct {
	User string   `query:"user" minLength:"1" maxLength:"64"`
	Area []string `query:"area,explode" minItems:"1" maxItems:"100"`
	From string   `query:"from" format:"date" doc:"The first day on which a phone was enrolled."`
	To   string   `query:"to" format:"date" doc:"The last day."`
}

type devicesIn struct {
	DevicesBy
	Ordering
	Paging
}

type deviceAnswer struct {
	ID       zoufang.DeviceID `json:"id"`
	User     zoufang.UserID   `json:"user"`
	Name     string           `json:"name"`
	Platform string           `json:"platform"`
	App      string           `json:"app"`
	Enrolled int64            `json:"enrolled" doc:"Unix ms"`
	Seen     int64            `json:"seen" doc:"Unix ms of the last exchange; 0: none"`
	Revoked  *int64           `json:"revoked" doc:"Unix ms; null while live"`
}

func (a *API) phones(ctx context.Context, who *caller, by DevicesBy) (rows []deviceAnswer, err error) {
	areas, err := areasOf(by.Area)
	if err != nil {
		return nil, err
	}
	from, to, err := zoufang.Days(by.From, by.To)
	if err != nil {
		return nil, problem.Of(problem.Parameter)
	}
	all, err := a.cfg.Desk.PhonesOf(ctx, who.user)
	for _, d := range all {
		if by.User != "" && string(d.User) != by.User || !d.Of.In(areas) || d.Enrolled < from || to != 0 && d.Enrolled >= to {
			continue
		}
		row := deviceAnswer{ID: d.ID, User: d.User, Name: d.Name, Platform: d.Platform, App: d.App, Enrolled: d.Enrolled, Seen: d.Seen}
		if d.Revoked != 0 {
			row.Revoked = &d.Revoked
		}
		rows = append(rows, row)
	}
	return rows, err
}

func (a *API) devices(ctx context.Context, who *caller, in *devicesIn) (*answer[page[deviceAnswer]], error) {
	rows, err := a.phones(ctx, who, in.DevicesBy)
	if err != nil {
		return nil, err
	}
	return cut(rows, in.Ordering, in.Paging, func(d deviceAnswer) spot { return spot{d.Enrolled, string(d.ID)} })
}

type deviceCountsIn struct {
	DevicesBy
	By []string `query:"by" required:"true" minItems:"1" enum:"state" doc:"Facets, by comma."`
}

func (a *API) deviceCounts(ctx context.Context, who *caller, in *deviceCountsIn) (*answer[tallies], error) {
	rows, err := a.phones(ctx, who, in.DevicesBy)
	if err != nil {
		return nil, err
	}
	by := map[string]int{}
	for _, d := range rows {
		if d.Revoked == nil {
			by["live"]++
		} else {
			by["revoked"]++
		}
	}
	return tally(in.By, len(rows), true, map[string]map[string]int{"state": by}), nil
}
