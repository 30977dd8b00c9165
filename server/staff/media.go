package staff

import (
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"

	"github.com/gofiber/fiber/v2"

	"zoufang"
	"zoufang/internal/fiberapp"
	"zoufang/internal/problem"
	"zoufang/internal/thumb"
	"zoufang/storage"
)

const (
	thumbSize = 320
	maxPhoto  = 20 << 20 // bytes, as the phone protocol takes
)

// Medium sends a photo, signature or recording that a record in the reader's areas
// names, whole, in parts or, with ?size=320, small; with ?save as a file. To all others it does not exist. No browser keeps
// it (server/headers.go), so there is nothing to ask for again.
func (s *Staff) Medium(c *fiber.Ctx, u *zoufang.User) error {
	digest := zoufang.Digest(c.Params("digest"))
	size := c.Query("size")
	if size != "" && size != strconv.Itoa(thumbSize) {
		return problem.Of(problem.NotFound)
	}
	m, err := s.desk.Medium(c.UserContext(), u, digest)
	if err != nil {
		return err
	}
	c.Set(fiber.HeaderContentDisposition, "inline")
	if c.Context().QueryArgs().Has("save") {
		c.Set(fiber.HeaderContentDisposition, `attachment; filename="`+fileName(m)+`"`)
	}
	o, err := s.Blobs.Open(c.UserContext(), digest)
	if errors.Is(err, storage.ErrNotFound) {
		return fmt.Errorf("a medium known as stored has no object")
	}
	if err != nil {
		return err
	}
	if size == "" {
		c.Set(fiber.HeaderContentType, mediaType(m.Type))
		return fiberapp.SendPart(c, o, o.Size, "")
	}
	defer o.Close()
	return s.small(c, o, m)
}

func (s *Staff) small(c *fiber.Ctx, o storage.Object, m *storage.Medium) error {
	b, err := thumb.Make(io.LimitReader(o, maxPhoto), thumbSize)
	if errors.Is(err, thumb.ErrNotImage) || errors.Is(err, thumb.ErrTooLarge) {
		return problem.Of(problem.NotFound).Because(err)
	}
	if err != nil {
		return err
	}
	c.Set(fiber.HeaderContentType, "image/jpeg")
	return c.Send(b)
}

// fileName is what a medium is called where it is saved: for the program that is to
// open it.
func fileName(m *storage.Medium) string {
	end := "bin"
	if kind, sub, ok := strings.Cut(m.Type, "/"); ok && (kind == "image" || kind == "audio") {
		end, _, _ = strings.Cut(sub, ";")
	}
	for _, c := range end {
		if (c < 'a' || c > 'z') && (c < '0' || c > '9') {
			end = "bin"
			break
		}
	}
	return string(m.Digest[:12]) + "." + end
}

// mediaType is what a browser is told: a type that is taken from phones; all else is
// a download.
func mediaType(declared string) string {
	if kind, taken := zoufang.MediumType(declared); taken {
		return kind
	}
	return "application/octet-stream"
}
