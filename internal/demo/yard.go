package demo

// yard draws a house from the outside.
func (s *scene) yard(c *canvas) {
	m, d := s.colours(), s.d
	horizon := 380 + d.IntN(50)
	c.fade(topRows, horizon, m.sky, m.low)
	for layer := range 2 { // hills
		col := mix(m.low, shade(m.far, 0.8), 0.35+0.3*float64(layer))
		xy := []float64{0, float64(horizon)}
		for x := 0; x <= photoWidth; x += 128 {
			xy = append(xy, float64(x), float64(d.between(topRows+20+layer*60, horizon-30+layer*10)))
		}
		c.poly(col, append(xy, photoWidth, float64(horizon))...)
	}
	c.fade(horizon, floorRows, m.far, m.ground)
	if d.chance(60) {
		s.tree(c, float64(d.between(30, 150)), float64(horizon+60))
	}
	if d.chance(50) {
		s.tree(c, float64(d.between(880, 1000)), float64(horizon+50))
	}
	x, w := d.between(110, 300), d.between(500, 660)
	top, foot := d.between(330, 372), d.between(566, 596)
	s.house(c, x, top, w, foot)
	if d.chance(45) {
		s.fence(c, x+w, foot)
	}
	n := d.weigh(25, 40, 28, 7)
	for range n {
		s.figure(c, float64(d.between(150, 880)), float64(d.between(628, 664)), 1)
	}
	for range d.IntN(4) { // chickens, a basin, a stool
		cx, cy := float64(d.between(60, 960)), float64(d.between(620, 660))
		switch d.IntN(3) {
		case 0:
			c.oval(cx, cy, 13, 9, rgb(0x9A5A32))
			c.oval(cx+12, cy-9, 5, 5, rgb(0xB8452F))
		case 1:
			c.oval(cx, cy, 30, 10, rgb(0x4A7FA5))
			c.oval(cx, cy-2, 24, 7, rgb(0xA9C4D0))
		case 2:
			c.rect(int(cx), int(cy)-20, 44, 6, rgb(0x7B5A3C))
			c.rect(int(cx)+3, int(cy)-14, 5, 20, rgb(0x654A32))
			c.rect(int(cx)+36, int(cy)-14, 5, 20, rgb(0x654A32))
		}
	}
}

func (s *scene) house(c *canvas, x, top, w, foot int) {
	d := s.d
	wall, roof, door := rgb(pick(d, walls)), rgb(pick(d, roofs)), rgb(pick(d, doors))
	fx, fw, ft, ff := float64(x), float64(w), float64(top), float64(foot)
	c.poly(shade(s.colours().ground, 0.72), fx-6, ff, fx+fw+6, ff, fx+fw+46, ff+26, fx+30, ff+26) // shadow
	c.rect(x, top, w, foot-top, wall)
	if d.chance(45) { // bricks
		for y := top + 12; y < foot; y += 13 {
			c.rect(x, y, w, 1, shade(wall, 0.86))
		}
	}
	c.rect(x, foot-34, w, 34, shade(wall, 0.78)) // a darker foot
	ridge := ft - float64(d.between(70, 112))
	c.poly(roof, fx-36, ft+12, fx+50, ridge, fx+fw-50, ridge, fx+fw+36, ft+12)
	for y := ridge + 10; y < ft+10; y += 11 { // tiles
		t := (y - ridge) / (ft + 12 - ridge)
		c.line(fx+50-86*t, y, fx+fw-50+86*t, y, 2, shade(roof, 0.82))
	}
	c.line(fx-36, ft+12, fx+fw+36, ft+12, 5, shade(roof, 0.6))
	// The door with couplets, a number plate and a step.
	dw, dh := 92+d.IntN(24), foot-top-58
	dx, dy := x+w/2-dw/2+d.between(-70, 70), foot-dh
	c.rect(dx-8, dy-8, dw+16, dh+8, shade(door, 0.7))
	c.rect(dx, dy, dw/2-1, dh, door)
	c.rect(dx+dw/2+1, dy, dw/2-1, dh, shade(door, 0.93))
	c.oval(float64(dx+dw/2-9), float64(dy+dh/2), 3, 3, rgb(0xD8C27A))
	c.oval(float64(dx+dw/2+9), float64(dy+dh/2), 3, 3, rgb(0xD8C27A))
	if d.chance(65) {
		red := mix(rgb(0xC0392B), rgb(0xD9A69A), d.Float64()/1.6)
		c.rect(dx-32, dy+8, 19, dh-46, red)
		c.rect(dx+dw+13, dy+8, 19, dh-46, red)
		c.rect(dx+4, dy-30, dw-8, 18, red)
	}
	c.rect(dx+dw+40, dy+6, 30, 19, rgb(0x2C5E9E))
	c.rect(dx+dw+45, dy+12, 20, 3, rgb(0xE8EEF5))
	c.rect(dx+dw+48, dy+18, 14, 2, rgb(0xE8EEF5))
	c.rect(dx-20, foot-6, dw+40, 14, rgb(0xA7A39B))
	for _, wx := range []int{x + w/8, x + w - w/8 - 96} {
		if wx+110 > dx-36 && wx < dx+dw+76 {
			continue
		}
		s.window(c, wx, dy+16)
	}
	if d.chance(30) { // maize or peppers hung up to dry
		for i := range d.between(4, 9) {
			c.oval(float64(x+w/9+i*17), float64(top+34), 6, 19, rgb(pick(d, []uint32{0xD9A32E, 0xB8342A})))
		}
	}
}

