package desk

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"maps"
	"slices"
	"strings"
	"unicode/utf8"

	"zoufang"
	"zoufang/internal/fold"
)

// seenMark stands for all that a record holds: it changes with every commit that
// is applied. Whoever decides gives it back, so that a decision counts for what was
// seen.
func seenMark(r *zoufang.Record) string { return markOf(r, nil) }

// markOf is the mark of a record before some commits.
func markOf(r *zoufang.Record, before []zoufang.CommitID) string {
	h := sha256.New()
	for _, id := range r.By() {
		if !slices.Contains(before, id) {
			h.Write([]byte(id + ","))
		}
	}
	return hex.EncodeToString(h.Sum(nil))[:32]
}

// asSeen reads a record that somebody decides of. Where it is not as it was seen,
// or lates says that it allows this no more, it is refused.
func (d *Desk) asSeen(ctx context.Context, u *zoufang.User, kind string, id zoufang.RecordID, seen string, late func(*zoufang.Record) error) (r *zoufang.Record, err error) {
	err = d.read(ctx, u, func(l *reader) (err error) {
		r, err = l.recordOf(kind, id)
		return err
	})
	if err == nil && d.made != nil && seen != seenMark(r) {
		return r, refuse(Changed) // a program is told that first, whatever else has come
	}
	if err == nil {
		err = late(r)
	}
	if err == nil && seen != seenMark(r) {
		err = refuse(Changed)
	}
	return r, err
}

// Decision is what a reviewer decides of a submitted visit: Approved (核定) or
// Returned (退回), with comments by field; WholeVisit stands for all of it.
type Decision struct {
	To       string
	Seen     string // the mark of what was shown
	Comments map[string]string
}

// Decide has a visit reviewed. The comments are saved before the step, an action of
// their own: a step that comes too late takes none away, and none vanishes behind
// one that came about. Where the store fails between, they stand without the step.
func (d *Desk) Decide(ctx context.Context, u *zoufang.User, id zoufang.RecordID, what Decision) error {
	var notes []zoufang.Item
	noted := d.made.count()
	r, err := d.asSeen(ctx, u, zoufang.KindVisit, id, what.Seen, func(r *zoufang.Record) (err error) {
		if r.State("state") != zoufang.Submitted {
			return refuse(LateState)
		}
		notes, err = what.notes(r)
		return err
	})
	if Refused(err, LateState, Changed) && d.page != "" {
		var done bool
		if r, done, err = d.decidedBefore(ctx, u, id, what); done || err != nil {
			return err
		}
		notes = nil
	}
	if err != nil {
		return err
	}
	if len(notes) > 0 {
		if err := d.save(ctx, u, notes...); err != nil {
			return err
		}
	}
	err = d.save(ctx, u, zoufang.Go(r.ID, "state", zoufang.Submitted, what.To, r.Seen()...))
	if Refused(err, LateState) && d.page != "" { // another try of this request may have been first by a moment
		d.made.Lines = d.made.Lines[:noted]
		if _, done, failed := d.decidedBefore(ctx, u, id, what); done {
			return failed
		}
	}
	return err
}

// notes makes items of the comments. A visit is returned with one at least.
func (d *Decision) notes(r *zoufang.Record) (out []zoufang.Item, err error) {
	k := zoufang.KindOf(r.Kind)
	for _, field := range slices.Sorted(maps.Keys(d.Comments)) {
		text := strings.TrimSpace(fold.Clean(d.Comments[field]))
		switch {
		case text == "":
			continue
		case !commentable(r, field) || k.Field(comments+field) == nil || !plainText(d.Comments[field]):
			return nil, refuse(Field)
		case utf8.RuneCountInString(text) > zoufang.MaxReason:
			return nil, refuse(Comment)
		}
		out = append(out, zoufang.Note(r.ID, comments+field, text))
	}
	switch {
	case len(out) > MaxComments:
		return nil, refuse(Comments)
	case len(out) == 0 && d.To == zoufang.Returned:
		return nil, refuse(Comment)
	}
	return out, nil
}

// commentable reports whether a comment can be pinned there: to a field, to a photo
// that is there, or to all of the visit.
func commentable(r *zoufang.Record, field string) bool {
	if d, ok := zoufang.PhotoOf(field); ok {
		return slices.ContainsFunc(elements(r, photos), func(v zoufang.Value) bool { s, _ := v.Text(); return s == string(d) })
	}
	return field == zoufang.WholeVisit || zoufang.KindOf(r.Kind).Field(field) != nil
}

func plainText(s string) bool { return utf8.ValidString(s) && !strings.ContainsRune(s, 0) }

// Settle ends two values of a field (两种说法) by the one a reviewer picks, by the
// commit that wrote it. It is written anew, and names as seen all that was shown: a
// value that came since stays beside it. kind "" stands for any.
func (d *Desk) Settle(ctx context.Context, u *zoufang.User, kind string, id zoufang.RecordID, field string, pick zoufang.CommitID, seen string) error {
	return d.settle(ctx, u, kind, id, field, seen, func(r *zoufang.Record) zoufang.Value {
		for _, h := range r.Heads[field].Live {
			if h.ID == pick {
				return h.Value
			}
		}
		return nil
	})
}

// SettleBy is Settle by a value that the reviewer gives, which is neither of the two.
func (d *Desk) SettleBy(ctx context.Context, u *zoufang.User, kind string, id zoufang.RecordID, field string, value zoufang.Value, seen string) error {
	return d.settle(ctx, u, kind, id, field, seen, func(*zoufang.Record) zoufang.Value { return value })
}

func (d *Desk) settle(ctx context.Context, u *zoufang.User, kind string, id zoufang.RecordID, field, seen string, by func(*zoufang.Record) zoufang.Value) error {
	var value zoufang.Value
	r, err := d.asSeen(ctx, u, kind, id, seen, func(r *zoufang.Record) error {
		if slices.Contains(r.Conflicts(), field) {
			if value = by(r); value != nil {
				return nil
			}
		}
		return refuse(NoChoice)
	})
	if Refused(err, NoChoice, Changed) && d.page != "" {
		if lines, failed := d.before(ctx, u, id); failed != nil || len(lines) > 0 {
			d.made.add(lines)
			return failed
		}
	}
	if err != nil {
		return err
	}
	return d.save(ctx, u, zoufang.Set(r.ID, field, value, r.SeenOf(field)...))
}
