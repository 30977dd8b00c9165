package staff

import (
	"context"
	"log/slog"
	"sync"
	"time"

	"zoufang"
	"zoufang/storage"
)

// Bounds on what failed sign-ins put into the account log.
const (
	attemptsWindow = time.Minute
	attemptsKeys   = 100 // kept apart in a window; the rest is one entry
	attemptsAtOnce = 20  // written at once in a window; the rest at its end
	attemptsTime   = 10 * time.Second
)

// attempt is what failed sign-ins are counted by. What was typed for a name that is
// no account's is nowhere in it: people type passwords there.
type attempt struct {
	from string // the network address
	who  zoufang.UserID
	area zoufang.AreaID
	what zoufang.AuditKind
}

// attempts tells the account log of failed sign-ins without letting whoever fails
// fill it: of each address, account and minute the first is told at once, the others
// as one entry with their number when the minute is over. It works beside the
// request, so that how long an answer takes does not depend on who was named; what
// it cannot write it says in the ordinary log, since nothing came about that had to
// be told.
type attempts struct {
	add func(context.Context, ...storage.Audited) error
	now func() time.Time
	log *slog.Logger

	mu     sync.Mutex
	seen   map[attempt]int64 // still to be told
	atOnce int
	end    *time.Timer // of the window; nil where none has begun
	writes sync.WaitGroup
}

func (a *attempts) note(t attempt) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.end == nil {
		a.seen, a.atOnce = map[attempt]int64{}, 0
		a.end = time.AfterFunc(attemptsWindow, a.flush)
	}
	n, known := a.seen[t]
	if !known && len(a.seen) >= attemptsKeys {
		t = attempt{who: zoufang.Unknown, what: t.what} // from here and there
		n, known = a.seen[t]
	}
	if known || a.atOnce >= attemptsAtOnce {
		a.seen[t] = n + 1
		return
	}
	a.seen[t] = 0
	a.atOnce++
	a.write(a.entry(t, 1))
}

func (a *attempts) entry(t attempt, n int64) storage.Audited {
	e := storage.NewAudited(a.now(), t.what, t.who, t.from)
	e.OK, e.Count, e.Area = false, n, t.area
	if t.who != zoufang.Unknown {
		e.Record = zoufang.RecordID(t.who)
	}
	return e
}

func (a *attempts) write(entries ...storage.Audited) {
	a.writes.Go(func() {
		ctx, cancel := context.WithTimeout(context.Background(), attemptsTime)
		defer cancel()
		if err := a.add(ctx, entries...); err != nil {
			a.log.Error("failed sign-ins could not be put into the account log", "cause", err)
		}
	})
}

// flush ends the window.
func (a *attempts) flush() {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.end == nil {
		return
	}
	a.end.Stop()
	a.end = nil
	var entries []storage.Audited
	for t, n := range a.seen {
		if n > 0 {
			entries = append(entries, a.entry(t, n))
		}
	}
	a.seen = nil
	if len(entries) > 0 {
		a.write(entries...)
	}
}

// Close tells what is still to be told. The pages are used no more.
func (s *Staff) Close() {
	s.attempts.flush()
	s.attempts.writes.Wait()
}
