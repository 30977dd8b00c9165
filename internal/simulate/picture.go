package simulate

import (
	"bytes"
	"image"
	"image/color"
	"image/jpeg"
	"image/png"
	"math"
	"math/rand/v2"
)

// photo draws a JPEG of about 150 kB, about what a cheap phone's camera leaves after the app has scaled it down.
func photo(rng *rand.Rand) []byte {
	const w, h = 1024, 768
	img := image.NewYCbCr(image.Rect(0, 0, w, h), image.YCbCrSubsampleRatio420)
	for y := range h { // a sky that gets darker, with the sensor's noise
		line := img.Y[y*img.YStride:][:w]
		for x := 0; x < w; x += 8 {
			noise := rng.Uint64()
			for i := range 8 {
				line[x+i] = uint8(200-y/8) + uint8(noise>>(8*i))&31
			}
		}
	}
	for i := range img.Cb {
		img.Cb[i], img.Cr[i] = 140, 120
	}
	for range 12 { // houses, people, whatever: blocks of one colour
		x0, y0 := rng.IntN(w-80), rng.IntN(h-80)
		x1, y1 := min(w, x0+40+rng.IntN(300)), min(h, y0+40+rng.IntN(300))
		light, cb, cr := uint8(rng.IntN(200)), uint8(rng.IntN(256)), uint8(rng.IntN(256))
		for y := y0; y < y1; y++ {
			for x := x0; x < x1; x++ {
				img.Y[img.YOffset(x, y)] = light + img.Y[img.YOffset(x, y)]&15
				at := img.COffset(x, y)
				img.Cb[at], img.Cr[at] = cb, cr
			}
		}
	}
	var b bytes.Buffer
	if err := jpeg.Encode(&b, img, &jpeg.Options{Quality: 79}); err != nil {
		panic("simulate: photo: " + err.Error()) // a Buffer takes everything
	}
	return b.Bytes()
}

// signature draws a PNG of about 15 kB: strokes of a finger on glass.
func signature(rng *rand.Rand) []byte {
	const w, h = 480, 200
	img := image.NewGray(image.Rect(0, 0, w, h))
	for i := range img.Pix {
		img.Pix[i] = 255
	}
	for range 14 {
		x, y := float64(20+rng.IntN(w-40)), float64(20+rng.IntN(h-40))
		turn, angle := rng.Float64()*0.1-0.05, rng.Float64()*2*math.Pi
		for range 60 + rng.IntN(140) {
			x, y, angle = x+math.Cos(angle), y+math.Sin(angle), angle+turn
			for dy := -3; dy <= 3; dy++ {
				for dx := -3; dx <= 3; dx++ {
					if at := (image.Point{int(x) + dx, int(y) + dy}); dx*dx+dy*dy <= 10 && at.In(img.Rect) {
						img.SetGray(at.X, at.Y, color.Gray{uint8(rng.IntN(120))})
					}
				}
			}
		}
	}
	var b bytes.Buffer
	if err := png.Encode(&b, img); err != nil {
		panic("simulate: signature: " + err.Error())
	}
	return b.Bytes()
}

// draw limits how many pictures are drawn at a time: they take memory and processor from the server under test.
func (r *run) draw(picture func(*rand.Rand) []byte, rng *rand.Rand) []byte {
	r.drawing <- struct{}{}
	defer func() { <-r.drawing }()
	return picture(rng)
}
