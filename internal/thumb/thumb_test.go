package thumb

import (
	"bytes"
	"encoding/base64"
	"encoding/binary"
	"errors"
	"image"
	"image/color"
	"image/jpeg"
	"image/png"
	"testing"
)

// picture is red on its left half, blue on its right, and green in the top
// quarter of the left half.
func picture(w, h int) *image.NRGBA {
	m := image.NewNRGBA(image.Rect(0, 0, w, h))
	for y := range h {
		for x := range w {
			c := color.NRGBA{R: 255, A: 255}
			if x >= w/2 {
				c = color.NRGBA{B: 255, A: 255}
			} else if y < h/4 {
				c = color.NRGBA{G: 255, A: 255}
			}
			m.SetNRGBA(x, y, c)
		}
	}
	return m
}

func asJPEG(t testing.TB, m image.Image) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := jpeg.Encode(&b, m, &jpeg.Options{Quality: 95}); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func asPNG(t testing.TB, m image.Image) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := png.Encode(&b, m); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func made(t *testing.T, file []byte, max int) image.Image {
	t.Helper()
	thumb, err := Make(file, max)
	if err != nil {
		t.Fatal(err)
	}
	m, err := jpeg.Decode(bytes.NewReader(thumb))
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// near reports which of the picture's colours is at a place given in eighths.
func near(m image.Image, x, y int) string {
	r, g, b, _ := m.At(m.Bounds().Dx()*x/8, m.Bounds().Dy()*y/8).RGBA()
	const much, little = 0xc000, 0x4000
	switch {
	case r > much && g > much && b > much:
		return "white"
	case r > much && g < little && b < little:
		return "red"
	case r < little && g > much && b < little:
		return "green"
	case r < little && g < little && b > much:
		return "blue"
	}
	return "mixed"
}

func TestFit(t *testing.T) {
	for _, c := range []struct{ w, h, max, wantW, wantH int }{
		{1600, 1200, 320, 320, 240},
		{1200, 1600, 320, 240, 320},
		{320, 320, 320, 320, 320},
		{100, 50, 320, 100, 50}, // never enlarged
		{4000, 2, 320, 320, 1},  // never less than a pixel
		{321, 1, 320, 320, 1},
		{5, 7, 1, 1, 1},
	} {
		for name, file := range map[string][]byte{"jpeg": asJPEG(t, picture(c.w, c.h)), "png": asPNG(t, picture(c.w, c.h))} {
			if b := made(t, file, c.max).Bounds(); b.Dx() != c.wantW || b.Dy() != c.wantH {
				t.Errorf("%s %d×%d in %d: %v, want %d×%d", name, c.w, c.h, c.max, b, c.wantW, c.wantH)
			}
		}
	}
}

func TestContent(t *testing.T) {
	for name, file := range map[string][]byte{"jpeg": asJPEG(t, picture(1600, 1200)), "png": asPNG(t, picture(1600, 1200))} {
		m := made(t, file, 320)
		if g, r, b := near(m, 1, 1), near(m, 1, 6), near(m, 6, 4); g != "green" || r != "red" || b != "blue" {
			t.Errorf("%s: %s, %s, %s; want green, red, blue", name, g, r, b)
		}
	}
	// A signature: ink on nothing.
	if c := near(made(t, asPNG(t, image.NewNRGBA(image.Rect(0, 0, 600, 300))), 320), 4, 4); c != "white" {
		t.Errorf("transparent became %s, want white", c)
	}
}

func TestWebP(t *testing.T) {
	// One lossless white pixel, the smallest there is.
	file, err := base64.StdEncoding.DecodeString("UklGRhoAAABXRUJQVlA4TA0AAAAvAAAAEAcQERGIiP4HAA==")
	if err != nil {
		t.Fatal(err)
	}
	if b := made(t, file, 320).Bounds(); b.Dx() != 1 || b.Dy() != 1 {
		t.Errorf("bounds %v, want 1×1", b)
	}
	// The same, claiming 16,384 × 16,384.
	binary.LittleEndian.PutUint32(file[21:], 1<<14-1|(1<<14-1)<<14)
	if _, err := Make(file, 320); !errors.Is(err, ErrTooLarge) {
		t.Errorf("error %v, want ErrTooLarge", err)
	}
}

// exif puts a segment with an orientation after the JPEG's first marker.
func exif(file []byte, order binary.AppendByteOrder, orientation uint16) []byte {
	tiff := []byte("II*\x00")
	if order.String() == "BigEndian" {
		tiff = []byte("MM\x00*")
	}
	tiff = order.AppendUint32(tiff, 8)
	tiff = order.AppendUint16(tiff, 2)
	for _, e := range [][2]uint16{{0x010f, 1}, {0x0112, orientation}} {
		tiff = order.AppendUint16(tiff, e[0])
		tiff = order.AppendUint16(tiff, 3)
		tiff = order.AppendUint32(tiff, 1)
		tiff = order.AppendUint16(tiff, e[1])
		tiff = order.AppendUint16(tiff, 0)
	}
	segment := append([]byte("Exif\x00\x00"), tiff...)
	out := append(bytes.Clone(file[:2]), 0xff, 0xe1)
	out = binary.BigEndian.AppendUint16(out, uint16(len(segment)+2))
	return append(append(out, segment...), file[2:]...)
}

func TestOrientation(t *testing.T) {
	file := asJPEG(t, picture(400, 200))
	// Where the green top of the left half ends up, in eighths.
	for o, green := range map[uint16][2]int{0: {1, 1}, 1: {1, 1}, 2: {6, 1}, 3: {6, 7}, 4: {1, 7},
		5: {1, 1}, 6: {7, 1}, 7: {7, 6}, 8: {1, 6}, 9: {1, 1}} {
		for _, order := range []binary.AppendByteOrder{binary.LittleEndian, binary.BigEndian} {
			m := made(t, exif(file, order, o), 100)
			if c := near(m, green[0], green[1]); c != "green" {
				t.Errorf("orientation %d (%v): %s, want green", o, order, c)
			}
			if tall := m.Bounds().Dy() > m.Bounds().Dx(); tall != (o >= 5 && o <= 8) {
				t.Errorf("orientation %d: %v", o, m.Bounds())
			}
		}
	}
	// Cut anywhere, the header is odd, never a panic.
	whole := exif(file, binary.LittleEndian, 6)
	for n := range 80 {
		orientation(whole[:n])
		tiffOrientation(whole[12 : 12+n])
	}
}

func BenchmarkMake(b *testing.B) {
	file := asJPEG(b, picture(1600, 1200))
	b.ReportAllocs()
	for b.Loop() {
		if _, err := Make(file, 320); err != nil {
			b.Fatal(err)
		}
	}
}
