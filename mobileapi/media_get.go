package mobileapi

import (
	"errors"
	"io"
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
	c.Set(fiber.HeaderAcceptRanges, "bytes")
	header := c.Get(fiber.HeaderRange)
	if given := c.Get(fiber.HeaderIfRange); given != "" && given != etag {
		header = ""
	}
	from, n, partial, ok := byteRange(header, object.Size)
	if !ok {
		object.Close()
		c.Set(fiber.HeaderContentRange, "bytes */"+strconv.FormatInt(object.Size, 10))
		return problem.Of(problem.Range)
	}
	if partial {
		if _, err := object.Seek(from, io.SeekStart); err != nil {
			object.Close()
			return err
		}
		c.Set(fiber.HeaderContentRange, "bytes "+strconv.FormatInt(from, 10)+"-"+strconv.FormatInt(from+n-1, 10)+"/"+strconv.FormatInt(object.Size, 10))
		c.Status(fiber.StatusPartialContent)
	}
	fiberapp.Send(c, object, int(n))
	return nil
}

// byteRange reads a Range header (RFC 9110 §14). One we don't understand, or of
// several parts, asks for the whole; ok is false where nothing of it is there.
func byteRange(header string, size int64) (from, n int64, partial, ok bool) {
	spec, isBytes := strings.CutPrefix(header, "bytes=")
	first, last, dash := strings.Cut(strings.TrimSpace(spec), "-")
	if !isBytes || !dash || strings.Contains(spec, ",") {
		return 0, size, false, true
	}
	a, errA := strconv.ParseUint(first, 10, 62)
	b, errB := strconv.ParseUint(last, 10, 62)
	switch {
	case first == "" && errB == nil: // the last b bytes
		n = min(int64(b), size)
		return size - n, n, true, n > 0
	case errA != nil || last != "" && (errB != nil || b < a):
		return 0, size, false, true
	case int64(a) >= size:
		return 0, 0, true, false
	case last == "":
		return int64(a), size - int64(a), true, true
	}
	return int64(a), min(int64(b), size-1) - int64(a) + 1, true, true
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
