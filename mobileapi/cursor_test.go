package mobileapi

import (
	"maps"
	"testing"

	"pgregory.net/rapid"

	"zoufang"
)

func TestCursorComesBack(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c := cursor{epoch: "e", version: rapid.Int64Range(0, 1<<32-1).Draw(t, "version"), areas: map[zoufang.AreaID]position{}}
		for range rapid.IntRange(0, 20).Draw(t, "areas") {
			id := zoufang.AreaID(rapid.StringMatching(`[0-9]{12}`).Draw(t, "area"))
			c.areas[id] = position{rapid.Uint64Range(0, 1<<62).Draw(t, "seq"), rapid.Bool().Draw(t, "public")}
		}
		got, ok := parseCursor(c.String(), "e")
		if !ok || got.version != c.version || !maps.Equal(got.areas, c.areas) {
			t.Fatalf("%v came back as %v", c, got)
		}
		if _, ok := parseCursor(c.String(), "f"); ok {
			t.Fatal("read in another epoch")
		}
	})
}

func FuzzCursor(f *testing.F) {
	f.Add("AQAAAAAA")
	f.Add(cursor{epoch: "e", areas: map[zoufang.AreaID]position{"990101001201": {7, true}}}.String())
	f.Fuzz(func(t *testing.T, s string) {
		c, ok := parseCursor(s, "e")
		if !ok && len(c.areas) > 0 {
			t.Fatal("an unreadable cursor counts as none")
		}
		for id := range c.areas {
			if !id.Valid() {
				t.Fatal(id)
			}
		}
	})
}
