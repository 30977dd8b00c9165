package backup

import (
	"context"
	"encoding/json"
	"errors"
	"strings"
	"time"

	"zoufang/storage"
)

const (
	setPrefix  = "zoufang-"
	setSuffix  = ".zfb"
	doneSuffix = ".ok"
	stampForm  = "20060102T150405.000Z"
	lastYear   = 2199 // names of later ones are nobody's: a next one could not be named
)

// Set is a backup in a target that was read back whole.
type Set struct {
	Name    string `json:"name"`
	Created int64  `json:"created"` // Unix ms; later sets have later ones
	Made    int64  `json:"made"`    // the same by the machine's clock, whether it ran back or not
	Bytes   int64  `json:"bytes"`
	SHA256  string `json:"sha256"` // of the file
	Clock   int64  `json:"clock"`  // what was answered before is in here
	Epoch   string `json:"epoch"`
	Commits int64  `json:"commits"`
	Records int64  `json:"records"`
	Media   int64  `json:"media"`
	Round   int    `json:"round"` // how many were made before
	Product string `json:"product"`
}

func setName(at int64) string {
	return setPrefix + time.UnixMilli(at).UTC().Format(stampForm) + setSuffix
}

// doneName is the note's beside a set.
func doneName(set string) string { return strings.TrimSuffix(set, setSuffix) + doneSuffix }

func setTime(name string) (int64, bool) {
	stamp, ok := strings.CutPrefix(name, setPrefix)
	if !ok {
		return 0, false
	}
	for _, suffix := range []string{setSuffix, doneSuffix} {
		if s, ok := strings.CutSuffix(stamp, suffix); ok {
			at, err := time.Parse(stampForm, s)
			return at.UnixMilli(), err == nil && at.Year() <= lastYear
		}
	}
	return 0, false
}

// Sets lists the verified sets of a target, oldest first. It needs no key.
func Sets(ctx context.Context, t Target) ([]Set, error) {
	s, _, err := sets(ctx, t)
	return s, err
}

// sets lists also what else there is that looks like a set: one under way, or what
// an ended run left.
func sets(ctx context.Context, t Target) (whole []Set, others []string, err error) {
	files, err := t.List(ctx, setPrefix)
	if err != nil {
		return nil, nil, err
	}
	sizes := map[string]int64{}
	for _, f := range files {
		if _, ok := setTime(f.Name); ok {
			sizes[f.Name] = f.Size
		}
	}
	for _, f := range files { // in order of time, as the names are
		name, ok := strings.CutSuffix(f.Name, doneSuffix)
		if _, known := sizes[f.Name]; !ok || !known {
			continue
		}
		name += setSuffix
		size, there := sizes[name]
		s, err := readDone(ctx, t, f.Name)
		if errors.Is(err, storage.ErrNotFound) {
			continue // removed meanwhile
		}
		if err != nil {
			return nil, nil, err
		}
		if at, _ := setTime(name); s == nil || !there || s.Name != name || s.Bytes != size || s.Created != at {
			others = append(others, f.Name)
			continue
		}
		delete(sizes, name)
		whole = append(whole, *s)
	}
	for _, f := range files {
		if _, left := sizes[f.Name]; left && strings.HasSuffix(f.Name, setSuffix) {
			others = append(others, f.Name)
		}
	}
	return whole, others, nil
}

// readDone reads what was noted of a set; nil where that makes no sense.
func readDone(ctx context.Context, t Target, name string) (*Set, error) {
	b, err := readSmall(ctx, t, name)
	if errors.Is(err, errTooLong) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	var s Set
	if json.Unmarshal(b, &s) != nil {
		return nil, nil
	}
	return &s, nil
}

// newestOf gives the newest set of an epoch, nil for none.
func newestOf(whole []Set, epoch string) *Set {
	for i := len(whole) - 1; i >= 0; i-- {
		if whole[i].Epoch == epoch {
			return &whole[i]
		}
	}
	return nil
}

// stands fails unless the set is in the target whole, and nobody else began to
// write there since this run did.
func (h *held) stands(ctx context.Context, s Set) error {
	whole, _, err := sets(ctx, h.t)
	if err != nil {
		return err
	}
	if err := h.still(ctx); err != nil {
		return err
	}
	for _, w := range whole {
		if w == s {
			return nil
		}
	}
	return errors.New("the backup that was just written is not there any more")
}

// retain removes all but the newest sets of an epoch, and what ended runs left long
// ago. Media stay. It looks what there is before it looks whether it may: whatever
// a later run had finished by then, it does not touch.
func (h *held) retain(ctx context.Context, keep int, epoch string) error {
	whole, others, err := sets(ctx, h.t)
	if err != nil {
		return err
	}
	if err := h.still(ctx); err != nil {
		return err
	}
	for _, name := range others {
		// One under way elsewhere is young, by a clock that is about right.
		if at, _ := setTime(name); h.p.Now().Sub(time.UnixMilli(at)).Abs() < staleAfter {
			continue
		}
		if err := h.t.Remove(ctx, name); err != nil {
			return err
		}
	}
	var own []Set
	for _, s := range whole {
		if s.Epoch == epoch {
			own = append(own, s)
		}
	}
	if keep <= 0 || len(own) <= keep {
		return nil
	}
	for _, s := range own[:len(own)-keep] {
		// The note first: a set that is half removed is none.
		if err := h.t.Remove(ctx, doneName(s.Name)); err != nil {
			return err
		}
		if err := h.t.Remove(ctx, s.Name); err != nil {
			return err
		}
	}
	return nil
}
