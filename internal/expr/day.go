package expr

import (
	"fmt"
	"math"
	"regexp"
	"strconv"
	"strings"
	"time"
)

var (
	dayForm  = regexp.MustCompile(`^([0-9]{4})-([0-9]{2})-([0-9]{2})(?:T([0-9]{2}:[0-9]{2}(?::[0-9]{2})?))?$`)
	timeForm = regexp.MustCompile(`^([0-9]{2}):([0-9]{2})(?::([0-9]{2}))?$`)
)

const (
	secondsADay = 86400
	firstDay    = -719162 // 0001-01-01
	lastDay     = 2932896 // 9999-12-31
)

// moment reads a day, a day with a time, or a time as days since 1970; NaN for what is
// none.
func moment(s string) float64 {
	if timeForm.MatchString(s) {
		return clock(s)
	}
	m := dayForm.FindStringSubmatch(s)
	if m == nil || m[1] == "0000" {
		return nan
	}
	t, err := time.Parse(time.DateOnly, s[:10])
	if err != nil {
		return nan
	}
	days := float64(t.Unix() / secondsADay)
	if m[4] == "" {
		return days
	}
	return days + clock(m[4])
}

func clock(s string) float64 {
	m := timeForm.FindStringSubmatch(s)
	h, _ := strconv.Atoi(m[1])
	min, _ := strconv.Atoi(m[2])
	sec, _ := strconv.Atoi(m[3])
	if h > 23 || min > 59 || sec > 59 {
		return nan
	}
	return float64(h*3600+min*60+sec) / secondsADay
}

// dayOf writes the day of a moment, "" for none.
func dayOf(days float64) string {
	d := math.Floor(days)
	if !(d >= firstDay && d <= lastDay) {
		return ""
	}
	return time.Unix(int64(d)*secondsADay, 0).UTC().Format(time.DateOnly)
}

// formatted writes a moment by a form that knownForm takes.
func formatted(days float64, form string) string {
	day := dayOf(days)
	if day == "" {
		return ""
	}
	minutes := int(math.Floor((days-math.Floor(days))*1440 + 0.5)) // to the nearest: a fraction of a day is not exact
	minutes = min(minutes, 1439)
	short := func(s string) string { n, _ := strconv.Atoi(s); return strconv.Itoa(n) }
	of := map[byte]string{'Y': day[:4], 'y': day[2:4], 'm': day[5:7], 'n': short(day[5:7]), 'd': day[8:], 'e': short(day[8:]),
		'H': fmt.Sprintf("%02d", minutes/60), 'h': strconv.Itoa(minutes / 60), 'M': fmt.Sprintf("%02d", minutes%60), '%': "%"}
	var out strings.Builder
	for i := 0; i < len(form); i++ {
		if form[i] == '%' {
			i++
			out.WriteString(of[form[i]])
			continue
		}
		out.WriteByte(form[i])
	}
	return out.String()
}

// knownForm reports whether the form of a date has no sign that is not known here.
func knownForm(form string) bool {
	for i := 0; i < len(form); i++ {
		if form[i] == '%' {
			i++
			if i == len(form) || !strings.ContainsRune("YymndeHhM%", rune(form[i])) {
				return false
			}
		}
	}
	return true
}
