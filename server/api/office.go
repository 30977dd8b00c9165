package api

import (
	"cmp"
	"context"
	"slices"
	"strconv"
	"strings"

	"zoufang"
	"zoufang/internal/problem"
	"zoufang/internal/reading"
	"zoufang/server/desk"
)

// Lists of what an office goes by that is no record: held lines, accounts, phones. What
// they are narrowed by stands in a type each, which their counts share.

// Ordering is the order of lists by time.
type Ordering struct {
	Order string `query:"order" enum:"-at,at" doc:"By time, the newest first unless it says so."`
}

func (o Ordering) oldest() bool { return o.Order == "at" }

// HeldBy is what held lines are narrowed by.
type HeldBy struct {
	Sender string   `query:"sender" minLength:"1" maxLength:"64"`
	Code   string   `query:"code" enum:"waiting,schema,invalid,scope,author,revoked,stale_state,quota"`
	Area   []string `query:"area,explode" minItems:"1" maxItems:"100"` // see areaParameter
	From   string   `query:"from" format:"date" doc:"The first day on which a line came."`
	To     string   `query:"to" format:"date" doc:"The last day."`
}

type heldIn struct {
	HeldBy
	Ordering
	Paging
}

type heldAnswer struct {
	ID      zoufang.CommitID `json:"id"`
	At      int64            `json:"at" doc:"Receipt, Unix ms"`
	Code    zoufang.HoldCode `json:"code"`
	Rule    zoufang.Rule     `json:"rule,omitempty"`
	Why     string           `json:"why"`
	Sender  zoufang.UserID   `json:"sender"`
	Author  zoufang.UserID   `json:"author"`
	Areas   []zoufang.AreaID `json:"areas" nullable:"false"`
	About   []string         `json:"about" nullable:"false" doc:"What it would do, in words."`
	Brought string           `json:"brought,omitempty" doc:"That it came in a rescue file of unproven origin."`
	Release bool             `json:"release" doc:"Who asks may release it."`
	Reject  bool             `json:"reject"`
}

func (b *HeldBy) find() (f desk.HeldFind, err error) {
	f = desk.HeldFind{Sender: zoufang.UserID(b.Sender), Code: zoufang.HoldCode(b.Code), From: b.From, To: b.To}
	f.Areas, err = areasOf(b.Area)
	return f, err
}

func (a *API) heldLines(ctx context.Context, who *caller, in *heldIn) (*answer[page[heldAnswer]], error) {
	f, err := in.find()
	if err != nil {
		return nil, err
	}
	f.Oldest, f.After, f.Limit = in.oldest(), in.After, in.Limit
	found, err := a.cfg.Desk.HeldLines(ctx, who.user, f)
	if err != nil {
		return nil, parameter(err)
	}
	rows := make([]heldAnswer, len(found.Rows))
	for i, l := range found.Rows {
		rows[i] = heldAnswer{l.ID, l.At, l.Code, l.Rule, l.Why, l.Sender, l.Author, append([]zoufang.AreaID{}, l.In...), append([]string{}, l.Lines...), l.Brought, l.Release, l.Reject}
	}
	return pageOf(rows, found.Next, found.Count, found.Exact), nil
}

// tallies is how many there are under each value of each facet.
type tallies struct {
	By    map[string]map[string]int `json:"by" doc:"How many there are under each value of each facet."`
	Count int                       `json:"count"`
	Exact bool                      `json:"exact" doc:"false: there may be more."`
}

// tally keeps of what was counted the facets that are asked for.
func tally(asked []string, count int, exact bool, by map[string]map[string]int) *answer[tallies] {
	out := tallies{map[string]map[string]int{}, count, exact}
	for _, facet := range asked {
		out.By[facet] = by[facet]
	}
	return answered(out)
}

func plain[K ~string](by map[K]int) map[string]int {
	out := map[string]int{}
	for k, n := range by {
		out[string(k)] = n
	}
	return out
}

type heldCountsIn struct {
	HeldBy
	By []string `query:"by" required:"true" minItems:"1" enum:"code,rule" doc:"Facets, by comma."`
}

func (a *API) heldCounts(ctx context.Context, who *caller, in *heldCountsIn) (*answer[tallies], error) {
	f, err := in.find()
	if err != nil {
		return nil, err
	}
	found, err := a.cfg.Desk.HeldLines(ctx, who.user, f)
	if err != nil {
		return nil, parameter(err)
	}
	return tally(in.By, found.Count, found.Exact, map[string]map[string]int{"code": plain(found.By.Code), "rule": plain(found.By.Rule)}), nil
}

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

// spot is where a row stands in a list that is all there.
type spot struct {
	at int64
	id string
}

// cut gives a page of rows that are all there, in the order of their spots: a page goes
// on behind the spot of the last row of that before, whether the row is there or not.
func cut[T any](rows []T, o Ordering, p Paging, of func(T) spot) (*answer[page[T]], error) {
	order := func(a, b spot) int {
		by := cmp.Or(cmp.Compare(a.at, b.at), strings.Compare(a.id, b.id))
		if o.oldest() {
			return by
		}
		return -by
	}
	slices.SortFunc(rows, func(a, b T) int { return order(of(a), of(b)) })
	count, next := len(rows), ""
	if p.After != "" {
		after, err := readSpot(p.After)
		if err != nil {
			return nil, err
		}
		i, _ := slices.BinarySearchFunc(rows, after, func(r T, s spot) int { return cmp.Or(order(of(r), s), -1) })
		rows = rows[i:]
	}
	if len(rows) > p.Limit {
		rows = rows[:p.Limit]
		last := of(rows[len(rows)-1])
		next = b64.EncodeToString([]byte(strconv.FormatInt(last.at, 10) + " " + last.id))
	}
	return pageOf(rows, next, count, true), nil
}

func readSpot(s string) (spot, error) {
	b, err := b64.DecodeString(s)
	at, id, found := strings.Cut(string(b), " ")
	n, wrong := strconv.ParseInt(at, 10, 64)
	if err != nil || !found || wrong != nil {
		return spot{}, problem.Of(problem.Parameter)
	}
	return spot{n, id}, nil
}
