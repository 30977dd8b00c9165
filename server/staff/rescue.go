package staff

import (
	"errors"
	"fmt"
	"io"
	"mime"
	"mime/multipart"

	"github.com/gofiber/fiber/v2"

	"zoufang"
	"zoufang/internal/fiberapp"
	"zoufang/server/rescue"
	"zoufang/storage"
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
	m := rescue.Importer{Records: s.Records, Accounts: s.Accounts, Blobs: s.Blobs, Now: s.Now, By: u, May: func(of *zoufang.User) bool { return theirs(u, of) }, Drafts: found}
	done, err := m.Import(c.UserContext(), file)
	var bad *rescue.FileError
	told := message{Icon: "alert", Href: "/staff/people", Link: "回到人员与手机"}
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
		status = fiber.StatusOK
		told.Icon, told.Head, told.Text = "check", "救援文件已导入", rescued(done)
		s.Log.Info("rescue file taken in", "by", u.ID, "for", done.User, "lines", done.Lines, "held", done.Held, "media", done.Media, "drafts", done.Drafts)
	}
	if done.Drafts == 0 {
		return s.show(c, status, "message", page{Title: told.Head, User: u, Body: told})
	}
	return s.showDrafts(c, u, status, told, done, found)
}

// showDrafts shows once what was begun and not submitted. It stands in this answer
// alone: nothing keeps it, neither here nor in the browser.
func (s *Staff) showDrafts(c *fiber.Ctx, u *zoufang.User, status int, told message, done rescue.Report, found *rescue.Drafts) error {
	p := rescuePage{message: told}
	elsewhere := 0
	err := s.Records.View(c.UserContext(), func(v storage.View) (err error) {
		p.Drafts, elsewhere, err = s.drafts(v, u, found, done.User != u.ID)
		return err
	})
	if err != nil {
		return err
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
	return s.show(c, status, "rescue", page{Title: told.Head, User: u, Body: p})
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
