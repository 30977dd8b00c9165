package content

import (
	"bytes"
	"crypto/sha256"
	"embed"
	"encoding/json"
	"fmt"
	"io"
	"strconv"
	"strings"

	"zoufang"
)

// Document is one piece of public content, as its record's fields have it.
type Document struct {
	Kind      string          `json:"-"`
	Title     string          `json:"title"`
	Source    Source          `json:"source"`
	Effective Effective       `json:"effective"`
	Body      json.RawMessage `json:"body"`
	Heading   Heading         `json:"-"` // as the body says
}

// Source is what a document rests on. Where a number or an article was not seen
// in print it says 待核 or ends in "?".
type Source struct {
	Document string `json:"document"`
	Article  string `json:"article"`
}

// Effective is the days between which a document holds, YYYY-MM-DD, both
// included; nil is open.
type Effective struct {
	From *string `json:"from"`
	To   *string `json:"to"`
}

// Heading is what every body says of itself.
type Heading struct {
	Name    string `json:"name"`
	Version int    `json:"version"`
}

// Ref is how a visit names a form.
func (h Heading) Ref() string { return h.Name + "@" + strconv.Itoa(h.Version) }

// Fields are the fields of the document's record.
func (d Document) Fields() map[string]any {
	return map[string]any{"title": d.Title, "source": d.Source, "effective": d.Effective, "body": d.Body}
}

// RecordID is the id of the record that a document has in an area. It follows
// from what is named, so that publishing twice makes one record.
func RecordID(area zoufang.AreaID, kind, name string, version int) zoufang.RecordID {
	h := sha256.Sum256(fmt.Appendf(nil, "zoufang-content-v1\n%s\n%s\n%s\n%d", area, kind, name, version))
	return zoufang.UUIDv7(0, [16]byte(h[:16]))
}

// ID is the document's id in an area.
func (d Document) ID(area zoufang.AreaID) zoufang.RecordID {
	return RecordID(area, d.Kind, d.Heading.Name, d.Heading.Version)
}

//go:embed shipped
var files embed.FS

// Shipped lists the documents that the program brings along, each checked.
func Shipped() ([]Document, error) {
	const dir = "shipped"
	entries, err := files.ReadDir(dir)
	if err != nil {
		return nil, err
	}
	var out []Document
	known := map[string]bool{}
	for _, e := range entries {
		b, err := files.ReadFile(dir + "/" + e.Name())
		if err != nil {
			return nil, err
		}
		kind, _, _ := strings.Cut(e.Name(), ".")
		var docs []Document
		if err := strictly(b, &docs); err != nil {
			return nil, fmt.Errorf("%s: %w", e.Name(), err)
		}
		for _, d := range docs {
			d.Kind = kind
			if err := json.Unmarshal(d.Body, &d.Heading); err != nil {
				return nil, fmt.Errorf("%s: %w", e.Name(), err)
			}
			var plain bytes.Buffer
			if err := json.Compact(&plain, d.Body); err != nil {
				return nil, fmt.Errorf("%s: %w", e.Name(), err)
			}
			d.Body = plain.Bytes()
			if err := d.Check(); err != nil {
				return nil, fmt.Errorf("%s %s: %w", e.Name(), d.Heading.Ref(), err)
			}
			if id := kind + " " + d.Heading.Ref(); known[id] {
				return nil, fmt.Errorf("%s is there twice", id)
			} else {
				known[id] = true
			}
			out = append(out, d)
		}
	}
	return out, nil
}

// strictly reads one JSON value without unknown keys.
func strictly(b []byte, v any) error {
	d := json.NewDecoder(bytes.NewReader(b))
	d.DisallowUnknownFields()
	if err := d.Decode(v); err != nil {
		return err
	}
	if _, err := d.Token(); err != io.EOF {
		return fmt.Errorf("more than one value")
	}
	return nil
}
