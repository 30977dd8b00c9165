package hooks

import (
	"context"
	"encoding/json"
	"errors"
	"sync"
	"time"

	"zoufang/server/desk"
	"zoufang/storage"
)

// How hooks are worked at.
const (
	lookEvery = 2 * time.Second
	leaseTime = time.Minute     // a copy that was killed is missed after it
	pageRows  = 100             // of a delivery
	pagesAtA  = 50              // deliveries of a hook in one go
	atOnce    = 8               // hooks that are sent for at the same time
	firstWait = 5 * time.Second // after a delivery that was not taken, doubled each time
	longest   = time.Hour       // between two tries
	givesUp   = 72 * time.Hour  // after the first that was not taken
)

var errNotNow = errors.New("hooks: nothing to do, or another copy does it")

// Run sends what there is to send, until ctx ends.
func (h *Hooks) Run(ctx context.Context) {
	tick := time.NewTicker(lookEvery)
	defer tick.Stop()
	for {
		if err := h.round(ctx); err != nil && ctx.Err() == nil {
			h.Log.Warn("hooks cannot be looked for", "cause", err.Error())
		}
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		case <-h.wake:
		}
	}
}

// round works once at each hook that is due.
func (h *Hooks) round(ctx context.Context) error {
	all, err := h.Jobs.ListJobs(ctx, storage.JobQuery{User: owner})
	if err != nil {
		return err
	}
	var working sync.WaitGroup
	turns := make(chan struct{}, atOnce)
	for i := range all {
		t, p, err := read(&all[i])
		if err != nil || p.Dead || p.Next > h.now() {
			continue
		}
		if p.Tries == 0 {
			if news, err := h.news(ctx, &t, &p); err == nil && !news {
				continue // nothing is written while nothing happens
			}
		}
		turns <- struct{}{}
		working.Go(func() {
			defer func() { <-turns }()
			if err := h.work(ctx, all[i].ID); err != nil && !errors.Is(err, errNotNow) && !errors.Is(err, storage.ErrNotFound) && ctx.Err() == nil {
				h.Log.Warn("a hook stopped; it is tried again", "hook", all[i].ID, "cause", err.Error())
			}
		})
	}
	working.Wait()
	return nil
}

// news reports whether anything was written behind the place of a hook.
func (h *Hooks) news(ctx context.Context, t *task, p *progress) (bool, error) {
	u, err := h.Accounts.User(ctx, t.User)
	if err != nil {
		return false, err
	}
	end, err := h.Desk.ChangesEnd(ctx, desk.Within(u, t.Areas))
	return end != p.After, err
}

// work sends page after page of a hook, as long as there are some and they are taken.
func (h *Hooks) work(ctx context.Context, id string) error {
	var t task
	var p progress
	_, err := h.Jobs.ChangeJob(ctx, id, func(j *storage.Job) (_ []storage.JobPart, err error) {
		if t, p, err = read(j); err != nil {
			return nil, err
		}
		if p.Dead || p.Next > h.now() || j.Owner != "" && j.Owner != h.me && j.Lease > h.now() {
			return nil, errNotNow
		}
		j.Owner, j.Lease = h.me, h.now()+leaseTime.Milliseconds()
		return nil, nil
	})
	if err != nil {
		return err
	}
	for pages := 0; ; pages++ {
		more, err := h.page(ctx, id, &t, &p)
		if err != nil {
			return err
		}
		last := !more || pages == pagesAtA
		if err := h.note(ctx, id, p, last); err != nil || last {
			return err
		}
	}
}

// page sends one page and notes in p how it went; more reports whether there is another
// to be sent now.
func (h *Hooks) page(ctx context.Context, id string, t *task, p *progress) (more bool, err error) {
	u, err := h.Accounts.User(ctx, t.User)
	if errors.Is(err, storage.ErrNotFound) || err == nil && (u.Disabled || !u.Role.ReadsRecords()) {
		p.failed(h.now(), 0) // it may do no more than its person
		return false, nil
	}
	if err != nil {
		return false, err
	}
	page, err := h.Desk.Changes(ctx, desk.Within(u, t.Areas), t.Kinds, p.After, pageRows)
	if err != nil {
		return false, err
	}
	if len(page.Rows) == 0 && !page.Again {
		p.After = page.Next // what was looked through and is not for it
		return page.More, nil
	}
	d := delivery{Hook: id, Delivery: nameOf(id, p.After), Rows: []json.RawMessage{}, Next: page.Next, Again: page.Again}
	for _, row := range page.Rows {
		d.Rows = append(d.Rows, row)
	}
	status := h.post(ctx, t, written(d))
	if ctx.Err() != nil {
		return false, ctx.Err()
	}
	if status < 200 || status > 299 {
		p.failed(h.now(), status)
		return false, nil
	}
	*p = progress{After: page.Next, Delivered: p.Delivered + 1, Rows: p.Rows + int64(len(d.Rows)), Last: h.now(), Status: status}
	return page.More, nil
}

// failed notes that a delivery was not taken.
func (p *progress) failed(now int64, status int) {
	if p.Tries == 0 {
		p.Since = now
	}
	wait := min(firstWait<<min(p.Tries, 20), longest)
	p.Tries, p.Status, p.Next = p.Tries+1, status, now+wait.Milliseconds()
	p.Dead = now-p.Since >= givesUp.Milliseconds()
}

// note stores how far a hook has come, if it is still this copy's; done gives it back.
func (h *Hooks) note(ctx context.Context, id string, p progress, done bool) error {
	_, err := h.Jobs.ChangeJob(ctx, id, func(j *storage.Job) ([]storage.JobPart, error) {
		if j.Owner != h.me {
			return nil, errNotNow
		}
		j.Cursor, j.Lease = written(p), h.now()+leaseTime.Milliseconds()
		if done {
			j.Owner, j.Lease = "", 0
		}
		return nil, nil
	})
	return err
}
