package demo

import (
	"image"
	"image/color"
	"image/draw"
	"math"

	"golang.org/x/image/vector"
)

// canvas draws filled shapes with smooth edges, on some rows of a photo.
type canvas struct {
	*image.RGBA
	pen *vector.Rasterizer
}

func rgb(hex uint32) color.RGBA {
	return color.RGBA{uint8(hex >> 16), uint8(hex >> 8), uint8(hex), 255}
}

// shade makes a colour darker (below 1) or lighter.
func shade(c color.RGBA, by float64) color.RGBA {
	f := func(v uint8) uint8 { return uint8(min(255, float64(v)*by)) }
	return color.RGBA{f(c.R), f(c.G), f(c.B), c.A}
}

// mix goes from a to b.
func mix(a, b color.RGBA, t float64) color.RGBA {
	f := func(x, y uint8) uint8 { return uint8(float64(x) + (float64(y)-float64(x))*t) }
	return color.RGBA{f(a.R, b.R), f(a.G, b.G), f(a.B, b.B), 255}
}

func (c *canvas) rect(x, y, w, h float64, col color.Color) {
	draw.Draw(c.RGBA, image.Rect(int(x), int(y), int(x+w), int(y+h)), image.NewUniform(col), image.Point{}, draw.Over)
}

// rows draws a level line at every step from y0 to y1.
func (c *canvas) rows(x, y0, w, y1, step, thick float64, col color.Color) {
	for y := y0; y < y1; y += step {
		c.rect(x, y, w, thick, col)
	}
}

// fade fills the rows from y0 to y1 from one colour to another.
func (c *canvas) fade(y0, y1 float64, from, to color.RGBA) {
	for y := y0; y < y1; y++ {
		c.rect(0, y, photoWidth, 1, mix(from, to, (y-y0)/(y1-y0)))
	}
}

// poly fills a polygon of x, y, x, y, …
func (c *canvas) poly(col color.Color, xy ...float64) {
	x0, y0, x1, y1 := xy[0], xy[1], xy[0], xy[1]
	for i := 0; i < len(xy); i += 2 {
		x0, x1 = min(x0, xy[i]), max(x1, xy[i])
		y0, y1 = min(y0, xy[i+1]), max(y1, xy[i+1])
	}
	box := image.Rect(int(x0)-1, int(y0)-1, int(x1)+2, int(y1)+2).Intersect(c.Rect)
	if box.Empty() {
		return
	}
	c.pen.Reset(box.Dx(), box.Dy())
	trace(c.pen, float64(box.Min.X), float64(box.Min.Y), xy)
	c.pen.Draw(c.RGBA, box, image.NewUniform(col), image.Point{})
}

// trace enters a closed outline whose origin lies at x, y.
func trace(pen *vector.Rasterizer, x, y float64, xy []float64) {
	pen.MoveTo(float32(xy[0]-x), float32(xy[1]-y))
	for i := 2; i < len(xy); i += 2 {
		pen.LineTo(float32(xy[i]-x), float32(xy[i+1]-y))
	}
	pen.ClosePath()
}

// oval fills an ellipse.
func (c *canvas) oval(x, y, rx, ry float64, col color.Color) {
	var xy []float64
	for i := range 28 {
		s, k := math.Sincos(float64(i) * 2 * math.Pi / 28)
		xy = append(xy, x+rx*k, y+ry*s)
	}
	c.poly(col, xy...)
}

// grain roughens everything as a small sensor does.
func (c *canvas) grain(d dice) {
	const strength = 13
	var noise [4099]int8
	for i := range noise {
		noise[i] = int8((d.between(-strength, strength) + d.between(-strength, strength)) / 2)
	}
	for y := 0; y < len(c.Pix); y += c.Stride {
		n := d.IntN(len(noise) - photoWidth) // a place of its own for each row, or stripes would show
		for i := 0; i < c.Stride; i, n = i+4, n+1 {
			for k := y + i; k < y+i+3; k++ {
				c.Pix[k] = uint8(max(0, min(255, int(c.Pix[k])+int(noise[n]))))
			}
		}
	}
}
