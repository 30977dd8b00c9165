// Command zoufang is the whole service in one program: the server and what an
// operator does at the command line. It is the only place that names storage
// adapters.
//
// Standard output gets exactly one JSON value per command; words, progress, QR
// codes and logs go to standard error. It ends with 0 when all went well, 1 after
// a failure or when faults were found, 2 when it was called wrongly.
package main

import (
	"context"
	"os"
	"os/signal"
	"syscall"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	code := run(ctx, os.Args[1:], os.Getenv, os.Stdin, os.Stdout, os.Stderr)
	stop()
	os.Exit(code)
}
