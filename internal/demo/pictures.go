package demo

import "image"

// pictures draws photos and signatures. A photo is one of some seventy scenes
// under one of several skies and over one of several grounds, so that no two are
// alike and few need drawing.
type pictures struct {
	d      dice
	seed   uint64
	header []byte
	middle map[int][][]byte // by scene
	top    map[[2]int][][]byte
	bottom map[[2]int][][]byte
	used   map[[3]int]bool
}

const (
	scenes    = 72
	variants  = 9
	topRows   = 2 * stripHeight             // sky or wall alone
	floorRows = photoHeight - 1*stripHeight // below it ground or floor alone
)

func newPictures(seed uint64) *pictures {
	return &pictures{d: newDice(seed, "pictures"), seed: seed, middle: map[int][][]byte{},
		top: map[[2]int][][]byte{}, bottom: map[[2]int][][]byte{}, used: map[[3]int]bool{}}
}

// photo takes a photo nobody took before, outdoors or in.
func (p *pictures) photo(indoors bool) (Medium, error) {
	if p.header == nil {
		var err error
		if p.header, err = photoHeader(); err != nil {
			return Medium{}, err
		}
	}
	var key [3]int
	for range 1000 { // there are some six thousand
		n := p.d.IntN(scenes)
		if (n%4 == 3) != indoors {
			continue
		}
		if key = [3]int{n, p.d.IntN(variants), p.d.IntN(variants)}; !p.used[key] {
			break
		}
	}
	p.used[key] = true
	s := sceneOf(p.seed, key[0])
	middle, err := strips(p.middle, key[0], topRows, floorRows, s.drawMiddle)
	if err != nil {
		return Medium{}, err
	}
	top, err := strips(p.top, [2]int{s.mood, key[1]}, 0, topRows, func(c *canvas) { s.drawTop(c, key[1]) })
	if err != nil {
		return Medium{}, err
	}
	bottom, err := strips(p.bottom, [2]int{s.mood, key[2]}, floorRows, photoHeight, func(c *canvas) { s.drawBottom(c, key[2]) })
	if err != nil {
		return Medium{}, err
	}
	return join(p.header, append(append(append([][]byte{}, top...), middle...), bottom...)), nil
}

// strips draws and encodes once what is asked for again and again.
func strips[K comparable](known map[K][][]byte, key K, y0, y1 int, paint func(*canvas)) ([][]byte, error) {
	if s, ok := known[key]; ok {
		return s, nil
	}
	c := &canvas{image.NewRGBA(image.Rect(0, y0, photoWidth, y1)), newCanvas(0, 0).r}
	paint(c)
	s, err := encodeStrips(c.img, y0, y1)
	if err != nil {
		return nil, err
	}
	known[key] = s
	return s, nil
}
