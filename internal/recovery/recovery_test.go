package recovery

import (
	"bytes"
	"errors"
	"testing"
)

func TestWrapAndSeal(t *testing.T) {
	k, err := New()
	if err != nil {
		t.Fatal(err)
	}
	again, err := Parse(k.Secret())
	if err != nil || again.ID != k.ID || again.Public() != k.Public() {
		t.Fatalf("the key read again: %v", err)
	}
	content := bytes.Repeat([]byte{7}, 32)
	wrapped, err := k.Wrap(content)
	if err != nil || len(wrapped) != 113 {
		t.Fatalf("%d bytes, %v", len(wrapped), err)
	}
	opened, err := again.Unwrap(wrapped)
	if err != nil {
		t.Fatal(err)
	}
	mine, err := NewContent(content)
	if err != nil {
		t.Fatal(err)
	}
	sealed := mine.Seal("zoufang-line-v1\nd\n1", []byte("line"))
	if got, err := opened.Open("zoufang-line-v1\nd\n1", sealed); err != nil || string(got) != "line" {
		t.Fatalf("%q %v", got, err)
	}
	if _, err := opened.Open("zoufang-line-v1\nd\n2", sealed); !errors.Is(err, ErrSealed) {
		t.Errorf("opened at another place: %v", err)
	}
	for _, cut := range [][]byte{nil, sealed[:27], sealed[:len(sealed)-1], append([]byte{sealed[0] ^ 1}, sealed[1:]...)} {
		if _, err := opened.Open("zoufang-line-v1\nd\n1", cut); !errors.Is(err, ErrSealed) {
			t.Errorf("%d bytes: %v", len(cut), err)
		}
	}
	other, err := New()
	if err != nil {
		t.Fatal(err)
	}
	bent := bytes.Clone(wrapped)
	bent[112] ^= 1
	off := bytes.Clone(wrapped)
	off[10] ^= 1
	for name, try := range map[string]func() error{
		"another key":   func() error { _, err := other.Unwrap(wrapped); return err },
		"cut":           func() error { _, err := k.Unwrap(wrapped[:112]); return err },
		"bent":          func() error { _, err := k.Unwrap(bent); return err },
		"off the curve": func() error { _, err := k.Unwrap(off); return err },
		"empty":         func() error { _, err := k.Unwrap(nil); return err },
	} {
		if err := try(); !errors.Is(err, ErrWrap) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := Parse([]byte("short")); err == nil {
		t.Error("a short secret was read")
	}
}
