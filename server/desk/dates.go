package desk

import (
	"fmt"
	"time"

	"zoufang"
)

var weekdays = [...]string{"周日", "周一", "周二", "周三", "周四", "周五", "周六"}

// date writes a time in Unix ms as people say it: 今天 09:32, 昨天 09:32,
// 11月22日 周日 09:32, with the year where it is another.
func (d *Desk) date(ms int64) string {
	t, now := time.UnixMilli(ms).In(zoufang.Zone), d.Now().In(zoufang.Zone)
	clock := t.Format("15:04")
	switch zoufang.Day(t) {
	case zoufang.Day(now):
		return "今天 " + clock
	case zoufang.Day(now.AddDate(0, 0, -1)):
		return "昨天 " + clock
	}
	out := fmt.Sprintf("%d月%d日 %s %s", t.Month(), t.Day(), weekdays[t.Weekday()], clock)
	if t.Year() != now.Year() {
		out = fmt.Sprintf("%d年%s", t.Year(), out)
	}
	return out
}

// Clock writes a time of day, 09:32, in the county's zone.
func Clock(t time.Time) string { return t.In(zoufang.Zone).Format("15:04") }

// certain is how wide, in ms, the interval of a commit may be to be shown as a
// plain time.
const certain = 2 * 60 * 1000

// when says when something was saved, as far as the server can vouch for it: the
// phone's own clock held within the interval, with 约 where that is wide. span
// gives the interval.
func (d *Desk) when(st zoufang.Stamp) (when, span string) {
	latest := "最晚 " + d.date(st.To) + "（服务器收到）"
	switch {
	case st.From <= 0:
		return "约 " + d.date(st.At), latest
	case st.To-st.From <= certain:
		return d.date(st.At), d.date(st.To)
	}
	return "约 " + d.date(st.At), "最早 " + d.date(st.From) + "，" + latest
}
