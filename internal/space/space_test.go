package space

import (
	"errors"
	"testing"
)

func TestLevels(t *testing.T) {
	const mb, gb = 1 << 20, 1 << 30
	for _, c := range []struct {
		w    Watch
		r    Room
		err  error
		want Level
	}{
		{Watch{}, Room{100 * gb, 200 * gb}, nil, Ample},
		{Watch{}, Room{gb, 200 * gb}, nil, Ample},
		{Watch{}, Room{gb - 1, 200 * gb}, nil, NoMedia},
		{Watch{}, Room{128 * mb, 200 * gb}, nil, NoMedia},
		{Watch{}, Room{128*mb - 1, 200 * gb}, nil, NoLines},
		{Watch{}, Room{300 * mb, 4 * gb}, nil, Ample}, // a twentieth of a small disk
		{Watch{}, Room{200 * mb, 4 * gb}, nil, NoMedia},
		{Watch{}, Room{40 * mb, 4 * gb}, nil, NoLines},
		{Watch{Media: 10 * gb}, Room{9 * gb, 20 * gb}, nil, NoMedia},
		{Watch{Media: 10 * gb, Lines: 5 * gb}, Room{4 * gb, 20 * gb}, nil, NoLines},
		{Watch{Media: 1, Lines: 5 * gb}, Room{4 * gb, 20 * gb}, nil, Ample}, // lines never before media
		{Watch{}, Room{}, nil, Ample},
		{Watch{}, Room{1, 200 * gb}, errors.New("not to be read"), Ample},
	} {
		c.w.Read = func() (Room, error) { return c.r, c.err }
		if got := c.w.Level(); got != c.want {
			t.Errorf("%+v of %+v: %s, want %s", c.r, c.w, got.Name(), c.want.Name())
		}
	}
	if (*Watch)(nil).Level() != Ample || (&Watch{}).Level() != Ample {
		t.Error("without a reading there is no room")
	}
}

func TestDisk(t *testing.T) {
	r, err := Disk(t.TempDir())
	if err != nil || r.Total <= 0 || r.Free < 0 || r.Free > r.Total {
		t.Errorf("%+v, %v", r, err)
	}
	if _, err := Disk("/no/such/place"); err == nil {
		t.Error("what is not there has room")
	}
}

func TestMemory(t *testing.T) {
	if n := Memory(); n < 64<<20 || n > 1<<50 {
		t.Errorf("%d bytes of memory", n)
	}
}
