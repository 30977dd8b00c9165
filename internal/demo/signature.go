package demo

import (
	"bytes"
	"fmt"
	"image"
	"image/png"
	"math"

	"golang.org/x/image/vector"
)

// signature draws somebody's name as a finger writes it on glass: the same hand
// each time, never quite the same strokes.
func (p *pictures) signature(name string) (Medium, error) {
	const w, h = 600, 240
	hand := newDice(p.seed, "hand of "+name)
	ink := image.NewAlpha(image.Rect(0, 0, w, h))
	r := vector.NewRasterizer(w, h)
	chars := len([]rune(name))
	size := math.Min(142, 490/float64(chars))
	x := (w-size*float64(chars))/2 + float64(p.d.between(-16, 16))
	slope := hand.Float64()*0.16 - 0.05
	for i := range chars {
		y := h/2 - size/2 - slope*size*float64(i) + float64(p.d.between(-7, 7))
		p.glyph(r, newDice(p.seed, fmt.Sprintf("%s %d", name, i)), x, y, size*(0.9+hand.Float64()*0.2))
		x += size * 0.96
	}
	r.Draw(ink, ink.Rect, image.Opaque, image.Point{})
	gray := image.NewGray(ink.Rect)
	for i, a := range ink.Pix {
		gray.Pix[i] = 255 - a/10*9
	}
	var b bytes.Buffer
	if err := png.Encode(&b, gray); err != nil {
		return Medium{}, fmt.Errorf("encode a signature: %w", err)
	}
	return newMedium("image/png", b.Bytes()), nil
}

// glyph writes one make-believe hanzi: mostly level, falling and slanting
// strokes in a square, some run together.
func (p *pictures) glyph(r *vector.Rasterizer, g dice, x, y, size float64) {
	shake := func() float64 { return (p.d.Float64() - 0.5) * size * 0.07 }
	lastX, lastY := 0.0, 0.0
	for i := range g.between(5, 9) {
		var ax, ay, bx, by, bend float64
		switch g.weigh(4, 4, 3, 2, 2) {
		case 0: // level
			ay = 0.1 + g.Float64()*0.8
			ax, bx, by, bend = 0.08+g.Float64()*0.25, 0.65+g.Float64()*0.3, ay-0.08, 0.05
		case 1: // falling
			ax = 0.15 + g.Float64()*0.7
			ay, bx, by, bend = g.Float64()*0.3, ax-0.02, 0.65+g.Float64()*0.35, 0.04
		case 2: // to the left
			ax, ay = 0.4+g.Float64()*0.3, 0.1+g.Float64()*0.4
			bx, by, bend = 0.02+g.Float64()*0.2, 0.75+g.Float64()*0.25, 0.14
		case 3: // to the right
			ax, ay = 0.35+g.Float64()*0.3, 0.2+g.Float64()*0.4
			bx, by, bend = 0.85+g.Float64()*0.15, 0.78+g.Float64()*0.22, -0.1
		case 4: // a dot
			ax, ay = 0.2+g.Float64()*0.6, 0.1+g.Float64()*0.7
			bx, by = ax+0.1, ay+0.12
		}
		sx, sy := x+ax*size+shake(), y+ay*size+shake()
		ex, ey := x+bx*size+shake(), y+by*size+shake()
		if i > 0 && g.chance(40) { // the finger stayed on the glass
			stroke(r, lastX, lastY, sx, sy, 0.12, size*0.012)
		}
		stroke(r, sx, sy, ex, ey, bend, size*0.032)
		lastX, lastY = ex, ey
	}
}

// stroke is a bent line that thins towards its end.
func stroke(r *vector.Rasterizer, x0, y0, x1, y1, bend, width float64) {
	mx, my := (x0+x1)/2-(y1-y0)*bend, (y0+y1)/2+(x1-x0)*bend
	const n = 12
	var left, right [n + 1][2]float32
	for i := range n + 1 {
		t := float64(i) / n
		px := (1-t)*(1-t)*x0 + 2*t*(1-t)*mx + t*t*x1
		py := (1-t)*(1-t)*y0 + 2*t*(1-t)*my + t*t*y1
		dx := 2*(1-t)*(mx-x0) + 2*t*(x1-mx)
		dy := 2*(1-t)*(my-y0) + 2*t*(y1-my)
		l := math.Max(math.Hypot(dx, dy), 0.01)
		half := width * (1.15 - 0.75*t) * (0.7 + 0.3*math.Sin(math.Pi*t))
		left[i] = [2]float32{float32(px - dy/l*half), float32(py + dx/l*half)}
		right[i] = [2]float32{float32(px + dy/l*half), float32(py - dx/l*half)}
	}
	r.MoveTo(left[0][0], left[0][1])
	for _, p := range left[1:] {
		r.LineTo(p[0], p[1])
	}
	for i := n; i >= 0; i-- {
		r.LineTo(right[i][0], right[i][1])
	}
	r.ClosePath()
}
