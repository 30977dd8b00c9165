package server

import (
	"context"
	"time"

	"github.com/gofiber/fiber/v2"

	"zoufang/internal/problem"
	"zoufang/storage"
)

const readyTime = 3 * time.Second

// healthz says that the process answers.
func (s *Server) healthz(c *fiber.Ctx) error {
	c.Set(fiber.HeaderCacheControl, "no-store")
	return c.JSON(fiber.Map{"ok": true})
}

// readyz says that the store answers, too.
func (s *Server) readyz(c *fiber.Ctx) error {
	c.Set(fiber.HeaderCacheControl, "no-store")
	ctx, cancel := context.WithTimeout(c.UserContext(), readyTime)
	defer cancel()
	err := s.cfg.Records.View(ctx, func(v storage.View) error {
		_, err := v.Meta()
		return err
	})
	if err != nil {
		return problem.Of(problem.Busy).Because(err)
	}
	return c.JSON(fiber.Map{"ok": true})
}
