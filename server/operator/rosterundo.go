package operator

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"zoufang"
	"zoufang/storage"
)

// UndoneRoster is what taking an import back did.
type UndoneRoster struct {
	Import     string     `json:"import"`
	Households UndoneKind `json:"households"`
	Persons    UndoneKind `json:"persons"`
}

// UndoneKind counts records: void again, with earlier values again, and left as
// they are because somebody has worked with them since.
type UndoneKind struct {
	Void     int `json:"void"`
	Restored int `json:"restored"`
	Kept     int `json:"kept"`
}

// ErrNoImport says that nothing in the store is of the import.
var ErrNoImport = errors.New("没有这次导入")

// undoneWhy begins the reason of a record that is void because its import was taken back.
const undoneWhy = "撤回导入 "

// undone reports whether a record is void for that alone: another import brings it back.
func undone(r *zoufang.Record) bool {
	why, _ := r.Shown(zoufang.Void).Text()
	return strings.HasPrefix(why, undoneWhy)
}

// UndoRoster takes an import back: what it made and nobody has touched or visited
// since becomes void, what it changed gets the earlier value again where the import's
// is still the one that stands. Again, it does nothing.
func (o *Operator) UndoRoster(ctx context.Context, id string) (UndoneRoster, error) {
	u := undoing{id: id, pages: map[zoufang.CommitID]*zoufang.Commit{}}
	u.out.Import = id
	area, _, _ := strings.Cut(id, "-")
	err := o.Records.View(ctx, func(v storage.View) error {
		u.v = v
		areas, err := v.Areas()
		if err != nil {
			return err
		}
		below := inside(areas, zoufang.AreaID(area))
		if !zoufang.AreaID(area).Valid() || len(below) == 0 {
			return ErrNoImport
		}
		if err := u.readTouched(below); err != nil {
			return err
		}
		if err := u.undo(zoufang.KindPerson, below, &u.out.Persons); err != nil {
			return err
		}
		if err := u.undo(zoufang.KindHousehold, below, &u.out.Households); err != nil {
			return err
		}
		if !u.found {
			return fmt.Errorf("%w，或者它写的都已被后来的改动代替", ErrNoImport)
		}
		return nil
	})
	if err != nil {
		return UndoneRoster{}, err
	}
	return u.out, o.pushFrom(ctx, "undo "+id, u.actions...)
}

type undoing struct {
	v       storage.View
	id      string
	found   bool
	touched map[zoufang.RecordID]bool // records that visits, requests or others' members speak of
	pages   map[zoufang.CommitID]*zoufang.Commit
	actions [][]zoufang.Item
	out     UndoneRoster
}

