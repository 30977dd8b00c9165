package api

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	"zoufang/internal/problem"
)

// Lists of what an office goes by that is no record: held lines, accounts, phones, the
// account log. What they are narrowed by stands in a type each, which their counts share.

// Ordering is the order of lists by time.
type Ordering struct {
	Order string `query:"order" enum:"-at,at" doc:"By time, the newest first unless it says so."`
}

func (o Ordering) oldest() bool { return o.Order == "at" }

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
