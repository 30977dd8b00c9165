package simulate

import (
	"math/rand/v2"
	"time"

	"zoufang/internal/phone"
)

// Habits are what makes one phone unlike the others.
type habits struct {
	gzip    bool
	batch   int           // commits in a request; 0 for as many as fit
	shuffle bool          // sends in another order than it saved
	clock   time.Duration // how far its clock is off
	cloned  bool          // its storage is copied to another phone half way
}

// habits deals them out so that eight phones have all of them, and every village some.
func (r *run) habits(i int) habits {
	h := habits{gzip: i%2 == 0}
	if r.Calm {
		return habits{gzip: true}
	}
	h.shuffle = i%4 == 3
	h.cloned = i%6 == min(1, r.Phones-1)
	if i%3 == 0 {
		h.batch = 7
	}
	switch now := time.Now(); i % 8 {
	case 2:
		h.clock = time.Unix(0, 0).Sub(now) // a phone whose battery was dead
	case 5:
		h.clock = time.Date(2099, 12, 31, 23, 0, 0, 0, time.UTC).Sub(now)
	default:
		h.clock = time.Duration(i%7-3) * 40 * time.Second
	}
	return h
}

func (h habits) options(rng *rand.Rand) []phone.Option {
	off := h.clock
	o := []phone.Option{phone.WithGzip(h.gzip), phone.WithChunk(64 << 10), phone.WithMaxWait(5 * time.Second),
		phone.WithClock(func() time.Time { return time.Now().Add(off) })}
	if h.batch > 0 {
		o = append(o, phone.WithBatch(h.batch))
	}
	if h.shuffle {
		o = append(o, phone.WithShuffle(rng.Shuffle))
	}
	return o
}
