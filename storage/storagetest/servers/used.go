package servers

import (
	"fmt"
	"os"
	"testing"
)

// skipping skips the test if that was asked for.
func skipping(t testing.TB, server, env string) {
	t.Helper()
	if os.Getenv(env) != "1" {
		return
	}
	used(t, server+": SKIPPED, because "+env+" is set")
	t.Skipf("%s is set: this test needs %s and was not run", env, server)
}

// used notes what the tests ran on; see the Makefile, which prints it last.
func used(t testing.TB, line string) {
	t.Helper()
	path := os.Getenv(envUsed)
	if path == "" {
		return
	}
	f, err := os.OpenFile(path, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o600)
	if err == nil {
		_, err = fmt.Fprintln(f, line)
		if err2 := f.Close(); err == nil {
			err = err2
		}
	}
	if err != nil {
		t.Fatalf("noting the server used: %v", err)
	}
}
