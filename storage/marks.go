package storage

import "zoufang"

// Marks tells from writes, given by record and then Ver, which marks of records
// that left an area still stand: those that no later write took back.
type Marks struct {
	Mark func(area zoufang.AreaID, seq uint64, gone zoufang.RecordID) error

	of   zoufang.RecordID
	left map[zoufang.AreaID]uint64
}

// Write takes the next write.
func (m *Marks) Write(w Write) error {
	if w.Record != m.of {
		if err := m.End(); err != nil {
			return err
		}
		m.of = w.Record
	}
	if !w.Gone {
		delete(m.left, w.Area)
		return nil
	}
	if m.left == nil {
		m.left = map[zoufang.AreaID]uint64{}
	}
	m.left[w.Area] = w.Seq
	return nil
}

// End gives the marks of the last record.
func (m *Marks) End() error {
	for area, seq := range m.left {
		if err := m.Mark(area, seq, m.of); err != nil {
			return err
		}
	}
	clear(m.left)
	return nil
}
