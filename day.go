package zoufang

import (
	"errors"
	"time"
)

// Zone is the zone that days and times of day are told in: all of China keeps the time
// of Beijing, without summer time since 1991.
var Zone = time.FixedZone("CST", 8*60*60)

// Day gives the day of a moment, "2006-01-02".
func Day(t time.Time) string { return t.In(Zone).Format(time.DateOnly) }

// ErrDay says that a text is no day like 2026-12-01.
var ErrDay = errors.New("a day is written like 2026-12-01")

// Days gives the time in Unix ms at which the first day begins and that at which the
// second has ended, in the county's zone; 0 for "".
func Days(from, to string) (begins, ended int64, err error) {
	day := func(s string, later int) int64 {
		if s == "" {
			return 0
		}
		t, failed := time.ParseInLocation(time.DateOnly, s, Zone)
		if failed != nil {
			err = ErrDay
		}
		return t.AddDate(0, 0, later).UnixMilli()
	}
	return day(from, 0), day(to, 1), err
}
