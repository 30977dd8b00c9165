package api

import (
	"bytes"
	"crypto/sha256"
	_ "embed"
	"encoding/hex"
	"encoding/json"
	"html/template"
	"maps"
	"slices"
	"strings"

	"github.com/danielgtaylor/huma/v2"
	"github.com/gofiber/fiber/v2"
)

// document is the OpenAPI document and the page that shows it, both written once.
type document struct {
	json, html []byte
	mark       string
}

//go:embed viewer.html
var viewer string

// write lays both out.
func (d *document) write(from *huma.OpenAPI, asset func(string) string) (err error) {
	if d.json, err = json.Marshal(from); err != nil {
		return err
	}
	sum := sha256.Sum256(d.json)
	d.mark = `"` + hex.EncodeToString(sum[:12]) + `"`
	t, err := template.New("viewer").Funcs(template.FuncMap{"asset": asset}).Parse(viewer)
	if err != nil {
		return err
	}
	var b bytes.Buffer
	if err := t.Execute(&b, pageFrom(from)); err != nil {
		return err
	}
	d.html = b.Bytes()
	return nil
}

// send answers with the document, whoever asks.
func (d *document) send(c *fiber.Ctx) error {
	c.Set(fiber.HeaderCacheControl, "no-cache")
	c.Set(fiber.HeaderETag, d.mark)
	if strings.Contains(c.Get(fiber.HeaderIfNoneMatch), d.mark) {
		return c.SendStatus(fiber.StatusNotModified)
	}
	c.Set(fiber.HeaderContentType, "application/json")
	return c.Send(d.json)
}

// page shows it to people, without script and without a request to anybody else.
func (d *document) page(c *fiber.Ctx) error {
	c.Set(fiber.HeaderContentType, fiber.MIMETextHTMLCharsetUTF8)
	return c.Send(d.html)
}

// shownPage is what the viewer shows.
type shownPage struct {
	Title, About string
	Operations   []shownOperation
}

type shownOperation struct {
	ID, Method, Path, Summary, About string
	Parameters                       []shownParameter
	Body, Answer                     string // schemas
	Problems                         []string
}

type shownParameter struct{ Name, In, About, Schema string }

func pageFrom(from *huma.OpenAPI) shownPage {
	p := shownPage{Title: from.Info.Title, About: from.Info.Description}
	for _, path := range slices.Sorted(maps.Keys(from.Paths)) {
		item := from.Paths[path]
		for _, op := range []*huma.Operation{item.Get, item.Post} {
			if op == nil {
				continue
			}
			o := shownOperation{ID: op.OperationID, Method: op.Method, Path: prefix + path, Summary: op.Summary, About: op.Description}
			for _, of := range op.Parameters {
				o.Parameters = append(o.Parameters, shownParameter{of.Name, of.In, of.Description, laidOut(of.Schema)})
			}
			if op.RequestBody != nil {
				for _, m := range op.RequestBody.Content {
					o.Body = laidOut(m.Schema)
				}
			}
			for _, status := range slices.Sorted(maps.Keys(op.Responses)) {
				if status == "200" {
					for _, m := range op.Responses[status].Content {
						o.Answer = laidOut(m.Schema)
					}
				} else {
					o.Problems = append(o.Problems, status)
				}
			}
			p.Operations = append(p.Operations, o)
		}
	}
	return p
}

func laidOut(s *huma.Schema) string {
	if s == nil {
		return ""
	}
	b, err := json.MarshalIndent(s, "", "  ")
	if err != nil {
		return ""
	}
	return string(b)
}
