package desk

import (
	"slices"
	"sync"

	"zoufang"
	"zoufang/storage"
	"zoufang/sync/intake"
)

// A line that is held tells the office nothing by itself: the report of harm to a child
// is made when it is applied. So whoever lists held lines looks into them for it, until
// the report is there: a phone may have made it, or another line.

// Bounds on looking for harm in held lines.
const (
	harmWalked = 2000   // lines looked into for a page, those of whoever has few first
	harmRows   = 20     // found in a group, beyond which there may be more
	harmKnown  = 10_000 // lines that are remembered
	harmAreas  = 4      // of a line's, whose forms are asked
	// harmTouched is how many records of a line are looked at; a line of more is taken for
	// one that touches a report.
	harmTouched = 20
)

// heldHarm is a held line that tells of suspected harm to a child.
type heldHarm struct {
	storage.Held
	since int64 // when it was saved
}

// harms remembers of lines what reports they would bring: their bytes never change, and
// forms seldom. So a page that is read anew each minute reads no line twice.
type harms struct {
	mu sync.Mutex
	of map[zoufang.CommitID]harmTold
}

type harmTold struct {
	by      []*intake.Alarms // that were asked
	reports []zoufang.RecordID
	touches []zoufang.RecordID // records it would change, the first harmTouched
	since   int64
}

// harmOf tells whether a held line is the only one to tell of harm; nil: it is not, or
// cannot be read.
func (l *reader) harmOf(h storage.Held) (*heldHarm, error) {
	told, err := l.harmTold(h)
	if err != nil {
		return nil, err
	}
	for _, id := range told.reports {
		there, err := l.v.Record(id)
		if err != nil {
			return nil, err
		}
		if there == nil {
			return &heldHarm{h, told.since}, nil
		}
	}
	return nil, nil
}

func (l *reader) harmTold(h storage.Held) (harmTold, error) {
	by, err := l.alarmsOf(h.Areas)
	if err != nil {
		return harmTold{}, err
	}
	l.d.harms.mu.Lock()
	told, known := l.d.harms.of[h.ID]
	l.d.harms.mu.Unlock()
	if !known || !slices.Equal(told.by, by) {
		if told, err = l.readHarm(h.ID, by); err != nil {
			return told, err
		}
		l.d.harms.keep(h.ID, told)
	}
	return told, nil
}

// touchesHarm reports whether a held line would change a report of harm that is there:
// what it says of it is as much its content as what stands in it.
func (l *reader) touchesHarm(h storage.Held) (bool, error) {
	told, err := l.harmTold(h)
	if err != nil || len(told.touches) > harmTouched {
		return err == nil, err
	}
	for _, id := range told.touches {
		r, err := l.v.Record(id)
		if err != nil || r != nil && r.TellsHarm() {
			return err == nil, err
		}
	}
	return false, nil
}

func (l *reader) readHarm(id zoufang.CommitID, by []*intake.Alarms) (harmTold, error) {
	told := harmTold{by: by}
	stored, err := l.v.Commit(id)
	if err != nil || stored == nil {
		return told, err
	}
	if c, fault := zoufang.ParseCommit(stored.Line); fault == nil {
		st := zoufang.NewStamp(id, stored.Author, c.At, stored.From, stored.At, stored.Staff)
		told.reports, told.since = intake.Reports(&c, st, by), st.At
		for i := range c.Do {
			if id := c.Do[i].Record; id != "" && len(told.touches) <= harmTouched && !slices.Contains(told.touches, id) {
				told.touches = append(told.touches, id)
			}
		}
	}
	return told, nil
}

// keep remembers; where there are too many it begins anew.
func (m *harms) keep(id zoufang.CommitID, told harmTold) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.of == nil || len(m.of) >= harmKnown {
		m.of = map[zoufang.CommitID]harmTold{}
	}
	m.of[id] = told
}

// alarmsOf gives the forms that are asked of a line that names these areas; of one that
// names none, those of the reader.
func (l *reader) alarmsOf(areas []zoufang.AreaID) (out []*intake.Alarms, err error) {
	if len(areas) == 0 {
		areas = l.u.Areas
	}
	for _, a := range areas[:min(len(areas), harmAreas)] {
		there := l.alarms[a]
		if there == nil {
			if there, err = l.d.alarming.At(l.v, a); err != nil {
				return nil, err
			}
			l.alarms[a] = there
		}
		out = append(out, there)
	}
	return out, nil
}

// findHarm looks for harm in groups of held lines, in their order, and puts those that
// tell of it first. cut says that not all lines were looked into.
func (l *reader) findHarm(groups []HeldGroup) (cut bool, err error) {
	left := harmWalked
	for i := range groups {
		g := &groups[i]
		if left <= 0 {
			cut = true
			break
		}
		lines, next, err := l.heldLines(g.group, storage.HeldPlace{}, left, func(storage.Held) bool { return true })
		if err != nil {
			return false, err
		}
		left -= max(1, len(lines))
		cut = cut || next != nil
		for _, h := range lines {
			if len(g.harm) == harmRows {
				break
			}
			harm, err := l.harmOf(h)
			if err != nil {
				return false, err
			}
			if harm != nil {
				g.harm = append(g.harm, *harm)
			}
		}
	}
	slices.SortStableFunc(groups, func(a, b HeldGroup) int { return min(1, len(b.harm)) - min(1, len(a.harm)) })
	return cut, nil
}

// closed reports whether a held line is for others to open and to decide of: nobody
// decides of what they cannot read.
func (l *reader) closed(h storage.Held) (bool, error) {
	harm, err := l.harmOf(h)
	if err != nil || harm != nil {
		return harm != nil && l.kept(h.Areas...), err
	}
	touches, err := l.touchesHarm(h)
	return touches && l.kept(h.Areas...), err
}

func (l *reader) harmRows(g *HeldGroup) (rows []HeldRow, err error) {
	for _, h := range g.harm {
		row, err := l.heldRow(h.Held)
		if err != nil {
			return nil, err
		}
		rows = append(rows, row)
	}
	return rows, nil
}
