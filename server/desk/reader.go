package desk

import (
	"cmp"
	"context"
	"strings"

	"zoufang"
	"zoufang/storage"
	"zoufang/sync/intake"
)

// reader reads for one person in one snapshot, and finds the names behind ids. What
// lies outside the person's areas has no name.
type reader struct {
	d       *Desk
	v       storage.View
	u       *zoufang.User
	areas   zoufang.Areas
	people  map[zoufang.UserID]string
	records map[zoufang.RecordID]*zoufang.Record
	keepers *[]zoufang.User // see keeps; nil: not read
	asked   bool            // and wanted

	alarms map[zoufang.AreaID]*intake.Alarms // see harmAt

	// Of the form of the visit that is read.
	questions map[string]question // by id
	asks      []string            // fields, in the order they are asked
	photos    []zoufang.Value     // of the record that is read, in their order
}

// read runs f for a person on one snapshot. f may be run more than once, and, where it
// asked for the keepers, is run again on a snapshot of after these were read: what it
// came to before does not count.
func (d *Desk) read(ctx context.Context, u *zoufang.User, f func(*reader) error) error {
	var keepers *[]zoufang.User
	for {
		asked := false
		err := d.Records.View(ctx, func(v storage.View) error {
			l, err := d.reader(v, u)
			if err != nil {
				return err
			}
			l.keepers = keepers
			err = f(l)
			asked = l.asked
			return err
		})
		if !asked {
			return err
		}
		known, err := d.keepers(ctx)
		if err != nil {
			return err
		}
		keepers = &known
	}
}

func (d *Desk) reader(v storage.View, u *zoufang.User) (*reader, error) {
	areas, err := v.Areas()
	return &reader{d: d, v: v, u: u, areas: areas, people: map[zoufang.UserID]string{}, records: map[zoufang.RecordID]*zoufang.Record{},
		alarms: map[zoufang.AreaID]*intake.Alarms{}}, err
}

const (
	elsewhere = "不在您的区划内"
	unnamed   = "未写名字"
)

func (l *reader) person(id zoufang.UserID) (string, error) {
	if id == zoufang.System {
		return "系统", nil
	}
	if name, ok := l.people[id]; ok {
		return name, nil
	}
	name := "不在册的人员"
	u, err := l.v.User(id)
	if err != nil {
		return "", err
	}
	if u != nil {
		name = called(u.Name)
	}
	l.people[id] = name
	return name, nil
}

// record reads a record that the reader may see, or nil.
func (l *reader) record(id zoufang.RecordID) (*zoufang.Record, error) {
	if r, ok := l.records[id]; ok {
		return r, nil
	}
	r, err := l.v.Record(id)
	if err != nil {
		return nil, err
	}
	if r != nil && !l.sees(r.Area) {
		r = nil
	}
	l.records[id] = r
	return r, nil
}

// recordOf reads a record that the reader may see, or refuses.
func (l *reader) recordOf(kind string, id zoufang.RecordID) (*zoufang.Record, error) {
	if !id.Valid() {
		return nil, refuse(NotFound)
	}
	r, err := l.record(id)
	if err == nil && (r == nil || kind != "" && r.Kind != kind || r.Public()) {
		err = refuse(NotFound)
	}
	if err == nil && l.guarded(r) {
		err = refuse(Guarded)
	}
	return r, err
}

func (l *reader) sees(a zoufang.AreaID) bool { return l.u.Role.ReadsRecords() && l.u.Covers(a) }

// area names an area, with the township where the reader's areas are wider.
func (l *reader) area(id zoufang.AreaID) string {
	if !l.sees(id) {
		return "别的区划"
	}
	name := called(cmp.Or(l.areas[id].Name, string(id)))
	if above := id.Above(); len(id.Prefix()) == 12 && len(above) > 0 {
		for _, mine := range l.u.Areas {
			if len(mine.Prefix()) < 9 && mine.Covers(above[0]) && l.areas[above[0]].Name != "" {
				return called(l.areas[above[0]].Name) + " " + name
			}
		}
	}
	return name
}

// household gives the head and the address of the household a value names.
func (l *reader) household(v zoufang.Value) (head, address string, err error) {
	id, ok := v.Text()
	if !ok {
		return "未选户", "", nil
	}
	r, err := l.record(zoufang.RecordID(id))
	if err != nil {
		return "", "", err
	}
	if r == nil || r.Kind != zoufang.KindHousehold {
		return elsewhere + "的户", "", nil
	}
	head = l.name(r)
	address, _ = r.Shown("address").Text()
	return head, called(address), nil
}

// home finds the household a record is about, by the paths its kind names; nil
// where none leads to one that the reader sees.
func (l *reader) home(r *zoufang.Record) (*zoufang.Record, error) {
	for _, path := range zoufang.KindOf(r.Kind).Household {
		at := r
		for _, field := range strings.FieldsFunc(path, func(c rune) bool { return c == '.' }) {
			id, _ := at.Shown(field).Text()
			next, err := l.record(zoufang.RecordID(id))
			if err != nil {
				return nil, err
			}
			if at = next; at == nil {
				break
			}
		}
		if at != nil && at.Kind == zoufang.KindHousehold {
			return at, nil
		}
	}
	return nil, nil
}

// ref names the record a value points to.
func (l *reader) ref(v zoufang.Value) (string, error) {
	id, ok := v.Text()
	if !ok {
		return "无", nil
	}
	r, err := l.record(zoufang.RecordID(id))
	if err != nil {
		return "", err
	}
	if r == nil {
		return elsewhere, nil
	}
	return l.title(r)
}

// title says which record one is: by the field its kind names it by, followed once
// where that names another record. It follows no further: a phone may have written
// anything there, also the record itself.
func (l *reader) title(r *zoufang.Record) (string, error) {
	k := zoufang.KindOf(r.Kind)
	if f := k.Field(k.NamedBy); f == nil || f.Type != zoufang.Ref {
		return l.name(r), nil
	}
	if k.NamedBy == zoufang.KindHousehold {
		head, _, err := l.household(r.Shown(k.NamedBy))
		return head, err
	}
	id, ok := r.Shown(k.NamedBy).Text()
	if !ok {
		home, err := l.home(r)
		if err != nil || home == nil {
			return unnamed, err
		}
		return l.name(home) + " 全户", nil
	}
	other, err := l.record(zoufang.RecordID(id))
	switch {
	case err != nil:
		return "", err
	case other == nil:
		return elsewhere, nil
	}
	return l.name(other), nil
}

// name is what the record itself says it is called.
func (l *reader) name(r *zoufang.Record) string {
	k := zoufang.KindOf(r.Kind)
	if f := k.Field(k.NamedBy); f != nil && f.Type != zoufang.Ref {
		if name, _ := r.Shown(k.NamedBy).Text(); name != "" {
			return called(name)
		}
	}
	return unnamed
}

// visitor names who took part: a user by id, others as they were written.
func (l *reader) visitor(v zoufang.Value) (string, error) {
	s, ok := v.Text()
	if !ok {
		return "", nil
	}
	if zoufang.RecordID(s).Valid() {
		return l.person(zoufang.UserID(s))
	}
	return called(s), nil
}
