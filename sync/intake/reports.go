package intake

import (
	"slices"

	"zoufang"
)

// reports makes, of visits of this transaction with an answer that alarms, the requests
// that tell the office, unless they are there: phones make them by themselves, others
// may not. One that is there, whatever became of it, is not made again.
func (j *judge) reports() error {
	for _, id := range slices.Clone(j.unwritten) {
		p := j.pending[id]
		if p == nil || p.rec.Kind != zoufang.KindVisit || j.told[id] || !says(p.rec) {
			continue
		}
		alarms, err := j.alarms(p.rec)
		if err != nil {
			return err
		}
		if !alarms {
			continue
		}
		if j.told == nil {
			j.told = map[zoufang.RecordID]bool{}
		}
		j.told[id] = true
		if err := j.report(p); err != nil {
			return err
		}
	}
	return nil
}

// report has the system save the request, as of when the visit was saved: it waits since
// then. Its line is stored and judged as any other's.
func (j *judge) report(p *pending) error {
	id := zoufang.HarmReportID(p.rec.ID)
	if j.pending[id] != nil {
		return nil
	}
	if there, err := j.tx.Record(id); err != nil || there != nil {
		return err
	}
	var at int64
	for _, by := range p.by {
		at = max(at, p.rec.Stamps[by].At)
	}
	line, err := zoufang.Action{Device: zoufang.System, User: zoufang.System, At: at, Heard: at, Page: zoufang.System,
		Do: []zoufang.Item{zoufang.HarmReport(p.rec)}}.Line()
	if err != nil {
		return err
	}
	system := Sender{User: zoufang.SystemUser(), Device: &zoufang.Device{ID: zoufang.System, User: zoufang.System}}
	return j.accept(system, Read(line))
}

// alarms asks the forms in force where the visit is, once a transaction and area.
func (j *judge) alarms(visit *zoufang.Record) (bool, error) {
	there := j.alarmsAt[visit.Area]
	if there == nil {
		var err error
		if there, err = j.alarming.At(j.tx, visit.Area); err != nil {
			return false, err
		}
		if j.alarmsAt == nil {
			j.alarmsAt = map[zoufang.AreaID]*Alarms{}
		}
		j.alarmsAt[visit.Area] = there
	}
	return there.By(visit), nil
}
