// Package thumb makes small pictures of photos and signatures for lists, and tells
// why of some there is none.
//
// It owns decoding of untrusted images: what a picture claims is checked before
// memory is spent on it, and one is worked on at a time. It hands on JPEG bytes
// without any metadata: no place, no device, no time. A picture may take 150 MB
// while it is worked on (an interlaced PNG), a phone's photo about 25, one of 48
// megapixels less, since large JPEG pictures are read at an eighth.
package thumb

import (
	"bytes"
	"errors"
	"fmt"
	"image"
	"image/color"
	"image/jpeg"
	"image/png"
	"io"
	"runtime/debug"

	"golang.org/x/image/draw"
	"golang.org/x/image/webp"

	"zoufang"
	"zoufang/internal/coarse"
)

// The largest pictures that are read, in pixels: whole (of 16-bit colours half as
// many), and at an eighth, which costs a pixel in 64.
const (
	MaxPixels = 24_000_000
	MaxCoarse = 200_000_000
)

// maxScans bounds the passes over a progressive JPEG: cameras write about ten, and a
// file of a million would take the standard library hours.
const maxScans = 100

// one is the place of the picture being worked on, in the whole process.
var one = make(chan struct{}, 1)

// large is from how many pixels on a picture's memory is given back at once.
const large = 8_000_000

var (
	// ErrTooLarge: more pixels, or passes over them, than are read.
	ErrTooLarge = errors.New("image has too many pixels")
	// ErrSize: the caller asked for a thumbnail of no size.
	ErrSize = errors.New("thumbnail size must be at least 1")
)

// Flawed is the error of what cannot be seen.
type Flawed zoufang.Flaw

func (f Flawed) Error() string { return "not a readable image: " + string(f) }

func flawed(f zoufang.Flaw) error { return Flawed(f) }

// Make returns a picture as JPEG, upright, fitted into max × max pixels; a smaller
// one keeps its size. What is transparent becomes white. What is no picture, or a
// broken one, is Flawed.
func Make(b []byte, max int) ([]byte, error) {
	if max < 1 {
		return nil, ErrSize
	}
	read, found := reader(b)
	if found != "" {
		return nil, flawed(found)
	}
	one <- struct{}{}
	defer func() { <-one }()
	src, err := read(b, max)
	if err != nil {
		return nil, err
	}
	if int64(src.Bounds().Dx())*int64(src.Bounds().Dy()) > large {
		defer debug.FreeOSMemory()
	}
	small := image.NewRGBA(fit(src.Bounds(), max))
	draw.Draw(small, small.Bounds(), image.NewUniform(color.White), image.Point{}, draw.Src)
	draw.ApproxBiLinear.Scale(small, small.Bounds(), src, src.Bounds(), draw.Over, nil)
	var out bytes.Buffer
	if err := jpeg.Encode(&out, orientation(b).apply(small), &jpeg.Options{Quality: 80}); err != nil {
		return nil, fmt.Errorf("encode thumbnail: %w", err)
	}
	return out.Bytes(), nil
}

// readJPEG reads at an eighth, which also finds what is wrong with the file; whole
// where an eighth is too small and the standard library knows such files.
func readJPEG(b []byte, max int) (image.Image, error) {
	in, err := coarse.Look(b)
	if err != nil {
		return nil, flawed(ofJPEG(err))
	}
	if int64(in.Width)*int64(in.Height) > MaxCoarse || in.Scans > maxScans {
		return nil, ErrTooLarge
	}
	m, err := coarse.Decode(b)
	if err != nil {
		return nil, flawed(ofJPEG(err))
	}
	if in.Width < 8*max && in.Height < 8*max {
		if !in.Ended {
			b = append(bytes.Clone(b), 0xff, 0xd9) // if that is all it lacks
		}
		whole, err := jpeg.Decode(bytes.NewReader(b))
		if err == nil {
			return whole, nil
		}
		var unknown jpeg.UnsupportedError
		if !errors.As(err, &unknown) {
			if in.Ended {
				return nil, flawed(zoufang.FlawBroken)
			}
			return nil, flawed(zoufang.FlawCut)
		}
	}
	return m, nil
}

func ofJPEG(err error) zoufang.Flaw {
	switch {
	case errors.Is(err, coarse.ErrShort):
		return zoufang.FlawCut
	case errors.Is(err, coarse.ErrUnsupported):
		return zoufang.FlawOther
	}
	return zoufang.FlawBroken
}

func readPNG(b []byte, _ int) (image.Image, error) { return readWhole(b, png.DecodeConfig, png.Decode) }

func readWebP(b []byte, _ int) (image.Image, error) {
	return readWhole(b, webp.DecodeConfig, webp.Decode)
}

func readWhole(b []byte, measure func(io.Reader) (image.Config, error), decode func(io.Reader) (image.Image, error)) (image.Image, error) {
	config, err := measure(bytes.NewReader(b))
	if err != nil {
		return nil, flawed(ofOther(b))
	}
	if config.Width < 1 || config.Height < 1 {
		return nil, flawed(zoufang.FlawBroken)
	}
	pixels := int64(config.Width) * int64(config.Height)
	if deep(config.ColorModel) {
		pixels *= 2
	}
	if pixels > MaxPixels {
		return nil, ErrTooLarge
	}
	m, err := decode(bytes.NewReader(b))
	if err != nil {
		return nil, flawed(ofOther(b))
	}
	return m, nil
}

func deep(m color.Model) bool {
	return m == color.RGBA64Model || m == color.NRGBA64Model || m == color.Gray16Model
}

// fit shrinks a rectangle, never below a pixel, so that both sides are at most
// max.
func fit(r image.Rectangle, max int) image.Rectangle {
	w, h := r.Dx(), r.Dy()
	if long := int64(w); long > int64(max) || int64(h) > int64(max) {
		if h > w {
			long = int64(h)
		}
		w = shrink(w, max, long)
		h = shrink(h, max, long)
	}
	return image.Rect(0, 0, w, h)
}

func shrink(side, max int, long int64) int {
	n := int((int64(side)*int64(max) + long/2) / long)
	if n < 1 {
		return 1
	}
	return n
}
