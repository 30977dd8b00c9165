package staff

import (
	"errors"
	"fmt"
	"io"
	"strconv"

	"github.com/gofiber/fiber/v2"

	"zoufang"
	"zoufang/internal/problem"
	"zoufang/internal/thumb"
	"zoufang/storage"
)

const (
	thumbSize = 320
	maxPhoto  = 20 << 20 // bytes, as the phone protocol takes
)

// Medium sends a photo or signature that a record in the reader's areas names,
// whole or, with ?size=320, small. To all others it does not exist. No browser keeps
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
	o, err := s.Blobs.Open(c.UserContext(), digest)
	if errors.Is(err, storage.ErrNotFound) {
		return fmt.Errorf("a medium known as stored has no object")
	}
	if err != nil {
		return err
	}
	if size == "" {
		c.Set(fiber.HeaderContentType, mediaType(m.Type))
		return c.SendStream(o, int(o.Size)) // closes it
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

// mediaType is what a browser is told: a type that is taken from phones; all else is
// a download.
func mediaType(declared string) string {
	if kind, taken := zoufang.MediumType(declared); taken {
		return kind
	}
	return "application/octet-stream"
}
