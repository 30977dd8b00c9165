package server

import (
	"context"
	"math"
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

// readyz says that the store answers, too; and in "space" what is no longer taken in
// for want of room; in "lists" how much is loaded of what lists are made from. It is ready all the same: what is stored is read.
func (s *Server) readyz(c *fiber.Ctx) error {
	c.Set(fiber.HeaderCacheControl, "no-store")
	if _, err := s.meta(c.UserContext()); err != nil {
		return problem.Of(problem.Busy).Because(err)
	}
	reply := fiber.Map{"ok": true, "lists": s.lists.Progress()}
	if room := s.roomLeft(); room != nil {
		reply["space"] = room
	}
	return c.JSON(reply)
}

func (s *Server) meta(ctx context.Context) (storage.Meta, error) {
	ctx, cancel := context.WithTimeout(ctx, readyTime)
	defer cancel()
	return storage.ReadMeta(ctx, s.cfg.Records)
}

// safeAt is for the metrics; a store that does not answer gives no number.
func (s *Server) safeAt() float64 {
	m, err := s.meta(context.Background())
	if err != nil {
		return math.NaN()
	}
	return float64(m.SafeAt) / 1000
}
