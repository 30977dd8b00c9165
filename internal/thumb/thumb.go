// Package thumb makes small pictures of photos and signatures for lists.
//
// It owns decoding of untrusted images: what a picture claims is checked before
// memory is spent on it, and one is worked on at a time. It hands on JPEG bytes
// without any metadata: no place, no device, no time. A picture may take 150 MB
// while it is worked on (an interlaced PNG), a phone's photo about 25.
package thumb

import (
	"bytes"
	"errors"
	"fmt"
	"image"
	"image/color"
	"image/jpeg"
	_ "image/png" // registers the format
	"io"
	"runtime/debug"

	"golang.org/x/image/draw"
	_ "golang.org/x/image/webp" // registers the format
)

// MaxPixels is the largest picture that is decoded; of 16-bit colours half as many.
const MaxPixels = 24_000_000

// one is the place of the picture being worked on, in the whole process.
var one = make(chan struct{}, 1)

// large is from how many pixels on a picture's memory is given back at once.
const large = 8_000_000

// maxHeader is how far into a file its dimensions are looked for. Phones put
// their metadata, with a preview, before them.
const maxHeader = 1 << 20

var (
	// ErrNotImage: not a JPEG, PNG or WebP picture, or a broken one.
	ErrNotImage = errors.New("not a readable image")
	// ErrTooLarge: more than MaxPixels.
	ErrTooLarge = errors.New("image has too many pixels")
	// ErrSize: the caller asked for a thumbnail of no size.
	ErrSize = errors.New("thumbnail size must be at least 1")
)

// Make reads a picture and returns it as JPEG, upright, fitted into max × max
// pixels; a smaller one keeps its size. What is transparent becomes white. The
// caller bounds how many bytes r gives.
func Make(r io.Reader, max int) ([]byte, error) {
	if max < 1 {
		return nil, ErrSize
	}
	in := &source{r: r}
	var head bytes.Buffer
	config, format, err := image.DecodeConfig(io.TeeReader(io.LimitReader(in, maxHeader), &head))
	if err != nil || config.Width < 1 || config.Height < 1 {
		return nil, in.blame(err)
	}
	if format != "jpeg" && format != "png" && format != "webp" {
		return nil, ErrNotImage // a format that some other package registered
	}
	pixels := int64(config.Width) * int64(config.Height)
	if deep(config.ColorModel) {
		pixels *= 2
	}
	if pixels > MaxPixels {
		return nil, ErrTooLarge
	}
	one <- struct{}{}
	defer func() { <-one }()
	if pixels > large {
		defer debug.FreeOSMemory()
	}
	turn := upright
	if format == "jpeg" {
		turn = orientation(head.Bytes())
	}
	src, _, err := image.Decode(io.MultiReader(&head, in))
	if err != nil {
		return nil, in.blame(err)
	}

	small := image.NewRGBA(fit(src.Bounds(), max))
	draw.Draw(small, small.Bounds(), image.NewUniform(color.White), image.Point{}, draw.Src)
	draw.ApproxBiLinear.Scale(small, small.Bounds(), src, src.Bounds(), draw.Over, nil)
	var out bytes.Buffer
	if err := jpeg.Encode(&out, turn.apply(small), &jpeg.Options{Quality: 80}); err != nil {
		return nil, fmt.Errorf("encode thumbnail: %w", err)
	}
	return out.Bytes(), nil
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

// source remembers a failure of the reader, which decoders mix with broken
// pictures or hide.
type source struct {
	r   io.Reader
	err error
}

func (s *source) Read(p []byte) (int, error) {
	n, err := s.r.Read(p)
	if err != nil && err != io.EOF {
		s.err = err
	}
	return n, err
}

// blame says whose fault a failure to decode was.
func (s *source) blame(err error) error {
	switch {
	case s.err != nil:
		return fmt.Errorf("read image: %w", s.err)
	case err == nil:
		return ErrNotImage
	}
	return fmt.Errorf("%w: %w", ErrNotImage, err)
}
