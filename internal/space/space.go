// Package space owns how much room is left where things are stored, and what is no
// longer taken in below which floor: first new media, which are large and which
// phones keep until they are taken; lines only at the very end.
package space

import "fmt"

// Room is a reading, in bytes.
type Room struct{ Free, Total int64 }

// Level is what is still taken in.
type Level int

// The levels.
const (
	Ample   Level = iota // all
	NoMedia              // lines, but no new media
	NoLines              // nothing
)

// The floors where none are set, in bytes. A county's lines are 8 MB a day and its
// media 180: below the first there is a week to make room before anything but media
// is refused, below the second SQLite still has room to finish what it began. On a
// small disk they are a twentieth and a hundredth of it.
const (
	mediaFloor = 1 << 30
	linesFloor = 128 << 20
)

// Watch reads the room and says what it is enough for. A nil one has ample room.
type Watch struct {
	Read  func() (Room, error)
	Media int64 // the floor under which no media are taken; 0: see above
	Lines int64 // likewise lines
}

// Now gives the level with the reading it follows from. Where the room cannot be
// read it is ample: what is really full refuses by itself.
func (w *Watch) Now() (Level, Room, error) {
	if w == nil || w.Read == nil {
		return Ample, Room{}, nil
	}
	r, err := w.Read()
	if err != nil || r.Total <= 0 {
		return Ample, r, err
	}
	media, lines := w.Floors(r)
	switch {
	case r.Free < lines:
		return NoLines, r, nil
	case r.Free < media:
		return NoMedia, r, nil
	}
	return Ample, r, nil
}

// Floors gives the floors that hold where there is so much room in all.
func (w *Watch) Floors(r Room) (media, lines int64) {
	media, lines = min(mediaFloor, r.Total/20), min(linesFloor, r.Total/100)
	if w.Media > 0 {
		media = w.Media
	}
	if w.Lines > 0 {
		lines = w.Lines
	}
	return media, min(lines, media)
}

// Level gives the level alone.
func (w *Watch) Level() Level {
	level, _, _ := w.Now()
	return level
}

// Words says a level for logs and for whoever asks whether the server is ready.
func (w *Watch) Words(l Level, r Room) string {
	media, lines := w.Floors(r)
	mb := func(n int64) string { return fmt.Sprintf("%d MB", n/1_000_000) }
	switch l {
	case NoMedia:
		return "no new media are taken in: " + mb(r.Free) + " free, the floor is " + mb(media) + "; lines go on"
	case NoLines:
		return "nothing is taken in: " + mb(r.Free) + " free, the floor for lines is " + mb(lines)
	}
	return "ample: " + mb(r.Free) + " free"
}

// Name is a level's stable word.
func (l Level) Name() string {
	return [...]string{"ample", "no_media", "no_lines"}[l]
}
