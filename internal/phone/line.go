package phone

import (
	"bytes"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"
)

const (
	maxCommits = 500       // of one request
	maxRequest = 512 << 10 // bytes of one request, inflated
	maxLine    = 500 << 10 // bytes of a raw line: one that the server will hold, but a request can still carry
)

// A Line is one commit as it was saved. Its bytes never change; what is known about it does.
type Line struct {
	ID     string
	Bytes  []byte // without the line feed
	Answer Answer // zero while the line is unsent or unanswered in this epoch

	settled bool  // a reply with nothing more to come followed the answer: the rows say what became of it
	safe    int64 // server time at which the line was found to be safe, 0 before
}

// An Answer is what the server said of a line. Epoch and Time are of the first answer in this epoch: since then the line
// is durable.
type Answer struct {
	R     string // ok, dup or held
	Code  string // why it is held
	Why   string
	Epoch string
	Time  int64
}

// Given says that there was one.
func (a Answer) Given() bool { return a.R != "" }

// Applied says that the line is part of the records. To a phone ok and dup are the same.
func (a Answer) Applied() bool { return a.R == "ok" || a.R == "dup" }

// LineID is the id of a commit: the first 12 bytes of the SHA-256 of its bytes.
func LineID(line []byte) string {
	sum := sha256.Sum256(line)
	return b64.EncodeToString(sum[:12])
}

// commit holds the keys of a line in the order they are written.
type commit struct {
	Dev    string  `json:"dev"`
	N      int64   `json:"n"`
	Prev   *string `json:"prev"`
	Nonce  string  `json:"nonce"`
	User   string  `json:"user"`
	Schema int     `json:"schema"`
	At     int64   `json:"at"`
	Mono   float64 `json:"mono"`
	Page   string  `json:"page"`
	Heard  *int64  `json:"heard"`
	Do     []Item  `json:"do"`
}

// Commit saves one user action: it is frozen into a line and waits for the next sync. It panics on an item that JSON
// cannot hold, which is an error of the caller.
func (p *Phone) Commit(do ...Item) Line {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.n++
	now := p.clock()
	c := commit{Dev: p.device, N: p.n, Nonce: p.random(9), User: p.user.ID, Schema: 1, At: now.UnixMilli(),
		Mono: float64(now.Sub(p.loaded)/(100*time.Microsecond)) / 10, Page: p.page, Do: do}
	if p.prev != "" {
		c.Prev = ptr(p.prev)
	}
	if p.heard != 0 {
		c.Heard = ptr(p.heard)
	}
	line, err := encode(c)
	if err != nil {
		panic("phone: commit: " + err.Error())
	}
	l := &Line{ID: LineID(line), Bytes: line}
	p.prev = l.ID
	p.keep(l)
	return *l
}

// Raw saves bytes as a line, whatever they are; only what could not be one line of a request is refused. It takes no
// number. Saving the same bytes again sends them again.
func (p *Phone) Raw(line []byte) (Line, error) {
	switch {
	case len(line) == 0:
		return Line{}, errors.New("an empty line is no line")
	case bytes.IndexByte(line, '\n') >= 0:
		return Line{}, errors.New("a line holds no line feed")
	case len(line) > maxLine:
		return Line{}, fmt.Errorf("a line of %d bytes fits no request", len(line))
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	id := LineID(line)
	if known, ok := p.index[id]; ok {
		p.extra = append(p.extra, id)
		return *known, nil
	}
	l := &Line{ID: id, Bytes: slices.Clone(line)}
	p.keep(l)
	return *l, nil
}

func (p *Phone) keep(l *Line) {
	p.log = append(p.log, l)
	p.index[l.ID] = l
}

// Lines returns every kept line, oldest first.
func (p *Phone) Lines() []Line {
	p.mu.Lock()
	defer p.mu.Unlock()
	all := make([]Line, len(p.log))
	for i, l := range p.log {
		all[i] = *l
	}
	return all
}

// Line returns the kept line with this id.
func (p *Phone) Line(id string) (Line, bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if l, ok := p.index[id]; ok {
		return *l, true
	}
	return Line{}, false
}

// Unsent counts the lines without an answer in this epoch.
func (p *Phone) Unsent() int {
	p.mu.Lock()
	defer p.mu.Unlock()
	n := 0
	for _, l := range p.log {
		if !l.Answer.Given() {
			n++
		}
	}
	return n
}

// Resend has kept lines sent once more by the next sync, in this order and before any other, answered or not.
func (p *Phone) Resend(ids ...string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, id := range ids {
		if _, kept := p.index[id]; kept {
			p.extra = append(p.extra, id)
		}
	}
}

// encode writes JSON as a browser does: without escaping what is only special in HTML.
func encode(v any) ([]byte, error) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(v); err != nil {
		return nil, err
	}
	return bytes.TrimSuffix(b.Bytes(), []byte("\n")), nil
}

func ptr[T any](v T) *T { return &v }
