package backup

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"

	"zoufang/storage"
)

const (
	setPrefix  = "zoufang-"
	setSuffix  = ".zfb"
	doneSuffix = ".ok"
	stampForm  = "20060102T150405.000Z"
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

func setTime(name string) (int64, bool) {
	stamp, ok := strings.CutPrefix(name, setPrefix)
	if !ok {
		return 0, false
	}
	for _, suffix := range []string{setSuffix, doneSuffix} {
		if s, ok := strings.CutSuffix(stamp, suffix); ok {
			at, err := time.Parse(stampForm, s)
			return at.UnixMilli(), err == nil
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
		if s == nil || !there || s.Name != name || s.Bytes != size {
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
	if err != nil {
		return nil, err
	}
	var s Set
	if json.Unmarshal(b, &s) != nil {
		return nil, nil
	}
	return &s, nil
}

// find gives the set to restore: the newest, or the one named, with or without its
// ending.
func find(ctx context.Context, t Target, name string) (string, error) {
	whole, others, err := sets(ctx, t)
	if err != nil {
		return "", err
	}
	if name == "" {
		if len(whole) == 0 {
			return "", errNoBackups
		}
		return whole[len(whole)-1].Name, nil
	}
	want := strings.TrimSuffix(name, setSuffix) + setSuffix
	for _, s := range whole {
		if s.Name == want {
			return want, nil
		}
	}
	for _, o := range others {
		if o == want {
			return "", fmt.Errorf("%s was never read back whole: choose another", want)
		}
	}
	return "", fmt.Errorf("there is no backup %s", want)
}

// retain removes all but the newest sets, and what ended runs left. Only whoever
// holds the lease calls it. Media stay.
func (p *Place) retain(ctx context.Context, t Target, keep int) error {
	whole, others, err := sets(ctx, t)
	if err != nil {
		return err
	}
	for _, name := range others {
		if err := t.Remove(ctx, name); err != nil {
			return err
		}
	}
	if keep <= 0 || len(whole) <= keep {
		return nil
	}
	for _, s := range whole[:len(whole)-keep] {
		// The note first: a set that is half removed is none.
		if err := t.Remove(ctx, strings.TrimSuffix(s.Name, setSuffix)+doneSuffix); err != nil {
			return err
		}
		if err := t.Remove(ctx, s.Name); err != nil {
			return err
		}
	}
	return nil
}
