package main

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"log/slog"
	"time"
)

// command is one thing the program does.
type command struct {
	name  string // one or two words
	args  string // what it takes beside flags, as usage shows it; each word is one
	about string
	flags func(*flag.FlagSet, *config)
	do    func(ctx context.Context, c *call) (any, error)
}

// call is one run of a command.
type call struct {
	config
	args           []string
	getenv         func(string) string
	stdin          io.Reader
	stdout, stderr io.Writer
	log            *slog.Logger
	now            func() time.Time
	answered       bool // the one JSON value is out
}

// What a command returns beside failures of its own.
var (
	errFaults = errors.New("faults were found") // the result is printed and the program ends with 1
	errHelp   = errors.New("help was asked for")
)

// usageError says that the program was called wrongly.
type usageError struct{ error }

func usagef(format string, args ...any) error { return usageError{fmt.Errorf(format, args...)} }

// run is the program as a function: it ends when the command has, or soon after
// ctx does, and returns the exit code.
func run(ctx context.Context, args []string, getenv func(string) string, stdin io.Reader, stdout, stderr io.Writer) int {
	c := &call{getenv: getenv, stdin: stdin, stdout: stdout, stderr: stderr, now: time.Now}
	c.log = slog.New(slog.NewJSONHandler(stderr, nil))
	result, err := c.run(ctx, args)
	var usage usageError
	switch {
	case err == nil && c.answered:
		return 0
	case err == nil, errors.Is(err, errFaults):
		if failed := c.answer(result); failed != nil {
			fmt.Fprintln(stderr, "zoufang:", failed)
			return 1
		}
		if err != nil {
			return 1
		}
		return 0
	case errors.Is(err, errHelp):
		printUsage(stderr)
		return 0
	case errors.As(err, &usage):
		fmt.Fprintln(stderr, "zoufang:", err)
		printUsage(stderr)
		c.answer(failure{err.Error()})
		return 2
	}
	fmt.Fprintln(stderr, "zoufang:", err)
	c.answer(failure{err.Error()})
	return 1
}

// failure is what standard output gets when there is no result.
type failure struct {
	Error string `json:"error"`
}

// answer prints the command's one JSON value, unless it is out already.
func (c *call) answer(v any) error {
	if c.answered {
		return nil
	}
	c.answered = true
	e := json.NewEncoder(c.stdout)
	e.SetEscapeHTML(false)
	return e.Encode(v)
}

// say tells the person at the terminal.
func (c *call) say(format string, args ...any) { fmt.Fprintf(c.stderr, format+"\n", args...) }

func (c *call) run(ctx context.Context, args []string) (any, error) {
	cmd, rest, err := find(args)
	if err != nil {
		return nil, err
	}
	if err := c.parse(cmd, rest); err != nil {
		return nil, err
	}
	return cmd.do(ctx, c)
}
