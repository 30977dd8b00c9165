package fiberapp

import (
	"bytes"
	"strconv"

	"github.com/valyala/fasthttp"
)

// lengthHeader carries a body's true length from headerReceived to guarded. It
// is set or deleted there, so that what a client sends under its name is lost.
const lengthHeader = "X-Zoufang-Body-Length"

// headerReceived has fasthttp prefetch a single byte of each body. Left to
// itself it waits for 8 KiB before the handler runs and drops them when the
// connection dies; and of a body over its limit it may read into the next request.
func headerReceived(h *fasthttp.RequestHeader) fasthttp.RequestConfig {
	h.Del(lengthHeader)
	if n := h.ContentLength(); n > 1 {
		h.Set(lengthHeader, strconv.Itoa(n))
		h.SetContentLength(1)
	}
	return fasthttp.RequestConfig{}
}

// guarded gives the handler the body's true length and deals with what it left
// unread: that is read to its end and dropped while it is short, else the
// connection is closed after the reply. It stands around Fiber, which answers
// some requests before any middleware runs.
func guarded(handler fasthttp.RequestHandler, p *purses) fasthttp.RequestHandler {
	return func(ctx *fasthttp.RequestCtx) {
		h := &ctx.Request.Header
		if n, err := strconv.Atoi(string(h.Peek(lengthHeader))); err == nil {
			h.SetContentLength(n)
		}
		h.Del(lengthHeader)
		s := newStream(ctx, p)
		ctx.SetUserValue(streamKey{}, s)
		handle(ctx, handler, s)
		if !s.drain(ctx) || ambiguous(h.RawHeaders()) {
			ctx.Response.Header.SetConnectionClose()
			if c := connOf(ctx.Conn()); c != nil {
				c.linger = true
			}
		}
	}
}

// handle runs the handler. Meanwhile the connection gives the body's bytes to Body
// alone: fasthttp's own c.Body would read them all, whoever sent them.
func handle(ctx *fasthttp.RequestCtx, handler fasthttp.RequestHandler, b *Body) {
	defer b.pay()
	if c := connOf(ctx.Conn()); c != nil {
		defer c.shut(c.shut(true))
	}
	handler(ctx)
}

// ambiguous reports whether the headers say more than once how long the body is.
// A proxy in front may have read them in another way, so that what follows on
// the connection is nobody's request (RFC 9112 §6.3).
func ambiguous(headers []byte) bool {
	said := 0
	for line := range bytes.Lines(headers) {
		name, value, _ := bytes.Cut(line, []byte(":"))
		name = bytes.TrimSpace(name)
		if bytes.EqualFold(name, []byte("Transfer-Encoding")) && !bytes.EqualFold(bytes.TrimSpace(value), []byte("chunked")) {
			return true
		}
		if bytes.EqualFold(name, []byte("Content-Length")) || bytes.EqualFold(name, []byte("Transfer-Encoding")) {
			said++
		}
	}
	return said > 1
}
