package server

import (
	"strings"
	"testing"
	"time"

	"zoufang"
)

// A phone may write anything into a reference, also the record itself, or two
// that name each other: the pages show something and go on.
func TestReferencesInCircles(t *testing.T) {
	w := newWorld(t, "").settled()
	type L = []any
	type M = map[string]any
	a, b, c, v := w.rid(), w.rid(), w.rid(), w.rid()
	w.save("李芳", time.Hour, "", L{"new", a, "request", dong, M{"person": a}},
		L{"new", b, "request", dong, M{"person": c}}, L{"new", c, "request", dong, M{"person": b}})
	w.save("李芳", time.Hour, "", L{"new", v, "visit", dong, M{"type": "care", "household": a, "persons": L{a, b, c, v}}})
	w.save("李芳", time.Hour, zoufang.HeldScope, L{"go", a, "state", "received", "assigned", L{}})
	w.save("李芳", time.Hour, zoufang.HeldScope, L{"go", b, "state", "received", "assigned", L{}})
	wang := w.as("wang")
	for _, page := range []string{"/staff/visits", "/staff/visits/" + string(v), "/staff/held"} {
		if got := wang.get(page); got.status != 200 || !strings.Contains(got.body, "李芳") {
			t.Errorf("%s: %d", page, got.status)
		}
	}
}
