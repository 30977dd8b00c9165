package fiberapp_test

import (
	"bufio"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/netip"
	"testing"
	"time"

	"github.com/gofiber/fiber/v2"

	"zoufang/internal/fiberapp"
	"zoufang/internal/problem"
)

// serve runs an app with some routes on a free port and gives its address.
func serve(t *testing.T, cfg fiberapp.Config, routes func(*fiber.App)) string {
	t.Helper()
	if cfg.Log == nil {
		cfg.Log = slog.New(slog.DiscardHandler)
	}
	app := fiberapp.New(cfg)
	app.Get("/ok", func(c *fiber.Ctx) error { return c.SendString("ok") })
	app.Post("/refuse", func(c *fiber.Ctx) error { return problem.Of(problem.Token) })
	count := func(most int) fiber.Handler {
		return func(c *fiber.Ctx) error {
			if err := fiberapp.Known(c, "somebody"); err != nil {
				return err
			}
			if _, err := fiberapp.Whole(c, most); err != nil {
				return err
			}
			return c.SendString(fmt.Sprint(len(c.BodyRaw())))
		}
	}
	app.Post("/count", count(1<<20))
	app.Post("/small", count(10))
	app.Post("/strange", func(c *fiber.Ctx) error {
		body, err := fiberapp.Whole(c, 1<<20)
		if err != nil {
			return err
		}
		return c.SendString(fmt.Sprint(len(body)))
	})
	app.Post("/stream", func(c *fiber.Ctx) error {
		n, err := io.Copy(io.Discard, fiberapp.Stream(c))
		return c.SendString(fmt.Sprint(n, " ", err))
	})
	if routes != nil {
		routes(app)
	}
	ln, err := fiberapp.Listen("127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	served := make(chan error, 1)
	go func() { served <- app.Listener(ln) }()
	t.Cleanup(func() {
		app.ShutdownWithTimeout(time.Second)
		<-served
	})
	return ln.Addr().String()
}

// wire is a connection on which requests are written as bytes.
type wire struct {
	t *testing.T
	net.Conn
	r *bufio.Reader
}

func dial(t *testing.T, address string) *wire {
	t.Helper()
	c, err := net.Dial("tcp", address)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.Close() })
	c.SetDeadline(time.Now().Add(20 * time.Second))
	return &wire{t, c, bufio.NewReader(c)}
}

func (w *wire) send(format string, args ...any) {
	w.t.Helper()
	if _, err := fmt.Fprintf(w.Conn, format, args...); err != nil {
		w.t.Fatal(err)
	}
}

func (w *wire) reply() (status int, body string, closing bool) {
	w.t.Helper()
	resp, err := http.ReadResponse(w.r, nil)
	if err != nil {
		w.t.Fatal(err)
	}
	defer resp.Body.Close()
	b, err := io.ReadAll(resp.Body)
	if err != nil {
		w.t.Fatal(err)
	}
	return resp.StatusCode, string(b), resp.Close
}

// fine asks for /ok on the same connection.
func (w *wire) fine() {
	w.t.Helper()
	w.send("GET /ok HTTP/1.1\r\nHost: x\r\n\r\n")
	if status, body, _ := w.reply(); status != 200 || body != "ok" {
		w.t.Fatalf("the next request: %d %q", status, body)
	}
}

var proxies = []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8"), netip.MustParsePrefix("10.0.0.0/8")}
