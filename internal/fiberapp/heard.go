package fiberapp

import (
	"context"
	"errors"
	"syscall"
	"time"

	"github.com/gofiber/fiber/v2"
)

// Bounds of what Heard lets go on: how often it looks whether the client is there,
// and for how long a reply may be worked on at all.
const (
	lookEvery = 100 * time.Millisecond
	workTime  = 30 * time.Second
)

// Heard stands before a handler that reads, and changes nothing. The request's
// UserContext then ends when the client has hung up, or the work takes too long:
// nobody is worked for who is not there to hear of it. It ends with the handler; a
// reply that is streamed after it must not need it.
func Heard(c *fiber.Ctx) error {
	ctx, end := context.WithTimeout(c.UserContext(), workTime)
	defer end()
	c.SetUserContext(ctx)
	if peer := connOf(c.Context().Conn()); peer != nil {
		go func() {
			tick := time.NewTicker(lookEvery)
			defer tick.Stop()
			for {
				select {
				case <-ctx.Done():
					return
				case <-tick.C:
					if peer.gone() {
						end()
					}
				}
			}
		}()
	}
	return c.Next()
}

// gone reports whether the client has closed the connection and all it sent was read.
// It takes nothing from what it sent.
func (c *conn) gone() bool {
	own, ok := c.Conn.(syscall.Conn)
	if !ok {
		return false
	}
	raw, err := own.SyscallConn()
	if err != nil {
		return false
	}
	gone := false
	err = raw.Control(func(fd uintptr) {
		var b [1]byte
		n, _, err := syscall.Recvfrom(int(fd), b[:], syscall.MSG_PEEK|syscall.MSG_DONTWAIT)
		gone = err == nil && n == 0 || err != nil && !errors.Is(err, syscall.EAGAIN) && !errors.Is(err, syscall.EINTR)
	})
	return err == nil && gone
}
