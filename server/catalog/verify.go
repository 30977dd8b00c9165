package catalog

import (
	"context"
	"fmt"
	"slices"

	"zoufang"
	"zoufang/storage"
)

// Verify holds what is kept for lists against the records: for each area and kind the
// total, the count of every value of every facet, and the order, as the catalog gives them
// from its stored shelves and as all records say, read one by one. A store that is written
// to meanwhile is read as it was at one time. It gives what differs, in words, and how
// many records were compared.
func Verify(ctx context.Context, records storage.Records, shelves storage.Shelves, areas []zoufang.AreaID) (faults []string, compared int, err error) {
	c := New(Config{Records: records, Shelves: shelves})
	for _, area := range areas {
		for _, p := range plansInOrder() {
			q := Query{Kind: p.kind.Name, Areas: []zoufang.AreaID{area}}
			for _, f := range p.kind.Facets {
				q.Count = append(q.Count, f.Name)
			}
			var told, found Answer
			same := false
			for tries := 0; tries < 10 && !same; tries++ { // what differs by a write between the two is asked again
				if found, err = c.Find(ctx, q); err != nil {
					return faults, compared, err
				}
				if err = records.View(ctx, func(v storage.View) (err error) { told, err = Plain(v, q); return err }); err != nil {
					return faults, compared, err
				}
				same = fmt.Sprint(found.By) == fmt.Sprint(told.By) && slices.EqualFunc(found.Hits, told.Hits, func(a, b Hit) bool { return a.Place == b.Place })
			}
			compared += told.Count
			if !same {
				faults = append(faults, fmt.Sprintf("area %s: what lists of %s are made from differs from the records: %d and %d of them", area, p.kind.Name, found.Count, told.Count))
			}
		}
		c.letGo()
	}
	return faults, compared, nil
}

// letGo empties the catalog of all that nobody looks through.
func (c *Catalog) letGo() {
	c.Memory = 1
	c.makeRoom(0)
	c.Memory = 0
}
