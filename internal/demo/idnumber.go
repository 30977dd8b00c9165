package demo

import (
	"fmt"
	"time"

	"zoufang/internal/fold"
)

// idNumber makes an identity number as GB 11643-1999 lays it out, under the area
// prefix 990101, which nobody's has.
func idNumber(d dice, born time.Time, sex string) string {
	seq := d.between(1, 499)*2 - 1
	if sex == "女" {
		seq++
	}
	body := fmt.Sprintf("990101%s%03d", born.Format("20060102"), seq)
	return body + string(fold.CheckDigit(body))
}

// mobile makes a phone number that no network has: mobile numbers begin with 13
// to 19.
func mobile(d dice) string { return fmt.Sprintf("1099%07d", d.IntN(10_000_000)) }
