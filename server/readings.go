package server

import (
	"context"
	"time"

	"zoufang/server/desk"
)

// tellReadings has what was read told once an hour, see desk.ReadingsEvery.
func (s *Server) tellReadings(ctx context.Context) {
	tick := time.NewTicker(desk.ReadingsEvery)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
			s.tellWhatWasRead(ctx)
		}
	}
}

// lastWord is how long a server that ends takes to tell what was read.
const lastWord = 10 * time.Second

func (s *Server) tellWhatWasRead(ctx context.Context) {
	ctx, stop := context.WithTimeout(ctx, lastWord)
	defer stop()
	if err := s.desk.TellReadings(ctx); err != nil {
		s.cfg.Log.Error("what was read could not be put into the account log", "cause", err)
	}
}
