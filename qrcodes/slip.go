package qrcodes

import (
	"fmt"
	"io"
	"strings"
	"time"

	"zoufang"
)

// Slip is what a person is handed to come in with for the first time: Code for a
// phone, else Login for a desk.
type Slip struct {
	Name, Role string
	Areas      []string  // names
	Page       string    // address to open
	Link       string    // Page with the code in it
	Code       string    // as it is typed, in its groups
	Until      time.Time // when the code ends
	Login      string
	Password   string // the first one
}

// Slips stand on A4, six to cut from a page.
const (
	columns    = 2
	slipWidth  = 95.0
	slipHeight = 92.0
	slipMargin = 5.0
	perPage    = columns * 3
	sideMargin = (paperWidth - columns*slipWidth) / 2
	headMargin = (paperHeight - perPage/columns*slipHeight) / 2
)

// Slips writes a PDF of a slip for each person, in order.
func (pr *Printer) Slips(to io.Writer, slips []Slip) error {
	p := pr.document("登记单")
	for i, c := range slips {
		at := i % perPage
		if at == 0 {
			p.page()
			p.cutLines()
		}
		p.slip(sideMargin+float64(at%columns)*slipWidth, headMargin+float64(at/columns)*slipHeight, c)
	}
	return p.write(to)
}

// cutLines go from edge to edge, so that a ruler can be laid on them.
func (p *document) cutLines() {
	for i := range columns + 1 {
		x := sideMargin + float64(i)*slipWidth
		p.cut(x, 0, x, paperHeight)
	}
	for i := range perPage/columns + 1 {
		y := headMargin + float64(i)*slipHeight
		p.cut(0, y, paperWidth, y)
	}
}

func (p *document) slip(x, y float64, c Slip) {
	x, y = x+slipMargin, y+slipMargin
	const width = slipWidth - 2*slipMargin
	name := p.fit(24, 12, width, 2, c.Name)
	p.set(x, y+8.5-float64(len(name.lines)-1)*name.size*leading, name)
	p.set(x, y+15, p.places(width, c.Role, c.Areas))
	if c.Code != "" {
		p.forPhone(x, y, width, c)
	} else {
		p.forDesk(x, y, width, c)
	}
}

// places says in two lines at most what a person is and where; of many areas, how
// many there are.
func (p *document) places(width float64, role string, areas []string) block {
	const size = 9.5
	all := role + "　" + strings.Join(areas, "、")
	for n := len(areas); n > 0; n-- {
		s := all
		if n < len(areas) {
			s = fmt.Sprintf("%s　%s 等 %d 处", role, strings.Join(areas[:n], "、"), len(areas))
		}
		if lines := p.wrap(size, width, s); len(lines) <= 2 {
			return block{size, lines}
		}
	}
	return p.fit(size, 6, width, 2, all)
}

func (p *document) forPhone(x, y, width float64, c Slip) {
	const side, gap = 42.0, 41.0 // the symbol brings white of its own
	p.symbol(x-2, y+21, side, c.Link)
	p.steps(x+gap, y+27, width-gap,
		"用自己的手机扫左边的码，用手机自带的浏览器打开。",
		"微信里打开的，点右上角三个点，选“在浏览器打开”。",
		"跟着手机上的提示登记，设一个只有自己知道的密码。",
	)
	p.set(x, y+64.5, p.fit(7.5, 4.5, width, 2, "扫不了：打开 "+c.Page+" 手工输入登记码"))
	p.set(x, y+71, p.fit(15, 10, width, 1, c.Code))
	p.text(x, y+75.2, 7.5, "有效期至 "+c.Until.In(zoufang.Zone).Format("2006-01-02 15:04")+"（北京时间）")
	p.warn(x, y+77, width, "只能用一次，别转发、别拍照外传")
}

func (p *document) forDesk(x, y, width float64, c Slip) {
	const label = 17.0
	p.text(x, y+28, 8.5, "登录名")
	p.set(x+label, y+28, p.fit(14, 7, width-label, 3, c.Login))
	p.text(x, y+40, 8.5, "首次口令")
	p.set(x+label, y+40, p.fit(14, 7, width-label, 1, c.Password))
	p.steps(x, y+49, width,
		"在电脑浏览器打开 "+c.Page,
		"输入登录名和首次口令（大小写、横线都要一样）。",
		"按提示换一个只有自己知道的口令，然后把这张单子撕碎。",
	)
	p.warn(x, y+77, width, "首次口令只能用一次，别转发、别拍照外传")
}

// steps are numbered from one.
func (p *document) steps(x, y, width float64, steps ...string) {
	const size, indent = 8.5, 4.0
	for i, s := range steps {
		p.text(x, y, size, fmt.Sprint(i+1))
		y = p.set(x+indent, y, p.fit(size, size, width-indent, 4, s)) + 1
	}
}

// warn stands in a box.
func (p *document) warn(x, y, width float64, s string) {
	const size, height = 10.5, 6.0
	p.frame(x, y, width, height)
	p.text(x+(width-p.width(size, s))/2, y+4.3, size, s)
}
