package server

import (
	"bytes"

	"github.com/valyala/fasthttp"
)

// policy lets a page load this server's own styles and pictures and post to it,
// and nothing else: no script at all, inline or not.
const policy = "default-src 'none'; style-src 'self'; img-src 'self'; media-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"

// forStaff reports whether a reply is to somebody at a desk. Browsers there are often
// shared: they keep nothing of it, no page and no photo, refusals and redirects included.
func forStaff(path []byte) bool {
	return bytes.Equal(path, []byte("/")) || bytes.Equal(path, []byte("/staff")) || bytes.HasPrefix(path, []byte("/staff/"))
}

// headers adds what every reply carries, refusals and faults included. A handler
// that needs another policy has set it.
func headers(https bool, next fasthttp.RequestHandler) fasthttp.RequestHandler {
	return func(ctx *fasthttp.RequestCtx) {
		next(ctx)
		h := &ctx.Response.Header
		if forStaff(ctx.Path()) {
			h.Set("Cache-Control", "no-store")
		}
		if len(h.Peek("Content-Security-Policy")) == 0 {
			h.Set("Content-Security-Policy", policy)
		}
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("X-Frame-Options", "DENY")
		h.Set("Referrer-Policy", "same-origin")
		h.Set("Cross-Origin-Opener-Policy", "same-origin")
		h.Set("Cross-Origin-Resource-Policy", "same-origin")
		h.Set("Permissions-Policy", "camera=(self), geolocation=(self), microphone=(self)")
		if https {
			h.Set("Strict-Transport-Security", "max-age=31536000")
		}
	}
}
