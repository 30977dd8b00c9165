package desk

import (
	"context"
	"slices"

	"zoufang"
	"zoufang/storage"
	"zoufang/sync/intake"
)

// Made is what a desk has written, the lines in their order.
type Made struct{ Lines []MadeLine }

// MadeLine is a line that came about.
type MadeLine struct {
	intake.Answer
	Line []byte
}

// Noting gives a desk that notes the lines it writes. page, where it is not "", is one
// and the same for every try of one request, and no other's: asked again by it, a
// decision that came about is not refused for having come about, and notes the lines
// that it wrote.
func (d *Desk) Noting(page string) (*Desk, *Made) {
	noting := *d
	noting.made, noting.page = &Made{}, page
	return &noting, noting.made
}

func (m *Made) note(a intake.Answer, line []byte) {
	if m != nil {
		m.Lines = append(m.Lines, MadeLine{a, line})
	}
}

func (m *Made) count() int {
	if m == nil {
		return 0
	}
	return len(m.Lines)
}

func (m *Made) add(lines []MadeLine) {
	if m != nil {
		m.Lines = append(m.Lines, lines...)
	}
}

// maxBefore is how many of a record's last commits are looked through for those of a
// former try.
const maxBefore = 200

// before finds what a former try of the same request has written of a record.
func (d *Desk) before(ctx context.Context, u *zoufang.User, id zoufang.RecordID) (out []MadeLine, err error) {
	err = d.Records.View(ctx, func(v storage.View) error {
		out = nil
		writes, err := v.History(id)
		if err != nil {
			return err
		}
		for _, w := range writes[max(0, len(writes)-maxBefore):] {
			if w.Commit == "" || slices.ContainsFunc(out, func(l MadeLine) bool { return l.ID == w.Commit }) {
				continue
			}
			line, err := d.wrote(v, u, w.Commit)
			if err != nil {
				return err
			}
			if line != nil {
				out = append(out, MadeLine{intake.Answer{ID: w.Commit, R: intake.Dup}, line})
			}
		}
		return nil
	})
	return out, err
}

// wrote gives the bytes of a commit of the person's under this desk's page, or nil.
func (d *Desk) wrote(v storage.View, u *zoufang.User, id zoufang.CommitID) ([]byte, error) {
	c, err := v.Commit(id)
	if err != nil || c == nil || c.Author != u.ID {
		return nil, err
	}
	if said, fault := zoufang.ParseCommit(c.Line); fault != nil || said.Page != d.page {
		return nil, nil
	}
	return c.Line, nil
}

// decidedBefore looks for a former try of a decision. Where it came about whole, done;
// where its comments alone did, r is the record, which is still to take the step.
func (d *Desk) decidedBefore(ctx context.Context, u *zoufang.User, id zoufang.RecordID, what Decision) (r *zoufang.Record, done bool, err error) {
	lines, err := d.before(ctx, u, id)
	if err != nil {
		return nil, false, err
	}
	var ours []zoufang.CommitID
	for _, l := range lines {
		c, _ := zoufang.ParseCommit(l.Line)
		done = done || slices.ContainsFunc(c.Do, func(it zoufang.Item) bool { return it.Op == zoufang.OpGo })
		ours = append(ours, l.ID)
	}
	d.made.add(lines)
	if done {
		return nil, true, nil
	}
	err = d.read(ctx, u, func(l *reader) (err error) {
		r, err = l.recordOf(zoufang.KindVisit, id)
		return err
	})
	switch {
	case err != nil:
	case r.State("state") != zoufang.Submitted:
		err = refuse(LateState)
	case len(ours) == 0 || markOf(r, ours) != what.Seen:
		err = refuse(Changed)
	}
	return r, false, err
}

// ruledBefore refuses a held line that is decided, unless a former try did it.
func (d *Desk) ruledBefore(ctx context.Context, u *zoufang.User, h *storage.Held) error {
	if d.page == "" || h.Ruling == "" {
		return refuse(Decided)
	}
	var line []byte
	err := d.Records.View(ctx, func(v storage.View) (err error) {
		line, err = d.wrote(v, u, h.Ruling)
		return err
	})
	if err == nil && line == nil {
		err = refuse(Decided)
	}
	if err == nil {
		d.made.add([]MadeLine{{intake.Answer{ID: h.Ruling, R: intake.Dup}, line}})
	}
	return err
}
