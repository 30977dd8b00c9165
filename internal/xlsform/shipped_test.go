package xlsform

import (
	"bytes"
	"encoding/json"
	"reflect"
	"testing"

	"zoufang/internal/content"
)

// shipped gives the forms of the program.
func shipped(t testing.TB) (out []content.Document) {
	t.Helper()
	docs, err := content.Shipped()
	if err != nil {
		t.Fatal(err)
	}
	for _, d := range docs {
		if d.Kind == "form" {
			out = append(out, d)
		}
	}
	return out
}

// again writes a document and reads it back.
func again(t testing.TB, d content.Document) ([]byte, *Read) {
	t.Helper()
	var file bytes.Buffer
	if _, err := WriteFile(&file, d); err != nil {
		t.Fatal(err)
	}
	r, err := ReadFile(bytes.NewReader(file.Bytes()), "x")
	if err != nil {
		t.Fatal(err)
	}
	return file.Bytes(), r
}

// sameDocument fails where two documents differ in anything but the order of members.
func sameDocument(t testing.TB, got, want content.Document) {
	t.Helper()
	var a, b any
	if json.Unmarshal(got.Body, &a) != nil || json.Unmarshal(want.Body, &b) != nil || !reflect.DeepEqual(a, b) {
		t.Errorf("%s\n got %s\nwant %s", want.Title, got.Body, want.Body)
	}
	if got.Title != want.Title || got.Source != want.Source || !reflect.DeepEqual(got.Effective, want.Effective) || got.Heading != want.Heading {
		t.Errorf("%s: %+v, want %+v", want.Title, got, want)
	}
}

func TestShippedFormsComeBack(t *testing.T) {
	for _, d := range shipped(t) {
		_, r := again(t, d)
		if len(r.Faults) > 0 || len(r.Left) > 0 {
			t.Errorf("%s: faults %v, left %v", d.Title, r.Faults, r.Left)
			continue
		}
		sameDocument(t, r.Document, d)
	}
}
