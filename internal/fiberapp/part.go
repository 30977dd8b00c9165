package fiberapp

import (
	"io"
	"strconv"
	"strings"

	"github.com/gofiber/fiber/v2"

	"zoufang/internal/problem"
)

// SendPart replies with what the request's Range asks for of an object of size bytes,
// or with all of it, as Send does: whoever listens to a recording goes back and forth
// in it. An If-Range with another mark than etag asks for the whole. Where nothing of
// the range is there it is problem.Range. The object is closed in every case.
func SendPart(c *fiber.Ctx, object io.ReadSeekCloser, size int64, etag string) error {
	c.Set(fiber.HeaderAcceptRanges, "bytes")
	header := c.Get(fiber.HeaderRange)
	if given := c.Get(fiber.HeaderIfRange); given != "" && given != etag {
		header = ""
	}
	from, n, partial, ok := byteRange(header, size)
	if !ok {
		object.Close()
		c.Set(fiber.HeaderContentRange, "bytes */"+strconv.FormatInt(size, 10))
		return problem.Of(problem.Range)
	}
	if partial {
		if _, err := object.Seek(from, io.SeekStart); err != nil {
			object.Close()
			return err
		}
		c.Set(fiber.HeaderContentRange, "bytes "+strconv.FormatInt(from, 10)+"-"+strconv.FormatInt(from+n-1, 10)+"/"+strconv.FormatInt(size, 10))
		c.Status(fiber.StatusPartialContent)
	}
	Send(c, object, int(n))
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
