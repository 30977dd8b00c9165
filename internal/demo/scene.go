package demo

import (
	"image/color"
	"math"
)

// Subject is what a photo is of.
type Subject int

const (
	House Subject = iota
	Room
	Paper
)

// subjects tells the parts of a photo, the lights it is taken in, and how many
// different middles there are in each. They fit, as all of one light begin and end
// in the same colours. Nobody is in them: faces would be drawn, and look it.
var subjects = [...]struct {
	lights               []int
	scenes               int
	above, middle, below func(*canvas, dice, colours)
}{
	House: {[]int{0, 1, 2}, 10, sky, house, ground},
	Room:  {[]int{3, 4}, 8, ceiling, room, boards},
	Paper: {[]int{5, 6}, 4, boards, paper, boards},
}

type colours struct{ top, high, low, far, ground color.RGBA }

var lights = []colours{
	{rgb(0x7FA9CF), rgb(0xA9C6DE), rgb(0xDCE6EA), rgb(0x8A9A6B), rgb(0xA39A82)},
	{rgb(0xAFB6BB), rgb(0xBFC5C8), rgb(0xD5D8D6), rgb(0x7C8A6E), rgb(0x8E877A)},
	{rgb(0x9DA7BD), rgb(0xD3C2B4), rgb(0xF0D9B5), rgb(0x857F58), rgb(0x9C8467)},
	{rgb(0xC4B89F), rgb(0xD2C8B2), rgb(0xD9D0BC), rgb(0x8D8577), rgb(0x9A9387)},
	{rgb(0xB9C2BC), rgb(0xCBD2CC), rgb(0xD4DAD3), rgb(0x7E6B58), rgb(0x8B7762)},
	{ground: rgb(0x8F6C49)},
	{ground: rgb(0x6E7F86)},
}

var (
	walls  = []uint32{0xE4DDCB, 0xD8C9A8, 0xC9B79A, 0xB8735A, 0xD9D5CE, 0xCFC1A4, 0xA9674E}
	roofs  = []uint32{0x5B5F62, 0x6A4A40, 0x474C50, 0x7A5548, 0x566066}
	woods  = []uint32{0x7C2E24, 0x5B4030, 0x34556B, 0x8A5A36, 0x44584C}
	cloths = []uint32{0x2F4A6B, 0x7A3B3B, 0x4D5B45, 0x8C7B5A, 0x9A5F7A, 0x5A7F8C, 0xB0833E}
)

const floorRow = photoHeight - stripHeight

func sky(c *canvas, d dice, l colours) {
	c.fade(0, stripHeight, l.top, l.high)
	cloud := shade(l.low, 0.6)
	cloud.A = 150 // of 255: the sky shows through
	for range d.IntN(5) {
		x, y := d.in(0, photoWidth), d.in(26, 125)
		for range d.between(3, 6) {
			c.oval(x, y, d.in(34, 92), d.in(9, 24), cloud)
			x, y = x+d.in(24, 62), y+d.in(-9, 10)
		}
	}
}

func ground(c *canvas, d dice, l colours) {
	c.rect(0, floorRow, photoWidth, stripHeight, l.ground)
	for range d.between(30, 90) { // stones, and grass
		x, y := d.in(0, photoWidth), d.in(floorRow+12, photoHeight-4)
		c.oval(x, y, d.in(3, 15), d.in(2, 5), shade(l.ground, d.in(0.75, 1.2)))
		if d.chance(40) {
			c.poly(shade(l.far, d.in(0.7, 1.1)), x, y, x+d.in(-8, 8), y-d.in(9, 24), x+5, y)
		}
	}
}

