package zoufang

import (
	"bytes"
	"encoding/json"
	"strconv"
	"unicode/utf8"
)

// Value is one JSON value as the bytes that came. It is stored and sent on
// unchanged; it is compared by [Value.Canon].
type Value []byte

// IsNull reports whether the value is JSON null.
func (v Value) IsNull() bool { return string(bytes.TrimSpace(v)) == "null" }

// Text gives the value as a Go string and whether it is a JSON string. Lone
// surrogates read as U+FFFD: use Canon to compare.
func (v Value) Text() (string, bool) {
	if v.Type() != '"' {
		return "", false
	}
	if bytes.IndexByte(v, '\\') < 0 {
		v = bytes.TrimSpace(v)
		return string(v[1 : len(v)-1]), true
	}
	var s string
	if json.Unmarshal(v, &s) != nil {
		return "", false
	}
	return s, true
}

// Number gives the value as a double and whether it is a JSON number.
func (v Value) Number() (float64, bool) {
	t := v.Type()
	if t != '0' {
		return 0, false
	}
	f, _ := strconv.ParseFloat(string(bytes.TrimSpace(v)), 64) // out of range reads as infinity, as in JavaScript
	return f, true
}

// Type tells what the value is by one byte: '"' text, '0' number, '{' object,
// '[' array, 't' true or false, 'n' null.
func (v Value) Type() byte {
	for _, c := range v {
		switch c {
		case ' ', '\t', '\r', '\n':
		case '"', '{', '[', 'n':
			return c
		case 't', 'f':
			return 't'
		default:
			return '0'
		}
	}
	return 0
}

// Object gives the members of a JSON object as raw values; of equal keys the
// last counts. It reports false for anything else.
func (v Value) Object() (map[string]Value, bool) {
	if v.Type() != '{' {
		return nil, false
	}
	m := map[string]Value{}
	scan := scanner{b: v}
	scan.object(func(key string, val Value) { m[key] = val })
	return m, true
}

// Array gives the elements of a JSON array as raw values. It reports false for
// anything else.
func (v Value) Array() ([]Value, bool) {
	if v.Type() != '[' {
		return nil, false
	}
	var out []Value
	scan := scanner{b: v}
	scan.array(func(val Value) { out = append(out, val) })
	return out, true
}

// Equal compares as parsed JSON: object order ignored, numbers as doubles, text
// by its UTF-16 units, so that lone surrogates stay distinct.
func (v Value) Equal(w Value) bool {
	return bytes.Equal(v, w) || v.Canon() == w.Canon()
}

// Canon gives a text that is the same for two values exactly when they are equal
// as parsed JSON. It is a key for comparing, never stored or sent.
func (v Value) Canon() string {
	s := scanner{b: v}
	return string(s.canon(nil))
}

// ValidJSON reports whether b is one JSON value in UTF-8 (RFC 8259), nested no
// deeper than the standard library reads (10,000).
func ValidJSON(b []byte) bool { return utf8.Valid(b) && json.Valid(b) }
