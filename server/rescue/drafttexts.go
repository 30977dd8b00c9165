package rescue

import (
	"bytes"
	"encoding/json"
	"strings"

	"zoufang"
	"zoufang/internal/fold"
)

// read takes what a draft says without knowing what its members mean: each text, in
// its order and once, and the records and areas it names anywhere, its own address
// among them. They say who may be shown it; names of members say nothing to anybody.
func (d *Draft) read(plain zoufang.Value) {
	seen := map[string]bool{}
	take := func(s string) {
		switch {
		case s == "" || seen[s] || zoufang.Digest(s).Valid():
		case zoufang.RecordID(s).Valid():
			d.Names = append(d.Names, zoufang.RecordID(s))
		case zoufang.AreaID(s).Valid():
			d.Areas = append(d.Areas, zoufang.AreaID(s))
		default:
			d.Texts = append(d.Texts, fold.Told(s))
		}
		seen[s] = true
	}
	for _, part := range strings.FieldsFunc(d.id, func(c rune) bool { return strings.ContainsRune("/?=&", c) }) {
		if zoufang.RecordID(part).Valid() {
			take(part)
		}
	}
	walkTexts(json.NewDecoder(bytes.NewReader(plain)), func(s string) { take(strings.TrimSpace(s)) })
}

// told is a value as it may be shown: see fold.Told.
func told(v zoufang.Value) zoufang.Value {
	if s, ok := v.Text(); ok {
		if out := fold.Told(s); out != s {
			return zoufang.Quote(out)
		}
		return v
	}
	if fold.Sensitive(v) {
		return zoufang.Mask(v)
	}
	return v
}

// walkTexts gives each text that is the value of something; it reports whether a
// value was there.
func walkTexts(d *json.Decoder, give func(string)) bool {
	t, err := d.Token()
	if err != nil {
		return false
	}
	switch t := t.(type) {
	case string:
		give(t)
	case json.Delim:
		for d.More() {
			if t == '{' {
				if _, err := d.Token(); err != nil { // a name
					return false
				}
			}
			if !walkTexts(d, give) {
				return false
			}
		}
		_, err := d.Token() // its end
		return err == nil
	}
	return true
}