func house(c *canvas, d dice, l colours) {
	horizon := d.in(370, 420)
	c.fade(stripHeight, horizon, l.high, l.low)
	for back := 0.0; back < 2; back++ {
		xy := []float64{0, horizon}
		for x := 0.0; x <= photoWidth; x += 128 {
			xy = append(xy, x, d.in(stripHeight+20+60*back, horizon-30+10*back))
		}
		c.poly(mix(l.low, shade(l.far, 0.8), 0.35+0.3*back), append(xy, photoWidth, horizon)...)
	}
	c.fade(horizon, floorRow, l.far, l.ground)
	for _, x := range []float64{d.in(20, 110), d.in(920, 1010)}[d.IntN(3)/2:] {
		tree(c, d, x, horizon+60)
	}
	wall, roof, door := rgb(pick(d, walls)), rgb(pick(d, roofs)), rgb(pick(d, woods))
	x, w, top, foot := d.in(130, 280), d.in(520, 640), d.in(330, 365), d.in(536, 552)
	if d.chance(45) { // a yard's wall
		c.rect(x+w, foot-66, photoWidth, 66, shade(l.ground, 0.9))
		c.rows(x+w, foot-60, photoWidth, foot, 12, 1, shade(l.ground, 0.7))
	}
	c.poly(shade(l.ground, 0.72), x-6, foot, x+w+6, foot, x+w+46, foot+24, x+30, foot+24) // shadow
	c.rect(x, top, w, foot-top, wall)
	if d.chance(50) {
		c.rows(x, top+12, w, foot, 13, 1, shade(wall, 0.86))
	}
	c.rect(x, foot-34, w, 34, shade(wall, 0.78))
	ridge := top - d.in(70, 108)
	c.poly(roof, x-36, top+12, x+50, ridge, x+w-50, ridge, x+w+36, top+12)
	for t := 0.1; t < 1; t += 0.1 { // tiles
		c.rect(x+50-86*t, ridge+(top+12-ridge)*t, w-100+172*t, 2, shade(roof, 0.82))
	}
	c.rect(x-36, top+10, w+72, 5, shade(roof, 0.6))
	dw, dh := d.in(92, 116), foot-top-56
	dx, dy := x+w/2-dw/2+d.in(-70, 70), foot-dh
	c.rect(dx-8, dy-8, dw+16, dh+8, shade(door, 0.7))
	c.rect(dx, dy, dw, dh, door)
	c.rect(dx+dw/2-1, dy, 2, dh, shade(door, 0.6))
	c.rect(dx-20, foot-6, dw+40, 14, rgb(0xA7A39B))
	if d.chance(65) { // couplets, some faded
		red := mix(rgb(0xC0392B), rgb(0xD9A69A), d.in(0, 0.6))
		c.rect(dx-32, dy+8, 19, dh-46, red)
		c.rect(dx+dw+13, dy+8, 19, dh-46, red)
		c.rect(dx+4, dy-30, dw-8, 18, red)
	}
	c.rect(dx+dw+42, dy+6, 30, 19, rgb(0x2C5E9E)) // the number plate
	c.rect(dx+dw+47, dy+13, 20, 4, rgb(0xE8EEF5))
	for _, wx := range []float64{x + w/8, x + w - w/8 - 96} {
		if wx+110 < dx-36 || wx > dx+dw+76 {
			window(c, wx, dy+16, 96, 76, rgb(0x4F626D))
		}
	}
}

func tree(c *canvas, d dice, x, y float64) {
	h := d.in(130, 170)
	c.poly(rgb(0x5E4A38), x-9, y, x-5, y-h*0.7, x+5, y-h*0.7, x+9, y)
	green := shade(rgb(0x5C7746), d.in(0.8, 1.2))
	for range 9 {
		c.oval(x+d.in(-52, 52), max(stripHeight+50, y-h*0.72+d.in(-46, 34)), d.in(26, 46), d.in(22, 38), shade(green, d.in(0.8, 1.15)))
	}
}

func window(c *canvas, x, y, w, h float64, glass color.RGBA) {
	frame := rgb(0xE9E4D8)
	c.rect(x-8, y-8, w+16, h+16, frame)
	c.rect(x, y, w, h, glass)
	c.poly(shade(glass, 1.15), x, y, x+w/2, y, x+w/8, y+h, x, y+h)
	c.rect(x+w/2-3, y, 6, h, frame)
	c.rect(x, y+h*0.4, w, 4, frame)
}

func ceiling(c *canvas, d dice, l colours) {
	c.fade(0, stripHeight, l.top, l.high)
	c.rect(0, 0, photoWidth, 46, shade(l.top, 0.8))
	if x := d.in(200, 820); d.chance(70) { // a lamp
		c.rect(x-1, 46, 3, 46, rgb(0x3A3A38))
		c.oval(x, 104, 15, 14, rgb(0xFFF6DA))
	}
}

