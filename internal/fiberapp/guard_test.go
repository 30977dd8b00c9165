package fiberapp_test

import (
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/gofiber/fiber/v2"
)

// smuggled is a body that is a request itself.
func smuggled(n int) string {
	const one = "GET /ok HTTP/1.1\r\nHost: smuggled\r\n\r\n"
	return strings.Repeat(one, n/len(one)+1)[:n]
}

func TestUnreadBodyIsNeverTheNextRequest(t *testing.T) {
	address := serve(t, nothing, nil)
	for _, method := range []string{"POST /refuse", "POST /nowhere", "GET /ok", "PUT /ok", "NONSENSE /ok"} {
		for _, n := range []int{1, 2, 100, 5000, 9000, 70_000, 1_000_000} {
			w := dial(t, address)
			for range 3 {
				w.send("%s HTTP/1.1\r\nHost: x\r\nContent-Length: %d\r\n\r\n%s", method, n, smuggled(n))
				if _, body, closing := w.reply(); closing {
					t.Fatalf("%s with %d bytes: closed: %s", method, n, body)
				}
				w.fine()
			}
		}
	}
}

func TestUnreadBodyInChunks(t *testing.T) {
	address := serve(t, nothing, nil)
	for _, path := range []string{"/refuse", "/stream", "/count", "/nowhere"} {
		w := dial(t, address)
		for range 3 {
			w.send("POST %s HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n", path)
			for range 10 {
				w.send("%x\r\n%s\r\n", 4000, smuggled(4000))
			}
			w.send("0\r\n\r\n")
			w.reply()
			w.fine()
		}
	}
}

func TestPipelinedRequests(t *testing.T) {
	w := dial(t, serve(t, nothing, nil))
	const n = 20_000
	for range 20 {
		w.send("POST /refuse HTTP/1.1\r\nHost: x\r\nContent-Length: %d\r\n\r\n%s", n, smuggled(n))
		w.send("POST /count HTTP/1.1\r\nHost: x\r\nContent-Length: %d\r\n\r\n%s", n, smuggled(n))
	}
	for i := range 20 {
		if status, body, _ := w.reply(); status != 401 {
			t.Fatalf("reply %d: %d %s", 2*i, status, body)
		}
		if status, body, _ := w.reply(); status != 200 || body != "20000" {
			t.Fatalf("reply %d: %d %s", 2*i+1, status, body)
		}
	}
}

// A big body that is refused ends the connection, and the client still reads why.
func TestRefusalOfABigBodyIsRead(t *testing.T) {
	address := serve(t, nothing, nil)
	for path, want := range map[string]int{"/refuse": 401, "/count": 413, "/strange": 413, "/nowhere": 404} {
		for range 10 {
			body := io.LimitReader(zeros{}, 6<<20)
			resp, err := http.Post("http://"+address+path, "text/plain", body)
			if err != nil {
				t.Fatalf("%s in chunks: %v", path, err)
			}
			resp.Body.Close()
			if resp.StatusCode != want {
				t.Fatalf("%s in chunks: %d, want %d", path, resp.StatusCode, want)
			}
			w := dial(t, address)
			w.send("POST %s HTTP/1.1\r\nHost: x\r\nContent-Length: %d\r\n\r\n", path, 6<<20)
			w.send("%s", smuggled(6<<20))
			if status, _, closing := w.reply(); status != want || !closing {
				t.Fatalf("%s: %d, closing %v", path, status, closing)
			}
			if b, _ := io.ReadAll(w.r); len(b) > 0 {
				t.Fatalf("%s: more came: %q", path, b)
			}
		}
	}
}

type zeros struct{}

func (zeros) Read(p []byte) (int, error) { clear(p); return len(p), nil }

func TestBodiesAreBoundedAndWhole(t *testing.T) {
	address := serve(t, nothing, nil)
	for _, c := range []struct {
		path   string
		n      int
		status int
		body   string
	}{
		{"/count", 0, 200, "0"}, {"/count", 1, 200, "1"}, {"/count", 1 << 20, 200, "1048576"}, {"/count", 1<<20 + 1, 413, ""},
		{"/small", 10, 200, "10"}, {"/small", 11, 413, ""},
		{"/strange", 16 << 10, 200, "16384"}, {"/strange", 16<<10 + 1, 413, ""},
		{"/stream", 0, 200, "0 <nil>"}, {"/stream", 3 << 20, 200, "3145728 <nil>"},
	} {
		for _, chunked := range []bool{false, true} {
			var body io.Reader = strings.NewReader(smuggled(c.n))
			if chunked {
				body = io.LimitReader(body, 1<<40) // hides the length
			}
			resp, err := http.Post("http://"+address+c.path, "text/plain", body)
			if err != nil {
				t.Fatal(err)
			}
			b, _ := io.ReadAll(resp.Body)
			resp.Body.Close()
			if resp.StatusCode != c.status || c.status == 200 && string(b) != c.body {
				t.Errorf("%s, %d bytes, chunked %v: %d %s", c.path, c.n, chunked, resp.StatusCode, b)
			}
		}
	}
}

