package intake

import (
	"slices"
	"time"

	"zoufang"
	"zoufang/internal/fold"
	"zoufang/storage"
	fieldsync "zoufang/sync"
)

// step tries `go`: a guarded change of a state, or a move to another area.
func (t *trial) step(it *zoufang.Item, d *draft) (*zoufang.Fault, error) {
	if it.Field == zoufang.AreaField {
		return t.move(it, d)
	}
	f := d.kind.Field(it.Field)
	if f == nil {
		return t.unknown(zoufang.RuleUnknownField), nil
	}
	if f.Class != zoufang.State {
		return invalid(zoufang.RuleNoState).At(it.Field), nil
	}
	s := f.Step(it.From, it.To)
	if s == nil {
		return invalid(zoufang.RuleNoStep).At(it.Field), nil
	}
	if !t.once(it.Record, it.Field) {
		return twice(), nil
	}
	if !t.mayTake(s, d) {
		return scope(), nil
	}
	now := d.rec.State(it.Field)
	if now == it.To {
		return nil, nil
	}
	if now != it.From && !t.forced {
		return t.unlessWaiting(it, zoufang.Fail(zoufang.HeldStale, zoufang.RuleStandsAt, "state", now).At(it.Field))
	}
	if s.Rule != nil {
		if broken := s.Rule(d.rec); broken != nil {
			return t.unlessWaiting(it, broken)
		}
	}
	fieldsync.Apply(d.rec, it, t.stamp)
	d.dirty = true
	return nil, nil
}

func (t *trial) mayTake(s *zoufang.Step, d *draft) bool {
	if t.reaches(d.rec.Area) {
		return true
	}
	return t.actor != nil && s.MayTake(t.actor, d.rec.Author == t.actor.ID, t.actor.Covers(d.rec.Area))
}

// move tries a step of the field `area`. The areas left and entered must exist
// and be the mover's.
func (t *trial) move(it *zoufang.Item, d *draft) (*zoufang.Fault, error) {
	from, to := zoufang.AreaID(it.From), zoufang.AreaID(it.To)
	if !from.Valid() || !to.Valid() {
		return invalid(zoufang.RuleArea), nil
	}
	if from == to {
		return invalid(zoufang.RuleNoStep).At(zoufang.AreaField), nil
	}
	known, err := t.j.area(to)
	if err != nil {
		return nil, err
	}
	if known {
		t.areas = append(t.areas, to)
	}
	if !t.once(it.Record, zoufang.AreaField) {
		return twice(), nil
	}
	if d.kind.Name == zoufang.KindArea {
		return invalid(zoufang.RuleAreaMove), nil
	}
	both := t.actor != nil && t.actor.Covers(to)
	if !known || !(t.reaches(from) && t.reaches(to) && t.reaches(d.rec.Area)) && (!both || !t.may(zoufang.ActMove, d, from) || !t.may(zoufang.ActMove, d, d.rec.Area)) {
		return scope(), nil
	}
	switch {
	case d.rec.Area == to:
		return nil, nil
	case d.rec.Area != from && !t.forced:
		return t.unlessWaiting(it, zoufang.Fail(zoufang.HeldStale, zoufang.RuleMoved))
	}
	fieldsync.Apply(d.rec, it, t.stamp)
	d.dirty = true
	return nil, nil
}

// maxWaits is how many missing lines a step notes: when one of them has come it
// looks for the next.
const maxWaits = 16

// unlessWaiting makes a step that fails wait while something its author saw is
// neither applied nor put aside by a person.
func (t *trial) unlessWaiting(it *zoufang.Item, f *zoufang.Fault) (*zoufang.Fault, error) {
	if err := t.j.tx.Ahead(it.Seen, nil); err != nil {
		return nil, err
	}
	waiting := 0
	checked := map[zoufang.CommitID]bool{}
	for _, id := range it.Seen {
		if waiting == maxWaits {
			break
		}
		if checked[id] || id == t.stamp.ID {
			continue
		}
		checked[id] = true
		is, over, err := t.j.isApplied(id)
		if err != nil {
			return nil, err
		}
		if !is && !over {
			waiting++
			t.waits = append(t.waits, storage.WaitsForCommit(id))
		}
	}
	if waiting > 0 {
		return zoufang.Fail(zoufang.HeldWaiting, zoufang.RuleUnseen), nil
	}
	return f, nil
}

