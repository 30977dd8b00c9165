package desk

import (
	"context"
	"encoding/json"
	"slices"

	"zoufang"
	"zoufang/storage"
	"zoufang/sync/intake"
)

// Limits are what a program may touch of what its person may.
type Limits struct {
	Kinds []string // of records; none: all
	Areas bool     // the person at hand has fewer areas than the person has: see Within
}

// Within gives the person with those of their areas alone that lie in areas, or these
// where they lie in the person's. No areas narrow nothing.
func Within(u *zoufang.User, areas []zoufang.AreaID) *zoufang.User {
	if len(areas) == 0 {
		return u
	}
	narrow := *u
	narrow.Areas = nil
	for _, a := range areas {
		for _, mine := range u.Areas {
			switch {
			case mine.Covers(a):
				narrow.Areas = append(narrow.Areas, a)
			case a.Covers(mine):
				narrow.Areas = append(narrow.Areas, mine)
			}
		}
	}
	slices.Sort(narrow.Areas)
	narrow.Areas = slices.Compact(narrow.Areas)
	return &narrow
}

// Push has lines judged that a program froze, and notes them: see Noting. device is
// what the program is called. Device is refused where a line says that it is of a
// phone, NoRight where one is of a record beyond the limits; nothing is stored then.
func (d *Desk) Push(ctx context.Context, u *zoufang.User, device zoufang.DeviceID, may Limits, lines [][]byte) ([]intake.Answer, error) {
	return d.push(ctx, intake.Sender{User: u, Device: &zoufang.Device{ID: device, User: u.ID}, From: d.from}, may, lines)
}

func (d *Desk) push(ctx context.Context, s intake.Sender, may Limits, lines [][]byte) ([]intake.Answer, error) {
	read := make([]intake.Line, len(lines))
	for i, line := range lines {
		read[i] = intake.Read(line)
	}
	err := d.Records.View(ctx, func(v storage.View) error {
		for i := range read {
			if err := mayPush(v, s, may, &read[i].Commit); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	in := intake.Intake{Records: d.Records}
	out, err := in.Push(ctx, s, intake.Expect{}, read)
	if err != nil {
		return nil, err
	}
	for i, a := range out.Answers {
		d.made.note(a, lines[i])
	}
	return out.Answers, nil
}

func mayPush(v storage.View, s intake.Sender, may Limits, c *zoufang.Commit) error {
	if c.Device != "" && c.Device != zoufang.System {
		phone, err := v.Device(c.Device)
		if err != nil {
			return err
		}
		if phone != nil {
			return refuse(Device)
		}
	}
	if len(may.Kinds) == 0 && !may.Areas {
		return nil
	}
	made := map[zoufang.RecordID]bool{} // by this line, and looked at
	for _, it := range c.Do {
		kind, area := it.Kind, it.Area
		switch {
		case it.Op == zoufang.OpJudge:
			if len(may.Kinds) > 0 {
				return refuse(NoRight) // a held line may be about anything
			}
			continue // intake holds it to the areas
		case it.Op == zoufang.OpNew:
			made[it.Record] = true
		case made[it.Record]:
			continue
		default:
			r, err := v.Record(it.Record)
			if err != nil {
				return err
			}
			if r == nil {
				return refuse(NoRight) // whose it will be nobody knows
			}
			kind, area = r.Kind, r.Area
		}
		if len(may.Kinds) > 0 && !slices.Contains(may.Kinds, kind) || !s.User.Covers(area) {
			return refuse(NoRight)
		}
	}
	return nil
}

// Amend ends a held line by other items in its place; do is a JSON array of items as
// they stand in lines (protocol §2). It is judged whole, like every line. Refused as
// DecideHeld; Field where do is none.
func (d *Desk) Amend(ctx context.Context, u *zoufang.User, id zoufang.CommitID, do zoufang.Value, why string) error {
	h, err := d.held(ctx, id)
	if err != nil {
		return err
	}
	why, ok := reason(why)
	switch {
	case h == nil || !zoufang.MayDecide(u, h.Areas):
		return refuse(NotFound)
	case !h.Code.Open():
		return d.ruledBefore(ctx, u, h)
	case !h.Code.Allows(zoufang.Amend):
		return refuse(NotSo)
	case !ok:
		return refuse(Reason)
	}
	if list, ok := do.Array(); !ok || len(list) == 0 {
		return refuse(Field)
	}
	line, err := zoufang.Action{Device: zoufang.System, User: u.ID}.Frozen(json.RawMessage(do))
	if err != nil || len(line) > zoufang.MaxLine {
		return refuse(Field)
	}
	read, fault := zoufang.ParseCommit(line)
	if fault != nil || slices.ContainsFunc(read.Do, func(it zoufang.Item) bool { return it.Op == zoufang.OpJudge }) {
		return refuse(Field)
	}
	return d.save(ctx, u, append(read.Do, zoufang.Judge(id, zoufang.Amend, why))...)
}
