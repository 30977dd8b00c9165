package fiberapp_test

import (
	"bytes"
	"fmt"
	"io"
	"net"
	"net/http"
	"testing"

	"github.com/gofiber/fiber/v2"

	"zoufang/internal/fiberapp"
)

// A large answer that somebody does not read is paid for until it has gone out: one more
// of theirs finds no room, others' and small ones do. A turn is one a user, until the
// handler has ended.
func TestLargeAnswersArePaidFor(t *testing.T) {
	large := bytes.Repeat([]byte("x"), 64<<20) // no buffer of a connection takes it
	began, end := make(chan bool), make(chan bool)
	as := func(h fiber.Handler) fiber.Handler {
		return func(c *fiber.Ctx) error {
			if err := fiberapp.Known(c, c.Get("Who")); err != nil {
				return err
			}
			return h(c)
		}
	}
	address := serve(t, nothing, func(app *fiber.App) {
		app.Get("/large", as(func(c *fiber.Ctx) error { return fiberapp.SendWhole(c, large) }))
		app.Get("/little", as(func(c *fiber.Ctx) error { return fiberapp.SendWhole(c, large[:64<<10]) }))
		app.Get("/turn", as(fiberapp.Turn))
		app.Get("/long", as(func(c *fiber.Ctx) error {
			if err := fiberapp.Turn(c); err != nil {
				return err
			}
			began <- true
			<-end
			return nil
		}))
	})
	client := &http.Client{Transport: &http.Transport{DisableKeepAlives: true}}
	asks := func(path, who string, want int) (*http.Response, error) {
		req, err := http.NewRequest("GET", "http://"+address+path, nil)
		if err != nil {
			return nil, err
		}
		req.Header.Set("Who", who)
		resp, err := client.Do(req)
		if err == nil && (resp.StatusCode != want || want == 503 && resp.Header.Get("Retry-After") == "") {
			err = fmt.Errorf("%s of %s: %d, want %d", path, who, resp.StatusCode, want)
		}
		return resp, err
	}
	wants := func(path, who string, want int) {
		t.Helper()
		resp, err := asks(path, who, want)
		if err == nil {
			_, err = io.Copy(io.Discard, resp.Body)
		}
		if err != nil {
			t.Error(err)
		}
	}
	first, err := asks("/large", "wang", 200) // and reads nothing
	if err != nil {
		t.Fatal(err)
	}
	wants("/large", "wang", 503)
	wants("/little", "wang", 200)
	wants("/large", "li", 200)
	if n, err := io.Copy(io.Discard, first.Body); err != nil || n != int64(len(large)) {
		t.Errorf("%d bytes came, %v", n, err)
	}
	wants("/large", "wang", 200)
	// Who goes away without reading gives back as well.
	gone, err := net.Dial("tcp", address)
	if err != nil {
		t.Fatal(err)
	}
	fmt.Fprint(gone, "GET /large HTTP/1.1\r\nHost: x\r\nWho: zhou\r\n\r\n")
	io.ReadFull(gone, make([]byte, 1000))
	gone.Close()
	wants("/large", "zhou", 200)

	ended := make(chan error, 1)
	go func() {
		_, err := asks("/long", "wang", 200)
		ended <- err
	}()
	<-began
	wants("/turn", "wang", 503)
	wants("/turn", "li", 200)
	close(end)
	if err := <-ended; err != nil {
		t.Error(err)
	}
	wants("/turn", "wang", 200)
}
