package api

import (
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"strings"

	"github.com/gofiber/fiber/v2"
)

// marked gives a reply a mark by what it says (ETag), and answers 304 to who has it. A
// record's page tells of others, so nothing less than all of it is its mark.
func marked(c *fiber.Ctx) error {
	if err := c.Next(); err != nil || c.Response().StatusCode() != fiber.StatusOK {
		return err
	}
	sum := sha256.Sum256(c.Response().Body())
	mark := `"` + hex.EncodeToString(sum[:12]) + `"`
	c.Set(fiber.HeaderETag, mark)
	has := strings.FieldsFunc(c.Get(fiber.HeaderIfNoneMatch), func(r rune) bool { return r == ',' || r == ' ' })
	if slices.Contains(has, mark) || slices.Contains(has, "W/"+mark) || slices.Contains(has, "*") {
		c.Response().ResetBody()
		c.Response().Header.Del(fiber.HeaderContentType)
		c.Status(fiber.StatusNotModified)
	}
	return nil
}
