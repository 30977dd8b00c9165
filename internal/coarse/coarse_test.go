package coarse

import (
	"bytes"
	"errors"
	"image"
	"image/color"
	"image/jpeg"
	"math/rand/v2"
	"testing"
)

func files() map[string]file {
	grey, one := [][2]int{{1, 1}}, []byte{1}
	three := []byte{1, 2, 3}
	return map[string]file{
		"grey":                {w: 41, h: 23, sampling: grey, ids: one, adobe: -1},
		"4:4:4":               {w: 64, h: 40, sampling: [][2]int{{1, 1}, {1, 1}, {1, 1}}, ids: three, adobe: -1},
		"4:2:0":               {w: 83, h: 57, sampling: [][2]int{{2, 2}, {1, 1}, {1, 1}}, ids: three, adobe: -1},
		"4:2:2 with restarts": {w: 83, h: 57, sampling: [][2]int{{2, 1}, {1, 1}, {1, 1}}, ids: three, adobe: -1, restart: 2},
		"progressive":         {w: 83, h: 57, sampling: [][2]int{{2, 2}, {1, 1}, {1, 1}}, ids: three, adobe: -1, progressive: true},
		"progressive grey":    {w: 83, h: 57, sampling: grey, ids: one, adobe: -1, progressive: true, restart: 3},
		"RGB by its ids":      {w: 30, h: 30, sampling: [][2]int{{1, 1}, {1, 1}, {1, 1}}, ids: []byte("RGB"), adobe: -1},
		"RGB by Adobe":        {w: 30, h: 30, sampling: [][2]int{{1, 1}, {1, 1}, {1, 1}}, ids: three, adobe: 0},
		"CMYK":                {w: 50, h: 34, sampling: [][2]int{{1, 1}, {1, 1}, {1, 1}, {1, 1}}, ids: []byte{1, 2, 3, 4}, adobe: 0},
		"YCCK":                {w: 50, h: 34, sampling: [][2]int{{2, 2}, {1, 1}, {1, 1}, {2, 2}}, ids: []byte{1, 2, 3, 4}, adobe: 2},
		"progressive CMYK":    {w: 50, h: 34, sampling: [][2]int{{1, 1}, {1, 1}, {1, 1}, {1, 1}}, ids: []byte{1, 2, 3, 4}, adobe: 0, progressive: true},
		"one block":           {w: 1, h: 1, sampling: [][2]int{{2, 2}, {1, 1}, {1, 1}}, ids: three, adobe: -1},
	}
}

func seeded() *rand.Rand { return rand.New(rand.NewPCG(1, 2)) }

// TestAsTheStandardLibrary: where blocks have one value, an eighth is the whole.
func TestAsTheStandardLibrary(t *testing.T) {
	for name, f := range files() {
		b, _ := f.written(seeded())
		whole, err := jpeg.Decode(bytes.NewReader(b))
		if err != nil {
			t.Fatalf("%s: the standard library: %v", name, err)
		}
		small, err := Decode(b)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		info, err := Look(b)
		if err != nil || info.Width != f.w || info.Height != f.h || info.Components != len(f.sampling) || info.Progressive != f.progressive || !info.Ended {
			t.Errorf("%s: %+v, %v", name, info, err)
		}
		if small.Rect != image.Rect(0, 0, over(f.w, 8), over(f.h, 8)) {
			t.Errorf("%s: %v", name, small.Rect)
		}
		wrong := 0
		for y := range small.Rect.Dy() {
			for x := range small.Rect.Dx() {
				if apart(small.At(x, y), whole.At(8*x, 8*y)) > 3 {
					wrong++
				}
			}
		}
		if wrong > 0 {
			t.Errorf("%s: %d pixels of %d differ; the first: %v, want %v", name, wrong, small.Rect.Dx()*small.Rect.Dy(), small.At(0, 0), whole.At(0, 0))
		}
	}
}

func apart(a, b color.Color) int {
	r, g, bl, _ := a.RGBA()
	r2, g2, b2, _ := b.RGBA()
	d := func(x, y uint32) int { n := int(x>>8) - int(y>>8); return max(n, -n) }
	return max(d(r, r2), d(g, g2), d(bl, b2))
}

