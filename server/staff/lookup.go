package staff

import (
	"zoufang"
	"zoufang/storage"
)

// lookup finds the names behind ids for one reader and one page. What lies
// outside the reader's areas has no name.
type lookup struct {
	s       *Staff
	v       storage.View
	u       *zoufang.User
	areas   zoufang.Areas
	people  map[zoufang.UserID]string
	records map[zoufang.RecordID]*zoufang.Record

	// Of the form of the visit the page is about.
	questions map[string]string // titles by id
	asks      []string          // fields, in the order they are asked
}

func (s *Staff) lookup(v storage.View, u *zoufang.User) (*lookup, error) {
	areas, err := v.Areas()
	return &lookup{s: s, v: v, u: u, areas: areas, people: map[zoufang.UserID]string{}, records: map[zoufang.RecordID]*zoufang.Record{}}, err
}

const (
	elsewhere = "不在您的区划内"
	unnamed   = "未写名字"
)

func (l *lookup) person(id zoufang.UserID) (string, error) {
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
		name = u.Name
	}
	l.people[id] = name
	return name, nil
}

// record reads a record that the reader may see, or nil.
func (l *lookup) record(id zoufang.RecordID) (*zoufang.Record, error) {
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

func (l *lookup) sees(a zoufang.AreaID) bool { return l.u.Role.ReadsRecords() && l.u.Covers(a) }

// area names an area, with the township where the reader's areas are wider.
func (l *lookup) area(id zoufang.AreaID) string {
	if !l.sees(id) {
		return "别的区划"
	}
	name := l.areas[id].Name
	if name == "" {
		name = string(id)
	}
	if above := id.Above(); len(id.Prefix()) == 12 && len(above) > 0 {
		for _, mine := range l.u.Areas {
			if len(mine.Prefix()) < 9 && mine.Covers(above[0]) && l.areas[above[0]].Name != "" {
				return l.areas[above[0]].Name + " " + name
			}
		}
	}
	return name
}

// household gives the head and the address of the household a value names.
func (l *lookup) household(v zoufang.Value) (head, address string, err error) {
	id, ok := v.Text()
	if !ok {
		return "未选户", "", nil
	}
	r, err := l.record(zoufang.RecordID(id))
	if err != nil {
		return "", "", err
	}
	if r == nil || r.Kind != "household" {
		return elsewhere + "的户", "", nil
	}
	head, _ = r.Shown("head").Text()
	if head == "" {
		head = unnamed
	}
	address, _ = r.Shown("address").Text()
	return head, address, nil
}

// ref names the record a value points to.
func (l *lookup) ref(v zoufang.Value) (string, error) {
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

// title says which record one is: by the name of the person or head of household.
func (l *lookup) title(r *zoufang.Record) (string, error) {
	name := ""
	switch r.Kind {
	case "person", "area", "user", "item":
		name, _ = r.Shown("name").Text()
	case "household":
		name, _ = r.Shown("head").Text()
	case "visit":
		head, _, err := l.household(r.Shown("household"))
		return head, err
	case "request", "card":
		return l.personOf(r)
	default:
		name, _ = r.Shown("title").Text()
	}
	if name == "" {
		name = unnamed
	}
	return name, nil
}

// personOf names the person a request or card is of. It follows no further: a
// phone may have written anything there, also the record itself.
func (l *lookup) personOf(r *zoufang.Record) (string, error) {
	id, ok := r.Shown("person").Text()
	if !ok {
		return unnamed, nil
	}
	p, err := l.record(zoufang.RecordID(id))
	switch {
	case err != nil:
		return "", err
	case p == nil:
		return elsewhere, nil
	}
	if name, _ := p.Shown("name").Text(); p.Kind == "person" && name != "" {
		return name, nil
	}
	return unnamed, nil
}

// visitor names who took part: a user by id, others as they were written.
func (l *lookup) visitor(v zoufang.Value) (string, error) {
	s, ok := v.Text()
	if !ok {
		return "", nil
	}
	if zoufang.RecordID(s).Valid() {
		return l.person(zoufang.UserID(s))
	}
	return s, nil
}
