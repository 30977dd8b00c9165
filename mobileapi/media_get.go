package mobileapi

import (
	"errors"
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

// getMedium sends a medium, or a thumbnail of it, to those who may read it.
func (a *API) getMedium(c *fiber.Ctx) error {
	size := c.Query("size")
	if size != "" && size != strconv.Itoa(pictures.Size) {
		return problem.Of(problem.Body)
	}
	digest, ctx := zoufang.Digest(c.Params("digest")), c.UserContext()
	if !digest.Valid() {
		return problem.Of(problem.NotFound)
	}
	var m *storage.Medium
	err := a.cfg.Records.View(ctx, func(v storage.View) error {
		found, err := readable(v, callerOf(c), digest)
		if m = nil; len(found) > 0 {
			m = &found[0]
		}
		return err
	})
	if err != nil {
		return err
	}
	if m == nil {
		return problem.Of(problem.NotFound)
	}
	if size != "" {
		return a.sendThumb(c, m)
	}
	object, err := a.cfg.Blobs.Open(ctx, digest)
	if errors.Is(err, storage.ErrNotFound) {
		return problem.Of(problem.NotFound)
	}
	if err != nil {
		return err
	}
	return sendObject(c, m, object)
}

// found sets what every reply with a medium says, and reports whether the client
// has it already. Content never changes under its digest.
func found(c *fiber.Ctx, etag, kind string) (has bool) {
	c.Set(fiber.HeaderETag, etag)
	c.Set(fiber.HeaderCacheControl, "private, max-age=31536000, immutable")
	c.Set(fiber.HeaderXContentTypeOptions, "nosniff")
	c.Set(fiber.HeaderContentSecurityPolicy, "sandbox; default-src 'none'")
	c.Set(fiber.HeaderContentType, kind)
	for tag := range strings.SplitSeq(c.Get(fiber.HeaderIfNoneMatch), ",") {
		if tag = strings.TrimSpace(tag); tag == "*" || strings.TrimPrefix(tag, "W/") == etag {
			return true
		}
	}
	return false
}

func sendObject(c *fiber.Ctx, m *storage.Medium, object storage.Object) error {
	etag := `"` + string(m.Digest) + `"`
	if found(c, etag, m.Type) {
		object.Close()
		c.Status(fiber.StatusNotModified)
		return nil
	}
	return fiberapp.SendPart(c, object, object.Size, etag)
}

// sendThumb sends the small picture. What is no picture has none.
func (a *API) sendThumb(c *fiber.Ctx, m *storage.Medium) error {
	if !zoufang.IsPicture(m.Type) {
		return problem.Of(problem.Type)
	}
	small, err := a.pictures.Small(c.UserContext(), string(callerOf(c).User.ID), m.Digest)
	var flawed thumb.Flawed
	switch {
	case errors.As(err, &flawed):
		return problem.Of(problem.Type)
	case errors.Is(err, thumb.ErrTooLarge):
		return problem.Of(problem.TooLarge)
	case errors.Is(err, storage.ErrNotFound):
		return problem.Of(problem.NotFound)
	case err != nil:
		return err
	}
	if found(c, `"`+string(m.Digest)+"-"+strconv.Itoa(pictures.Size)+`"`, "image/jpeg") {
		c.Status(fiber.StatusNotModified)
		return nil
	}
	return c.Send(small)
}
