package thumb

import (
	"bytes"
	"encoding/binary"
	"errors"
	"hash/crc32"
	"image"
	"image/color"
	"image/gif"
	"image/jpeg"
	"image/png"
	"runtime"
	"testing"

	"zoufang"
)

// bomb is a PNG of a few bytes that claims these dimensions.
func bomb(w, h uint32) []byte {
	ihdr := binary.BigEndian.AppendUint32([]byte("IHDR"), w)
	ihdr = binary.BigEndian.AppendUint32(ihdr, h)
	ihdr = append(ihdr, 16, 6, 0, 0, 0) // 16 bits, RGBA
	file := append([]byte("\x89PNG\r\n\x1a\n"), 0, 0, 0, 13)
	file = append(file, ihdr...)
	return binary.BigEndian.AppendUint32(file, crc32.ChecksumIEEE(ihdr))
}

func ftyp(brands ...string) []byte {
	b := binary.BigEndian.AppendUint32(nil, uint32(8+4*len(brands)+4))
	b = append(append(b, "ftyp"+brands[0]...), 0, 0, 0, 0)
	for _, brand := range brands[1:] {
		b = append(b, brand...)
	}
	return append(b, make([]byte, 3000)...)
}

// TestFlaws: what cannot be seen is told by what it is, whatever its size or place
// of damage.
func TestFlaws(t *testing.T) {
	photo, drawing := asJPEG(t, picture(400, 200)), asPNG(t, picture(400, 200))
	large := asJPEG(t, picture(3000, 2000)) // read at an eighth
	var other bytes.Buffer
	if err := gif.Encode(&other, picture(8, 8), nil); err != nil {
		t.Fatal(err)
	}
	header := func(b []byte) []byte { return bytes.Clone(b[:bytes.Index(b, []byte{0xff, 0xda})+14]) }
	noise := bytes.Repeat([]byte{0xa7, 0x31, 0xff, 0x00, 0x5c, 0xe3, 0x99, 0x0d}, 4000)
	for name, c := range map[string]struct {
		b    []byte
		want error
	}{
		"nothing":                    {nil, Flawed(zoufang.FlawEmpty)},
		"cut in the middle":          {photo[:len(photo)/2], Flawed(zoufang.FlawCut)},
		"a large one cut":            {large[:len(large)/2], Flawed(zoufang.FlawCut)},
		"cut in its header":          {photo[:100], Flawed(zoufang.FlawCut)},
		"cut in its first bytes":     {photo[:2], Flawed(zoufang.FlawCut)},
		"a PNG cut":                  {drawing[:len(drawing)/2], Flawed(zoufang.FlawCut)},
		"a PNG cut at its signature": {drawing[:5], Flawed(zoufang.FlawCut)},
		"a PNG's header only":        {bomb(10, 10), Flawed(zoufang.FlawCut)},
		"no pixels":                  {bomb(0, 10), Flawed(zoufang.FlawCut)},
		"a header and noise":         {append(header(photo), noise...), Flawed(zoufang.FlawBroken)},
		"a header and little noise":  {append(header(large), noise[:900]...), Flawed(zoufang.FlawBroken)},
		"noise with an end":          {append(append(header(photo), noise...), 0xff, 0xd9), Flawed(zoufang.FlawBroken)},
		"a large header and noise":   {append(append(header(large), noise...), 0xff, 0xd9), Flawed(zoufang.FlawBroken)},
		"HEIC":                       {ftyp("heic", "mif1", "heic"), Flawed(zoufang.FlawHEIC)},
		"HEIC by its second brand":   {ftyp("mif1", "mif1", "heic"), Flawed(zoufang.FlawHEIC)},
		"AVIF":                       {ftyp("avif", "mif1", "avif"), Flawed(zoufang.FlawOther)},
		"a film":                     {ftyp("isom", "isom", "mp41"), Flawed(zoufang.FlawOther)},
		"a page":                     {[]byte("\xef\xbb\xbf\n <!DOCTYPE html><title>登录</title>"), Flawed(zoufang.FlawPage)},
		"a page in capitals":         {[]byte("<HTML><BODY>"), Flawed(zoufang.FlawPage)},
		"text":                       {bytes.Repeat([]byte("<svg/>"), 100), Flawed(zoufang.FlawOther)},
		"noughts":                    {make([]byte, 5000), Flawed(zoufang.FlawOther)},
		"a GIF":                      {other.Bytes(), Flawed(zoufang.FlawOther)},
		"a bomb":                     {bomb(50_000, 50_000), ErrTooLarge},
		"one line over":              {bomb(40_000, 1001), ErrTooLarge},
		"a JPEG bomb":                {claiming(photo, 65_000, 65_000), ErrTooLarge},
		"an endless progressive one": {scans(photo, 5000), ErrTooLarge},
	} {
		small, err := Make(c.b, 320)
		if small != nil || !errors.Is(err, c.want) {
			t.Errorf("%s: %d bytes, %v; want %v", name, len(small), err, c.want)
		}
	}
	if _, err := Make(bomb(1<<31-1, 1<<31-1), 320); err == nil {
		t.Error("the largest bomb has a thumbnail")
	}
	if _, err := Make(photo, 0); !errors.Is(err, ErrSize) {
		t.Errorf("size 0: %v", err)
	}
	if n := testing.AllocsPerRun(10, func() { Make(bomb(50_000, 50_000), 320) }); n > 100 {
		t.Errorf("a bomb cost %v allocations", n)
	}
}

