package servers

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"testing"
	"time"
)

// Install builds what the tests would have to build first, and says what there is.
// Tests do it themselves if need be, but a build within go test shows nothing and
// takes from its time limit.
func Install(ctx context.Context, progress io.Writer) error {
	var failed error
	for _, s := range []struct {
		name, given, skip string
		program           func(context.Context, io.Writer) (program, error)
	}{
		{"MongoDB", envMongo, envMongoSkip, mongoProgram},
		{"S3", envS3, envS3Skip, minioProgram},
	} {
		about := "given by " + s.given
		if os.Getenv(s.skip) == "1" {
			about = "skipped, because " + s.skip + " is set"
		} else if os.Getenv(s.given) == "" {
			p, err := s.program(ctx, progress)
			if err != nil {
				failed = errors.Join(failed, missing(s.name, s.skip, err))
				continue
			}
			about = p.about
		}
		fmt.Fprintf(progress, "%s for the tests: %s\n", s.name, about)
	}
	return failed
}

func missing(server, skip string, err error) error {
	return fmt.Errorf("no %s server for the tests (%s=1 goes without and says so): %w", server, skip, err)
}

// ensure gives a program within the time that the test has.
func ensure(t testing.TB, server, skip string, get func(context.Context, io.Writer) (program, error)) (program, error) {
	ctx := t.Context()
	if timed, ok := t.(interface{ Deadline() (time.Time, bool) }); ok {
		if end, ok := timed.Deadline(); ok {
			var cancel context.CancelFunc
			ctx, cancel = context.WithDeadline(ctx, end.Add(-30*time.Second))
			defer cancel()
		}
	}
	p, err := get(ctx, os.Stderr)
	if errors.Is(err, context.DeadlineExceeded) {
		err = fmt.Errorf("%w; go run ./storage/storagetest/servers/install builds it with no time limit", err)
	}
	if err != nil {
		return p, missing(server, skip, err)
	}
	return p, nil
}
