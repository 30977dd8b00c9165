package fieldsync_test

import (
	"fmt"
	"slices"
	"strings"

	"zoufang"
)

// spot names one register, group or element of a set.
type spot struct{ class, field, element string }

func spotOf(it *zoufang.Item) spot {
	switch it.Op {
	case zoufang.OpAdd, zoufang.OpRm:
		return spot{"s", it.Field, it.Value.Canon()}
	case zoufang.OpLog:
		return spot{"l", it.Field, ""}
	}
	return spot{"f", it.Field, ""}
}

// reference works the content out without any order: what was written at a spot
// and was seen there by nobody who wrote there.
func (v *village) reference(applied []int) string {
	written := map[spot][]zoufang.Head{}
	seen := map[spot]map[zoufang.CommitID]bool{}
	stamps := map[zoufang.CommitID]zoufang.Stamp{}
	for _, i := range applied {
		d := v.deeds[i]
		stamps[d.stamp.ID] = d.stamp
		write := func(at spot, value zoufang.Value) {
			written[at] = append(written[at], zoufang.Head{ID: d.stamp.ID, Value: value})
		}
		for k := range d.do {
			it := &d.do[k]
			switch it.Op {
			case zoufang.OpNew:
				for field, value := range it.Fields {
					if elements, isList := value.Array(); isList {
						for _, e := range elements {
							write(spot{"s", field, e.Canon()}, e)
						}
					} else {
						write(spot{"f", field, ""}, value)
					}
				}
			case zoufang.OpSet, zoufang.OpAdd, zoufang.OpLog:
				write(spotOf(it), it.Value)
			}
			if it.Op != zoufang.OpSet && it.Op != zoufang.OpRm {
				continue
			}
			at := spotOf(it)
			if seen[at] == nil {
				seen[at] = map[zoufang.CommitID]bool{}
			}
			for _, id := range it.Seen {
				seen[at][id] = true
			}
		}
	}
	c := content{}
	for at, heads := range written {
		live := slices.DeleteFunc(heads, func(h zoufang.Head) bool { return seen[at][h.ID] })
		slices.SortFunc(live, func(a, b zoufang.Head) int {
			first := stamps[a.ID].Before(stamps[b.ID])
			if at.class == "l" { // notes read from the oldest on
				first = stamps[b.ID].Before(zoufang.Stamp{ID: stamps[a.ID].ID, At: stamps[a.ID].At, Staff: stamps[b.ID].Staff})
			}
			if first {
				return -1
			}
			return 1
		})
		c.add(at, live)
	}
	return c.String()
}

// content is a text of what a record holds, states apart.
type content []string

func (c *content) add(at spot, live []zoufang.Head) {
	if len(live) == 0 {
		return
	}
	var b strings.Builder
	fmt.Fprintf(&b, "%v", at)
	for _, h := range live {
		fmt.Fprintf(&b, " %s=%s", h.ID, h.Value)
	}
	*c = append(*c, b.String())
}

func (c content) String() string {
	slices.Sort(c)
	return strings.Join(c, "\n")
}

func contentOf(r *zoufang.Record) string {
	c := content{}
	for field, h := range r.Heads {
		c.add(spot{"f", field, ""}, h.Live)
	}
	for field, set := range r.Sets {
		for element, e := range set {
			c.add(spot{"s", field, element}, e.Live)
		}
	}
	for field, notes := range r.Logs {
		c.add(spot{"l", field, ""}, notes)
	}
	return c.String()
}
