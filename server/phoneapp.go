package server

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io/fs"
	"path"
	"strings"
	"sync"

	"github.com/gofiber/fiber/v2"
)

// phonePolicy lets the app run its own scripts and show what the phone made:
// photos and recordings of its own. It asks this server alone.
const phonePolicy = "default-src 'none'; script-src 'self'; style-src 'self'; font-src 'self' data:; " +
	"img-src 'self' blob: data:; media-src 'self' blob:; connect-src 'self'; worker-src 'self'; manifest-src 'self'; " +
	"form-action 'none'; base-uri 'none'; frame-ancestors 'none'"

// scannerPolicy is the policy of the worker that reads codes: WebAssembly, and
// this server. Chrome before 97 wants 'unsafe-eval' for it, which no page gets.
const scannerPolicy = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval' 'unsafe-eval'; connect-src 'self'"

func policyOf(name string) string {
	if strings.HasPrefix(name, "assets/scanner-") && path.Ext(name) == ".js" {
		return scannerPolicy
	}
	return phonePolicy
}

// phoneApp is the phone app's files by their paths below /phone/.
type phoneApp map[string]*phoneFile

type phoneFile struct {
	kind    string
	body    []byte
	etag    string
	zip     sync.Once
	smaller []byte // gzipped; nil where that saves nothing
}

// The types of files a build makes. A file of another type is not served.
var phoneTypes = map[string]string{
	".html": "text/html; charset=utf-8", ".js": "text/javascript; charset=utf-8", ".css": "text/css; charset=utf-8",
	".json": "application/json", ".webmanifest": "application/manifest+json", ".txt": "text/plain; charset=utf-8",
	".wasm": "application/wasm", ".svg": "image/svg+xml", ".png": "image/png", ".webp": "image/webp", ".ico": "image/x-icon",
	".woff": "font/woff", ".woff2": "font/woff2", ".ttf": "font/ttf",
}

func readPhoneApp(files fs.FS) (phoneApp, error) {
	app := phoneApp{}
	err := fs.WalkDir(files, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		kind, served := phoneTypes[path.Ext(name)]
		if !served || strings.HasPrefix(path.Base(name), ".") {
			return nil
		}
		b, err := fs.ReadFile(files, name)
		sum := sha256.Sum256(b)
		app[name] = &phoneFile{kind: kind, body: b, etag: `"` + hex.EncodeToString(sum[:8]) + `"`}
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("phone app: %w", err)
	}
	if app["index.html"] == nil {
		return nil, fmt.Errorf("phone app: no index.html")
	}
	return app, nil
}

// phoneFile answers /phone/ and what lies below it.
func (s *Server) phoneFile(c *fiber.Ctx) error {
	name := c.Params("*")
	if name == "" && s.phone == nil {
		c.Set(fiber.HeaderCacheControl, "no-cache")
		c.Set(fiber.HeaderContentType, phoneTypes[".html"])
		return c.Send(s.plain)
	}
	if name == "" {
		name = "index.html"
	}
	if f := s.phone[name]; f != nil {
		return f.send(c, name)
	}
	return s.missing(c)
}

// send answers with the file. What lies in assets/ carries its content's hash and
// is kept for good; the page is never kept, so that a new build is seen at once;
// all else is asked for again each time.
func (f *phoneFile) send(c *fiber.Ctx, name string) error {
	switch {
	case name == "index.html":
		c.Set(fiber.HeaderCacheControl, "no-store")
	case strings.HasPrefix(name, "assets/"):
		c.Set(fiber.HeaderCacheControl, "public, max-age=31536000, immutable")
	default:
		c.Set(fiber.HeaderCacheControl, "no-cache")
	}
	if name == "sw.js" {
		c.Set("Service-Worker-Allowed", "/phone/")
	}
	c.Set("Content-Security-Policy", policyOf(name))
	c.Set(fiber.HeaderVary, fiber.HeaderAcceptEncoding)
	c.Set(fiber.HeaderETag, f.etag)
	if name != "index.html" && c.Get(fiber.HeaderIfNoneMatch) == f.etag {
		return c.SendStatus(fiber.StatusNotModified)
	}
	c.Set(fiber.HeaderContentType, f.kind)
	if z := f.gzipped(); z != nil && strings.Contains(c.Get(fiber.HeaderAcceptEncoding), "gzip") {
		c.Set(fiber.HeaderContentEncoding, "gzip")
		return c.Send(z)
	}
	return c.Send(f.body)
}

const worthZipping = 1 << 10 // bytes

// gzipped compresses once, when the file is first asked for.
func (f *phoneFile) gzipped() []byte {
	f.zip.Do(func() {
		if len(f.body) < worthZipping {
			return
		}
		var b bytes.Buffer
		z, _ := gzip.NewWriterLevel(&b, gzip.BestCompression)
		z.Write(f.body) // a Buffer takes everything
		z.Close()
		if b.Len() < len(f.body)*9/10 {
			f.smaller = b.Bytes()
		}
	})
	return f.smaller
}
