package staff

import (
	"encoding/base64"
	"errors"
	"fmt"
	"html/template"
	"io"
	"mime"
	"mime/multipart"
	"strings"

	"github.com/gofiber/fiber/v2"

	"zoufang"
	"zoufang/internal/fiberapp"
	"zoufang/server/desk"
	"zoufang/server/rescue"
)

// Rescue takes in a rescue file of one of the reader's people, as it is uploaded.
func (s *Staff) Rescue(c *fiber.Ctx, u *zoufang.User) error {
	kind, params, err := mime.ParseMediaType(c.Get(fiber.HeaderContentType))
	if err != nil || kind != fiber.MIMEMultipartForm {
		return fiber.ErrUnsupportedMediaType
	}
	body := fiberapp.Stream(c)
	file, err := multipart.NewReader(body, params["boundary"]).NextPart()
	if err != nil || file.FormName() != "file" {
		return fiber.ErrBadRequest
	}
	found := &rescue.Drafts{}
	m := rescue.Importer{Records: s.Records, Accounts: s.Accounts, Blobs: s.Blobs, Now: s.Now, By: u, May: func(of *zoufang.User) bool { return desk.Theirs(u, of) }, Drafts: found}
	done, err := m.Import(c.UserContext(), file)
	var bad *rescue.FileError
	told := message{Icon: "alert", Href: people, Link: "回到人员与手机"}
	status := fiber.StatusUnprocessableEntity
	switch {
	case errors.As(err, &bad):
		told.Head, told.Text = "这个文件导不进来", "它不是本系统的救援文件、是别的服务器的，或者已经损坏。请从手机上重新导出。已读到的内容没有丢。"
	case errors.Is(err, rescue.ErrNotYours):
		told.Head, told.Text = "这个文件不归您导入", "它的主人不在您的区划里。"
	case body.Failed() || errors.Is(err, io.ErrUnexpectedEOF):
		told.Head, told.Text = "文件没有传完", "已传到的内容都在。请再传一次，重复的不会记两遍。"
	case err != nil:
		return err
	default:
		entry := s.told(c, zoufang.AuditRescueImported, u.ID)
		entry.Record, entry.Area = zoufang.RecordID(done.User), zoufang.CommonArea(u.Areas)
		if err := s.Audit.AppendAudit(c.UserContext(), entry); err != nil {
			return err
		}
		status = fiber.StatusOK
		told.Icon, told.Head, told.Text = "check", "救援文件已导入", rescued(done)
		s.Log.Info("rescue file taken in", "by", u.ID, "for", done.User, "lines", done.Lines, "held", done.Held, "media", done.Media, "drafts", done.Drafts)
	}
	if done.Drafts == 0 {
		return s.show(c, status, "message", sheet{Title: told.Head, User: u, Body: told})
	}
	return s.showDrafts(c, u, status, told, done, found)
}

// showDrafts shows once what was begun and not submitted. It stands in this answer
// alone: nothing keeps it, neither here nor in the browser.
func (s *Staff) showDrafts(c *fiber.Ctx, u *zoufang.User, status int, told message, done rescue.Report, found *rescue.Drafts) error {
	drafts, elsewhere, err := s.Desk.Drafts(c.UserContext(), u, found, done.User != u.ID)
	if err != nil {
		return err
	}
	p := rescuePage{message: told}
	for _, d := range drafts {
		p.Drafts = append(p.Drafts, card(d))
	}
	if !done.Proven {
		p.Notes = append(p.Notes, "不能证明这些草稿是在本人手机上写的，请先向本人核实。")
	}
	if elsewhere > 0 {
		p.Notes = append(p.Notes, fmt.Sprintf("另有 %d 份草稿不在您的区划里，这里不显示。", elsewhere))
	}
	if found.More > 0 {
		p.Notes = append(p.Notes, fmt.Sprintf("草稿太多，还有 %d 项没有显示。", found.More))
	}
	c.Set(fiber.HeaderContentSecurityPolicy, rescuePolicy)
	return s.show(c, status, "rescue", sheet{Title: told.Head, User: u, Body: p})
}

// rescuePolicy lets the one page that shows a file's drafts carry their pictures and
// recordings in itself: they are stored nowhere.
const rescuePolicy = "default-src 'none'; style-src 'self'; img-src 'self' data:; media-src 'self' data:; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"

type rescuePage struct {
	message
	Drafts []draftCard
	Notes  []string
}

type draftCard struct {
	desk.DraftView
	Photos, Sounds []template.URL
}

func card(d desk.DraftView) draftCard {
	c := draftCard{DraftView: d}
	for _, m := range d.Media {
		kind, _, err := mime.ParseMediaType(m.Type)
		if err != nil {
			continue
		}
		in := template.URL("data:" + kind + ";base64," + base64.StdEncoding.EncodeToString(m.Bytes)) // of a type that is taken from phones
		if strings.HasPrefix(kind, "image/") {
			c.Photos = append(c.Photos, in)
		} else {
			c.Sounds = append(c.Sounds, in)
		}
	}
	return c
}

func rescued(r rescue.Report) string {
	text := fmt.Sprintf("内容 %d 条：%d 条已在记录里，%d 条放在“搁置待定”。照片和签名 %d 份。", r.Lines, r.Applied, r.Held, r.Media)
	if r.Drafts > 0 {
		text += fmt.Sprintf("没提交的草稿 %d 份，见下面。", r.Drafts)
	}
	if n := r.Damaged + r.Strange; n > 0 {
		text += fmt.Sprintf("另有 %d 项打不开或没有用到。", n)
	}
	if r.Cut {
		text += "文件不完整，只导入了完整的部分。"
	}
	return text
}
