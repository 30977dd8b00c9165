package main

import (
	"context"
	"fmt"
	"net"
	"net/netip"
	"sync/atomic"
	"time"

	"zoufang"
	"zoufang/server/operator"
	"zoufang/storage"
)

const demoCodeLife = time.Hour

// checkDemo keeps the demo county, whose passwords and codes are printed, to this
// machine unless that was meant.
func (c *call) checkDemo() error {
	if host, _, _ := net.SplitHostPort(c.Listen); !c.Demo || c.Public || loopback(host) {
		return nil
	}
	return usagef("--demo opens an invented county with a password that everybody at this terminal reads, and --listen %s lets other machines reach it: "+
		"listen on 127.0.0.1, or add --demo-public if that is what you want", c.Listen)
}

// loopback reports whether a host is this machine, as none but itself reaches it.
func loopback(host string) bool {
	ip, err := netip.ParseAddr(host)
	return host == "localhost" || err == nil && ip.Unmap().IsLoopback()
}

// loadDemo loads the demo county into a store without areas. A store that does
// not exist yet is made with a clock of the past, so that the county's history
// reads like one.
func (c *call) loadDemo(ctx context.Context) error {
	there, err := c.begun(ctx)
	if err != nil {
		return err
	}
	var past atomic.Int64
	open, turn := c.writing, (func(time.Time))(nil)
	if !there {
		past.Store(c.now().Add(-120 * 24 * time.Hour).UnixMilli())
		turn = func(t time.Time) { past.Store(max(past.Load(), min(t.UnixMilli(), c.now().UnixMilli()))) }
		open = func(ctx context.Context) (*store, error) {
			return c.open(ctx, func() time.Time { return time.UnixMilli(past.Load()) })
		}
	}
	_, err = with(ctx, open, func(s *store) (any, error) {
		d := c.demo(s)
		d.Turn = turn
		began := time.Now()
		loaded, err := d.Load(ctx)
		if loaded && err == nil {
			err = s.AppendAudit(ctx, storage.NewAudited(c.now(), zoufang.AuditDemo, zoufang.System, ""))
			c.say("The demo county is loaded (%.1f s).", time.Since(began).Seconds())
		}
		return nil, err
	})
	return err
}

// begun reports whether there is a store that has been told a time.
func (c *call) begun(ctx context.Context) (bool, error) {
	if !c.Production.inUse() {
		return c.exists()
	}
	s, err := c.openProduction(ctx, c.now, false)
	if err != nil {
		return false, err
	}
	defer s.Close()
	m, err := storage.ReadMeta(ctx, s)
	return m.Clock != 0, err
}

func (c *call) demo(s *store) *operator.Demo {
	return &operator.Demo{Operator: s.operator(c.now), Blobs: s.blobs, Say: func(what string) { c.say("%s", what) }}
}

// showDemo prints the way into the demo county for somebody at this machine.
func (c *call) showDemo(ctx context.Context, s *store) error {
	logins, secret, coordinator, ok, err := c.demo(s).DemoAccess(ctx)
	if err != nil || !ok {
		return err
	}
	c.say("\nStaff: %s/staff/   password of all: %s", c.URL, secret)
	for _, l := range logins {
		note := ""
		if l.Own {
			note = " (has changed the password)"
		}
		c.say("  %-12s %-10s %s%s", l.Login, l.Role, l.Area, note)
	}
	if coordinator != nil {
		e, err := s.operator(c.now).Enrol(ctx, coordinator.ID, demoCodeLife)
		if err != nil {
			return err
		}
		c.say("Phone of %s, in a browser on this machine (works once, for an hour):\n  %s", coordinator.Name, phoneLink(c.URL, e.Code))
	}
	fmt.Fprintln(c.stderr)
	return nil
}
