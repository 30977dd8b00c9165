package fiberapp

import (
	"errors"
	"io"
	"time"

	"github.com/gofiber/fiber/v2"

	"zoufang/internal/problem"
)

// purses are what the bodies of an app are paid from, and its answers.
type purses struct{ known, strangers, turns, answers *pool }

func newPurses() *purses {
	return &purses{newPool(knownBytes, userBytes), newPool(strangerBytes, addressBytes), newPool(turns, 1), newPool(answerBytes, answerShare)}
}

// Known says who asks, once that is proven: bodies may then be larger than a
// stranger's, are paid from the user's share, and the connection is not closed to
// make way for others. It fails with busy where too many ask at once. user is any
// word for the person, one and the same for all their devices.
func Known(c *fiber.Ctx, user string) error {
	b := Stream(c)
	if own := connOf(b.conn); own != nil && !own.crowd.known(own, user) {
		return problem.Of(problem.Busy)
	}
	b.user = user
	b.sent()
	return nil
}

// Room has the request pay for n bytes more that it will hold until it ends, a
// body's or what is inflated from one. It waits a moment, then fails with busy.
func Room(c *fiber.Ctx, n int) error {
	_, err := Stream(c).take(c, n, 0, nil)
	return err
}

// Open has the request pay for a body that the handler reads by Stream, of which
// stores hold a block of most bytes at a time.
func Open(c *fiber.Ctx, most int) (*Body, error) {
	b := Stream(c)
	if b.done {
		return b, nil
	}
	n := most
	if b.left >= 0 {
		n = min(n, b.left)
	}
	_, err := b.take(c, n, inflateBytes, b.GiveUp)
	return b, err
}

func (b *Body) take(c *fiber.Ctx, n, spare int, yield func()) (*grant, error) {
	from, who := b.purses.strangers, Address(c)
	if b.user != "" {
		from, who = b.purses.known, b.user
	} else {
		spare = 0
	}
	g, err := from.take(who, n+requestBytes, spare, yield)
	if err == nil {
		b.room = append(b.room, g)
	}
	return g, err
}

// pay gives back all room, when the handler has ended.
func (b *Body) pay() {
	for _, g := range b.room {
		g.release()
	}
	b.room = nil
}

// Whole reads the body, of most bytes, and of StrangerLimit where nobody knows who
// asks; c.BodyRaw gives it from then on. The bytes are the caller's to keep.
func Whole(c *fiber.Ctx, most int) ([]byte, error) {
	b := Stream(c)
	if b.user == "" {
		most = min(most, StrangerLimit)
	}
	body, err := b.gather(c, most-len(b.first), true)
	if err != nil {
		return nil, err
	}
	if len(b.first) > 0 {
		body, b.first = append(b.first, body...), nil
	}
	c.Request().SetBodyRaw(body)
	return body, nil
}

// First reads the body's first bytes, of most bytes, as far as they tell who asks;
// Whole gives them again. whole says that there are no more.
func First(c *fiber.Ctx, most int) (first []byte, whole bool, err error) {
	b := Stream(c)
	b.first, err = b.gather(c, most, false)
	return b.first, b.done, err
}

// gather reads up to most bytes into memory that was paid for. Where more come,
// it fails if they are to be all.
func (b *Body) gather(c *fiber.Ctx, most int, all bool) ([]byte, error) {
	if all && b.left > most {
		return nil, problem.Of(problem.TooLarge)
	}
	if b.done {
		return nil, nil
	}
	n := most
	if b.left >= 0 {
		n = min(n, b.left)
	}
	g, err := b.take(c, n, inflateBytes, b.GiveUp)
	if err != nil {
		return nil, err
	}
	if b.user == "" {
		b.end = time.Now().Add(strangerTime)
	}
	if all && b.left < 0 {
		n = most + 1 // to see that there is no more
	}
	body, err := ReadAll(b, n)
	g.keep(len(body) + requestBytes)
	switch {
	case all && len(body) > most:
		return nil, problem.Of(problem.TooLarge)
	case err != nil && b.given.Load():
		return nil, problem.Of(problem.Busy)
	case err != nil && timedOut(err):
		return nil, problem.Of(problem.Timeout)
	case err != nil:
		return nil, problem.Of(problem.Body)
	}
	b.sent()
	return body, nil
}

// sent has the connection stay until the request, once it is there, was answered.
func (b *Body) sent() {
	if own := connOf(b.conn); own != nil && b.done {
		own.crowd.sent(own)
	}
}

// ReadAll reads to the end, or up to most bytes, and asks for none beyond them. Its
// buffer grows with what comes.
func ReadAll(r io.Reader, most int) ([]byte, error) {
	var out []byte
	for len(out) < most {
		if len(out) == cap(out) {
			out = append(make([]byte, 0, min(most, max(2*cap(out), 4<<10))), out...)
		}
		n, err := r.Read(out[len(out):min(cap(out), most)])
		out = out[:len(out)+n]
		if errors.Is(err, io.EOF) {
			return out, nil
		}
		if err != nil {
			return out, err
		}
	}
	return out, nil
}
