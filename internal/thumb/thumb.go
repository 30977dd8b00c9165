// Package thumb makes small pictures of photos and signatures for lists.
//
// It owns decoding of untrusted images: what a picture claims is checked before
// memory is spent on it. It hands on JPEG bytes without any metadata: no place,
// no device, no time. One picture may take 330 MB while it is worked on (40
// megapixels of 16-bit PNG), a phone's photo about 25: the caller bounds how
// many are made at once.
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

	"golang.org/x/image/draw"
	_ "golang.org/x/image/webp" // registers the format
)

// MaxPixels is the largest picture that is decoded.
const MaxPixels = 40_000_000

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
	if int64(config.Width)*int64(config.Height) > MaxPixels {
		return nil, ErrTooLarge
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
