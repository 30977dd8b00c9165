package qrcodes

import (
	"bytes"
	"errors"
	"fmt"
	"image"
	"image/draw"
	"image/png"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/makiuchi-d/gozxing"
	"github.com/makiuchi-d/gozxing/qrcode"
	skip2 "github.com/skip2/go-qrcode"

	"zoufang/internal/fold"
)

func printed(t *testing.T, slips ...Slip) string {
	t.Helper()
	pr, err := NewPrinter()
	if err != nil {
		t.Fatalf("%v (make web brings it)", err)
	}
	var b bytes.Buffer
	if err := pr.Slips(&b, slips); err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(t.TempDir(), "slips.pdf")
	if err := os.WriteFile(file, b.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
	return file
}

// poppler runs one of the tools of poppler-utils.
func poppler(t *testing.T, tool string, args ...string) string {
	t.Helper()
	out, err := exec.Command(tool, args...).CombinedOutput()
	if err != nil {
		t.Fatalf("%s (Debian: apt install poppler-utils): %v\n%s", tool, err, out)
	}
	return string(out)
}

// picture is how a page looks at 150 dots per inch, as a plain office printer has it.
func picture(t *testing.T, pdf string, page int) *image.Gray {
	t.Helper()
	to := filepath.Join(t.TempDir(), "page")
	poppler(t, "pdftoppm", "-r", "150", "-f", fmt.Sprint(page), "-l", fmt.Sprint(page), "-singlefile", "-gray", "-png", pdf, to)
	f, err := os.Open(to + ".png")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	img, err := png.Decode(f)
	if err != nil {
		t.Fatal(err)
	}
	gray := image.NewGray(img.Bounds())
	draw.Draw(gray, gray.Rect, img, image.Point{}, draw.Src)
	return gray
}

// cutOut is the i-th slip of a page, without the lines it is cut along.
func cutOut(page *image.Gray, i int) *image.Gray {
	const dots = 150 / 25.4
	x, y := sideMargin+float64(i%columns)*slipWidth, headMargin+float64(i/columns)*slipHeight
	r := image.Rect(int((x+1)*dots), int((y+1)*dots), int((x+slipWidth-1)*dots), int((y+slipHeight-1)*dots))
	return page.SubImage(r).(*image.Gray)
}

// scanned is what a camera reads in a picture, "" where there is no symbol.
func scanned(t *testing.T, img *image.Gray) string {
	t.Helper()
	bits, err := gozxing.NewBinaryBitmapFromImage(img)
	if err != nil {
		t.Fatal(err)
	}
	got, err := qrcode.NewQRCodeReader().Decode(bits, map[gozxing.DecodeHintType]any{gozxing.DecodeHintType_TRY_HARDER: true})
	if err != nil {
		return ""
	}
	return got.GetText()
}

func phoneSlip(name string, i int) Slip {
	code := "3467-9ACD-EFGH-JKMN-PQ" + string(fold.CodeLetters[i]) + "T"
	return Slip{
		Name: name, Role: "协理员", Areas: []string{"石梁镇东村"}, Page: "https://mz.example.gov.cn/phone/",
		Link: "https://mz.example.gov.cn/phone/#enrol=" + code, Code: code,
		Until: time.Date(2026, 12, 4, 1, 54, 0, 0, time.UTC),
	}
}

var deskSlip = Slip{Name: "钱科员", Role: "乡镇", Areas: []string{"石梁镇"}, Page: "https://mz.example.gov.cn/staff/", Login: "qian", Password: "abcd-efgh-jkmn-pqrs"}

// TestSlipsAreRead: whatever people are called and wherever a slip stands, its name
// can be found and its symbol scanned.
func TestSlipsAreRead(t *testing.T) {
	names := []string{
		"张月红", "买买提·艾合买提", "㐂多郎", "王𬭎", "欧阳𠅤", "䶮", "阿卜杜热合曼·阿卜杜克热木·麦麦提敏·图尔荪巴克·买买提明",
		"O'Brien-Müller", "李　梅", "龘靐齉爩",
	}
	var slips []Slip
	for i, name := range names {
		slips = append(slips, phoneSlip(name, i))
	}
	slips = append(slips, deskSlip)
	pdf := printed(t, slips...)
	if got := poppler(t, "pdfinfo", pdf); !regexp.MustCompile(`Pages: +2\n`).MatchString(got) || !strings.Contains(got, "(A4)") {
		t.Errorf("not two pages of A4:\n%s", got)
	}
	// Lines and blanks are the layout's.
	whole := strings.NewReplacer("\n", "", "\f", "", " ", "", "　", "")
	text := whole.Replace(poppler(t, "pdftotext", "-raw", pdf, "-"))
	for _, name := range names {
		if !strings.Contains(text, whole.Replace(name)) {
			t.Errorf("%s is not on paper", name)
		}
	}
	for _, want := range []string{"石梁镇东村", "3467-9ACD-", "2026-12-04 09:54", "只能用一次，别转发、别拍照外传", "登录名", "qian", "abcd-efgh-jkmn-pqrs", "https://mz.example.gov.cn/staff/"} {
		if !strings.Contains(text, whole.Replace(want)) {
			t.Errorf("%q is not on paper", want)
		}
	}
	if strings.Contains(text, "#enrol") || strings.ContainsRune(text, missing) {
		t.Errorf("a link or a hole is on paper:\n%s", text)
	}
	pages := []*image.Gray{picture(t, pdf, 1), picture(t, pdf, 2)}
	for i, c := range slips {
		if got := scanned(t, cutOut(pages[i/perPage], i%perPage)); got != c.Link {
			t.Errorf("the slip of %s leads to %q", c.Name, got)
		}
	}
}

// TestSlipsStandStill: nothing a list may hold breaks out of its slip or stops the
// printing.
func TestSlipsStandStill(t *testing.T) {
	long := phoneSlip(strings.Repeat("长", 60), 0)
	long.Role = "乡镇（街道）工作人员"
	for i := range 50 {
		long.Areas = append(long.Areas, fmt.Sprintf("石梁镇第%d村民委员会", i))
	}
	long.Page = "https://" + strings.Repeat("a", 60) + ".example.gov.cn/phone/"
	long.Link = long.Page + "#enrol=34679ACDEFGHJKMNPQRT"
	odd := phoneSlip("𰀀\x00\ufffd\xff\U0010ffff\uffff\ue000👩‍👧a\nb\tc", 1)
	desk := deskSlip
	desk.Login, desk.Page = strings.Repeat("W", 64), "https://"+strings.Repeat("a", 60)+".example.gov.cn/staff/"
	pdf := printed(t, long, odd, desk)
	text := strings.ReplaceAll(poppler(t, "pdftotext", "-raw", pdf, "-"), "\n", "")
	for _, want := range []string{"等 51 处", "□□□□", "a b c", desk.Login, desk.Page, long.Page} {
		if !strings.Contains(text, want) {
			t.Errorf("%q is not on paper:\n%s", want, text)
		}
	}
	page := picture(t, pdf, 1)
	if got := scanned(t, cutOut(page, 0)); got != long.Link {
		t.Errorf("a long link is read as %q", got)
	}
	// A frame of 2 mm at the inside of each slip's edges is left white, as are the slips nobody has.
	white := func(img *image.Gray, r image.Rectangle) bool {
		for y := r.Min.Y; y < r.Max.Y; y++ {
			for x := r.Min.X; x < r.Max.X; x++ {
				if img.GrayAt(x, y).Y < 200 {
					return false
				}
			}
		}
		return true
	}
	for i := range perPage {
		c := cutOut(page, i)
		b, in := c.Bounds(), c.Bounds().Inset(12)
		if i >= 3 {
			in = image.Rectangle{b.Min, b.Min}
		}
		for _, edge := range []image.Rectangle{
			{b.Min, image.Pt(b.Max.X, in.Min.Y)}, {image.Pt(b.Min.X, in.Max.Y), b.Max},
			{b.Min, image.Pt(in.Min.X, b.Max.Y)}, {image.Pt(in.Max.X, b.Min.Y), b.Max},
		} {
			if !white(c, edge) {
				t.Errorf("slip %d reaches over its edge %v of %v", i, edge, b)
			}
		}
	}
}

func TestNoFontIsSaid(t *testing.T) {
	if _, err := newPrinter(fstest.MapFS{"fonts.md": {}}); !errors.Is(err, ErrNoFont) {
		t.Errorf("%v", err)
	}
}

func TestBlotchesCoverEveryModule(t *testing.T) {
	q, err := skip2.New("https://mz.example.gov.cn/phone/#enrol=34679ACDEFGHJKMNPQRT", skip2.High)
	if err != nil {
		t.Fatal(err)
	}
	bits := q.Bitmap()
	times := map[[2]int]int{}
	for _, b := range blotches(bits) {
		for i := range b.w * b.h {
			times[[2]int{b.x + i%b.w, b.y + i/b.w}]++
		}
	}
	for y := range bits {
		for x, dark := range bits[y] {
			if n := times[[2]int{x, y}]; dark != (n == 1) || n > 1 {
				t.Fatalf("module %d,%d is drawn %d times", x, y, n)
			}
		}
	}
}
