package problem_test

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/gofiber/fiber/v2"

	"zoufang/internal/problem"
)

type reply struct {
	status int
	header map[string]string
	body   struct {
		Title, Detail, Code string
		Status              int
	}
	raw string
}

// fail has a handler return err and gives the reply and what was logged.
func fail(t *testing.T, err error) (reply, string) {
	t.Helper()
	var log bytes.Buffer
	app := fiber.New(fiber.Config{DisableStartupMessage: true, ErrorHandler: problem.Handler(slog.New(slog.NewTextHandler(&log, nil)))})
	app.Get("/people/:name", func(c *fiber.Ctx) error {
		c.SendString("half a reply")
		return err
	})
	resp, failed := app.Test(httptest.NewRequest("GET", "/people/wang", nil))
	if failed != nil {
		t.Fatal(failed)
	}
	defer resp.Body.Close()
	b, _ := io.ReadAll(resp.Body)
	r := reply{status: resp.StatusCode, raw: string(b), header: map[string]string{}}
	for k := range resp.Header {
		r.header[k] = resp.Header.Get(k)
	}
	if err := json.Unmarshal(b, &r.body); err != nil {
		t.Fatalf("%q: %v", b, err)
	}
	return r, log.String()
}

func TestEveryCodeOfTheCatalogue(t *testing.T) {
	want := map[problem.Code]int{
		"body": 400, "metadata": 400, "token": 401, "unknown": 401, "proof": 401, "revoked": 401, "device": 403,
		"not_found": 404, "offset": 409, "used": 410, "expired": 410, "too_large": 413, "type": 415,
		"slow_down": 429, "busy": 503, "full": 507, "checksum": 460,
	}
	for code, status := range want {
		if problem.Catalogue[code].Status != status {
			t.Errorf("%s: %d in the catalogue, want %d", code, problem.Catalogue[code].Status, status)
		}
	}
	for code, entry := range problem.Catalogue {
		r, _ := fail(t, fmt.Errorf("handler: %w", problem.Of(code)))
		if r.status != entry.Status || r.body.Status != entry.Status || r.body.Code != string(code) || r.body.Title == "" || r.body.Detail == "" {
			t.Errorf("%s: %d %s", code, r.status, r.raw)
		}
		if r.header["Content-Type"] != "application/problem+json" || r.header["Cache-Control"] != "no-store" {
			t.Errorf("%s: headers %v", code, r.header)
		}
		if (code == problem.Busy || code == problem.SlowDown || code == problem.Full) != (r.header["Retry-After"] != "") {
			t.Errorf("%s: Retry-After %q", code, r.header["Retry-After"])
		}
	}
}

type passing struct{ error }

func (passing) Temporary() bool { return true }

func TestOtherErrors(t *testing.T) {
	secret := errors.New("record of 王桂英 110101196001011234")
	for name, c := range map[string]struct {
		err  error
		code problem.Code
	}{
		"unknown":       {secret, problem.Internal},
		"passing":       {fmt.Errorf("store: %w", passing{secret}), problem.Busy},
		"deadline":      {fmt.Errorf("%w: %w", secret, context.DeadlineExceeded), problem.Busy},
		"route":         {fiber.ErrNotFound, problem.NotFound},
		"method":        {fiber.ErrMethodNotAllowed, problem.Method},
		"body limit":    {fiber.ErrRequestEntityTooLarge, problem.TooLarge},
		"headers":       {fiber.ErrRequestHeaderFieldsTooLarge, problem.Headers},
		"bad request":   {fiber.NewError(400, secret.Error()), problem.Body},
		"no such code":  {problem.Of("nonsense"), problem.Internal},
		"with a cause":  {problem.Of(problem.Used).Because(secret), problem.Used},
		"cause, wait":   {problem.Of(problem.SlowDown).Because(secret).Wait(1500 * time.Millisecond), problem.SlowDown},
		"fiber unknown": {fiber.NewError(599, secret.Error()), problem.Internal},
	} {
		r, log := fail(t, c.err)
		if r.body.Code != string(c.code) || r.status != problem.Catalogue[c.code].Status {
			t.Errorf("%s: %s", name, r.raw)
		}
		if strings.Contains(r.raw, "王桂英") || strings.Contains(r.raw, "half a reply") {
			t.Errorf("%s: the reply tells too much: %s", name, r.raw)
		}
		if (r.status >= 500) != (log != "") || strings.Contains(log, "/people/wang") {
			t.Errorf("%s: log %q", name, log)
		}
		if name == "cause, wait" && r.header["Retry-After"] != "2" {
			t.Errorf("Retry-After %q, want 2", r.header["Retry-After"])
		}
	}
}

// A refusal before any request was read is a whole reply all the same.
func TestBare(t *testing.T) {
	resp, err := http.ReadResponse(bufio.NewReader(bytes.NewReader(problem.Of(problem.Busy).Bare())), nil)
	if err != nil {
		t.Fatal(err)
	}
	body, err := io.ReadAll(resp.Body)
	if err != nil || resp.StatusCode != 503 || !resp.Close || resp.Header.Get("Retry-After") != "5" ||
		resp.Header.Get("Content-Type") != "application/problem+json" || !bytes.Contains(body, []byte(`"code":"busy"`)) {
		t.Errorf("%v %v %s", resp, err, body)
	}
}
