package qrcodes

import (
	"compress/gzip"
	"embed"
	"errors"
	"fmt"
	"io"
	"io/fs"

	"github.com/signintech/gopdf"
)

// The typeface is there only when npm has brought it. fonts.md stands beside it, so
// that there is always something to embed.
//
//go:embed fonts*
var fonts embed.FS

// ErrNoFont says that nothing can be printed.
var ErrNoFont = errors.New("this program was built without the font that is printed with; `make build` makes one that has it")

const (
	typeface = "Noto Sans SC"
	missing  = '□' // stands for what the typeface has no picture of
)

// Printer puts what is handed to people on paper, as PDF. It may be used by several
// at once.
type Printer struct{ fonts gopdf.FontContainer }

// NewPrinter makes a printer, or fails with ErrNoFont.
func NewPrinter() (*Printer, error) { return newPrinter(fonts) }

func newPrinter(from fs.FS) (*Printer, error) {
	f, err := from.Open("fonts/NotoSansSC-Regular.ttf.gz")
	if errors.Is(err, fs.ErrNotExist) {
		return nil, ErrNoFont
	} else if err != nil {
		return nil, err
	}
	defer f.Close()
	packed, err := gzip.NewReader(f)
	if err != nil {
		return nil, fmt.Errorf("the font: %w", err)
	}
	ttf, err := io.ReadAll(packed)
	if err != nil {
		return nil, fmt.Errorf("the font: %w", err)
	}
	p := &Printer{}
	if err := p.fonts.AddTTFFontData(typeface, ttf); err != nil {
		return nil, fmt.Errorf("the font: %w", err)
	}
	return p, nil
}
