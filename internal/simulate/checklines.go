package simulate

import (
	"context"
	"math/rand/v2"

	"zoufang/internal/phone"
)

// checkLines sends every line once more, in any order. The server must know each, and be of the same opinion as before.
func (r *run) checkLines(ctx context.Context, h *handset) error {
	before := h.phone.Lines()
	ids := make([]string, len(before))
	for i, l := range before {
		ids[i] = l.ID
	}
	if !r.Calm {
		rand.Shuffle(len(ids), func(i, j int) { ids[i], ids[j] = ids[j], ids[i] })
	}
	h.phone.Resend(ids...)
	if err := r.persist(ctx, "send all lines again", h.phone.Sync); err != nil {
		return err
	}
	for _, was := range before {
		is, kept := h.phone.Line(was.ID)
		if !kept {
			r.differ("%s: line %s is no longer on the phone", h.name, was.ID)
			continue
		}
		r.judge(h, was.Answer, is)
	}
	return nil
}

func (r *run) judge(h *handset, was phone.Answer, line phone.Line) {
	is := line.Answer
	code, odd := h.odd[line.ID]
	switch {
	case !was.Given():
		r.differ("%s: line %s had no answer when all was quiet", h.name, line.ID)
	case is.R == "ok":
		// sent again, a known line is dup or held; ok means that it was new to the server
		r.lock.Lock()
		r.lost++
		r.lock.Unlock()
		r.differ("%s: line %s had been answered %s %s and was unknown later", h.name, line.ID, was.R, was.Code)
	case was.Applied() && !is.Applied():
		r.differ("%s: line %s was applied and is now held as %s", h.name, line.ID, is.Code)
	case is.Code == "waiting":
		r.differ("%s: line %s waits, though all it names has been sent: %s", h.name, line.ID, is.Why)
	case !was.Applied() && is.Applied() && was.Code != "waiting":
		r.differ("%s: line %s was held as %s and is now applied", h.name, line.ID, was.Code)
	case !is.Applied() && is.Code != was.Code && was.Code != "waiting":
		r.differ("%s: line %s was held as %s and is now held as %s", h.name, line.ID, was.Code, is.Code)
	case odd && is.Applied():
		r.differ("%s: line %s was applied and should have been held", h.name, line.ID)
	case odd && code != "" && is.Code != code:
		r.differ("%s: line %s should have been held as %s, not as %s", h.name, line.ID, code, is.Code)
	case !odd && !is.Applied():
		r.differ("%s: line %s should have been applied and is held as %s: %s", h.name, line.ID, is.Code, is.Why)
	}
	r.lock.Lock()
	defer r.lock.Unlock()
	r.finals[line.ID] = line
}
