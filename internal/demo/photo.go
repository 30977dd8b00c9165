package demo

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"image"
	"image/jpeg"
	"math/rand/v2"
	"slices"
	"sync"

	"golang.org/x/image/vector"
)

// Photos are 1024 × 768 JPEG files put together from four strips: what is above,
// two of what was taken, and what is below. A strip is encoded on its own and
// follows a restart marker, where a decoder begins afresh: strips of different
// drawings make one sound file without encoding again.
const (
	photoWidth  = 1024
	photoHeight = 768
	stripHeight = 192 // a whole number of 16-pixel blocks
	quality     = 80
)

// Pictures takes photos and draws signatures. Few strips need drawing, each once.
type Pictures struct {
	seed   uint64
	header []byte // what all photos begin with
	mu     sync.Mutex
	drawn  map[string][][]byte
}

func NewPictures(seed uint64) *Pictures { return &Pictures{seed: seed, drawn: map[string][][]byte{}} }

// Photo takes a photo of a house, a room or a paper. Two may show the same; no two
// are the same file.
func (p *Pictures) Photo(rng *rand.Rand, of Subject) Medium {
	d, s := dice{rng}, subjects[of]
	light := pick(d, s.lights)
	p.mu.Lock()
	above := p.strips(d, "above", light, 5, 0, s.above)
	middle := p.strips(d, "middle", light, s.scenes, 1, s.middle)
	below := p.strips(d, "below", light, 5, 3, s.below)
	p.mu.Unlock()
	comment := fmt.Appendf([]byte{0xff, 0xfe, 0, 18}, "%016x", d.Uint64())
	return newMedium("image/jpeg", p.header[:2], comment, p.header[2:], above[0], []byte{0xff, 0xd0}, middle[0], []byte{0xff, 0xd1},
		middle[1], []byte{0xff, 0xd2}, below[0], []byte{0xff, 0xd9})
}

// strips gives one of some variants of a part of a photo, which begins at the
// strip given.
func (p *Pictures) strips(d dice, part string, light, variants, first int, paint func(*canvas, dice, colours)) [][]byte {
	name := fmt.Sprintf("%s %d %d", part, light, d.IntN(variants))
	if s, ok := p.drawn[name]; ok {
		return s
	}
	last := first + 1
	if part == "middle" {
		last++
	}
	c := &canvas{image.NewRGBA(image.Rect(0, first*stripHeight, photoWidth, last*stripHeight)), new(vector.Rasterizer)}
	own := newDice(p.seed, name)
	paint(c, own, lights[light])
	c.grain(own)
	for n := first; n < last; n++ {
		p.drawn[name] = append(p.drawn[name], p.encode(c.SubImage(image.Rect(0, n*stripHeight, photoWidth, (n+1)*stripHeight))))
	}
	return p.drawn[name]
}

// encode gives a strip's data. The first one's tables make the header of all.
func (p *Pictures) encode(strip image.Image) []byte {
	var b bytes.Buffer
	if err := jpeg.Encode(&b, strip, &jpeg.Options{Quality: quality}); err != nil {
		panic("demo: encode a strip: " + err.Error()) // a Buffer takes everything
	}
	file := b.Bytes()
	scan := bytes.Index(file, []byte{0xff, 0xda}) // no table before it holds these two
	data := scan + 2 + int(binary.BigEndian.Uint16(file[scan+2:]))
	if p.header == nil {
		const blocks = photoWidth / 16 * stripHeight / 16
		p.header = slices.Concat(file[:scan], []byte{0xff, 0xdd, 0, 4, blocks >> 8, blocks & 255}, file[scan:data])
		frame := bytes.Index(p.header, []byte{0xff, 0xc0})
		binary.BigEndian.PutUint16(p.header[frame+5:], photoHeight)
	}
	return file[data : len(file)-2]
}
