package server

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"html/template"
	"io/fs"
	"path"

	"github.com/gofiber/fiber/v2"

	"zoufang/internal/problem"
	"zoufang/web"
)

// assets are the style sheets by name. Their addresses carry their content's
// hash, so that a browser may keep them for good.
type assets map[string]asset

type asset struct {
	body []byte
	hash string
}

func readAssets() (assets, error) {
	a := assets{}
	err := fs.WalkDir(web.Styles, ".", func(file string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		b, err := web.Styles.ReadFile(file)
		sum := sha256.Sum256(b)
		a[path.Base(file)] = asset{b, hex.EncodeToString(sum[:8])}
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("style sheets: %w", err)
	}
	return a, nil
}

func (a assets) address(name string) string { return "/assets/" + name + "?v=" + a[name].hash }

func (a assets) send(c *fiber.Ctx) error {
	f, ok := a[c.Params("name")]
	if !ok {
		return problem.Of(problem.NotFound)
	}
	c.Set(fiber.HeaderCacheControl, "public, max-age=3600")
	if c.Query("v") == f.hash {
		c.Set(fiber.HeaderCacheControl, "public, max-age=31536000, immutable")
	}
	c.Set(fiber.HeaderContentType, "text/css; charset=utf-8")
	return c.Send(f.body)
}

// phonePage renders what stands at /phone/ of a program without the app.
func phonePage(a assets) ([]byte, error) {
	t, err := template.New("phone.html").Funcs(template.FuncMap{"asset": a.address}).ParseFS(web.Plain, "phone.html")
	if err != nil {
		return nil, fmt.Errorf("phone page: %w", err)
	}
	var b bytes.Buffer
	if err := t.Execute(&b, nil); err != nil {
		return nil, fmt.Errorf("phone page: %w", err)
	}
	return b.Bytes(), nil
}
