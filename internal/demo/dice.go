package demo

import (
	"encoding/base64"
	"encoding/binary"
	"hash/fnv"
	"math/rand/v2"
	"time"

	"zoufang"
)

// dice is seeded chance. Each part of the county throws its own, so that a change
// in one leaves the others as they were.
type dice struct{ *rand.Rand }

func newDice(seed uint64, part string) dice {
	h := fnv.New64a()
	h.Write([]byte(part))
	return dice{rand.New(rand.NewPCG(seed, h.Sum64()))}
}

// chance is true in percent of the throws.
func (d dice) chance(percent int) bool { return d.IntN(100) < percent }

// between gives a whole number from low to high, both included.
func (d dice) between(low, high int) int { return low + d.IntN(high-low+1) }

// in gives a number from low to high.
func (d dice) in(low, high float64) float64 { return low + d.Float64()*(high-low) }

// weigh gives an index, each as often as its weight says.
func (d dice) weigh(weights ...int) int {
	sum := 0
	for _, w := range weights {
		sum += w
	}
	n := d.IntN(sum)
	for i, w := range weights {
		if n -= w; n < 0 {
			return i
		}
	}
	return 0
}

func pick[T any](d dice, list []T) T { return list[d.IntN(len(list))] }

// some gives n different members of the list, in its order.
func some[T any](d dice, list []T, n int) []T {
	n = min(n, len(list))
	out := make([]T, 0, n)
	for i, v := range list {
		if d.IntN(len(list)-i) < n-len(out) {
			out = append(out, v)
		}
	}
	return out
}

func (d dice) token(n int) string {
	b := make([]byte, 0, n+8)
	for len(b) < n {
		b = binary.BigEndian.AppendUint64(b, d.Uint64())
	}
	return base64.RawURLEncoding.EncodeToString(b[:n])
}

func (d dice) record(at time.Time) zoufang.RecordID {
	var b [16]byte
	binary.BigEndian.PutUint64(b[:8], d.Uint64())
	binary.BigEndian.PutUint64(b[8:], d.Uint64())
	return zoufang.UUIDv7(at.UnixMilli(), b)
}
