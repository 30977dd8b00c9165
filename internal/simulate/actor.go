package simulate

import (
	"context"
	"fmt"
	"maps"
	"math/rand/v2"
	"net/http"
	"slices"
	"time"

	"zoufang/internal/phone"
)

const mediaRoom = 2 << 20 // bytes of accepted media a phone keeps before it makes room

// An actor is one coordinator: with one phone, and with two once it has been cloned.
type actor struct {
	*run
	i        int
	habits   habits
	handsets []*handset
	visits   []string            // own ones, not yet submitted
	made     map[string][]string // ids by kind
}

func (r *run) newActor(i int) *actor {
	return &actor{run: r, i: i, habits: r.habits(i), made: map[string][]string{}}
}

// rand gives a source of its own to everything whose course depends on the network.
func (a *actor) rand(what uint64) *rand.Rand {
	return rand.New(rand.NewPCG(a.Seed^what, uint64(a.i)))
}

func (a *actor) newWire(what uint64) *wire {
	w := &wire{next: a.transport, faults: &a.faults, rng: a.rand(what)}
	w.calm.Store(a.Calm)
	return w
}

func (a *actor) live(ctx context.Context, steps []step) error {
	if err := a.enrol(ctx); err != nil {
		return err
	}
	for _, s := range steps {
		if ctx.Err() != nil {
			return context.Cause(ctx)
		}
		rng := rand.New(rand.NewPCG(s.seed, a.Seed))
		h := a.handsets[rng.IntN(len(a.handsets))]
		if err := a.do(ctx, h, s.do, rng); err != nil {
			return fmt.Errorf("%s: %w", h.name, err)
		}
	}
	return nil
}

func (a *actor) enrol(ctx context.Context) error {
	var code string
	err := a.persist(ctx, "make a user", func(ctx context.Context) (err error) {
		code, err = a.Enrol(ctx, a.i)
		return err
	})
	if err != nil {
		return err
	}
	w := a.newWire(1)
	client := &http.Client{Transport: w, Timeout: time.Minute}
	p := phone.New(a.URL, append(a.habits.options(a.rand(2)), phone.WithHTTP(client))...)
	h := &handset{name: fmt.Sprintf("phone %d", a.i), phone: p, wire: w, odd: map[string]string{}}
	err = a.persist(ctx, "enrol", func(ctx context.Context) error { return p.Enrol(ctx, code, h.name) })
	if err != nil {
		return err
	}
	a.handsets = append(a.handsets, h)
	a.own(h)
	return nil
}

func (a *actor) do(ctx context.Context, h *handset, what act, rng *rand.Rand) error {
	switch what {
	case actSync:
		for _, h := range a.handsets { // both, so that clones really meet
			if err := a.persist(ctx, "sync", h.phone.Sync); err != nil {
				return err
			}
		}
	case actMedia:
		for _, h := range a.handsets {
			if err := a.persist(ctx, "send media", h.phone.SendMedia); err != nil {
				return err
			}
			h.phone.Shed(mediaRoom)
		}
	case actRepeat:
		a.repeat(h, rng)
	case actReload:
		h.phone.Reload()
	case actClone:
		a.clone(h)
	case actOdd:
		a.saveOdd(h, rng)
	case actHousehold:
		a.newHousehold(h, rng)
	case actVisit:
		a.newVisit(h, rng)
		a.visitsDid.Add(1)
	case actEditHousehold:
		a.editHousehold(h, rng, rng)
	case actClash:
		a.clash(rng)
	case actEditVisit:
		a.editVisit(h, rng)
	case actSubmit:
		a.submit(h, rng)
	case actRequest:
		a.newRequest(h, rng)
	}
	return nil
}

// clone copies the phone's storage as it is now. Both copies go on as the same device.
func (a *actor) clone(h *handset) {
	w := a.newWire(3)
	client := &http.Client{Transport: w, Timeout: time.Minute}
	c := &handset{name: h.name + " (clone)", wire: w, clone: true, odd: maps.Clone(h.odd),
		phone: h.phone.Clone(append(a.habits.options(a.rand(4)), phone.WithHTTP(client))...)}
	a.handsets = append(a.handsets, c)
	a.own(c)
}

// repeat has some of the phone's lines sent again, in any order.
func (a *actor) repeat(h *handset, rng *rand.Rand) {
	lines := h.phone.Lines()
	for range min(len(lines), 1+rng.IntN(20)) {
		h.phone.Resend(lines[rng.IntN(len(lines))].ID)
	}
}

// known are the ids of the records of a kind that the phone shows, in order: those it has read, and those it has made.
func (a *actor) known(h *handset, kind string) []string {
	areas := h.phone.Areas()
	var ids []string
	for _, id := range a.made[kind] {
		if _, shown := h.phone.Shown(id); shown && h.phone.Row(id) == nil {
			ids = append(ids, id)
		}
	}
	for id, row := range h.phone.Rows() {
		if row.Kind == kind && slices.Contains(areas, row.Area) {
			ids = append(ids, id)
		}
	}
	slices.Sort(ids)
	return ids
}

// anyOf picks one, "" of none.
func anyOf(rng *rand.Rand, from []string) string {
	n := rng.Uint64()
	if len(from) == 0 {
		return ""
	}
	return from[n%uint64(len(from))]
}

// favourite picks as anyOf does, but often one of the first few: those everybody in the village edits.
func favourite(rng *rand.Rand, from []string) string {
	if rng.IntN(3) > 0 {
		from = from[:min(2, len(from))]
	}
	return anyOf(rng, from)
}
