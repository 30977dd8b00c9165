package staff

import (
	"fmt"
	"net/url"
	"slices"
	"sort"
	"strconv"

	"github.com/gofiber/fiber/v2"

	"zoufang"
	"zoufang/internal/problem"
	"zoufang/storage"
)

const (
	pageSize = 40   // rows on a page
	maxScan  = 2000 // visits looked through for one page
)

type visitList struct {
	Count     string
	State     string
	States    []link
	Villages  []village
	Rows      []visitRow
	Nothing   string
	Page      int
	Previous  string
	Next      string
	villageID zoufang.AreaID
}

type village struct {
	ID   zoufang.AreaID
	Name string
	Here bool
}

type visitRow struct {
	ID                                zoufang.RecordID
	Head, Village, Type, Author, When string
	State                             chip
	Photos                            int
	Marks                             []chip
}

// Visits lists the visits of the reader's areas, last written first.
func (s *Staff) Visits(c *fiber.Ctx, u *zoufang.User) error {
	list := visitList{State: c.Query("state"), villageID: zoufang.AreaID(c.Query("village")), Page: 1}
	if n, err := strconv.Atoi(c.Query("page", "1")); err != nil || n < 1 || n > maxScan/pageSize {
		return problem.Of(problem.NotFound)
	} else {
		list.Page = n
	}
	if _, ok := stateChips[list.State]; !ok && list.State != "" {
		return problem.Of(problem.NotFound)
	}
	err := s.Records.View(c.UserContext(), func(v storage.View) error {
		l, err := s.lookup(v, u)
		if err != nil {
			return err
		}
		return list.read(l)
	})
	if err != nil {
		return err
	}
	return s.show(c, fiber.StatusOK, "visits", page{Title: "走访", User: u, Body: list})
}

func (list *visitList) read(l *lookup) error {
	areas := l.areas.ScopeOf(l.u).Areas
	list.Villages, list.Rows = nil, nil
	for _, a := range areas {
		if len(a.Prefix()) == 12 {
			list.Villages = append(list.Villages, village{a, l.area(a), a == list.villageID})
		}
	}
	sort.SliceStable(list.Villages, func(i, j int) bool { return list.Villages[i].ID < list.Villages[j].ID })
	if list.villageID != "" {
		if !slices.Contains(areas, list.villageID) {
			return problem.Of(problem.NotFound)
		}
		areas = []zoufang.AreaID{list.villageID}
	}
	seen, matched, first := 0, 0, (list.Page-1)*pageSize
	var failed error
	err := l.v.List("visit", areas, 0, maxScan, func(r *zoufang.Record) bool {
		seen++
		if list.State != "" && r.State("state") != list.State {
			return true
		}
		if matched >= first && matched < first+pageSize {
			var row visitRow
			row, failed = l.visitRow(r)
			list.Rows = append(list.Rows, row)
		}
		matched++
		return failed == nil
	})
	if err == nil {
		err = failed
	}
	if err != nil {
		return err
	}
	list.Count = fmt.Sprintf("%d 次", matched)
	if seen == maxScan {
		list.Count = fmt.Sprintf("最近 %d 次里有 %d 次", maxScan, matched)
	}
	list.Nothing = "协理员存下的走访会出现在这里。"
	if list.State != "" || list.villageID != "" {
		list.Nothing = "换一个状态或村(居)看看。"
	}
	list.links(matched)
	return nil
}

func (list *visitList) links(matched int) {
	href := func(state string, page int) string {
		q := url.Values{}
		if state != "" {
			q.Set("state", state)
		}
		if list.villageID != "" {
			q.Set("village", string(list.villageID))
		}
		if page > 1 {
			q.Set("page", strconv.Itoa(page))
		}
		if len(q) == 0 {
			return "/staff/visits"
		}
		return "/staff/visits?" + q.Encode()
	}
	list.States = []link{{href("", 1), "全部", list.State == ""}}
	for _, state := range []string{"submitted", "returned", "approved", "draft"} {
		list.States = append(list.States, link{href(state, 1), stateChips[state].Text, list.State == state})
	}
	if list.Page > 1 {
		list.Previous = href(list.State, list.Page-1)
	}
	if matched > list.Page*pageSize {
		list.Next = href(list.State, list.Page+1)
	}
}

func (l *lookup) visitRow(r *zoufang.Record) (row visitRow, err error) {
	row = visitRow{ID: r.ID, Village: l.area(r.Area), State: stateChips[r.State("state")], Photos: r.Elements("photos"), Marks: marks(r)}
	if row.Head, _, err = l.household(r.Shown("household")); err != nil {
		return row, err
	}
	if row.Type, err = l.value(zoufang.KindOf("visit"), "type", r.Shown("type")); err != nil {
		return row, err
	}
	row.When = l.visited(r)
	row.Author, err = l.person(r.Author)
	return row, err
}

// visited says when the visit was: as its author wrote, else when it was saved.
func (l *lookup) visited(r *zoufang.Record) string {
	if n, ok := r.Shown("started").Number(); ok {
		return l.s.date(int64(n))
	}
	when, _ := l.s.when(r.Stamps[r.Created])
	return when
}

// marks says what a reviewer should look at.
func marks(r *zoufang.Record) []chip {
	var out []chip
	if v := r.Shown(zoufang.Void); v != nil && !v.IsNull() {
		out = append(out, chip{"brick", "strike", "已作废"})
	}
	if n := len(r.Conflicts()); n > 0 {
		out = append(out, chip{"plum", "fork", "两种说法"})
	}
	if r.Changed() {
		out = append(out, chip{"amber", "edit", "核定后有改动"})
	}
	if n := len(r.Need); n > 0 {
		out = append(out, chip{"amber", "image", fmt.Sprintf("还差 %d 份照片", n)})
	}
	return out
}
