package fiberapp_test

import (
	"context"
	"errors"
	"testing"

	"github.com/gofiber/fiber/v2"

	"zoufang/internal/fiberapp"
)

// Whoever hangs up is worked for no longer; whoever waits is, also with a next request
// behind the first on the connection.
func TestNobodyIsWorkedForWhoHungUp(t *testing.T) {
	begun, told := make(chan struct{}), make(chan error)
	goOn := make(chan struct{})
	address := serve(t, nothing, func(app *fiber.App) {
		app.Post("/long", fiberapp.Heard, func(c *fiber.Ctx) error {
			ctx := c.UserContext()
			begun <- struct{}{}
			select {
			case <-ctx.Done():
				told <- ctx.Err()
			case <-goOn:
			}
			return c.SendString("done")
		})
	})
	const request = "POST /long HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\nabc"
	for range 3 {
		w := dial(t, address)
		w.send(request)
		<-begun
		w.Close()
		if err := <-told; !errors.Is(err, context.Canceled) {
			t.Errorf("told %v", err)
		}
	}
	w := dial(t, address)
	w.send(request + request)
	for range 2 { // the replies of requests sent at once go out together
		<-begun
		goOn <- struct{}{}
	}
	for range 2 {
		if status, body, _ := w.reply(); status != 200 || body != "done" {
			t.Errorf("%d %s", status, body)
		}
	}
	w.fine()
}
