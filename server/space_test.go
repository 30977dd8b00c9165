package server

import (
	"sync"
	"testing"

	"zoufang/internal/space"
)

// TestRoomLeft: what is no longer taken in is said where it is asked whether the
// server is ready, in its log once a change, and in its metrics.
func TestRoomLeft(t *testing.T) {
	w := newWorld(t, "")
	var mu sync.Mutex
	room := space.Room{Free: 50 << 30, Total: 100 << 30}
	w.server.cfg.Space = &space.Watch{Read: func() (space.Room, error) { mu.Lock(); defer mu.Unlock(); return room, nil }}
	b := w.browser()
	last := space.Ample
	for _, c := range []struct {
		free       int64
		ready, log string
	}{
		{50 << 30, `"ok":true}`, ""},
		{1 << 29, `"level":"no_media","says":"no new media are taken in: 536 MB free, the floor is 1073 MB; lines go on"`, `"level":"no_media"`},
		{1 << 20, `"level":"no_lines","says":"nothing is taken in: 1 MB free, the floor for lines is 134 MB"`, `"level":"no_lines"`},
		{60 << 30, `"ok":true}`, `"says":"ample: 64424 MB free"`},
	} {
		mu.Lock()
		room.Free = c.free
		mu.Unlock()
		got := b.get("/readyz")
		if got.status != 200 {
			t.Errorf("%d bytes free: %d", c.free, got.status)
		}
		has(t, got.body, c.ready)
		last = w.server.noteSpace(t.Context(), last)
		again := w.server.noteSpace(t.Context(), last)
		if again != last {
			t.Errorf("%v, then %v", last, again)
		}
		has(t, w.log.String(), c.log)
	}
	has(t, b.get("/metrics").body, "zoufang_free_bytes 6.442450944e+10")
}
