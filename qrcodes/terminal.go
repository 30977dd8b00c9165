package qrcodes

import (
	"fmt"

	"github.com/skip2/go-qrcode"
)

// maxText keeps a symbol small enough to be scanned from a terminal window.
const maxText = 512 // bytes

// Terminal draws the text as a symbol of half-height blocks, quiet zone
// included, that a camera can read off a dark or a light terminal: the light
// modules are drawn and the dark ones are drawn over an explicit ground.
func Terminal(text string) (string, error) {
	if text == "" || len(text) > maxText {
		return "", fmt.Errorf("qr code: the text must have 1 to %d bytes", maxText)
	}
	q, err := qrcode.New(text, qrcode.Medium)
	if err != nil {
		return "", fmt.Errorf("qr code: %w", err)
	}
	return blocks(q.Bitmap()), nil
}

const (
	paper = "\x1b[107;30m" // black on bright white, whatever the terminal's own colours
	plain = "\x1b[0m"
)

// blocks puts two rows of modules into one line of characters.
func blocks(bits [][]bool) string {
	out := make([]byte, 0, len(bits)*len(bits)*2)
	for y := 0; y < len(bits); y += 2 {
		out = append(out, paper...)
		for x := range bits[y] {
			lower := y+1 < len(bits) && bits[y+1][x]
			switch {
			case bits[y][x] && lower:
				out = append(out, "█"...)
			case bits[y][x]:
				out = append(out, "▀"...)
			case lower:
				out = append(out, "▄"...)
			default:
				out = append(out, ' ')
			}
		}
		out = append(append(out, plain...), '\n')
	}
	return string(out)
}