// TestMeans: of a picture with detail an eighth has the means.
func TestMeans(t *testing.T) {
	src := image.NewRGBA(image.Rect(0, 0, 320, 240))
	r := seeded()
	for i := range src.Pix {
		src.Pix[i] = byte(i/7 + r.IntN(60))
	}
	var b bytes.Buffer
	if err := jpeg.Encode(&b, src, &jpeg.Options{Quality: 90}); err != nil {
		t.Fatal(err)
	}
	small, err := Decode(b.Bytes())
	if err != nil {
		t.Fatal(err)
	}
	whole, err := jpeg.Decode(bytes.NewReader(b.Bytes()))
	if err != nil {
		t.Fatal(err)
	}
	y := whole.(*image.YCbCr)
	for by := range 30 {
		for bx := range 40 {
			sum := 0
			for i := range 64 {
				sum += int(y.Y[y.YOffset(8*bx+i%8, 8*by+i/8)])
			}
			c := color.YCbCrModel.Convert(small.At(bx, by)).(color.YCbCr)
			if d := int(c.Y) - sum/64; d > 4 || d < -4 {
				t.Fatalf("block %d, %d: %d, its pixels' mean is %d", bx, by, c.Y, sum/64)
			}
		}
	}
}

// TestCutAnywhere: whatever is cut off is found missing, up to the end marker, and
// nothing makes it panic.
func TestCutAnywhere(t *testing.T) {
	for name, f := range files() {
		b, _ := f.written(seeded())
		for n := range len(b) - 2 {
			m, err := Decode(b[:n])
			if err == nil && (f.progressive || n < len(b)-4) { // the last byte may be filled with what no block needs
				t.Errorf("%s: %d of %d bytes pass for the whole", name, n, len(b))
				break
			}
			if err != nil && m != nil {
				t.Fatal("a picture and an error")
			}
			if err != nil && !errors.Is(err, ErrShort) && !errors.Is(err, ErrNotJPEG) && !errors.Is(err, ErrBroken) {
				t.Fatalf("%s: %v", name, err)
			}
		}
		_, err := Decode(b[:len(b)-2])
		if f.progressive != (err != nil) {
			t.Errorf("%s without its end marker: %v", name, err)
		}
	}
}

// TestDamage: what is damaged is refused or read, never waited for, and never panics.
func TestDamage(t *testing.T) {
	r := seeded()
	for _, f := range files() {
		whole, _ := f.written(r)
		for range 3000 {
			b := bytes.Clone(whole)
			for range 1 + r.IntN(4) {
				b[r.IntN(len(b))] = byte(r.Uint32())
			}
			if info, err := Look(b); err == nil && info.Width*info.Height < 1<<20 {
				Decode(b)
			}
		}
	}
}

func TestRefuses(t *testing.T) {
	good, _ := files()["4:4:4"].written(seeded())
	changed := func(marker byte, at int, to byte) []byte {
		b := bytes.Clone(good)
		i := bytes.Index(b, []byte{0xff, marker})
		if at < 0 {
			b[i+1] = to
		} else {
			b[i+4+at] = to
		}
		return b
	}
	for name, c := range map[string]struct {
		b    []byte
		want error
	}{
		"nothing":               {nil, ErrNotJPEG},
		"a PNG":                 {[]byte("\x89PNG\r\n\x1a\n"), ErrNotJPEG},
		"arithmetic coding":     {changed(sof0, -1, 0xc9), ErrUnsupported},
		"lossless":              {changed(sof0, -1, 0xc3), ErrUnsupported},
		"12 bits":               {changed(sof0, 0, 12), ErrUnsupported},
		"no such table":         {changed(sos, 2, 0x33), ErrBroken},
		"no height":             {changed(sof0, 2, 0), ErrBroken},
		"header alone":          {good[:bytes.Index(good, []byte{0xff, sos})], ErrShort},
		"header and then noise": {append(bytes.Clone(good[:bytes.Index(good, []byte{0xff, sos})+14]), bytes.Repeat([]byte{0xff, 0x00}, 500)...), ErrBroken},
	} {
		if m, err := Decode(c.b); m != nil || !errors.Is(err, c.want) {
			t.Errorf("%s: %v, want %v", name, err, c.want)
		}
	}
}
