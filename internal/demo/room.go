package demo

// room draws a room: a wall with a window, a bed or a table, somebody in it.
func (s *scene) room(c *canvas) {
	m, d := s.colours(), s.d
	skirting := 520 + d.IntN(30)
	c.fade(topRows, skirting, m.sky, m.low)
	c.rect(0, skirting-8, photoWidth, 8, shade(m.low, 0.7))
	c.fade(skirting, floorRows, m.far, m.ground)
	for i := -6; i <= 6; i++ { // floor boards towards the eye
		c.line(512+float64(i)*70, float64(skirting), 512+float64(i)*170, floorRows, 2, shade(m.ground, 0.87))
	}
	left := d.chance(50)
	wx, bx := 110, 560
	if left {
		wx, bx = 640, 60
	}
	c.rect(wx-12, 240, 264, 214, rgb(0xE9E4D8))
	c.rect(wx, 252, 240, 190, rgb(0xDCE8EE))
	c.poly(rgb(0xBFD3DB), float64(wx), 380, float64(wx+90), 330, float64(wx+240), 392, float64(wx+240), 442, float64(wx), 442)
	c.rect(wx+117, 252, 6, 190, rgb(0xE9E4D8))
	c.rect(wx, 340, 240, 5, rgb(0xE9E4D8))
	curtain := rgb(pick(d, cloths))
	for i := range 4 {
		c.rect(wx-26+i*13, 232, 13, 226, shade(curtain, 1.1-0.1*float64(i%2)))
	}
	c.rect(wx-40, 226, 324, 6, rgb(0x6B5A48))
	switch d.IntN(3) {
	case 0:
		s.bed(c, float64(bx), float64(skirting+70))
	case 1:
		s.table(c, float64(bx)+40, float64(skirting+84))
	case 2:
		s.cupboard(c, bx+60, skirting+30)
	}
	c.rect(bx+150, 250, 84, 110, rgb(pick(d, []uint32{0xB23A31, 0xD9CBA8, 0x8FA7A0}))) // a calendar
	c.rect(bx+156, 300, 72, 54, rgb(0xF3F0E7))
	for i := range 4 {
		c.rect(bx+162, 308+i*11, 60, 3, rgb(0xA9A498))
	}
	for range d.weigh(15, 50, 35) {
		s.figure(c, float64(d.between(330, 700)), float64(d.between(634, 662)), 1.22)
	}
}

func (s *scene) bed(c *canvas, x, y float64) {
	quilt := rgb(pick(s.d, cloths))
	c.rect(int(x), int(y)-150, 16, 160, rgb(0x6A4A34))
	c.rect(int(x), int(y)-70, 400, 80, rgb(0x7D5940))
	c.poly(shade(quilt, 1.25), x+60, y-108, x+392, y-96, x+404, y-36, x+30, y-40)
	for i := range 6 {
		c.line(x+90+float64(i)*52, y-104, x+76+float64(i)*56, y-40, 3, shade(quilt, 0.95))
	}
	c.oval(x+56, y-104, 50, 20, rgb(0xE9E2D2))
	if s.d.chance(45) { // somebody lies there
		c.oval(x+62, y-118, 22, 19, rgb(pick(s.d, hairs)))
		c.oval(x+67, y-115, 17, 15, rgb(pick(s.d, skins)))
		c.oval(x+210, y-98, 140, 28, shade(quilt, 1.12))
	}
}

func (s *scene) table(c *canvas, x, y float64) {
	wood := rgb(pick(s.d, []uint32{0x7A5637, 0x5E4434, 0x8F6C49}))
	c.poly(wood, x, y-100, x+310, y-100, x+340, y-66, x-30, y-66)
	c.rect(int(x)-30, int(y)-66, 370, 10, shade(wood, 0.75))
	c.rect(int(x)-20, int(y)-56, 14, 76, shade(wood, 0.7))
	c.rect(int(x)+316, int(y)-56, 14, 76, shade(wood, 0.7))
	c.rect(int(x)+40, int(y)-140, 26, 56, rgb(0xB8443A)) // a flask
	c.oval(x+53, y-140, 13, 5, rgb(0xD9D5CC))
	c.oval(x+130, y-84, 30, 9, rgb(0xE6E9EA))
	c.oval(x+130, y-87, 24, 6, rgb(0xD8C8A0))
	c.poly(rgb(0xF4F2EC), x+190, y-92, x+256, y-92, x+268, y-74, x+196, y-74) // papers
	c.line(x+204, y-86, x+250, y-86, 2, rgb(0x9A9A9A))
	c.line(x+206, y-80, x+254, y-80, 2, rgb(0x9A9A9A))
}

func (s *scene) cupboard(c *canvas, x, y int) {
	wood := rgb(pick(s.d, []uint32{0x8A6B4C, 0x6E4E3A, 0xA88A66}))
	c.rect(x, y-190, 250, 190, wood)
	c.rect(x, y-190, 250, 8, shade(wood, 1.2))
	c.rect(x+123, y-182, 4, 182, shade(wood, 0.7))
	c.oval(float64(x+110), float64(y-96), 4, 4, rgb(0xD9C27A))
	c.oval(float64(x+140), float64(y-96), 4, 4, rgb(0xD9C27A))
	c.rect(x+40, y-286, 150, 96, rgb(0x2E3133)) // a television
	c.rect(x+48, y-278, 134, 78, rgb(0x55656E))
	c.poly(rgb(0x6E808A), float64(x+48), float64(y-278), float64(x+120), float64(y-278), float64(x+60), float64(y-200), float64(x+48), float64(y-200))
}
