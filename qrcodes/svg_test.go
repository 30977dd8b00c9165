package qrcodes

import (
	"fmt"
	"regexp"
	"strings"
	"testing"

	"github.com/skip2/go-qrcode"
)

func TestSVGDrawsEveryModule(t *testing.T) {
	const text = "https://mz.example.gov.cn/phone/#enrol=abcdefghijklmnopqrst"
	drawn, err := SVG(text)
	if err != nil {
		t.Fatal(err)
	}
	q, err := qrcode.New(text, qrcode.Medium)
	if err != nil {
		t.Fatal(err)
	}
	bits := q.Bitmap()
	dark := map[[2]int]bool{}
	for _, m := range regexp.MustCompile(`M(\d+) (\d+)h(\d+)v1h-\d+z`).FindAllStringSubmatch(drawn, -1) {
		var x, y, n int
		fmt.Sscan(m[1]+" "+m[2]+" "+m[3], &x, &y, &n)
		for i := range n {
			dark[[2]int{x + i, y}] = true
		}
	}
	for y := range bits {
		for x := range bits[y] {
			if dark[[2]int{x, y}] != bits[y][x] {
				t.Fatalf("module %d,%d is wrong", x, y)
			}
		}
	}
	if strings.Contains(drawn, "enrol") {
		t.Error("the text stands beside its picture")
	}
	if _, err := SVG(strings.Repeat("x", maxText+1)); err == nil {
		t.Error("a long text was drawn")
	}
}
