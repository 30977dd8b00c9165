package demo

import (
	"fmt"
	"image/color"
)

// scene is what a photo shows between sky and ground: a house with its door,
// people before it, hills behind; or a room.
type scene struct {
	d    dice
	seed uint64
	mood int // light and ground; moods from indoor on are rooms
}

// mood is the colours that scenes of one light share, so that their parts fit.
type mood struct {
	skyTop, sky color.RGBA // at the top and where the middle begins
	low         color.RGBA // at the horizon, or the wall
	far, ground color.RGBA // behind the house, and at the photo's foot
	cloud       color.RGBA
}

const indoor = 3

var moods = []mood{
	{rgb(0x7FA9CF), rgb(0xA9C6DE), rgb(0xDCE6EA), rgb(0x8A9A6B), rgb(0xA39A82), rgb(0xF2F4F4)},
	{rgb(0xAFB6BB), rgb(0xBFC5C8), rgb(0xD5D8D6), rgb(0x7C8A6E), rgb(0x8E877A), rgb(0xCDD1D3)},
	{rgb(0x9DA7BD), rgb(0xD3C2B4), rgb(0xF0D9B5), rgb(0x857F58), rgb(0x9C8467), rgb(0xF3DEC8)},
	{rgb(0xC4B89F), rgb(0xD2C8B2), rgb(0xD9D0BC), rgb(0x8D8577), rgb(0x9A9387), rgb(0xC0B296)},
	{rgb(0xB9C2BC), rgb(0xCBD2CC), rgb(0xD4DAD3), rgb(0x7E6B58), rgb(0x8B7762), rgb(0xB4BDB6)},
}

func sceneOf(seed uint64, n int) *scene {
	s := &scene{d: newDice(seed, fmt.Sprintf("scene %d", n)), seed: seed}
	if n%4 == 3 {
		s.mood = indoor + s.d.IntN(len(moods)-indoor)
	} else {
		s.mood = s.d.IntN(indoor)
	}
	return s
}

func (s *scene) colours() mood { return moods[s.mood] }

// part gives the dice of a sky or a ground that several scenes share.
func (s *scene) part(name string, variant int) dice {
	return newDice(s.seed, fmt.Sprintf("%s %d %d", name, s.mood, variant))
}

func (s *scene) drawTop(c *canvas, variant int) {
	m, d := s.colours(), s.part("top", variant)
	c.fade(0, topRows, m.skyTop, m.sky)
	if s.mood >= indoor { // ceiling boards and the edge of the ceiling
		c.rect(0, 0, photoWidth, 46, shade(m.skyTop, 0.8))
		for x := d.IntN(60); x < photoWidth; x += 90 {
			c.rect(x, 0, 3, 46, shade(m.skyTop, 0.66))
		}
		if x := float64(d.between(200, 820)); d.chance(70) { // a lamp
			c.line(x, 46, x, 92, 3, rgb(0x3A3A38))
			c.oval(x, 104, 15, 14, rgb(0xFFF6DA))
		}
	} else {
		for range d.IntN(5) {
			x, y := float64(d.between(-40, photoWidth)), float64(d.between(26, 125))
			for range d.between(3, 6) {
				c.oval(x, y, float64(d.between(34, 92)), float64(d.between(9, 24)), color.RGBA{m.cloud.R / 2, m.cloud.G / 2, m.cloud.B / 2, 128})
				x, y = x+float64(d.between(24, 62)), y+float64(d.between(-9, 10))
			}
		}
		if d.chance(30) { // a cable
			y := float64(d.between(30, 110))
			c.line(0, y, photoWidth, y+float64(d.between(-18, 30)), 2, rgb(0x50565A))
		}
	}
	c.grain(d, 0, topRows, 5)
}

func (s *scene) drawBottom(c *canvas, variant int) {
	m, d := s.colours(), s.part("bottom", variant)
	c.rect(0, floorRows, photoWidth, photoHeight-floorRows, m.ground)
	if s.mood >= indoor {
		for y := floorRows + 8; y < photoHeight; y += 44 {
			c.rect(0, y, photoWidth, 2, shade(m.ground, 0.86))
		}
	} else {
		for range d.between(20, 70) {
			c.oval(float64(d.IntN(photoWidth)), float64(d.between(floorRows+12, photoHeight-4)), float64(d.between(3, 15)), float64(d.between(2, 5)), shade(m.ground, 0.75+d.Float64()/2))
		}
		for range d.IntN(46) { // grass
			x, y := float64(d.IntN(photoWidth)), float64(d.between(floorRows+34, photoHeight+20))
			for range 4 {
				c.line(x, y, x+float64(d.between(-9, 9)), y-float64(d.between(10, 26)), 2.5, shade(m.far, 0.7+d.Float64()/2))
			}
		}
	}
	c.grain(d, floorRows, photoHeight, 10)
}

func (s *scene) drawMiddle(c *canvas) {
	if s.mood >= indoor {
		s.room(c)
	} else {
		s.yard(c)
	}
	c.grain(s.d, topRows, floorRows, 8)
}

var (
	walls  = []uint32{0xE4DDCB, 0xD8C9A8, 0xC9B79A, 0xB8735A, 0xD9D5CE, 0xCFC1A4, 0xA9674E}
	roofs  = []uint32{0x5B5F62, 0x6A4A40, 0x474C50, 0x7A5548, 0x566066}
	doors  = []uint32{0x7C2E24, 0x5B4030, 0x34556B, 0x8A5A36, 0x44584C}
	cloths = []uint32{0x2F4A6B, 0x7A3B3B, 0x4D5B45, 0x8C7B5A, 0x3C3C44, 0x9A5F7A, 0x5A7F8C, 0xB0833E}
	skins  = []uint32{0xC89B78, 0xB98A66, 0xD3A886}
	hairs  = []uint32{0x2A2726, 0x8E8B88, 0xC9C6C2, 0x3B3230}
)
