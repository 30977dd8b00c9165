package mobileapi

import (
	"bytes"
	"errors"
	"testing"

	"github.com/klauspost/compress/gzip"
)

// meter counts the bytes that are taken of what was sent.
type meter struct {
	*bytes.Reader
	taken int
}

func (m *meter) Read(p []byte) (int, error) {
	n, err := m.Reader.Read(p)
	m.taken += n
	return n, err
}

func (m *meter) ReadByte() (byte, error) {
	b, err := m.Reader.ReadByte()
	if err == nil {
		m.taken++
	}
	return b, err
}

func zipped(t *testing.T, parts ...[]byte) []byte {
	t.Helper()
	var b bytes.Buffer
	z, err := gzip.NewWriterLevel(&b, gzip.BestCompression)
	for _, p := range parts {
		if err == nil {
			_, err = z.Write(p)
		}
	}
	if err != nil || z.Close() != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// A bomb is read no further than the bound: what it would come to is never made.
func TestABombIsNotInflated(t *testing.T) {
	var parts [][]byte
	for range 512 {
		parts = append(parts, make([]byte, 1<<20))
	}
	bomb := zipped(t, parts...)
	m := &meter{Reader: bytes.NewReader(bomb)}
	body, err := inflateFrom(m, maxInflated)
	if !errors.Is(err, errTooLarge) || len(body) > maxInflated || cap(body) > maxInflated+1 {
		t.Fatalf("%d bytes in %d: %v", len(body), cap(body), err)
	}
	// 512 KiB take about a thousandth of what half a gigabyte takes.
	if m.taken > len(bomb)/100 {
		t.Errorf("%d of the bomb's %d bytes were taken", m.taken, len(bomb))
	}
}

func TestInflatingAtTheBound(t *testing.T) {
	full := bytes.Repeat([]byte("家"), maxInflated/3+1)[:maxInflated]
	if body, err := inflate(zipped(t, full), "GZIP", maxInflated); err != nil || !bytes.Equal(body, full) {
		t.Errorf("%d bytes: %v", len(body), err)
	}
	if _, err := inflate(zipped(t, full, []byte("x")), "gzip", maxInflated); !errors.Is(err, errTooLarge) {
		t.Errorf("one byte more: %v", err)
	}
	if _, err := inflate(append(full, 'x'), "", maxInflated); !errors.Is(err, errTooLarge) {
		t.Errorf("one byte more, as it is: %v", err)
	}
	half := zipped(t, full)
	if _, err := inflate(half[:len(half)-1], "gzip", maxInflated); !errors.Is(err, errBody) {
		t.Errorf("cut off: %v", err)
	}
	if _, err := inflate(full, "br", maxInflated); !errors.Is(err, errEncoding) {
		t.Errorf("another encoding: %v", err)
	}
}

// A last will's header line is found in what a stranger may send, packed or not.
func TestTheHeadOfALastWill(t *testing.T) {
	head := []byte(`{"zoufang":1,"device":"d"}`)
	noise := make([]byte, 300_000) // does not pack
	for i, x := 0, uint32(1); i < len(noise); i++ {
		x = x*1664525 + 1013904223
		noise[i] = byte(x >> 24)
	}
	will := append(append(bytes.Clone(head), '\n'), noise...)
	packed := zipped(t, will)
	for what, c := range map[string]struct {
		first    []byte
		whole    bool
		encoding string
		ok       bool
	}{
		"as it is":                     {will[:maxHead], false, "", true},
		"packed":                       {packed[:maxHead], false, "gzip", true},
		"short":                        {append(bytes.Clone(head), '\n'), true, "", true},
		"short, without a line feed":   {head, true, "", true},
		"short, packed":                {zipped(t, head), true, "gzip", true},
		"cut short, packed":            {zipped(t, head)[:20], true, "gzip", false},
		"a line without end":           {bytes.Repeat([]byte("x"), maxHead), false, "", false},
		"a line without end, packed":   {zipped(t, make([]byte, 64<<20)), false, "gzip", false},
		"packed, and all of it a bomb": {zipped(t, make([]byte, 1<<20)), true, "gzip", false},
		"another encoding":             {will[:maxHead], false, "br", false},
		"nothing of a gzip":            {[]byte("<html>"), true, "gzip", false},
	} {
		got, err := headOf(c.first, c.whole, c.encoding)
		if (err == nil) != c.ok || c.ok && !bytes.Equal(got, head) {
			t.Errorf("%s: %.40q %v", what, got, err)
		}
	}
}
