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
	m := rescue.Importer{Records: s.Records, Accounts: s.Accounts, Blobs: s.Blobs, Now: s.Now, By: u, May: func(of *zoufang.User) bool { return theirs(u, of) }}
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
		s.Log.Info("rescue file taken in", "by", u.ID, "for", done.User, "lines", done.Lines, "held", done.Held, "media", done.Media)
	}
	return s.show(c, status, "message", page{Title: told.Head, User: u, Body: told})
}

func rescued(r rescue.Report) string {
	text := fmt.Sprintf("内容 %d 条：%d 条已在记录里，%d 条放在“搁置待定”。照片和签名 %d 份。", r.Lines, r.Applied, r.Held, r.Media)
	if n := r.Damaged + r.Strange; n > 0 {
		text += fmt.Sprintf("另有 %d 项打不开或没有用到。", n)
	}
	if r.Cut {
		text += "文件不完整，只导入了完整的部分。"
	}
	return text
}