func room(c *canvas, d dice, l colours) {
	skirting := d.in(486, 510)
	c.fade(stripHeight, skirting, l.high, l.low)
	c.rect(0, skirting-8, photoWidth, 8, shade(l.low, 0.7))
	c.fade(skirting, floorRow, l.far, l.ground)
	wx, x := 110.0, d.in(540, 600)
	if d.chance(50) {
		wx, x = 640, d.in(60, 160)
	}
	window(c, wx, 232, 240, 180, rgb(0xCBDCE4))
	cloth := rgb(pick(d, cloths))
	for fold := 0.0; fold < 4; fold++ {
		c.rect(wx-26+fold*13, 214, 13, 216, shade(cloth, 1.1-0.05*fold))
	}
	c.rect(wx-40, 208, 324, 6, rgb(0x6B5A48))
	c.rect(x+330, 240, 84, 110, rgb(pick(d, walls))) // a calendar
	c.rect(x+336, 282, 72, 62, rgb(0xF3F0E7))
	c.rows(x+342, 292, 60, 340, 11, 3, rgb(0xA9A498))
	y, wood := skirting+d.in(36, 54), rgb(pick(d, woods))
	switch d.IntN(3) {
	case 0: // a bed
		c.rect(x, y-150, 16, 160, shade(wood, 0.8))
		c.rect(x, y-70, 380, 80, wood)
		c.poly(cloth, x+60, y-108, x+372, y-96, x+384, y-36, x+30, y-40)
		c.oval(x+56, y-104, 50, 20, rgb(0xE9E2D2))
	case 1: // a table with a flask, a bowl and papers
		c.poly(wood, x+20, y-100, x+290, y-100, x+320, y-66, x-10, y-66)
		c.rect(x-10, y-66, 330, 10, shade(wood, 0.75))
		c.rect(x, y-56, 14, 66, shade(wood, 0.7))
		c.rect(x+296, y-56, 14, 66, shade(wood, 0.7))
		c.rect(x+60, y-142, 26, 58, cloth)
		c.oval(x+130, y-84, 30, 9, rgb(0xE6E9EA))
		c.poly(rgb(0xF4F2EC), x+190, y-92, x+256, y-92, x+268, y-74, x+196, y-74)
	case 2: // a cupboard with a television
		c.rect(x+20, y-180, 250, 190, wood)
		c.rect(x+20, y-180, 250, 8, shade(wood, 1.2))
		c.rect(x+143, y-172, 4, 182, shade(wood, 0.7))
		c.rect(x+60, y-276, 150, 96, rgb(0x2E3133))
		c.rect(x+68, y-268, 134, 78, rgb(0x55656E))
	}
}

// boards are a floor, and the table that a paper lies on.
func boards(c *canvas, d dice, l colours) {
	c.rect(0, 0, photoWidth, photoHeight, l.ground)
	c.rows(0, d.in(0, 40), photoWidth, photoHeight, d.in(30, 60), 2, shade(l.ground, 0.9))
}

// paper is a form with a stamp, laid down a little askew.
func paper(c *canvas, d dice, l colours) {
	boards(c, d, l)
	s, k := math.Sincos(d.in(-0.03, 0.03))
	left, top, w, h := d.in(190, 240), d.in(214, 230), d.in(560, 620), 320.0
	box := func(x, y, w, h float64, col color.Color) {
		var xy []float64
		for _, corner := range [][2]float64{{x, y}, {x + w, y}, {x + w, y + h}, {x, y + h}} {
			xy = append(xy, left+corner[0]*k-corner[1]*s, top+corner[0]*s+corner[1]*k)
		}
		c.poly(col, xy...)
	}
	ink := rgb(0x55565A)
	box(6, 8, w, h, shade(l.ground, 0.7))
	box(0, 0, w, h, rgb(pick(d, []uint32{0xF4F2EC, 0xF0EBDD, 0xF3E9E4})))
	box(w/2-110, 24, 220, 16, ink)
	for y := 66.0; y < h-20; y += 40 {
		box(30, y, w-60, 2, ink)
		for x := 44.0; x < w-150 && y < h-60; x += d.in(60, 130) {
			box(x, y+16, d.in(20, 60), 9, shade(ink, d.in(1.1, 1.7)))
		}
	}
	for _, x := range []float64{30, 150, w - 32} {
		box(x, 66, 2, 240, ink)
	}
	x, y := left+w-d.in(110, 160), top+h-70
	for turn := 0.0; turn < 2*math.Pi; turn += 0.1 { // the stamp's ring
		s, k := math.Sincos(turn)
		c.oval(x+46*k, y+46*s, 4, 4, rgb(0xC4473C))
	}
	c.oval(x, y, 13, 13, rgb(0xC4473C))
}
