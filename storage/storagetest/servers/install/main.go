// Command install builds the servers that the tests run on, where they are not to
// be had otherwise. make test runs it first.
package main

import (
	"context"
	"fmt"
	"os"
	"os/signal"

	"zoufang/storage/storagetest/servers"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if err := servers.Install(ctx, os.Stderr); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
