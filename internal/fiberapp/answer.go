package fiberapp

import (
	"bytes"

	"github.com/gofiber/fiber/v2"
)

// Answers that may be large are made a few at a time, and what was made and is on its
// way to whoever takes it slowly is paid for: who asks often, or reads slowly, fills no
// memory. Others are answered busy and ask again.
const (
	turns       = 2        // answers that may be large, made at once, one for a user
	answerBytes = 16 << 20 // of large answers on their way
	answerShare = 8 << 20  // of one user's, however large it is
	smallAnswer = 64 << 10 // up to which one is not paid for
)

// Turn waits for a request's turn to make an answer that may be large, a moment, then
// fails with busy. It is given back when the handler ends.
func Turn(c *fiber.Ctx) error {
	b := Stream(c)
	g, err := b.purses.turns.take(b.user, 1, 0, nil)
	if err == nil {
		b.room = append(b.room, g)
	}
	return err
}

// SendWhole replies with a body that was made, and pays for it until it has gone out. It
// waits a moment for room, then fails with busy.
func SendWhole(c *fiber.Ctx, body []byte) error {
	if len(body) <= smallAnswer {
		return c.Send(body)
	}
	b := Stream(c)
	g, err := b.purses.answers.take(b.user, min(len(body), answerShare), 0, nil)
	if err != nil {
		return err
	}
	Send(c, &paid{bytes.NewReader(body), g}, len(body))
	return nil
}

type paid struct {
	*bytes.Reader
	room *grant
}

func (p *paid) Close() error {
	p.room.release()
	return nil
}
