package operator

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"

	"zoufang"
	"zoufang/internal/content"
	"zoufang/internal/sheet"
	"zoufang/internal/xlsform"
	"zoufang/storage"
)

// ImportedForm tells what a spreadsheet with a form brought, or what one was made of a
// form. With faults nothing was stored.
type ImportedForm struct {
	Form      string         `json:"form"` // its name
	Version   int            `json:"version"`
	Questions int            `json:"questions"` // that a person answers
	LeftOut   []xlsform.Left `json:"left_out"`
	Faults    []sheet.Fault  `json:"faults,omitempty"`
}

const maxForms = 500 // records of forms looked through in an area

// ErrNoAreas says that there is nowhere to publish to.
var ErrNoAreas = errors.New("no areas are known yet: import them first")

// ImportForm publishes the form of a spreadsheet in every top area, as the operator's own
// commits: as a new version beside the ones that are there, unless the newest says the
// same. usual is its name where the file gives it none.
func (o *Operator) ImportForm(ctx context.Context, f io.Reader, usual string) (ImportedForm, error) {
	r, err := xlsform.ReadFile(f, usual)
	if err != nil {
		return ImportedForm{LeftOut: []xlsform.Left{}}, err
	}
	out := ImportedForm{r.Form.Name, 0, r.Form.Asked(), r.Left, r.Faults}
	if len(r.Faults) > 0 {
		return out, nil
	}
	var actions [][]zoufang.Item
	err = o.Records.View(ctx, func(v storage.View) (err error) {
		actions, out.Version, err = o.publishing(v, r.Document)
		return err
	})
	if err != nil {
		return out, err
	}
	return out, o.push(ctx, actions...)
}

// publishing gives the commits that publish a form, and its version.
func (o *Operator) publishing(v storage.View, d content.Document) (actions [][]zoufang.Item, version int, err error) {
	areas, err := v.Areas()
	if err != nil {
		return nil, 0, err
	}
	tops := topAreas(areas)
	switch {
	case len(tops) == 0:
		return nil, 0, ErrNoAreas
	case len(tops) > maxTops:
		return nil, 0, &ScatteredError{len(tops)}
	}
	newest := make([]known, len(tops))
	same := true
	for i, top := range tops {
		if newest[i], err = newestForm(v, top, d.Heading.Name); err != nil {
			return nil, 0, err
		}
		version = max(version, newest[i].version)
	}
	for _, n := range newest {
		same = same && (n.version < version || n.says(d))
	}
	if !same || version == 0 {
		version = max(version+1, d.Heading.Version)
	}
	if d, err = numbered(d, version); err != nil {
		return nil, 0, err
	}
	for i, top := range tops {
		if newest[i].version == version {
			continue
		}
		there, err := v.Record(d.ID(top))
		if err != nil || there != nil {
			return nil, 0, errors.Join(err, fmt.Errorf("%s is there and cannot be read", d.Heading.Ref()))
		}
		actions = append(actions, []zoufang.Item{zoufang.New(d.ID(top), d.Kind, top, d.Fields())})
	}
	return actions, version, nil
}

// known is a form that is there.
type known struct {
	*zoufang.Record
	version int
}

// newestForm finds the newest version of a form in an area; version 0 for none.
func newestForm(v storage.View, area zoufang.AreaID, name string) (best known, err error) {
	err = v.List(zoufang.KindForm, []zoufang.AreaID{area}, 0, maxForms, func(f *zoufang.Record) bool {
		var h content.Heading
		if json.Unmarshal(f.Shown("body"), &h) == nil && h.Name == name && h.Version > best.version {
			best = known{f, h.Version}
		}
		return true
	})
	return best, err
}

// says reports whether the record is in force and says what the document does, versions
// apart.
func (k known) says(d content.Document) bool {
	d, err := numbered(d, k.version)
	if err != nil || k.Voided() {
		return false
	}
	for field, v := range d.Fields() {
		if !k.Shown(field).Equal(zoufang.ValueOf(v)) {
			return false
		}
	}
	return true
}

// numbered gives a document under a version.
func numbered(d content.Document, version int) (content.Document, error) {
	var body map[string]json.RawMessage
	if err := json.Unmarshal(d.Body, &body); err != nil {
		return d, err
	}
	d.Heading.Version = version
	body["version"] = fmt.Append(nil, version)
	b, err := json.Marshal(body)
	d.Body = b
	if err == nil {
		err = d.Check()
	}
	return d, err
}

// ExportForm writes a form as a spreadsheet: the newest version of a name, a name@version,
// or a record.
func (o *Operator) ExportForm(ctx context.Context, id string, w io.Writer) (ImportedForm, error) {
	var d content.Document
	err := o.Records.View(ctx, func(v storage.View) error {
		f, err := formCalled(v, id)
		if err != nil {
			return err
		}
		d = content.Document{Kind: zoufang.KindForm, Body: json.RawMessage(f.Shown("body"))}
		d.Title, _ = f.Shown("title").Text()
		json.Unmarshal(f.Shown("source"), &d.Source)
		json.Unmarshal(f.Shown("effective"), &d.Effective)
		return nil
	})
	if err != nil {
		return ImportedForm{}, err
	}
	made, err := xlsform.WriteFile(w, d)
	if err != nil {
		return ImportedForm{}, err
	}
	return ImportedForm{made.Form.Name, made.Form.Version, made.Form.Asked(), made.Left, nil}, nil
}

// formCalled finds a form; of several areas in the first, and void ones last.
func formCalled(v storage.View, id string) (*zoufang.Record, error) {
	if rid := zoufang.RecordID(id); rid.Valid() {
		f, err := v.Record(rid)
		if err == nil && (f == nil || f.Kind != zoufang.KindForm) {
			err = fmt.Errorf("no form is called %s", id)
		}
		return f, err
	}
	areas, err := v.Areas()
	if err != nil {
		return nil, err
	}
	var best *zoufang.Record // by its name, or the id it had in the file it came from
	rank := -1
	for _, top := range topAreas(areas) {
		err := v.List(zoufang.KindForm, []zoufang.AreaID{top}, 0, maxForms, func(f *zoufang.Record) bool {
			var h content.Heading
			if json.Unmarshal(f.Shown("body"), &h) != nil || h.Name != id && h.Ref() != id && h.Name != xlsform.FormName(id) {
				return true
			}
			of := h.Version
			if !f.Voided() {
				of += 10_000 // over any version
			}
			if of > rank {
				best, rank = f, of
			}
			return true
		})
		if err != nil {
			return nil, err
		}
	}
	if best == nil {
		return nil, fmt.Errorf("no form is called %s", id)
	}
	return best, nil
}
