package demo

import (
	"fmt"
	"time"
)

// idNumber makes an identity number as GB 11643-1999 lays it out, under the area
// prefix 990101, which nobody's has.
func idNumber(d dice, born time.Time, sex string) string {
	seq := d.between(1, 499)*2 - 1
	if sex == "女" {
		seq++
	}
	body := fmt.Sprintf("990101%s%03d", born.Format("20060102"), seq)
	return body + string(checkDigit(body))
}

func checkDigit(body string) byte {
	sum := 0
	for i, w := range [17]int{7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2} {
		sum += int(body[i]-'0') * w
	}
	return "10X98765432"[sum%11]
}

// mobile makes a phone number that no network has: mobile numbers begin with 13
// to 19.
func mobile(d dice) string { return fmt.Sprintf("1099%07d", d.IntN(10_000_000)) }
