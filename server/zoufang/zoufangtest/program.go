// Package zoufangtest gives tests the built program. Who drives it from outside is
// another room; each of them used to build it anew.
package zoufangtest

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
)

// Given names the setting that says where the program lies that `make test` has built
// from this tree.
const Given = "ZOUFANG_TEST_PROGRAM"

// Program is the path of the program: the one that is given, else one that is built
// into the directory.
func Program(dir string) (string, error) {
	if given := os.Getenv(Given); given != "" {
		_, err := os.Stat(given) // so that the go command, too, sees that it is another
		return given, err
	}
	program := filepath.Join(dir, "zoufang")
	build := exec.Command("go", "build", "-buildvcs=false", "-o", program, "zoufang/server/zoufang")
	build.Env = append(os.Environ(), "CGO_ENABLED=0")
	if out, err := build.CombinedOutput(); err != nil {
		return "", fmt.Errorf("the program does not build: %w\n%s", err, out)
	}
	return program, nil
}
