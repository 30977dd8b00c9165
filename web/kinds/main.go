// Command kinds writes the tables of kinds and rules as TypeScript, so that what
// browsers know of kinds, fields and words is never typed twice.
//
// Usage: go run ./web/kinds [dir]. Without a directory it writes into web/shared,
// below the directory it is called in. A file that already says the same is left
// alone.
package main

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"zoufang"
)

func main() {
	dir := "web/shared"
	if len(os.Args) > 1 {
		dir = os.Args[1]
	}
	if err := write(dir); err != nil {
		fmt.Fprintln(os.Stderr, "kinds:", err)
		os.Exit(1)
	}
}

// write writes each table into its file.
func write(dir string) error {
	for name, text := range map[string]func() ([]byte, error){
		"kinds.gen.ts": typescript, "kinds.en.gen.ts": english,
		"rules.gen.ts":    func() ([]byte, error) { return rules("Chinese", func(l zoufang.Label) string { return l.Zh }) },
		"rules.en.gen.ts": func() ([]byte, error) { return rules("English", func(l zoufang.Label) string { return l.En }) },
	} {
		b, err := text()
		if err != nil {
			return err
		}
		if err := replace(filepath.Join(dir, name), b); err != nil {
			return err
		}
	}
	return nil
}

func replace(file string, text []byte) error {
	old, err := os.ReadFile(file)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	if bytes.Equal(old, text) {
		return nil
	}
	return os.WriteFile(file, text, 0o644)
}
