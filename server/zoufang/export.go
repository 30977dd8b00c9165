package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"strings"

	"zoufang"
	"zoufang/internal/durable"
	"zoufang/server/desk"
	"zoufang/server/ledger"
	"zoufang/server/operator"
)

// exported is what a command wrote.
type exported struct {
	Rows   int64          `json:"rows"`
	Media  *int64         `json:"media,omitempty"`
	Bytes  int64          `json:"bytes"`
	SHA256 zoufang.Digest `json:"sha256"`
}

// exportRecords writes a file that is whole or not there, of mode 0600; nothing of it
// lies anywhere in the clear before.
func exportRecords(ctx context.Context, c *call) (any, error) {
	ask, err := c.asked()
	if err != nil {
		return nil, err
	}
	if _, err := os.Lstat(c.Out); !errors.Is(err, fs.ErrNotExist) {
		return nil, taken(c.Out, err)
	}
	return with(ctx, c.read, func(s *store) (any, error) {
		l, err := c.ledger(s)
		if err != nil {
			return nil, err
		}
		var out exported
		err = l.Here(ctx, zoufang.SystemUser(), ask, func(r *ledger.Result) error {
			out = exported{Rows: r.Rows, Bytes: r.Bytes, SHA256: r.SHA256}
			if c.Format == "zip" {
				out.Media = &r.Media
			}
			return writeNew(c.Out, r)
		})
		if err != nil {
			return nil, exportError(err)
		}
		return out, nil
	})
}

func writeNew(name string, r io.Reader) error {
	f, err := durable.CreateUnnamed(filepath.Dir(name), ".export-*")
	if err != nil {
		return err
	}
	defer f.Drop()
	if _, err := io.Copy(f, r); err != nil {
		return err
	}
	err = f.GiveNew(filepath.Base(name))
	if errors.Is(err, fs.ErrExist) {
		return taken(name, err)
	}
	return err
}

// asked is the export that the command line asks for.
func (c *call) asked() (a ledger.Ask, err error) {
	a = ledger.Ask{Kind: c.args[0], Format: c.Format, OpenWhy: c.OpenWhy}
	if err := errors.Join(need("format", c.Format), need("out", c.Out)); err != nil {
		return a, usageError{err}
	}
	filter, err := url.ParseQuery(c.Filter)
	if err != nil {
		return a, usagef("--filter: %w", err)
	}
	for name, value := range map[string]string{"area": c.Area, "from": c.First, "to": c.Last} {
		if value == "" {
			continue
		}
		if filter.Has(name) {
			return a, usagef("%s is in --filter too", name)
		}
		filter[name] = []string{value}
		if name == "area" {
			filter[name] = strings.Split(value, ",")
		}
	}
	a.Filter = filter
	if desk.Sheeted[a.Kind] == "" {
		return a, usagef("there are no %q to export: visits, households, persons, requests or cards", a.Kind)
	}
	return a, nil
}

// exportError says what to do, where a person can do something.
func exportError(err error) error {
	switch ledger.CodeOf(err) {
	case ledger.Format:
		return usagef("--format is one of %s", strings.Join(ledger.Formats(), ", "))
	case ledger.Filter:
		return usagef("--filter cannot be read, or is too long")
	case ledger.Large:
		return errors.New("this is more than one file may be: name an area, or days")
	}
	var no *desk.Refusal
	switch {
	case errors.Is(err, zoufang.ErrDay):
		return usagef("--from, --to: %w", err)
	case errors.As(err, &no) && no.Code == desk.Field:
		return usagef("--filter: there is no such facet, or no such value of one")
	case errors.As(err, &no) && no.Code == desk.NotFound:
		return errors.New("no area has this code: import it first")
	case errors.As(err, &no) && no.Code == desk.Reason:
		return usagef("--open-why: %w", err)
	}
	return err
}

// ledger is the store's, for exports and imports.
func (c *call) ledger(s *store) (*ledger.Ledger, error) {
	d, err := s.desk(c.now)
	if err != nil {
		return nil, fmt.Errorf("the desk: %w", err)
	}
	return ledger.New(ledger.Config{Desk: d, Jobs: s, Blobs: s.blobs, Now: c.now, Log: c.log,
		Operator: func(by zoufang.UserID, from string) *operator.Operator {
			return &operator.Operator{Records: s, Accounts: s, Now: c.now, By: by, From: from}
		}}), nil
}
