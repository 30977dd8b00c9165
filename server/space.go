package server

import (
	"context"
	"log/slog"
	"math"
	"time"

	"github.com/gofiber/fiber/v2"

	"zoufang/internal/space"
)

const spaceEvery = 30 * time.Second

// lookAtSpace logs when something is no longer taken in for want of room, and when it
// is again.
func (s *Server) lookAtSpace(ctx context.Context) {
	tick := time.NewTicker(spaceEvery)
	defer tick.Stop()
	for last := space.Ample; ; {
		last = s.noteSpace(ctx, last)
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
	}
}

// noteSpace logs where the level is another than the last, and gives it.
func (s *Server) noteSpace(ctx context.Context, last space.Level) space.Level {
	level, room, err := s.cfg.Space.Now()
	if err != nil {
		s.cfg.Log.Warn("the room left cannot be read", "cause", err)
	}
	if level == last {
		return level
	}
	as := slog.LevelError
	if level == space.Ample {
		as = slog.LevelInfo
	}
	s.cfg.Log.Log(ctx, as, "room left", "level", level.Name(), "says", s.cfg.Space.Words(level, room))
	return level
}

// roomLeft is what readyz adds where something is no longer taken in; nil else.
func (s *Server) roomLeft() fiber.Map {
	level, room, _ := s.cfg.Space.Now()
	if level == space.Ample {
		return nil
	}
	return fiber.Map{"level": level.Name(), "free": room.Free, "says": s.cfg.Space.Words(level, room)}
}

// freeBytes is for the metrics.
func (s *Server) freeBytes() float64 {
	_, room, err := s.cfg.Space.Now()
	if err != nil || room.Total <= 0 {
		return math.NaN()
	}
	return float64(room.Free)
}
