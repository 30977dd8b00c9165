package staff

import (
	"bytes"
	"cmp"
	"fmt"
	"html/template"

	"github.com/gofiber/fiber/v2"

	"zoufang"
	"zoufang/internal/problem"
	"zoufang/server/desk"
	"zoufang/web"
)

// sheet is what every template is filled with.
type sheet struct {
	Title string
	User  *zoufang.User // nil: nobody is signed in, no menu
	Role  string
	Menu  []link
	Here  string // the path of the menu's page it belongs to; "": as the table says
	Body  any
}

type link struct {
	Href, Text string
	Here       bool
}

func (s *Staff) parse() error {
	s.pages = map[string]*template.Template{}
	for _, name := range []string{"sign-in", "password", "message", "list", "record", "held", "people", "enrol", "rescue", "log", "start"} {
		t, err := template.New(name).Funcs(template.FuncMap{"icon": icon, "asset": s.Asset, "mark": markIcon, "most": func() int { return zoufang.MaxReason }, "address": address, "heldHref": heldHref, "heldCount": heldCount, "medium": mediumHref, "rows": rowsOf, "shown": func(g desk.HeldGroup) int { return len(g.Harm) + len(g.Rows) }, "names": names}).
			ParseFS(web.Staff, "staff/layout.html", "staff/"+name+".html")
		if err != nil {
			return fmt.Errorf("template %s: %w", name, err)
		}
		s.pages[name] = t
	}
	return nil
}

// show renders a page; nothing is sent when that fails.
func (s *Staff) show(c *fiber.Ctx, status int, name string, p sheet) error {
	if p.User != nil {
		p.Role = p.User.Role.Label().Zh
		p.Menu = s.menu(p.User, cmp.Or(p.Here, s.here(c)))
	}
	var b bytes.Buffer
	if err := s.pages[name].ExecuteTemplate(&b, "page", p); err != nil {
		return fmt.Errorf("render %s: %w", name, err)
	}
	c.Set(fiber.HeaderContentType, "text/html; charset=utf-8")
	c.Set(fiber.HeaderCacheControl, "no-store")
	return c.Status(status).Send(tell(b.Bytes()))
}

// here is the path of the menu's page that a request belongs to.
func (s *Staff) here(c *fiber.Ctx) string {
	p := s.page(c.Method(), c.Path())
	if p == nil || p.Under == "" {
		return c.Path()
	}
	return p.Under
}

type message struct{ Icon, Head, Text, Href, Link string }

// Page makes a handler whose errors become pages for a person to read.
func (s *Staff) Page(h fiber.Handler) fiber.Handler {
	return func(c *fiber.Ctx) error {
		if err := h(c); err != nil {
			return s.fail(c, nil, err)
		}
		return nil
	}
}

// fail shows an error. It tells no more than what can be done now.
func (s *Staff) fail(c *fiber.Ctx, u *zoufang.User, err error) error {
	if _, is := refused(err, desk.Guarded); is {
		return s.show(c, fiber.StatusForbidden, "message", sheet{Title: "儿童档案", User: u, Body: message{
			Icon: "lock", Head: "这是儿童档案", Text: refusals[desk.Guarded].words, Href: startAt, Link: "回到待处理"}})
	}
	p := problem.From(known(err))
	m := message{Icon: "alert", Head: "服务器出了点问题", Text: "已存的内容都在。请过一会儿再试。", Href: "/staff/", Link: "回到首页"}
	switch status := p.Status(); {
	case status == 404 || status == 405:
		m.Head, m.Text = "没有找到这一页", "它不在您的区划里，或者地址写错了。"
	case status == 429 || status == 503:
		m.Head, m.Text = "现在有点忙", "请过一会儿再试。"
	case status >= 400 && status < 500:
		m.Head, m.Text = "没有看懂这个请求", "请从页面上的链接重新打开。"
	default:
		s.Log.Error("page failed", "method", c.Method(), "route", c.Route().Path, "cause", err)
	}
	p.RetryAfter(c)
	return s.show(c, p.Status(), "message", sheet{Title: m.Head, User: u, Body: m})
}

// Missing answers what no route knows.
func (s *Staff) Missing(c *fiber.Ctx) error { return s.fail(c, nil, problem.Of(problem.NotFound)) }

const svg = `<svg viewBox="0 0 16 16" aria-hidden="true" fill="none" stroke="currentColor" stroke-width="1.6" stroke-linecap="round" stroke-linejoin="round">%s</svg>`

var icons = map[string]string{
	"check":  `<path d="M3 8.5l3.2 3.2L13 4.8"/>`,
	"clock":  `<circle cx="8" cy="8" r="5.8"/><path d="M8 4.8V8l2.2 1.6"/>`,
	"back":   `<path d="M6.5 3.5L3 7l3.5 3.5"/><path d="M3 7h6.5a3.5 3.5 0 010 7H8"/>`,
	"pen":    `<path d="M3 13l.8-3L10.5 3.300l2.200 2.200L6 12.200z"/>`,
	"edit":   `<path d="M8 13h5"/><path d="M3 11.500l.6-2.300L9.500 3.300l1.700 1.700-5.900 5.900z"/>`,
	"fork":   `<path d="M8 14V9M8 9L4 5V2.500M8 9l4-4V2.500"/>`,
	"image":  `<rect x="2" y="3" width="12" height="10" rx="1.500"/><path d="M2.500 11l3.500-3 2.500 2 2-1.500 3 2.500"/>`,
	"alert":  `<path d="M8 2.200l6.200 11.300H1.800z"/><path d="M8 6.500v3M8 11.600v.1"/>`,
	"pause":  `<circle cx="8" cy="8" r="5.800"/><path d="M6.500 6v4M9.500 6v4"/>`,
	"strike": `<circle cx="8" cy="8" r="5.800"/><path d="M4 12l8-8"/>`,
	"home":   `<path d="M2.500 7.500L8 3l5.500 4.500V13h-11z"/><path d="M6.500 13V9.500h3V13"/>`,
	"lock":   `<rect x="3.500" y="7" width="9" height="6.500" rx="1.500"/><path d="M5.500 7V5a2.500 2.500 0 015 0v2"/>`,
}

// markIcon draws what stands before a mark's words.
func markIcon(m desk.Mark) template.HTML {
	if markIcons[m.Code] == "" {
		return ""
	}
	return icon(markIcons[m.Code])
}

func icon(name string) template.HTML {
	return template.HTML(fmt.Sprintf(svg, icons[name])) // from the table above alone
}
