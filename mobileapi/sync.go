package mobileapi

import (
	"bytes"
	"context"
	"errors"
	"strings"
	"sync"

	"github.com/gofiber/fiber/v2"
	"github.com/klauspost/compress/gzip"

	"zoufang"
	"zoufang/internal/fiberapp"
	"zoufang/internal/problem"
	"zoufang/storage"
	"zoufang/sync/intake"
)

// sync is one round trip (protocol §4): the phone's lines are stored and judged
// in one transaction, then the changed rows of one snapshot are sent.
func (a *API) sync(c *fiber.Ctx) error {
	who := callerOf(c)
	req, err := readSync(c, c.BodyRaw())
	if err != nil {
		return err
	}
	if req.device != who.Device.ID {
		return problem.Of(problem.Device)
	}
	a.touch(c.UserContext(), who.Device)
	var r reply
	if len(req.lines) == 0 {
		err = a.pull(c.UserContext(), who.User, req, &r)
	} else if err = a.roomForLines(); err == nil {
		err = a.push(c.UserContext(), intake.Sender{User: who.User, Device: who.Device}, req, &r)
	}
	if err != nil {
		return err
	}
	return sendNDJSON(c, r.b)
}

// readSync makes out a whole request. What is inflated is paid for like the body.
func readSync(c *fiber.Ctx, sent []byte) (syncRequest, error) {
	encoding := c.Get(fiber.HeaderContentEncoding)
	if packed(encoding) {
		if err := fiberapp.Room(c, maxInflated); err != nil {
			return syncRequest{}, err
		}
	}
	body, err := inflate(sent, encoding, maxInflated)
	if err != nil {
		return syncRequest{}, refusal(err)
	}
	req, err := parseSync(body)
	return req, refusal(err)
}

func refusal(err error) error {
	switch {
	case err == nil:
		return nil
	case errors.Is(err, errTooLarge):
		return problem.Of(problem.TooLarge)
	case errors.Is(err, errEncoding):
		return problem.Of(problem.Type)
	}
	return problem.Of(problem.Body)
}

// push stores the lines, then answers them with the rows of a later snapshot. A
// restore in between begins the phone anew: it sends the lines again.
func (a *API) push(ctx context.Context, s intake.Sender, req syncRequest, r *reply) error {
	out, err := a.intake.Push(ctx, s, req.expect, read(req.lines))
	if errors.Is(err, storage.ErrTooLarge) { // the phone sends half of them
		return problem.Of(problem.TooLarge).Because(err)
	}
	if err != nil {
		return err
	}
	now, err := a.cfg.Upkeep.Clock(ctx) // after the lines are durable: see Advance
	if err != nil {
		return err
	}
	if out.Restored {
		r.restart(out.Meta, now, out.Again)
		return nil
	}
	return a.cfg.Records.View(ctx, func(v storage.View) error {
		m, err := v.Meta()
		if err != nil {
			return err
		}
		if m.Epoch != out.Meta.Epoch {
			r.restart(m, m.Clock, false)
			return nil
		}
		return r.feed(v, s.User, m, now, req, out.Answers)
	})
}

// pull answers a request without lines. The time is read first: of what the
// phone is told, all was durable by then or is only rows.
func (a *API) pull(ctx context.Context, u *zoufang.User, req syncRequest, r *reply) error {
	now, err := a.cfg.Upkeep.Clock(ctx)
	if err != nil {
		return err
	}
	return a.cfg.Records.View(ctx, func(v storage.View) error {
		m, err := v.Meta()
		if err != nil {
			return err
		}
		restored, again, err := req.expect.Check(v)
		if err != nil {
			return err
		}
		if restored {
			r.restart(m, now, again)
			return nil
		}
		return r.feed(v, u, m, now, req, nil)
	})
}

func (r *reply) feed(v storage.View, u *zoufang.User, m storage.Meta, now int64, req syncRequest, answers []intake.Answer) error {
	p, err := plan(v, u, m.Epoch, req.cursor, req.reread)
	if err != nil {
		return err
	}
	r.first(m, now, false, p)
	r.answers(answers)
	return r.rows(v, p)
}

func read(lines [][]byte) []intake.Line {
	out := make([]intake.Line, len(lines))
	for i, line := range lines {
		out[i] = intake.Read(line)
	}
	return out
}

var zippers = sync.Pool{New: func() any { return gzip.NewWriter(nil) }}

// minZip is the size in bytes under which compression gains nothing.
const minZip = 150

func sendNDJSON(c *fiber.Ctx, body []byte) error {
	c.Set(fiber.HeaderContentType, "application/x-ndjson")
	c.Set(fiber.HeaderCacheControl, "no-store")
	c.Vary(fiber.HeaderAcceptEncoding)
	if len(body) >= minZip && acceptsGzip(c.Get(fiber.HeaderAcceptEncoding)) {
		z := zippers.Get().(*gzip.Writer)
		defer zippers.Put(z)
		var b bytes.Buffer
		z.Reset(&b)
		if _, err := z.Write(body); err != nil {
			return err
		}
		if err := z.Close(); err != nil {
			return err
		}
		c.Set(fiber.HeaderContentEncoding, "gzip")
		body = b.Bytes()
	}
	return c.Send(body)
}

// acceptsGzip reads Accept-Encoding; a quality of nought is a refusal.
func acceptsGzip(header string) bool {
	for offer := range strings.SplitSeq(header, ",") {
		name, q, _ := strings.Cut(strings.ReplaceAll(strings.ToLower(offer), " ", ""), ";q=")
		if name == "gzip" {
			return strings.Trim(q, "0.") != "" || q == ""
		}
	}
	return false
}