// judgement tries `judge`: a person's word on a held line.
func (t *trial) judgement(it *zoufang.Item) (*zoufang.Fault, error) {
	outcome := it.Ruling.Outcome()
	if outcome == "" {
		return invalid(zoufang.RuleRuling), nil
	}
	if it.Ruling == zoufang.Amend && !t.replaces() {
		return invalid(zoufang.RuleAmendEmpty), nil
	}
	if !t.once("", string(it.Target)) {
		return twice(), nil
	}
	c, err := t.j.tx.Commit(it.Target)
	if err != nil {
		return nil, err
	}
	if c == nil {
		t.lost = true
		t.waits = append(t.waits, storage.WaitsForCommit(it.Target))
		return zoufang.Fail(zoufang.HeldWaiting, zoufang.RuleNoLine), nil
	}
	h, err := t.j.tx.Held(it.Target)
	if err != nil {
		return nil, err
	}
	if h == nil {
		t.lost = true
	} else {
		t.areas = append(t.areas, h.Areas...)
	}
	if !t.mayDecide(it, c, h) {
		return scope(), nil
	}
	return t.rule(it, h, outcome), nil
}

// replaces reports whether the commit has items beside its rulings.
func (t *trial) replaces() bool {
	for _, it := range t.commit.Do {
		if it.Op != zoufang.OpJudge {
			return true
		}
	}
	return false
}

func (t *trial) mayDecide(it *zoufang.Item, c *storage.Commit, h *storage.Held) bool {
	if h != nil && t.reaches(h.Areas...) {
		return true
	}
	if t.actor == nil || t.actor.Disabled {
		return false
	}
	if it.Ruling == zoufang.Amend && t.actor.ID == c.Author {
		return true
	}
	if h == nil {
		return t.actor.Role.Staff()
	}
	return zoufang.MayDecide(t.actor, h.Areas)
}

// reachOf is where a release by the actor waives rights, beside where an earlier
// one does. Where the ruling itself was released, its releaser's reach counts.
func (t *trial) reachOf(h *storage.Held) []zoufang.AreaID {
	if h.Waived && h.Reach == nil || t.waived && t.reach == nil || t.actor != nil && t.actor.Role == zoufang.Operator {
		return nil
	}
	reach := append(slices.Clone(h.Reach), t.reach...)
	if t.actor != nil && t.actor.Role.Staff() {
		reach = append(reach, t.actor.Areas...)
	}
	slices.Sort(reach)
	return append([]zoufang.AreaID{}, slices.Compact(reach)...)
}

// rule settles what the word does to the line as it stands.
func (t *trial) rule(it *zoufang.Item, h *storage.Held, outcome zoufang.HoldCode) *zoufang.Fault {
	stale := zoufang.Fail(zoufang.HeldStale, zoufang.RuleDecided)
	switch {
	case applied(h):
		if it.Ruling == zoufang.Release {
			return nil
		}
		if t.forced {
			return invalid(zoufang.RuleApplied)
		}
		return stale
	case it.Ruling == zoufang.Release && !zoufang.MayRelease(&zoufang.User{ID: t.stamp.User}, h.Brought):
		return invalid(zoufang.RuleBrought)
	case h.Code == outcome && (outcome != zoufang.Amended || t.forced):
		return nil
	case h.Code == zoufang.HeldWaiting && h.Waived && it.Ruling == zoufang.Release:
		return nil
	case h.Code == zoufang.HeldWaiting && it.Ruling == zoufang.Reject:
	case !h.Code.Open() || h.Code == zoufang.HeldWaiting:
		if !t.forced {
			return stale
		}
	case !h.Code.Allows(it.Ruling):
		return invalid(zoufang.RuleRulingCode)
	}
	next := *h
	next.Ruling = t.stamp.ID
	if it.Ruling == zoufang.Release {
		next.Waived, next.Reach = true, t.reachOf(h)
		next.Forced = next.Forced || h.Code == zoufang.HeldStale
		if !h.Code.Open() { // put aside before, taken up again
			next.Code = zoufang.HeldScope
		}
		next.Decided, next.Freed = 0, t.stamp.User
	} else {
		next.Code, next.Why, next.Fault, next.Waits, next.Decided = outcome, fold.Mask(it.Reason), zoufang.Parts{}, nil, t.j.now
	}
	t.rulings = append(t.rulings, next)
	t.tell(it, h)
	return nil
}

// tell says a word over a held line in the account log. Who takes back what is their
// own decides nothing over anybody.
func (t *trial) tell(it *zoufang.Item, h *storage.Held) {
	if it.Ruling != zoufang.Release && t.stamp.User == h.Author {
		return
	}
	e := storage.NewAudited(time.UnixMilli(t.j.now), zoufang.AuditRuled(it.Ruling), t.stamp.User, t.from)
	e.Record, e.Field, e.Why, e.Area = zoufang.RecordID(h.ID), string(h.Code), fold.Mask(it.Reason), zoufang.CommonArea(h.Areas)
	t.told = append(t.told, e)
}