func TestAStreamThatIsCutSaysSo(t *testing.T) {
	got := make(chan string, 1)
	address := serve(t, nothing, reports(got))
	for _, c := range []struct{ head, body, want string }{
		{"Content-Length: 100", "x", "1 unexpected EOF"},
		{"Content-Length: 100000", strings.Repeat("x", 3000), "3000 unexpected EOF"},
		{"Content-Length: 100000", strings.Repeat("x", 50_000), "50000 unexpected EOF"},
		{"Transfer-Encoding: chunked", "5\r\nhello\r\n", "5 failed"},
		{"Transfer-Encoding: chunked", "5\r\nhel", "3 failed"},
	} {
		w := dial(t, address)
		w.send("POST /report HTTP/1.1\r\nHost: x\r\n%s\r\n\r\n%s", c.head, c.body)
		w.Close()
		if s := <-got; s != c.want && !(strings.HasSuffix(c.want, " failed") && strings.HasPrefix(s, c.want[:1]+" ") && !strings.HasSuffix(s, "<nil>")) {
			t.Errorf("%s, %d bytes: %s, want %s", c.head, len(c.body), s, c.want)
		}
	}
}

// fasthttp's own way to a body has no bound. It gets at nothing that nobody paid for,
// and what it left unread is never the next request.
func TestFastHTTPReadsNoBody(t *testing.T) {
	read := make(chan int, 1)
	address := serve(t, nothing, func(app *fiber.App) {
		app.Post("/careless", func(c *fiber.Ctx) error {
			read <- len(c.Body())
			return nil
		})
	})
	for _, lengths := range []string{"Content-Length: 900000", "Transfer-Encoding: chunked"} {
		w := dial(t, address)
		w.send("POST /careless HTTP/1.1\r\nHost: x\r\n%s\r\n\r\ndbba0\r\n", lengths)
		go io.Copy(w.Conn, strings.NewReader(smuggled(900_000)))
		if n := <-read; n > 32<<10 {
			t.Errorf("%s: %d bytes", lengths, n)
		}
		if _, _, closing := w.reply(); !closing {
			t.Errorf("%s: the connection goes on", lengths)
		}
		if b, _ := io.ReadAll(w.r); len(b) > 0 {
			t.Errorf("%s: more came: %q", lengths, b)
		}
	}
}

func TestTheLengthHeaderIsNotTheClients(t *testing.T) {
	w := dial(t, serve(t, nothing, nil))
	w.send("POST /count HTTP/1.1\r\nHost: x\r\nX-Zoufang-Body-Length: 5000\r\nContent-Length: 1\r\n\r\nx")
	if status, body, _ := w.reply(); status != 200 || body != "1" {
		t.Fatalf("%d %s", status, body)
	}
	w.fine()
}

func TestHeadersAreBounded(t *testing.T) {
	w := dial(t, serve(t, nothing, nil))
	w.send("GET /ok HTTP/1.1\r\nHost: x\r\nX-Long: %s\r\n\r\n", strings.Repeat("a", 20<<10))
	status, body, closing := w.reply()
	if status != 431 || !closing || !strings.Contains(body, `"code":"headers"`) {
		t.Fatalf("%d %s", status, body)
	}
}

func TestTwoLengthsEndTheConnection(t *testing.T) {
	address := serve(t, nothing, nil)
	for _, lengths := range []string{
		"Content-Length: 5\r\nContent-Length: 40", "Content-Length: 40\r\nContent-Length: 5",
		"Content-Length: 5\r\nTransfer-Encoding: chunked", "Transfer-Encoding: chunked\r\ncontent-length: 5",
		"Transfer-Encoding: xchunked", "Transfer-Encoding: chunked, identity", "Transfer-Encoding: gzip, chunked",
	} {
		w := dial(t, address)
		w.send("POST /count HTTP/1.1\r\nHost: x\r\n%s\r\n\r\n0\r\n\r\n%s", lengths, smuggled(100))
		if _, _, closing := w.reply(); !closing {
			t.Fatalf("%q: the connection goes on", lengths)
		}
		if b, _ := io.ReadAll(w.r); len(b) > 0 {
			t.Fatalf("%q: more came: %q", lengths, b)
		}
	}
}
