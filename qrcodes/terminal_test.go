package qrcodes

import (
	"strings"
	"testing"

	"github.com/skip2/go-qrcode"
)

func TestTerminalDrawsEveryModule(t *testing.T) {
	const text = "https://mz.example.gov.cn/phone/#enrol=abcdefghijklmnopqrst"
	drawn, err := Terminal(text)
	if err != nil {
		t.Fatal(err)
	}
	q, err := qrcode.New(text, qrcode.Medium)
	if err != nil {
		t.Fatal(err)
	}
	bits := q.Bitmap()
	lines := strings.Split(strings.TrimSuffix(drawn, "\n"), "\n")
	if len(lines) != (len(bits)+1)/2 {
		t.Fatalf("%d lines for %d rows", len(lines), len(bits))
	}
	for i, line := range lines {
		modules := []rune(strings.TrimSuffix(strings.TrimPrefix(line, paper), plain))
		for x, c := range modules {
			upper, lower := c == '█' || c == '▀', c == '█' || c == '▄'
			if upper != bits[2*i][x] || 2*i+1 < len(bits) && lower != bits[2*i+1][x] {
				t.Fatalf("module %d,%d is drawn %q", x, 2*i, c)
			}
		}
	}
}

func TestTerminalBoundsTheText(t *testing.T) {
	for _, text := range []string{"", strings.Repeat("x", maxText+1)} {
		if _, err := Terminal(text); err == nil {
			t.Errorf("%d bytes were drawn", len(text))
		}
	}
}
