package desk

import (
	"context"
	"sync"
	"time"

	"zoufang"
	"zoufang/storage"
)

// Reading is told by day and person, not by click, and says nothing of what was read:
// who opens a thousand records in a day stands out, and nobody's day can be followed.

// ReadingsEvery is how often what was read is told.
const ReadingsEvery = time.Hour

// readingsKnown bounds how many persons' days are counted apart; there are no more
// than have accounts.
const readingsKnown = 10_000

type personDay struct {
	day string
	who zoufang.UserID
}

type counted struct {
	n    int64
	last time.Time // of the last of them: it is of the day
}

// readings counts records that were opened, each at an address of its own, until it is
// told. What a copy that is killed had not told yet is lost: an hour at most.
type readings struct {
	mu     sync.Mutex
	counts map[personDay]counted

	telling sync.Mutex
	untold  []storage.Audited // made, and perhaps stored: told again they are not told twice
}

func (r *readings) note(who zoufang.UserID, now time.Time) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.counts == nil {
		r.counts = map[personDay]counted{}
	}
	key := personDay{zoufang.Day(now), who}
	if _, known := r.counts[key]; !known && len(r.counts) >= readingsKnown {
		key.who = zoufang.Unknown // from here and there
	}
	r.counts[key] = counted{r.counts[key].n + 1, now}
}

func (r *readings) take() map[personDay]counted {
	r.mu.Lock()
	defer r.mu.Unlock()
	taken := r.counts
	r.counts = nil
	return taken
}

// TellReadings has the account log say how many records each person opened since it was
// told last, an entry a person and day. Where it fails, nothing is lost: it is told the
// next time.
func (d *Desk) TellReadings(ctx context.Context) error {
	r := &d.readings
	r.telling.Lock()
	defer r.telling.Unlock()
	if err := d.tellUntold(ctx); err != nil {
		return err
	}
	users, err := d.Accounts.Users(ctx)
	if err != nil {
		return err
	}
	areas := map[zoufang.UserID]zoufang.AreaID{}
	for i := range users {
		areas[users[i].ID] = zoufang.CommonArea(users[i].Areas)
	}
	for of, c := range r.take() {
		e := storage.NewAudited(c.last, zoufang.AuditRead, of.who, "")
		e.Count, e.Area = c.n, areas[of.who]
		r.untold = append(r.untold, e)
	}
	return d.tellUntold(ctx)
}

func (d *Desk) tellUntold(ctx context.Context) error {
	r := &d.readings
	if len(r.untold) == 0 {
		return nil
	}
	if err := d.Audit.AppendAudit(ctx, r.untold...); err != nil {
		return err
	}
	r.untold = nil
	return nil
}

// opens is what goes with a record's being opened at an address of its own, before
// anything of it is shown: see tellOpened. What everybody may read is not counted.
func (d *Desk) opens(ctx context.Context, u *zoufang.User, r *zoufang.Record, from string) error {
	if err := d.tellOpened(ctx, u, r, from); err != nil {
		return err
	}
	if !r.Public() {
		d.readings.note(u.ID, d.Now())
	}
	return nil
}
