package xlsform

import (
	"bytes"
	"encoding/json"

	"zoufang/internal/content"
)

// extra is what a question has that XLSForm has no word for, as the column zoufang
// holds it. Relevant and Constraint stand there too where the cells of those names are
// made of more: they are taken from here as long as nobody changed the cells.
type extra struct {
	Kind       string             `json:"kind,omitempty"`
	Field      string             `json:"field,omitempty"`
	Private    bool               `json:"private,omitempty"`
	Carry      bool               `json:"carry,omitempty"`
	Alarm      string             `json:"alarm,omitempty"`
	Unit       string             `json:"unit,omitempty"`
	EnUnit     string             `json:"en_unit,omitempty"`
	Shown      *content.Condition `json:"shown,omitempty"`
	Limits     *content.Limits    `json:"limits,omitempty"`
	Relevant   string             `json:"relevant,omitempty"`
	Constraint string             `json:"constraint,omitempty"`
}

// extraOption is the same of a choice.
type extraOption struct {
	Value  string `json:"value,omitempty"`
	Raises string `json:"raises,omitempty"`
	Alarm  string `json:"alarm,omitempty"`
}

// strictly reads the column of a row; nothing where it is empty.
func (l line) strictly(r *Read, v any) {
	cell := l.get(own)
	if cell == "" {
		return
	}
	d := json.NewDecoder(bytes.NewReader([]byte(cell)))
	d.DisallowUnknownFields()
	if err := d.Decode(v); err != nil || d.More() {
		r.fail(l.row, own, cell, "这一列由导出写成，读不出来；不需要就清空它")
	}
}

func (l line) own(r *Read, o *content.Option) {
	var x extraOption
	l.strictly(r, &x)
	if x.Value != "" {
		o.Value = x.Value
	}
	o.Raises, o.Alarm = x.Raises, x.Alarm
}
