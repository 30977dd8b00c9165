package staff

import (
	"errors"
	"fmt"
	"strconv"
	"strings"

	"github.com/gofiber/fiber/v2"

	"zoufang"
	"zoufang/internal/fiberapp"
	"zoufang/internal/pictures"
	"zoufang/internal/problem"
	"zoufang/internal/thumb"
	"zoufang/storage"
)

// Medium sends a photo, signature or recording that a record in the reader's areas
// names, whole or in parts or, with ?size=320, small; with ?save as a file. To all others it does not
// exist. No browser keeps it (server/headers.go), so there is nothing to ask for again.
func (s *Staff) Medium(c *fiber.Ctx, u *zoufang.User) error {
	digest := zoufang.Digest(c.Params("digest"))
	size := c.Query("size")
	if size != "" && size != strconv.Itoa(pictures.Size) {
		return problem.Of(problem.NotFound)
	}
	m, err := s.Desk.Medium(c.UserContext(), u, digest, zoufang.RecordID(c.Query("of")), strings.Clone(fiberapp.Address(c)))
	if err != nil {
		return err
	}
	c.Set(fiber.HeaderContentDisposition, "inline")
	if c.Context().QueryArgs().Has("save") {
		c.Set(fiber.HeaderContentDisposition, `attachment; filename="`+fileName(m)+`"`)
	}
	if size != "" {
		return s.small(c, u, digest)
	}
	o, err := s.Blobs.Open(c.UserContext(), digest)
	if errors.Is(err, storage.ErrNotFound) {
		return fmt.Errorf("a medium known as stored has no object")
	}
	if err != nil {
		return err
	}
	c.Set(fiber.HeaderContentType, mediaType(m.Type))
	return fiberapp.SendPart(c, o, o.Size, "") // closes it
}

// mediumHref is where a medium of a record's page is: of a report of harm it says whose
// it is, since opening it is told.
func mediumHref(d zoufang.Digest, how string, of recordPage) string {
	var query []string
	if how != "" {
		query = append(query, how)
	}
	if of.Harm {
		query = append(query, "of="+string(of.ID))
	}
	href := "/staff/media/" + string(d)
	if len(query) > 0 {
		href += "?" + strings.Join(query, "&")
	}
	return href
}

// small sends the small picture; what cannot be seen has none.
func (s *Staff) small(c *fiber.Ctx, u *zoufang.User, digest zoufang.Digest) error {
	b, err := s.Pictures.Small(c.UserContext(), string(u.ID), digest)
	var flawed thumb.Flawed
	if errors.As(err, &flawed) || errors.Is(err, thumb.ErrTooLarge) {
		return problem.Of(problem.NotFound).Because(err)
	}
	if err != nil {
		return err
	}
	c.Set(fiber.HeaderContentType, "image/jpeg")
	return c.Send(b)
}

// fileName is what a medium is called where it is saved: by what it is, if that is
// known, for the program that is to open it.
func fileName(m *storage.Medium) string {
	end := "bin"
	if kind, sub, ok := strings.Cut(m.Type, "/"); ok && (kind == "image" || kind == "audio") {
		end, _, _ = strings.Cut(sub, ";")
	}
	switch m.Flaw {
	case zoufang.FlawHEIC:
		end = "heic"
	case zoufang.FlawPage, zoufang.FlawOther:
		end = "bin"
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
