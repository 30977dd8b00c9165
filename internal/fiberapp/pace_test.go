package fiberapp

import (
	"testing"
	"time"
)

// sends lets n bytes come every so often, until all bytes are there or nothing may
// be waited for any more, and gives what came in how long.
func sends(all, n int, every time.Duration) (came int, took time.Duration) {
	var p pace
	for came < all && every < p.patience() {
		p.came(n, every)
		came += n
		took += every
	}
	return came, took
}

func TestSlowPhonesArriveAndDripsDoNot(t *testing.T) {
	const photo = 300_000
	for _, c := range []struct {
		what  string
		n     int
		every time.Duration
		whole bool
	}{
		{"2G at 2 kB/s", 2000, time.Second, true},
		{"a bad line at 500 B/s", 500, time.Second, true},
		{"a line that stands still for 25 s between packets of 9 kB", 9000, 25 * time.Second, true},
		{"a byte every 29 s", 1, 29 * time.Second, false},
		{"a byte a second", 1, time.Second, false},
		{"100 bytes a second", 100, time.Second, false},
		{"nothing for 31 s", 9000, 31 * time.Second, false},
	} {
		came, took := sends(photo, c.n, c.every)
		if (came >= photo) != c.whole || !c.whole && took > pause {
			t.Errorf("%s: %d of %d bytes in %v", c.what, came, photo, took)
		}
	}
}

// Bytes that came at once are no credit to drip on for an hour.
func TestABurstIsNoCredit(t *testing.T) {
	var p pace
	p.came(500<<10, time.Second)
	var waited time.Duration
	for ; p.patience() > 0; waited += time.Second {
		p.came(1, time.Second)
	}
	if waited > pause {
		t.Errorf("waited for %v after a burst", waited)
	}
}