// claiming changes the size a JPEG's header tells.
func claiming(b []byte, w, h int) []byte {
	b = bytes.Clone(b)
	at := bytes.Index(b, []byte{0xff, 0xc0})
	binary.BigEndian.PutUint16(b[at+5:], uint16(h))
	binary.BigEndian.PutUint16(b[at+7:], uint16(w))
	return b
}

// scans repeats the scan's header.
func scans(b []byte, n int) []byte {
	at := bytes.Index(b, []byte{0xff, 0xda})
	return append(append(bytes.Clone(b[:at]), bytes.Repeat(b[at:at+14], n)...), b[at:]...)
}

// TestWithoutItsEndMarker: a photo of which all pixels came can be seen.
func TestWithoutItsEndMarker(t *testing.T) {
	for _, size := range []int{400, 3000} {
		b := asJPEG(t, picture(size, size/2))
		if _, err := Make(b[:len(b)-2], 320); err != nil {
			t.Errorf("%d: %v", size, err)
		}
	}
}

func TestDeepPNG(t *testing.T) {
	m := image.NewNRGBA64(image.Rect(0, 0, 400, 200))
	for i := range m.Pix {
		m.Pix[i] = 0xff
	}
	var b bytes.Buffer
	if err := png.Encode(&b, m); err != nil {
		t.Fatal(err)
	}
	if c := near(made(t, b.Bytes(), 320), 4, 4); c != "white" {
		t.Errorf("16-bit white became %s", c)
	}
}

// TestFortyEightMegapixels: its thumbnail is right, and costs less memory than its
// pixels would: what is allowed here is a byte a pixel.
func TestFortyEightMegapixels(t *testing.T) {
	const w, h = 8000, 6000
	m := image.NewYCbCr(image.Rect(0, 0, w, h), image.YCbCrSubsampleRatio420)
	for y := range h {
		for x := range w {
			m.Y[y*m.YStride+x] = byte(x*255/w)/2 + byte(x*y%64)
		}
	}
	for i := range m.Cb {
		m.Cb[i], m.Cr[i] = 128, 128
	}
	var b bytes.Buffer
	if err := jpeg.Encode(&b, m, &jpeg.Options{Quality: 75}); err != nil {
		t.Fatal(err)
	}
	m = nil
	var before, after runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	small, err := Make(b.Bytes(), 320)
	runtime.ReadMemStats(&after)
	if err != nil {
		t.Fatal(err)
	}
	took := after.TotalAlloc - before.TotalAlloc
	t.Logf("a photo of 48 megapixels, %d bytes: %.1f MB allocated", b.Len(), float64(took)/1e6)
	if took > w*h {
		t.Errorf("%d bytes were allocated for %d pixels", took, w*h)
	}
	got, err := jpeg.Decode(bytes.NewReader(small))
	if err != nil || got.Bounds() != image.Rect(0, 0, 320, 240) {
		t.Fatalf("%v, %v", got.Bounds(), err)
	}
	for _, x := range []int{20, 160, 300} {
		want := x*255/320/2 + 32
		y := int(color.GrayModel.Convert(got.At(x, 120)).(color.Gray).Y)
		if y < want-12 || y > want+12 {
			t.Errorf("at %d: %d, want about %d", x, y, want)
		}
	}
}
