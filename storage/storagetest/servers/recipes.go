package servers

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os/exec"
	"path/filepath"
	"strings"
	"time"
)

// SecantusDB speaks MongoDB's protocol, with transactions, over WiredTiger: one
// node that calls itself a replica set. It is GPL and a test tool: never linked,
// never shipped. Both forms take the same flags.
var (
	secantusRust = recipe{
		name: "secantusdb-rust", version: "0.5.3-beta.196",
		about: "SecantusDB 0.5.3-beta.196 (Rust): a stand-in, not MongoDB itself",
		bin:   "bin/secantusd-rs", needs: []string{"cargo"},
		build: func(dir string) []*exec.Cmd {
			// The packages ask for a newer compiler than they need.
			cmd := exec.Command("cargo", "install", "secantus-mdb", "--version", "0.5.3-beta.196",
				"--ignore-rust-version", "--root", dir)
			cmd.Env = plain("CARGO_TARGET_DIR=" + dir + scratch)
			return []*exec.Cmd{cmd}
		},
	}
	secantusPython = recipe{
		name: "secantusdb-python", version: "0.7.0b3",
		about: "SecantusDB 0.7.0b3 (Python): a stand-in, not MongoDB itself",
		bin:   "bin/secantusd-py", needs: []string{"python3"},
		build: func(dir string) []*exec.Cmd {
			return []*exec.Cmd{
				exec.Command("python3", "-m", "venv", dir),
				exec.Command(filepath.Join(dir, "bin", "python"), "-m", "pip", "install", "SecantusDB==0.7.0b3"),
			}
		},
	}
	// The server's upstream has been archived since February 2026; this is the last
	// state of it.
	minioBuilt = recipe{
		name: "minio", version: "20260212201848-7aac2a2c5b7c",
		about: "MinIO 2026-02-12 (7aac2a2c5b7c, built from source)",
		bin:   "bin/minio", needs: []string{"go"},
		build: func(dir string) []*exec.Cmd {
			cmd := exec.Command("go", "install", "github.com/minio/minio@v0.0.0-20260212201848-7aac2a2c5b7c")
			cmd.Env = plain("GOBIN="+filepath.Join(dir, "bin"), "CGO_ENABLED=0")
			return []*exec.Cmd{cmd}
		},
	}
)

// program is a server that can be started.
type program struct {
	path, about string
	onPath      bool // not one of ours
}

// found gives the program of that name on the PATH.
func found(ctx context.Context, name, server string) (program, bool) {
	path, err := exec.LookPath(name)
	if err != nil {
		return program{}, false
	}
	ctx, cancel := context.WithTimeout(ctx, 10*time.Second)
	defer cancel()
	version := "of unknown version"
	if out, err := exec.CommandContext(ctx, path, "--version").Output(); err == nil {
		version, _, _ = strings.Cut(string(out), "\n")
	}
	return program{path, fmt.Sprintf("%s on the PATH (%s)", server, strings.TrimSpace(version)), true}, true
}

// had gives the first recipe that is built already, or else the first that can be.
func had(ctx context.Context, progress io.Writer, recipes ...recipe) (program, error) {
	for _, r := range recipes {
		if path, ok := r.built(); ok {
			return program{path: path, about: r.about}, nil
		}
	}
	var failed error
	for _, r := range recipes {
		if !r.able() {
			failed = errors.Join(failed, fmt.Errorf("%s cannot be built: no %s on the PATH", r, strings.Join(r.needs, ", ")))
			continue
		}
		path, err := r.install(ctx, progress)
		if err == nil {
			return program{path: path, about: r.about}, nil
		}
		if failed = errors.Join(failed, err); ctx.Err() != nil {
			break
		}
	}
	return program{}, failed
}

func mongoProgram(ctx context.Context, progress io.Writer) (program, error) {
	if p, ok := found(ctx, "mongod", "MongoDB"); ok {
		return p, nil
	}
	return had(ctx, progress, secantusRust, secantusPython)
}

func minioProgram(ctx context.Context, progress io.Writer) (program, error) {
	if p, ok := found(ctx, "minio", "MinIO"); ok {
		return p, nil
	}
	return had(ctx, progress, minioBuilt)
}