func (s *scene) window(c *canvas, x, y int) {
	c.rect(x-5, y-5, 106, 86, rgb(0xECE8DF))
	c.rect(x, y, 96, 76, rgb(0x4F626D))
	c.poly(rgb(0x7E939E), float64(x), float64(y), float64(x+52), float64(y), float64(x+6), float64(y+76), float64(x), float64(y+76))
	for i := 1; i < 4; i++ {
		c.rect(x+i*24-1, y, 2, 76, rgb(0xB9B6AE))
	}
	c.rect(x, y+37, 96, 3, rgb(0xECE8DF))
}

func (s *scene) tree(c *canvas, x, y float64) {
	h := float64(s.d.between(130, 180))
	c.poly(rgb(0x5E4A38), x-9, y, x-5, y-h*0.7, x+5, y-h*0.7, x+9, y)
	green := shade(rgb(0x5C7746), 0.8+s.d.Float64()*0.4)
	for range 9 {
		cy := max(topRows+50, y-h*0.72+float64(s.d.between(-46, 34)))
		c.oval(x+float64(s.d.between(-52, 52)), cy, float64(s.d.between(26, 46)), float64(s.d.between(22, 38)), shade(green, 0.8+s.d.Float64()*0.35))
	}
}

func (s *scene) fence(c *canvas, x, foot int) {
	col := rgb(pick(s.d, []uint32{0x9A8C74, 0xB9AFA0, 0x8B8F8C}))
	c.rect(x, foot-66, photoWidth-x, 66, col)
	for y := foot - 60; y < foot; y += 12 {
		c.rect(x, y, photoWidth-x, 1, shade(col, 0.85))
	}
	c.rect(x, foot-72, photoWidth-x, 8, shade(col, 1.1))
}

// figure draws somebody standing, or sitting, with the feet at y.
func (s *scene) figure(c *canvas, x, y, scale float64) {
	d := s.d
	coat, legs := rgb(pick(d, cloths)), shade(rgb(pick(d, cloths)), 0.7)
	skin, hair := rgb(pick(d, skins)), rgb(pick(d, hairs))
	k := scale * (0.86 + d.Float64()*0.3)
	c.oval(x+8*k, y+2, 40*k, 8*k, shade(s.colours().ground, 0.7))
	hip, shoulder := y-92*k, y-176*k
	if d.chance(25) { // on a stool
		hip, shoulder = y-58*k, y-140*k
		c.poly(rgb(0x6B4E36), x-30*k, hip, x+30*k, hip, x+26*k, y, x+20*k, y, x+18*k, hip+10*k, x-18*k, hip+10*k, x-20*k, y, x-26*k, y)
		c.poly(legs, x-24*k, hip-16*k, x+24*k, hip-16*k, x+30*k, y-24*k, x+34*k, y, x+12*k, y, x+8*k, hip+14*k, x-8*k, hip+14*k, x-12*k, y, x-34*k, y, x-30*k, y-24*k)
	} else {
		c.poly(legs, x-24*k, hip, x+24*k, hip, x+22*k, y, x+4*k, y, x, hip+24*k, x-4*k, y, x-22*k, y)
	}
	c.rect(int(x-24*k), int(y-5*k), int(21*k), int(8*k), rgb(0x2B2927))
	c.rect(int(x+4*k), int(y-5*k), int(21*k), int(8*k), rgb(0x2B2927))
	c.poly(coat, x-28*k, shoulder+4*k, x-14*k, shoulder-6*k, x+14*k, shoulder-6*k, x+28*k, shoulder+4*k, x+30*k, hip+12*k, x-30*k, hip+12*k)
	for _, side := range []float64{-1, 1} {
		hand := hip - float64(d.between(-14, 34))*k
		ax := x + side*(36+float64(d.IntN(10)))*k
		c.line(x+side*24*k, shoulder+10*k, ax, hand, 15*k, shade(coat, 0.9))
		c.oval(ax, hand+4*k, 8*k, 8*k, skin)
	}
	c.line(x, shoulder, x, hip+10*k, 2*k, shade(coat, 0.75))
	c.rect(int(x-7*k), int(shoulder-18*k), int(14*k), int(16*k), shade(skin, 0.9))
	c.oval(x, shoulder-38*k, 22*k, 27*k, hair)
	c.oval(x, shoulder-33*k, 19*k, 22*k, skin)
	for _, side := range []float64{-1, 1} {
		c.oval(x+side*7*k, shoulder-35*k, 2.2*k, 2.4*k, rgb(0x2A2522))
	}
	c.line(x-6*k, shoulder-22*k, x+6*k, shoulder-22*k, 2*k, rgb(0x8A4B3E))
}
