package main

import (
	"context"
	"errors"
	"fmt"

	"zoufang"
	"zoufang/storage"
)

type listedDevice struct {
	ID       zoufang.DeviceID `json:"id"`
	User     zoufang.UserID   `json:"user"`
	Name     string           `json:"name"`
	Platform string           `json:"platform"`
	App      string           `json:"app"`
	Enrolled int64            `json:"enrolled"`
	Seen     int64            `json:"seen"`
	Revoked  *int64           `json:"revoked"` // null while live
}

func deviceList(ctx context.Context, c *call) (any, error) {
	return with(ctx, c.read, func(s *store) (any, error) {
		devices, err := s.Devices(ctx)
		out := make([]listedDevice, 0, len(devices))
		for _, d := range devices {
			out = append(out, listDevice(d))
		}
		return out, err
	})
}

func listDevice(d zoufang.Device) listedDevice {
	l := listedDevice{d.ID, d.User, d.Name, d.Platform, d.App, d.Enrolled, d.Seen, nil}
	if d.Revoked != 0 {
		l.Revoked = &d.Revoked
	}
	return l
}

func deviceRevoke(ctx context.Context, c *call) (any, error) {
	id := zoufang.DeviceID(c.args[0])
	return with(ctx, c.read, func(s *store) (any, error) {
		err := s.operator(c.now).Revoke(ctx, id)
		if errors.Is(err, storage.ErrNotFound) {
			return nil, errors.New("no phone has this id")
		}
		if err != nil {
			return nil, err
		}
		d, _, err := s.Device(ctx, id)
		if err != nil {
			return nil, err
		}
		return listDevice(*d), nil
	})
}

type listedHeld struct {
	ID     zoufang.CommitID `json:"id"`
	At     int64            `json:"at"`
	Code   zoufang.HoldCode `json:"code"`
	Why    string           `json:"why"`
	Sender zoufang.UserID   `json:"sender"`
	Author zoufang.UserID   `json:"author"`
	Areas  []zoufang.AreaID `json:"areas"`
	Sealed bool             `json:"sealed"`
	Line   *string          `json:"line,omitempty"` // left out where it carries a sealed value
}

func heldList(ctx context.Context, c *call) (any, error) {
	return with(ctx, c.read, func(s *store) (any, error) {
		held, err := s.operator(c.now).ListHeld(ctx)
		out := make([]listedHeld, 0, len(held))
		for _, h := range held {
			l := listedHeld{h.ID, h.At, h.Code, h.Why, h.Sender, h.Author, h.Areas, h.Sealed, nil}
			if l.Areas == nil {
				l.Areas = []zoufang.AreaID{}
			}
			if !h.Sealed {
				line := string(h.Line)
				l.Line = &line
			}
			out = append(out, l)
		}
		return out, err
	})
}

type decided struct {
	ID   zoufang.CommitID `json:"id"`
	Code zoufang.HoldCode `json:"code"` // released, rejected, or what it is held under now
	Why  string           `json:"why"`
}

func heldRelease(ctx context.Context, c *call) (any, error) { return decide(ctx, c, zoufang.Release) }

func heldReject(ctx context.Context, c *call) (any, error) { return decide(ctx, c, zoufang.Reject) }

func decide(ctx context.Context, c *call, ruling zoufang.Ruling) (any, error) {
	if err := need("why", c.Why); err != nil {
		return nil, err
	}
	return with(ctx, c.read, func(s *store) (any, error) {
		id := zoufang.CommitID(c.args[0])
		d, err := s.desk(c.now)
		if err != nil {
			return nil, err
		}
		h, err := d.DecideHeld(ctx, zoufang.SystemUser(), id, ruling, c.Why, "")
		if err != nil {
			return nil, err
		}
		if h == nil {
			return nil, fmt.Errorf("the line %s is applied and no longer held", id)
		}
		if h.Code.Open() {
			c.say("The line is still held: %s.", h.Code)
		}
		return decided{id, h.Code, h.Why}, nil
	})
}
