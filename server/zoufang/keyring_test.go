package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestAnotherKeyring: a store whose keyring was swapped or lost is not written to
// with other keys.
func TestAnotherKeyring(t *testing.T) {
	data, _ := county(t)
	other, _ := county(t)
	keys := filepath.Join(data, keysName)
	own, err := os.ReadFile(keys)
	if err != nil {
		t.Fatal(err)
	}
	foreign, err := os.ReadFile(filepath.Join(other, keysName))
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(keys, foreign, 0o600); err != nil {
		t.Fatal(err)
	}
	for _, args := range [][]string{{"user", "list"}, {"tokens", "rotate"}, {"keys", "rotate"}, {"verify"}} {
		if said := fails(t, 1, data, args...); !strings.Contains(said, "another store's") {
			t.Errorf("%v: %q", args, said)
		}
	}
	if err := os.Remove(keys); err != nil {
		t.Fatal(err)
	}
	if said := fails(t, 1, data, "tokens", "rotate"); !strings.Contains(said, "is missing") {
		t.Errorf("without a keyring: %q", said)
	}
	if err := os.WriteFile(keys, own, 0o600); err != nil {
		t.Fatal(err)
	}
	if report := ok[map[string]any](t, data, "verify"); report["fault_count"] != 0.0 {
		t.Errorf("with its own again: %v", report)
	}
}