// readTouched finds the households and persons that somebody worked with.
func (u *undoing) readTouched(areas []zoufang.AreaID) error {
	u.touched = map[zoufang.RecordID]bool{}
	ref := func(v zoufang.Value) {
		if id, is := v.Text(); is {
			u.touched[zoufang.RecordID(id)] = true
		}
	}
	for _, kind := range []string{zoufang.KindVisit, zoufang.KindRequest, zoufang.KindCard} {
		err := u.v.List(kind, areas, 0, 0, func(r *zoufang.Record) bool {
			for _, f := range zoufang.KindOf(kind).Fields {
				if heads := r.Heads[f.Name]; f.Type == zoufang.Ref && heads != nil {
					for _, h := range heads.Live {
						ref(h.Value)
					}
				}
				for _, e := range r.Sets[f.Name] {
					if f.Type == zoufang.Ref && len(e.Live) > 0 {
						ref(e.Live[0].Value)
					}
				}
			}
			return true
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// undo takes back what the import wrote to records of a kind. Persons come first: a
// household of which somebody stays, stays.
func (u *undoing) undo(kind string, areas []zoufang.AreaID, count *UndoneKind) error {
	var failed error
	err := u.v.List(kind, areas, 0, 0, func(r *zoufang.Record) bool {
		mine, others, err := u.authors(r)
		if err != nil {
			failed = err
			return false
		}
		if len(mine) == 0 {
			return true
		}
		u.found = true
		switch {
		case mine[r.Created] && r.Voided():
		case mine[r.Created] && (others || u.touched[r.ID]):
			count.Kept++
			if home := zoufang.RecordID(textOf(r, "household")); kind == zoufang.KindPerson {
				u.touched[home] = true
			}
		case mine[r.Created]:
			count.Void++
			u.actions = append(u.actions, []zoufang.Item{zoufang.Set(r.ID, zoufang.Void, undoneWhy+u.id, r.Seen()...)})
		default:
			items, err := u.restore(r, mine)
			if err != nil {
				failed = err
				return false
			}
			if len(items) > 0 {
				count.Restored++
				u.actions = append(u.actions, items)
			}
		}
		return true
	})
	return errors.Join(err, failed)
}

// authors tells which live commits of a record are the import's, and whether there
// are others.
func (u *undoing) authors(r *zoufang.Record) (mine map[zoufang.CommitID]bool, others bool, err error) {
	mine = map[zoufang.CommitID]bool{}
	for id, s := range r.Stamps {
		if s.User != zoufang.System {
			others = true
			continue
		}
		c, err := u.commit(id)
		if err != nil {
			return nil, false, err
		}
		if c.Page == importPage(u.id) {
			mine[id] = true
		} else {
			others = true
		}
	}
	return mine, others, nil
}

func (u *undoing) commit(id zoufang.CommitID) (*zoufang.Commit, error) {
	if c := u.pages[id]; c != nil {
		return c, nil
	}
	stored, err := u.v.Commit(id)
	if err != nil || stored == nil {
		return nil, errors.Join(err, fmt.Errorf("the commit %s of a record is not there", id))
	}
	c, fault := zoufang.ParseCommit(stored.Line)
	if fault != nil {
		return nil, fmt.Errorf("the commit %s cannot be read", id)
	}
	u.pages[id] = &c
	return &c, nil
}

// restore composes what gives a record its earlier values again.
func (u *undoing) restore(r *zoufang.Record, mine map[zoufang.CommitID]bool) (items []zoufang.Item, err error) {
	for _, f := range zoufang.KindOf(r.Kind).Fields {
		if heads := r.Heads[f.Name]; heads != nil {
			for _, h := range heads.Live {
				if !mine[h.ID] {
					continue
				}
				before, err := u.before(r, f.Name, h.ID)
				if err != nil {
					return nil, err
				}
				items = append(items, zoufang.Set(r.ID, f.Name, before, h.ID))
			}
		}
		for _, e := range r.Sets[f.Name] {
			for _, tag := range e.Live {
				if mine[tag.ID] {
					items = append(items, zoufang.Remove(r.ID, f.Name, tag.Value, tag.ID))
				}
			}
		}
	}
	return items, nil
}

// before gives the value that a commit of the import replaced: what an earlier import
// said, else what stands beside it, else nothing.
func (u *undoing) before(r *zoufang.Record, field string, by zoufang.CommitID) (zoufang.Value, error) {
	c, err := u.commit(by)
	if err != nil {
		return nil, err
	}
	for _, it := range c.Do {
		if it.Op != zoufang.OpSet || it.Record != r.ID || it.Field != field {
			continue
		}
		for _, seen := range it.Seen {
			old, err := u.commit(seen)
			if err != nil {
				return nil, err
			}
			for _, was := range old.Do {
				if was.Record == r.ID && was.Op == zoufang.OpSet && was.Field == field {
					return was.Value, nil
				}
				if v, said := was.Fields[field]; was.Record == r.ID && said {
					return v, nil
				}
			}
		}
	}
	for _, h := range r.Heads[field].Live {
		if h.ID != by {
			return h.Value, nil
		}
	}
	return zoufang.ValueOf(nil), nil
}
