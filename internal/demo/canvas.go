package demo

import (
	"image"
	"image/color"
	"image/draw"
	"math"

	"golang.org/x/image/vector"
)

// canvas draws filled shapes with smooth edges.
type canvas struct {
	img *image.RGBA
	r   *vector.Rasterizer
}

func newCanvas(w, h int) *canvas {
	return &canvas{image.NewRGBA(image.Rect(0, 0, w, h)), vector.NewRasterizer(0, 0)}
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

func (c *canvas) rect(x, y, w, h int, col color.Color) {
	draw.Draw(c.img, image.Rect(x, y, x+w, y+h), image.NewUniform(col), image.Point{}, draw.Over)
}

// fade fills the rows from y0 to y1 from one colour to another.
func (c *canvas) fade(y0, y1 int, from, to color.RGBA) {
	for y := y0; y < y1; y++ {
		c.rect(0, y, c.img.Rect.Dx(), 1, mix(from, to, float64(y-y0)/float64(y1-y0)))
	}
}

// poly fills a polygon of x, y, x, y, …
func (c *canvas) poly(col color.Color, xy ...float64) {
	x0, y0, x1, y1 := xy[0], xy[1], xy[0], xy[1]
	for i := 0; i < len(xy); i += 2 {
		x0, x1 = min(x0, xy[i]), max(x1, xy[i])
		y0, y1 = min(y0, xy[i+1]), max(y1, xy[i+1])
	}
	box := image.Rect(int(x0)-1, int(y0)-1, int(x1)+2, int(y1)+2).Intersect(c.img.Rect)
	if box.Empty() {
		return
	}
	c.r.Reset(box.Dx(), box.Dy())
	dx, dy := float64(box.Min.X), float64(box.Min.Y)
	c.r.MoveTo(float32(xy[0]-dx), float32(xy[1]-dy))
	for i := 2; i < len(xy); i += 2 {
		c.r.LineTo(float32(xy[i]-dx), float32(xy[i+1]-dy))
	}
	c.r.ClosePath()
	c.r.Draw(c.img, box, image.NewUniform(col), image.Point{})
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

// line draws a straight stroke.
func (c *canvas) line(x0, y0, x1, y1, width float64, col color.Color) {
	l := math.Hypot(x1-x0, y1-y0)
	if l == 0 {
		return
	}
	nx, ny := (y0-y1)/l*width/2, (x1-x0)/l*width/2
	c.poly(col, x0+nx, y0+ny, x1+nx, y1+ny, x1-nx, y1-ny, x0-nx, y0-ny)
}

// grain roughens the rows from y0 to y1 as a small sensor does.
func (c *canvas) grain(d dice, y0, y1, strength int) {
	var noise [4099]int8
	for i := range noise {
		noise[i] = int8((d.IntN(2*strength+1)+d.IntN(2*strength+1))/2 - strength)
	}
	for y := y0; y < y1; y++ {
		n := d.IntN(len(noise) - photoWidth) // a place of its own for each row, or stripes would show
		row := c.img.Pix[c.img.PixOffset(0, y):c.img.PixOffset(photoWidth, y)]
		for i := 0; i+3 < len(row); i, n = i+4, n+1 {
			for k := range 3 {
				row[i+k] = uint8(max(0, min(255, int(row[i+k])+int(noise[n]))))
			}
		}
	}
}
