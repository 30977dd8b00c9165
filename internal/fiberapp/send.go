package fiberapp

import (
	"io"
	"net"
	"time"

	"github.com/gofiber/fiber/v2"
)

// Send replies with size bytes of r as the client takes them: a slow one has
// half a minute for each part. r is closed when the reply has gone out or failed.
func Send(c *fiber.Ctx, r io.ReadCloser, size int) {
	// fasthttp would send all of r, whatever the size.
	c.Context().SetBodyStream(&paced{io.LimitReader(r, int64(size)), r, c.Context().Conn()}, size)
}

type paced struct {
	io.Reader
	io.Closer
	conn net.Conn
}

func (p *paced) Read(b []byte) (int, error) {
	if err := p.conn.SetWriteDeadline(time.Now().Add(pause)); err != nil {
		return 0, err
	}
	return p.Reader.Read(b)
}
