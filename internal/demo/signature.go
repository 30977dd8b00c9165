package demo

import (
	"bytes"
	"image"
	"image/png"
	"math"
	"math/rand/v2"

	"golang.org/x/image/vector"
)

// strokes of a character, in a square of side 1: from, to, and how far they bend.
var strokes = [][5]float64{
	{0.1, 0.2, 0.85, 0.12, 0.05}, {0.1, 0.5, 0.9, 0.42, 0.05}, {0.2, 0.85, 0.9, 0.8, 0.05}, // level
	{0.5, 0.05, 0.48, 0.95, 0.03}, {0.2, 0.15, 0.2, 0.8, 0.04}, {0.8, 0.1, 0.76, 0.9, 0.06}, // falling
	{0.55, 0.1, 0.08, 0.9, 0.15}, {0.45, 0.4, 0.95, 0.92, -0.12}, {0.3, 0.3, 0.42, 0.44, 0}, // slanting
}

// Signature draws a name as a finger writes it on glass: the same person's always
// alike, never quite the same. The characters are make-believe.
func (p *Pictures) Signature(rng *rand.Rand, name string) Medium {
	const w, h = 800, 320
	d, hand := dice{rng}, newDice(p.seed, "hand of "+name)
	pen := vector.NewRasterizer(w, h)
	n := float64(len([]rune(name)))
	size := min(190, 650/n)
	x, slope := (w-size*n)/2+d.in(-20, 20), hand.in(-0.05, 0.11)
	for i := 0.0; i < n; i++ {
		y := h/2 - size/2 - slope*size*i + d.in(-9, 9)
		var last [2]float64
		for k, s := range some(hand, strokes, hand.between(5, 8)) {
			for j := range 4 {
				s[j] = s[j]*size + (hand.in(-0.09, 0.09)+d.in(-0.03, 0.03))*size
			}
			s[0], s[1], s[2], s[3] = x+s[0], y+s[1], x+s[2], y+s[3]
			if k > 0 && hand.chance(35) { // the finger stayed on the glass
				stroke(pen, last[0], last[1], s[0], s[1], 0.12, size*0.012)
			}
			stroke(pen, s[0], s[1], s[2], s[3], s[4], size*0.028)
			last = [2]float64{s[2], s[3]}
		}
		x += size * 0.96
	}
	ink := image.NewAlpha(image.Rect(0, 0, w, h))
	pen.Draw(ink, ink.Rect, image.Opaque, image.Point{})
	paper := image.NewGray(ink.Rect)
	for i, a := range ink.Pix {
		paper.Pix[i] = 255 - a/10*9
	}
	var b bytes.Buffer
	if err := (&png.Encoder{CompressionLevel: png.BestSpeed}).Encode(&b, paper); err != nil {
		panic("demo: encode a signature: " + err.Error()) // a Buffer takes everything
	}
	return newMedium("image/png", b.Bytes())
}

// stroke is a bent line that thins towards its end.
func stroke(pen *vector.Rasterizer, x0, y0, x1, y1, bend, width float64) {
	mx, my := (x0+x1)/2-(y1-y0)*bend, (y0+y1)/2+(x1-x0)*bend
	const n = 12
	var xy [4 * (n + 1)]float64 // there on one side, back on the other
	for i := range n + 1 {
		t := float64(i) / n
		dx, dy := (1-t)*(mx-x0)+t*(x1-mx), (1-t)*(my-y0)+t*(y1-my)
		half := width * (1.15 - 0.75*t) / max(math.Hypot(dx, dy), 0.01)
		px, py := (1-t)*(1-t)*x0+2*t*(1-t)*mx+t*t*x1, (1-t)*(1-t)*y0+2*t*(1-t)*my+t*t*y1
		xy[2*i], xy[2*i+1] = px-dy*half, py+dx*half
		back := 2 * (2*n + 1 - i)
		xy[back], xy[back+1] = px+dy*half, py-dx*half
	}
	trace(pen, 0, 0, xy[:])
}
