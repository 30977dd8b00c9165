package mobileapi

import (
	"encoding/json"
	"mime"

	"github.com/gofiber/fiber/v2"

	"zoufang/internal/fiberapp"
	"zoufang/internal/fold"
	"zoufang/internal/problem"
)

// body reads a whole body of most bytes before the handler after it runs. On a
// route behind auth it stands behind that.
func body(most int) fiber.Handler {
	return func(c *fiber.Ctx) error {
		if _, err := fiberapp.Whole(c, most); err != nil {
			return err
		}
		return c.Next()
	}
}

// readJSON makes out a body that must be JSON, and was read by body.
func readJSON(c *fiber.Ctx, into any) error {
	if kind, _, err := mime.ParseMediaType(c.Get(fiber.HeaderContentType)); err != nil || kind != fiber.MIMEApplicationJSON {
		return problem.Of(problem.Type)
	}
	if encoding := c.Get(fiber.HeaderContentEncoding); encoding != "" && encoding != "identity" {
		return problem.Of(problem.Type)
	}
	if err := json.Unmarshal(c.Request().Body(), into); err != nil {
		return problem.Of(problem.Body)
	}
	return nil
}

// clip keeps the first runes of a text that is only ever shown, without what could turn
// the text around it.
func clip(s string, most int) string {
	s = fold.Line(s)
	if r := []rune(s); len(r) > most {
		return string(r[:most])
	}
	return s
}
