package storage

import (
	"slices"

	"zoufang"
)

// What stores remember of a record beside it, the same in each.

// AreaOf gives the area that a record of kind area makes known; its code is the
// area's own until it gets another.
func AreaOf(r *zoufang.Record) zoufang.Area {
	a := zoufang.Area{ID: r.Area, Record: r.ID}
	a.Code, _ = r.Shown("code").Text()
	a.Name, _ = r.Shown("name").Text()
	if a.Code == "" {
		a.Code = string(r.Area)
	}
	return a
}

// MediaOf lists the media that a record names or needs, each once.
func MediaOf(r *zoufang.Record) []zoufang.Digest {
	media := r.Media()
	for _, d := range r.Need {
		if !slices.Contains(media, d) {
			media = append(media, d)
		}
	}
	return media
}
