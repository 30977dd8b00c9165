package simulate

import (
	"bytes"
	"context"
	"fmt"
	"maps"
	"slices"
	"time"
	"unicode/utf8"

	"zoufang/internal/phone"
)

const (
	maxRounds   = 12  // of syncing until nothing changes
	mediaSample = 300 // media fetched back, of all phones together
)

// check lets all phones come to rest and then compares everything with what it must be.
func (r *run) check(ctx context.Context) error {
	r.enter("settling")
	for _, h := range r.handsets {
		h.wire.calm.Store(true)
	}
	if err := r.settle(ctx); err != nil {
		return err
	}
	r.enter("checking")
	r.finals = map[string]phone.Line{}
	err := r.each(ctx, len(r.handsets), 8, func(ctx context.Context, i int) error {
		h := r.handsets[i]
		for _, look := range []func(context.Context, *handset) error{r.checkLines, r.checkRows, r.checkHeld, r.checkMedia} {
			if err := look(ctx, h); err != nil {
				return fmt.Errorf("%s: %w", h.name, err)
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	r.checkMerge()
	return nil
}

// settle has all phones send and read until a whole round has brought nothing new.
func (r *run) settle(ctx context.Context) error {
	before := make([]map[string]string, len(r.handsets))
	for range maxRounds {
		sums := make([]map[string]string, len(r.handsets))
		err := r.each(ctx, len(r.handsets), 16, func(ctx context.Context, i int) error {
			p := r.handsets[i].phone
			for _, do := range []func(context.Context) error{p.Sync, p.SendMedia, p.Sync} {
				if err := r.persist(ctx, "settle", do); err != nil {
					return fmt.Errorf("%s: %w", r.handsets[i].name, err)
				}
			}
			sums[i] = p.Sums()
			return nil
		})
		if err != nil {
			return err
		}
		if slices.EqualFunc(before, sums, maps.Equal[map[string]string, map[string]string]) {
			return nil
		}
		before = sums
	}
	r.differ("rows keep changing, though no phone writes")
	return nil
}

// checkRows compares the phone's rows with those that the server sends somebody who has none.
func (r *run) checkRows(ctx context.Context, h *handset) error {
	var found []string
	for try := range 3 { // somebody else may be writing
		if try > 0 {
			if err := wait(ctx, time.Second/2); err != nil {
				return err
			}
		}
		blank := h.phone.Blank()
		for _, do := range []func(context.Context) error{h.phone.Sync, blank.Sync} {
			if err := r.persist(ctx, "read everything again", do); err != nil {
				return err
			}
		}
		if found = compareRows(h.phone, blank); len(found) == 0 {
			return nil
		}
	}
	for _, f := range found {
		r.differ("%s: %s", h.name, f)
	}
	return nil
}

func compareRows(had, blank *phone.Phone) (found []string) {
	old, new := had.Rows(), blank.Rows()
	for _, id := range slices.Sorted(maps.Keys(old)) {
		switch {
		case new[id] == nil:
			found = append(found, fmt.Sprintf("row %s is a ghost: the server no longer sends it", id))
		case !bytes.Equal(old[id].Raw, new[id].Raw):
			found = append(found, fmt.Sprintf("row %s (seq %d) is sent anew with other bytes (seq %d)", id, old[id].Seq, new[id].Seq))
		}
	}
	for _, id := range slices.Sorted(maps.Keys(new)) {
		if old[id] == nil {
			found = append(found, fmt.Sprintf("row %s never reached the phone", id))
		}
	}
	if !maps.Equal(had.Sums(), blank.Sums()) {
		found = append(found, fmt.Sprintf("sums %v, and %v when read from 0", had.Sums(), blank.Sums()))
	}
	for _, p := range []*phone.Phone{had, blank} {
		for _, area := range p.Differing() {
			found = append(found, fmt.Sprintf("sum of area %s is %s, the server says %s", area, p.Sum(area), p.Sums()[area]))
		}
	}
	return found
}

// checkHeld compares the held lines the server lists with those the phone was told of.
func (r *run) checkHeld(ctx context.Context, h *handset) error {
	var listed []phone.HeldLine
	err := r.persist(ctx, "list held lines", func(ctx context.Context) (err error) {
		listed, err = h.phone.Held(ctx)
		return err
	})
	if err != nil {
		return err
	}
	held := map[string]phone.HeldLine{}
	for _, l := range listed {
		held[l.ID] = l
	}
	for _, l := range h.phone.Lines() {
		if !l.Answer.Given() || l.Answer.Applied() {
			continue
		}
		shown, ok := held[l.ID]
		switch {
		case !ok:
			r.differ("%s: line %s is held (%s) but not listed", h.name, l.ID, l.Answer.Code)
		case shown.Code != l.Answer.Code:
			r.differ("%s: line %s is held as %s but listed as %s", h.name, l.ID, l.Answer.Code, shown.Code)
		case shown.Line != "" && utf8.Valid(l.Bytes) && shown.Line != string(l.Bytes):
			r.differ("%s: line %s is listed with other bytes", h.name, l.ID)
		}
	}
	return nil
}

// checkMedia asks for all media the phone ever had and fetches some back.
func (r *run) checkMedia(ctx context.Context, h *handset) error {
	var digests []string
	for _, m := range h.phone.Media() {
		digests = append(digests, m.SHA256)
		if m.Epoch == "" {
			r.differ("%s: medium %s was never accepted", h.name, m.SHA256)
		}
	}
	var have map[string]bool
	err := r.persist(ctx, "ask for media", func(ctx context.Context) (err error) {
		have, err = h.phone.Have(ctx, digests)
		return err
	})
	if err != nil {
		return err
	}
	sample := max(1, mediaSample/len(r.handsets))
	for i, digest := range digests {
		if !have[digest] {
			r.differ("%s: the server does not name medium %s", h.name, digest)
		}
		if len(digests) > sample && i%(len(digests)/sample) != 0 {
			continue
		}
		err := r.persist(ctx, "fetch medium", func(ctx context.Context) error {
			_, err := h.phone.Get(ctx, digest, 0)
			return err
		})
		if err != nil && ctx.Err() != nil {
			return err
		}
		if err != nil {
			r.differ("%s: %v", h.name, err)
		}
	}
	return nil
}

func wait(ctx context.Context, d time.Duration) error {
	select {
	case <-ctx.Done():
		return context.Cause(ctx)
	case <-time.After(d):
		return nil
	}
}
