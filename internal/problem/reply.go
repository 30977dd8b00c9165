package problem

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"strconv"
	"time"

	"github.com/gofiber/fiber/v2"
)

// busyWait is how long a client is asked to wait when the problem does not say.
const busyWait = 5 * time.Second

// From gives the problem an error stands for. One that is no problem yet is busy
// where the failure passes by itself (an error with a method Temporary or Timeout
// that reports true, or a context that ran out), else internal.
func From(err error) *Problem {
	var p *Problem
	if errors.As(err, &p) {
		return p
	}
	var f *fiber.Error
	if errors.As(err, &f) {
		return Of(ofStatus(f.Code)).Because(err)
	}
	var temporary interface{ Temporary() bool }
	var timeout interface{ Timeout() bool }
	switch {
	case errors.As(err, &temporary) && temporary.Temporary(),
		errors.As(err, &timeout) && timeout.Timeout(),
		errors.Is(err, context.DeadlineExceeded), errors.Is(err, context.Canceled):
		return Of(Busy).Because(err)
	}
	return Of(Internal).Because(err)
}

// ofStatus gives the code for what Fiber and fasthttp refuse by themselves.
func ofStatus(status int) Code {
	switch status {
	case 404:
		return NotFound
	case 405:
		return Method
	case 408, 502: // 502: the connection failed while the request was read
		return Timeout
	case 413:
		return TooLarge
	case 415, 426:
		return Type
	case 429:
		return SlowDown
	case 431:
		return Headers
	case 503:
		return Busy
	case 507:
		return Full
	}
	if status >= 400 && status < 500 {
		return Body
	}
	return Internal
}

// Handler makes the one place where errors become replies. Causes of our own
// failures go to the log, with the route as it is declared, never the path.
func Handler(log *slog.Logger) fiber.ErrorHandler {
	return func(c *fiber.Ctx, err error) error {
		p := From(err)
		if p.Status() >= 500 {
			log.Error("request failed", "code", p.Code, "method", c.Method(), "route", c.Route().Path, "cause", p.cause)
		}
		return p.Reply(c)
	}
}

// Reply writes the problem. Headers a handler has set stay.
func (p *Problem) Reply(c *fiber.Ctx) error {
	e := Catalogue[p.Code]
	body, err := p.body()
	if err != nil {
		return err
	}
	p.RetryAfter(c)
	if e.Status == 401 {
		// RFC 9110 §11.6.1 asks for it; no browser opens a dialogue for this scheme.
		c.Set(fiber.HeaderWWWAuthenticate, `Bearer error="invalid_token"`)
	}
	c.Set(fiber.HeaderCacheControl, "no-store")
	c.Set(fiber.HeaderContentType, MediaType)
	c.Response().Header.Del(fiber.HeaderETag)
	c.Response().ResetBody()
	return c.Status(e.Status).Send(body)
}

// MediaType is that type of a problem.
const MediaType = "application/problem+json"

func (p *Problem) body() ([]byte, error) {
	e := Catalogue[p.Code]
	return json.Marshal(struct {
		Title  string `json:"title"`
		Status int    `json:"status"`
		Detail string `json:"detail"`
		Code   Code   `json:"code"`
		Rule   string `json:"rule,omitempty"`
	}{e.Title, e.Status, e.Detail, p.Code, p.Rule})
}

// RetryAfter sets the header of that name where the problem passes by itself.
func (p *Problem) RetryAfter(c *fiber.Ctx) {
	if s := p.wait(); s > 0 {
		c.Set(fiber.HeaderRetryAfter, strconv.Itoa(s))
	}
}

// wait is how long to wait before asking again, in whole seconds.
func (p *Problem) wait() int {
	after := p.After
	if after <= 0 && (p.Code == Busy || p.Code == SlowDown || p.Code == Full) {
		after = busyWait
	}
	return int((after + time.Second - 1) / time.Second)
}

// Bare gives the problem as a whole HTTP/1.1 reply that ends the connection, for
// where no request has been read yet.
func (p *Problem) Bare() []byte {
	body, err := p.body()
	if err != nil {
		return nil
	}
	return fmt.Appendf(nil, "HTTP/1.1 %d %s\r\nContent-Type: %s\r\nContent-Length: %d\r\nRetry-After: %d\r\nCache-Control: no-store\r\nConnection: close\r\n\r\n%s",
		p.Status(), http.StatusText(p.Status()), MediaType, len(body), p.wait(), body)
}
