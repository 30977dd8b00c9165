package fold

import (
	"regexp"
	"strconv"
	"strings"
	"time"
)

// around finds blanks that divide nothing.
var around = regexp.MustCompile(` *([-./年月日号]) *`)

var written = []*regexp.Regexp{
	regexp.MustCompile(`^(\d{4})$`),
	regexp.MustCompile(`^(\d{4})(\d\d)$`),
	regexp.MustCompile(`^(\d{4})(\d\d)(\d\d)$`),
	regexp.MustCompile(`^(\d{4})年(?:(\d{1,2})月(?:份|(\d{1,2})[日号]?)?)?生?$`),
}

// divided is as most write it, and as spreadsheets export it, with a midnight.
var divided = regexp.MustCompile(`^(\d{4})([-./ ])(\d{1,2})(?:([-./ ])(\d{1,2}))?\.?(?:[ T]0?0:00(?::00(?:\.0+)?)?)?$`)

// Date reads a date as people write it, 1950, 1950.03, 1950年3月1日, 19500301, and
// gives it as records hold it: "1950", "1950-03" or "1950-03-01". What was not
// said stays unsaid.
func Date(s string) (string, error) {
	s = around.ReplaceAllString(strings.Trim(narrow(s), " "), "$1")
	if s == "" {
		return "", Empty
	}
	m := divided.FindStringSubmatch(s)
	if m != nil && (m[4] == "" || m[2] == m[4]) {
		m = []string{"", m[1], m[3], m[5]}
	} else {
		m = nil
		for _, form := range written {
			if m = form.FindStringSubmatch(s); m != nil {
				break
			}
		}
	}
	if m == nil || m[1] == "0000" {
		return "", NoDate
	}
	out := m[1]
	for _, part := range m[2:] {
		if part != "" {
			out += "-" + strings.Repeat("0", 2-len(part)) + part
		}
	}
	if _, err := time.Parse("2006-01-02"[:len(out)], out); err != nil {
		return "", NoDate
	}
	return out, nil
}

// mostYears is longer than anybody lived.
const mostYears = 130

// Birth is Date for the birth of somebody who may live: not after today
// ("2026-12-01"), and not more than 130 years ago.
func Birth(s, today string) (string, error) {
	d, err := Date(s)
	if err != nil {
		return "", err
	}
	year, _ := strconv.Atoi(d[:4])
	now, _ := strconv.Atoi(today[:4])
	switch {
	case d > today[:len(d)]:
		return "", Future
	case year <= now-mostYears:
		return "", TooOld
	}
	return d, nil
}
