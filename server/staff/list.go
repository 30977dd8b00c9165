package staff

import (
	"fmt"
	"net/url"
	"strconv"

	"github.com/gofiber/fiber/v2"

	"zoufang"
	"zoufang/internal/problem"
	"zoufang/server/desk"
)

// lists says on which page the records of a kind are listed.
var lists = map[string]string{
	zoufang.KindVisit: visits, zoufang.KindRequest: requests, zoufang.KindHousehold: households, zoufang.KindPerson: households,
}

// listPage is a list of records of one kind.
type listPage struct {
	At, Title, Named string // its address, what it lists, the label of what names a record
	Count            string
	Columns          []*zoufang.Field
	Photos           bool // records of the kind may have photos
	State            string
	States           []link
	Villages         []village
	Rows             []desk.Row
	Nothing          string
	Page             int
	Previous, Next   string

	query desk.Query
}

type village struct {
	desk.Area
	Here bool
}

// List makes a handler that lists the records of a kind in the reader's areas, last
// written first.
func (s *Staff) List(kind, title, unit, nothing string) Handler {
	k := zoufang.KindOf(kind)
	return func(c *fiber.Ctx, u *zoufang.User) error {
		page, err := strconv.Atoi(c.Query("page", "1"))
		if err != nil {
			return problem.Of(problem.NotFound)
		}
		q := desk.Query{Kind: kind, Area: zoufang.AreaID(c.Query("village")), Page: page, Facet: map[string]string{}}
		if state := c.Query("state"); state != "" {
			q.Facet["state"] = state
		}
		found, err := s.Desk.List(c.UserContext(), u, q)
		if err != nil {
			return err
		}
		list := listPage{At: c.Path(), Title: title, Named: k.Field(k.NamedBy).Label.Zh, Columns: desk.Columns(k), Photos: k.Field("photos") != nil,
			State: q.Facet["state"], Rows: found.Rows, Page: page, Nothing: nothing, query: q}
		n := found.Count
		if list.State == "" {
			n -= found.Loose
		}
		list.Count = fmt.Sprintf("%d %s", n, unit)
		if found.Cut {
			list.Count = fmt.Sprintf("最近 %d %s里有 %d %s", desk.MaxScanned, unit, n, unit)
		}
		if found.Loose > 0 && list.State == "" {
			why := "已作废"
			if k.Draft != "" {
				why = "草稿或已作废"
			}
			list.Count += fmt.Sprintf("，另有 %d %s%s，不算", found.Loose, unit, why)
		}
		if list.State != "" || q.Area != "" {
			list.Nothing = "换一个状态或村(居)看看。"
		}
		for _, a := range found.Areas {
			list.Villages = append(list.Villages, village{a, a.ID == q.Area})
		}
		list.links(k, found.More)
		return s.show(c, fiber.StatusOK, "list", sheet{Title: title, User: u, Body: list})
	}
}

// links lays out the filter by state, and the pages before and after.
func (list *listPage) links(k *zoufang.Kind, more bool) {
	if f := k.Field("state"); f != nil {
		list.States = []link{{list.href("", 1), "全部", list.State == ""}}
		for _, c := range f.Choices {
			list.States = append(list.States, link{list.href(c.Value, 1), c.Zh, list.State == c.Value})
		}
	}
	if list.Page > 1 {
		list.Previous = list.href(list.State, list.Page-1)
	}
	if more {
		list.Next = list.href(list.State, list.Page+1)
	}
}

func (list *listPage) href(state string, page int) string {
	v := url.Values{}
	if state != "" {
		v.Set("state", state)
	}
	if list.query.Area != "" {
		v.Set("village", string(list.query.Area))
	}
	if page > 1 {
		v.Set("page", strconv.Itoa(page))
	}
	if len(v) == 0 {
		return list.At
	}
	return list.At + "?" + v.Encode()
}
