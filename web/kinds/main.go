// Command kinds writes the table of kinds as TypeScript, so that what a phone
// knows of kinds and fields is never typed twice.
//
// Usage: go run ./web/kinds [file]. Without a file it writes
// web/phone/src/wire/kinds.gen.ts, below the directory it is called in. A file
// that already says the same is left alone.
package main

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
)

func main() {
	file := "web/phone/src/wire/kinds.gen.ts"
	if len(os.Args) > 1 {
		file = os.Args[1]
	}
	if err := write(file); err != nil {
		fmt.Fprintln(os.Stderr, "kinds:", err)
		os.Exit(1)
	}
}

func write(file string) error {
	text, err := typescript()
	if err != nil {
		return err
	}
	old, err := os.ReadFile(file)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	if bytes.Equal(old, text) {
		return nil
	}
	return os.WriteFile(file, text, 0o644)
}
