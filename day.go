package zoufang

import "time"

// Zone is the zone that days and times of day are told in: all of China keeps the time
// of Beijing, without summer time since 1991.
var Zone = time.FixedZone("CST", 8*60*60)

// Day gives the day of a moment, "2006-01-02".
func Day(t time.Time) string { return t.In(Zone).Format(time.DateOnly) }
