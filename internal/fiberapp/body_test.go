package fiberapp

import (
	"errors"
	"io"
	"net"
	"testing"
	"time"
)

// A body that drips ends although no pause in it is long.
func TestADripEnds(t *testing.T) {
	h := open(t, 9, 9)
	client, own := h.enters()
	b := &Body{r: own, conn: own, left: 1 << 20, pace: pace{waited: pause - 100*time.Millisecond}}
	go func() {
		for range 2000 { // longer than it is waited for
			if _, err := client.Write([]byte("x")); err != nil {
				return
			}
			time.Sleep(time.Millisecond)
		}
		client.Close()
	}()
	n, err := io.Copy(io.Discard, b)
	own.Close()
	if !timedOut(err) || n >= 2000 {
		t.Errorf("%d bytes: %v", n, err)
	}
}

// ReadAll asks for no byte beyond its bound.
func TestReadAllAsksForNoMore(t *testing.T) {
	r := &endless{}
	b, err := ReadAll(r, 100_000)
	if err != nil || len(b) != 100_000 || r.n != 100_000 || cap(b) > 100_000 {
		t.Errorf("%d bytes in %d of %d: %v", len(b), cap(b), r.n, err)
	}
	if b, err := ReadAll(io.LimitReader(&endless{}, 7), 100); err != nil || len(b) != 7 {
		t.Errorf("%d bytes: %v", len(b), err)
	}
	if b, err := ReadAll(io.MultiReader(io.LimitReader(&endless{}, 7), broken{}), 100); !errors.Is(err, net.ErrClosed) || len(b) != 7 {
		t.Errorf("%d bytes: %v", len(b), err)
	}
}

type endless struct{ n int }

func (c *endless) Read(p []byte) (int, error) { c.n += len(p); return len(p), nil }

type broken struct{}

func (broken) Read([]byte) (int, error) { return 0, net.ErrClosed }
