package main

import (
	"context"
	"errors"
	"net"
	"os"
	"strings"
	"sync"
	"time"

	"zoufang/internal/recovery"
	"zoufang/server"
	"zoufang/server/backup"
	"zoufang/sync/intake"
)

// grace is how long requests under way may take to end.
const grace = 8 * time.Second

type serving struct {
	URL     string `json:"url"`
	Listen  string `json:"listen"`
	Staff   string `json:"staff"`
	Phone   string `json:"phone"`
	PID     int    `json:"pid"`
	Version string `json:"version"`
}

// serve runs until ctx ends, then lets the requests under way finish.
func serve(ctx context.Context, c *call) (any, error) {
	if err := c.checkDemo(); err != nil {
		return nil, err
	}
	proxies, err := c.proxies()
	if err != nil {
		return nil, err
	}
	ln, err := server.Listen(c.Listen, proxies...) // before anything is made: a taken port changes nothing
	if err != nil {
		return nil, err
	}
	defer ln.Close()
	host, _, _ := net.SplitHostPort(c.Listen)
	_, port, _ := net.SplitHostPort(ln.Addr().String())
	if c.URL == "" {
		c.URL = address(host, port)
	}
	defer c.noteServed()()
	if c.Demo {
		if err := c.loadDemo(ctx); err != nil {
			return nil, err
		}
	}
	return with(ctx, c.writing, func(s *store) (any, error) { return nil, c.serve(ctx, s, ln) })
}

func (c *call) serve(ctx context.Context, s *store, ln net.Listener) error {
	if err := s.operator(c.now).Publish(ctx); err != nil {
		return err
	}
	// Before the first phone wraps its key to one: so every backup has it.
	if _, err := recovery.Keys(ctx, s, c.now()); err != nil {
		return err
	}
	if err := c.publishContent(ctx, s); err != nil {
		return err
	}
	in := intake.Intake{Records: s}
	if _, err := in.Rejudge(ctx); err != nil {
		return err
	}
	proxies, err := c.proxies()
	if err != nil {
		return err
	}
	if strings.HasPrefix(c.URL, "https:") && len(proxies) == 0 {
		c.log.Warn("the address is https, so a reverse proxy stands in front, but --proxies names none: all clients count as one where guesses are limited")
	}
	backups, err := c.schedule(ctx, s)
	if err != nil {
		return err
	}
	srv, err := server.New(server.Config{
		Records: s, Accounts: s, Upkeep: s, Audit: s, Shelves: s, Jobs: s, Memory: c.listMemory(), Blobs: s.blobs, Space: c.space(s), URL: c.URL, Proxies: proxies, Now: c.now, Log: c.log})
	if err != nil {
		return err
	}
	var working sync.WaitGroup
	defer working.Wait()
	if backups != nil {
		backing, stop := context.WithCancel(ctx)
		defer stop()
		working.Go(func() { backups.Run(backing) })
	}
	ended := make(chan error, 1)
	go func() { ended <- srv.Serve(ln) }()
	if c.Demo {
		if err := c.showDemo(ctx, s); err != nil {
			return err
		}
	}
	c.log.Info("serving", "listen", ln.Addr().String(), "url", c.URL, "version", version)
	err = c.answer(serving{c.URL, ln.Addr().String(), c.URL + "/staff/", c.URL + "/phone/", os.Getpid(), version})
	if err != nil {
		return err
	}
	select {
	case err := <-ended:
		if err == nil {
			err = errors.New("the server ended by itself")
		}
		return err
	case <-ctx.Done():
	}
	c.log.Info("ending")
	ending, stop := context.WithTimeout(context.Background(), grace)
	defer stop()
	return srv.Shutdown(ending)
}

// schedule is the backups to make while serving; nil for none.
func (c *call) schedule(ctx context.Context, s *store) (*backup.Schedule, error) {
	if c.BackupDir == "" {
		return nil, nil
	}
	to, err := c.backups(ctx, c.BackupDir, false)
	if err != nil {
		return nil, err
	}
	if to == nil {
		to = backup.Dir(c.BackupDir)
	}
	place, err := c.place(s)
	if err != nil {
		return nil, err
	}
	place.Say = nil
	plan := &backup.Schedule{Place: place, Target: to, Every: c.BackupEvery, Keep: c.BackupKeep, Done: func(w backup.Written, err error) {
		switch {
		case err != nil:
			c.log.Error("the scheduled backup failed; it is tried again", "cause", err.Error())
		case w.File != "":
			c.log.Info("backed up", "set", w.File, "bytes", w.Bytes, "media", w.Media, "media_added", w.Added, "mended", w.Mended)
		}
	}}
	if err := plan.Check(); err != nil {
		return nil, usageError{err}
	}
	return plan, nil
}
