package phone

import (
	"encoding/json"
	"errors"
	"fmt"
	"mime"
	"net/http"
	"strconv"
	"time"
)

// Problem is a refusal by the server (application/problem+json). Code is empty where something else than the server
// answered, a proxy for instance.
type Problem struct {
	Status     int
	Code       string
	Detail     string
	RetryAfter time.Duration // 0 when none was named
}

func (p *Problem) Error() string {
	text := fmt.Sprintf("server answered %d %s", p.Status, p.Code)
	if p.Detail != "" {
		text += ": " + p.Detail
	}
	return text
}

// Temporary says that the same request may succeed later.
func (p *Problem) Temporary() bool {
	return p.Status == http.StatusTooManyRequests || p.Status == http.StatusRequestTimeout || p.Status >= 500
}

// IsCode says whether err is a refusal with this code.
func IsCode(err error, code string) bool {
	var p *Problem
	return errors.As(err, &p) && p.Code == code
}

func isStatus(err error, status int) bool {
	var p *Problem
	return errors.As(err, &p) && p.Status == status
}

func readProblem(status int, h http.Header, body []byte) *Problem {
	p := &Problem{Status: status}
	if seconds, err := strconv.Atoi(h.Get("Retry-After")); err == nil && seconds >= 0 {
		p.RetryAfter = time.Duration(seconds) * time.Second
	}
	if kind, _, err := mime.ParseMediaType(h.Get("Content-Type")); err != nil || kind != "application/problem+json" {
		return p
	}
	var said struct{ Code, Title, Detail string }
	if json.Unmarshal(body, &said) != nil {
		return p
	}
	p.Code, p.Detail = said.Code, said.Detail
	if p.Detail == "" {
		p.Detail = said.Title
	}
	return p
}
