package backup

import (
	"context"
	"errors"
	"fmt"
	"time"

	"zoufang/storage"
)

// Schedule makes sets on time, as long as the server runs. Several servers may
// follow the same one: whoever is first when a set is due makes it.
type Schedule struct {
	Place  *Place
	Target Target
	Every  time.Duration
	Keep   int // the newest sets that are kept; at least 1
	// Retry is when it is tried again after a failure or while another is at it;
	// 0: a quarter of an hour, or an eighth of Every where that is sooner.
	Retry time.Duration
	// Done is told of each attempt; nil errors with an empty Written.File are those
	// that another server made unnecessary. That another is at it is told only when
	// there should have been a backup long ago.
	Done func(Written, error)
	// Wait waits, or returns an error when ctx ends; nil: by the machine's clock.
	Wait func(ctx context.Context, d time.Duration) error
}

// Check says what is wrong with the schedule.
func (s *Schedule) Check() error {
	switch {
	case s.Every < time.Minute:
		return errors.New("backups more often than every minute make no sense")
	case s.Keep < 1:
		return errors.New("at least one backup must be kept")
	case s.Place.Keys.Recipient == "" && s.Place.Keys.Passphrase == "":
		return errors.New("scheduled backups need a public key or a passphrase")
	}
	return s.Place.Keys.Check()
}

// Run works until ctx ends. A set is due when the newest in the target is older
// than Every, so that restarts neither delay nor repeat one.
func (s *Schedule) Run(ctx context.Context) {
	wait := s.Wait
	if wait == nil {
		wait = sleep
	}
	retry := s.Retry
	if retry <= 0 {
		retry = min(15*time.Minute, s.Every/8)
	}
	begun := s.Place.Now()
	for ctx.Err() == nil {
		left, err := s.left(ctx)
		if err == nil && left <= 0 {
			var w Written
			w, err = s.Place.writeSet(ctx, s.Target, s.Keep, func(newest *Set) bool { return s.until(newest) <= 0 })
			if ctx.Err() != nil {
				return
			}
			if err != nil && !errors.Is(err, ErrBusy) {
				err = fmt.Errorf("back up: %w", err)
			}
			if errors.Is(err, ErrBusy) {
				s.tellLate(ctx, begun, err)
			} else {
				s.done(w, err)
			}
			left = 0
			if err == nil {
				continue
			}
		} else if err != nil && ctx.Err() == nil {
			s.done(Written{}, fmt.Errorf("back up: %w", err))
		}
		if err != nil {
			left = retry
		}
		if wait(ctx, left) != nil {
			return
		}
	}
}

func (s *Schedule) done(w Written, err error) {
	if s.Done != nil {
		s.Done(w, err)
	}
}

// tellLate reports that others are always at it, once the newest set, or this run
// where there is none, is twice as old as one may be.
func (s *Schedule) tellLate(ctx context.Context, begun time.Time, busy error) {
	newest, err := s.newest(ctx)
	if err != nil {
		s.done(Written{}, fmt.Errorf("back up: %w", err))
		return
	}
	since := begun
	if newest != nil && newest.Made <= s.Place.Now().UnixMilli() {
		since = time.UnixMilli(newest.Made)
	}
	if age := s.Place.Now().Sub(since); age > 2*s.Every {
		s.done(Written{}, fmt.Errorf("back up: %w, and none was finished for %s", busy, age.Round(time.Minute)))
	}
}

// left is how long it is until a set is due.
func (s *Schedule) left(ctx context.Context) (time.Duration, error) {
	newest, err := s.newest(ctx)
	if err != nil {
		return 0, err
	}
	return s.until(newest), nil
}

// newest gives the newest set of the store as it is: those of another epoch are
// from before a restore, or another store's.
func (s *Schedule) newest(ctx context.Context) (*Set, error) {
	meta, err := storage.ReadMeta(ctx, s.Place.Store)
	if err != nil {
		return nil, err
	}
	whole, err := Sets(ctx, s.Target)
	return newestOf(whole, meta.Epoch), err
}

// until is nothing where the newest was made in the future: the clock ran ahead
// then, and would otherwise keep the next away for as long.
func (s *Schedule) until(newest *Set) time.Duration {
	if newest == nil {
		return 0
	}
	age := s.Place.Now().Sub(time.UnixMilli(newest.Made))
	if age < -time.Minute {
		return 0
	}
	return s.Every - age
}

func sleep(ctx context.Context, d time.Duration) error {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
