package fiberapp_test

import (
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync"
	"testing"

	"github.com/gofiber/fiber/v2"

	"zoufang/internal/fiberapp"
)

var nothing = fiberapp.Config{}

// reports adds a route that tells got what became of the body.
func reports(got chan<- string) func(*fiber.App) {
	return func(app *fiber.App) {
		app.Post("/report", func(c *fiber.Ctx) error {
			n, err := io.Copy(io.Discard, fiberapp.Stream(c))
			got <- fmt.Sprint(n, " ", err)
			return nil
		})
	}
}

// What a handler keeps of a request must stay what it was: Fiber hands out
// strings over its buffers unless it is told not to.
func TestKeptStringsStayAsTheyWere(t *testing.T) {
	var mu sync.Mutex
	kept := map[string][]string{}
	address := serve(t, nothing, func(app *fiber.App) {
		app.Post("/keep/:id", func(c *fiber.Ctx) error {
			if _, err := fiberapp.Whole(c, 100); err != nil {
				return err
			}
			mu.Lock()
			defer mu.Unlock()
			kept[strings.Clone(c.Params("id"))] = []string{c.Params("id"), c.Get("X-Kept"), c.Query("q"), c.Path(), string(c.BodyRaw())}
			return nil
		})
	})
	for i := range 200 {
		id := fmt.Sprintf("id-%04d", i)
		req, _ := http.NewRequest("POST", "http://"+address+"/keep/"+id+"?q="+id, strings.NewReader(id))
		req.Header.Set("X-Kept", id)
		resp, err := http.DefaultClient.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		resp.Body.Close()
	}
	if len(kept) != 200 {
		t.Fatalf("%d requests were kept", len(kept))
	}
	for id, parts := range kept {
		for i, s := range parts {
			if s != id && !(i == 3 && s == "/keep/"+id) {
				t.Fatalf("part %d of %s became %q", i, id, s)
			}
		}
	}
}

func TestAddressIsWhatATrustedProxySaw(t *testing.T) {
	say := func(app *fiber.App) {
		app.Get("/who", func(c *fiber.Ctx) error { return c.SendString(fiberapp.Address(c)) })
	}
	direct := serve(t, nothing, say)
	behind := serve(t, fiberapp.Config{Proxies: proxies}, say)
	for _, c := range []struct{ address, forwarded, want string }{
		{direct, "", "127.0.0.1"},
		{direct, "203.0.113.9", "127.0.0.1"},
		{behind, "", "127.0.0.1"},
		{behind, "203.0.113.9", "203.0.113.9"},
		{behind, "198.51.100.1, 203.0.113.9", "203.0.113.9"},
		{behind, "203.0.113.9, 10.1.2.3", "203.0.113.9"},
		{behind, "nonsense, 10.1.2.3", "10.1.2.3"},
		{behind, "2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"},
		{behind, "::ffff:203.0.113.9", "203.0.113.9"},
		// With a port, as some balancers write it.
		{behind, "1.2.3.4:5678", "1.2.3.4"},
		{behind, "1.2.3.4:0", "1.2.3.4"},
		{behind, "[2001:db8::1]:443", "2001:db8::/64"},
		{behind, "[2001:db8::1]", "2001:db8::/64"},
		{behind, "2001:db8::1", "2001:db8::/64"},
		{behind, "2001:db8::1:51234", "2001:db8::/64"},
		{behind, "2001:db8:1:2:3:4:5:6:443", "2001:db8:1:2::/64"},
		{behind, "[::ffff:203.0.113.9]:443", "203.0.113.9"},
		{behind, "::ffff:cb00:7109", "203.0.113.9"},
		{behind, `"[2001:db8::1]:443"`, "2001:db8::/64"},
		{behind, `"[::1]"`, "::/64"},
		{behind, `"203.0.113.9:1"`, "203.0.113.9"},
		{behind, "fe80::1%eth0", "fe80::/64"},
		{behind, "[fe80::1%eth0]:443", "fe80::/64"},
		// Blanks, empty places, several hops with ports.
		{behind, "\t 203.0.113.9 \t", "203.0.113.9"},
		{behind, "203.0.113.9,", "203.0.113.9"},
		{behind, "203.0.113.9 , ,, 10.1.2.3:99", "203.0.113.9"},
		{behind, ",", "127.0.0.1"},
		{behind, "198.51.100.1:1, 203.0.113.9:2, 10.1.2.3:3, [::ffff:10.1.2.4]:4", "203.0.113.9"},
		{behind, "2001:db8:a::1, 203.0.113.9:80", "203.0.113.9"}, // what stands before an address that is not trusted
		// What is no address ends the walk at who was vouched for last.
		{behind, "1.2.3.4:", "127.0.0.1"},
		{behind, "1.2.3.4:http", "127.0.0.1"},
		{behind, "1.2.3.4:70000", "127.0.0.1"},
		{behind, "[1.2.3.4]:80", "127.0.0.1"},
		{behind, "[2001:db8::1", "127.0.0.1"},
		{behind, "2001:db8::1]", "127.0.0.1"},
		{behind, "unknown", "127.0.0.1"},
		{behind, "_hidden", "127.0.0.1"},
		{behind, "for=1.2.3.4", "127.0.0.1"},
		{behind, `for="[2001:db8::1]:443"`, "127.0.0.1"},
		{behind, "01.2.3.4", "127.0.0.1"},
		{behind, "1.2.3", "127.0.0.1"},
		{behind, `""`, "127.0.0.1"},
		{behind, "9.9.9.9, garbage:1, 10.1.2.3:5", "10.1.2.3"},
		// Nobody else is believed, with a port or without.
		{direct, "1.2.3.4:5678", "127.0.0.1"},
	} {
		req, _ := http.NewRequest("GET", "http://"+c.address+"/who", nil)
		if c.forwarded != "" {
			req.Header.Set("X-Forwarded-For", c.forwarded)
		}
		for _, other := range []string{"X-Real-IP", "Forwarded", "X-Client-IP", "CF-Connecting-IP", "True-Client-IP"} {
			req.Header.Set(other, "for=192.0.2.77")
		}
		resp, err := http.DefaultClient.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		b, _ := io.ReadAll(resp.Body)
		resp.Body.Close()
		if string(b) != c.want {
			t.Errorf("%q: %s, want %s", c.forwarded, b, c.want)
		}
	}
}

// A part of a file must not drag the rest of it onto the connection.
func TestNoMoreIsSentThanWasSaid(t *testing.T) {
	w := dial(t, serve(t, nothing, func(app *fiber.App) {
		app.Get("/part", func(c *fiber.Ctx) error {
			fiberapp.Send(c, io.NopCloser(strings.NewReader(strings.Repeat("x", 100_000))), 10)
			return nil
		})
	}))
	for range 3 {
		w.send("GET /part HTTP/1.1\r\nHost: x\r\n\r\n")
		if status, body, _ := w.reply(); status != 200 || body != "xxxxxxxxxx" {
			t.Fatalf("%d, %d bytes", status, len(body))
		}
		w.fine()
	}
}
