package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"

	"zoufang"
	"zoufang/internal/durable"
	"zoufang/qrcodes"
	"zoufang/server/operator"
	"zoufang/storage"
)

// slipFile is where slips are to be printed. Whatever could be in the way of that is
// found out before the codes and passwords that stand on them exist.
type slipFile struct {
	name    string
	printer *qrcodes.Printer
	file    *durable.File
	printed bool
}

// slipFile takes the name that --codes gives, which must be free; nil without one. A
// dry run takes nothing.
func (c *call) slipFile() (*slipFile, error) {
	if c.Codes == "" {
		return nil, nil
	}
	printer, err := qrcodes.NewPrinter()
	if err != nil {
		return nil, err
	}
	if c.DryRun {
		if _, err := os.Lstat(c.Codes); !errors.Is(err, fs.ErrNotExist) {
			return nil, taken(c.Codes, err)
		}
		return nil, nil
	}
	file, err := durable.Create(filepath.Dir(c.Codes), ".slips-*")
	if err != nil {
		return nil, err
	}
	// The name is held by an empty file, so that none is ever written over.
	held, err := os.OpenFile(c.Codes, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		file.Drop()
		return nil, taken(c.Codes, err)
	}
	return &slipFile{name: c.Codes, printer: printer, file: file}, held.Close()
}

func taken(name string, err error) error {
	if err == nil || errors.Is(err, fs.ErrExist) {
		return fmt.Errorf("%s is there already: name another file, or remove it", name)
	}
	return err
}

// drop gives the name back unless slips were printed.
func (f *slipFile) drop() {
	if f == nil {
		return
	}
	if f.file.Drop(); !f.printed {
		os.Remove(f.name)
	}
}

func (f *slipFile) print(slips []qrcodes.Slip) error {
	if err := f.printer.Slips(f.file, slips); err != nil {
		return err
	}
	if err := f.file.Give(filepath.Base(f.name)); err != nil {
		return err
	}
	f.printed = true
	return nil
}

// printSlips hands out what an import opened, on paper.
func (c *call) printSlips(ctx context.Context, s *store, file *slipFile, users []operator.ImportedUser) error {
	var slips []qrcodes.Slip
	err := s.View(ctx, func(v storage.View) error {
		areas, err := v.Areas()
		for _, u := range users {
			slips = append(slips, slip(u, areas, c.URL))
		}
		return err
	})
	if err != nil {
		return err
	}
	if err := file.print(slips); err != nil {
		return err
	}
	if u, err := url.Parse(c.URL); err == nil && loopback(u.Hostname()) {
		c.say("The slips lead to %s, which no other machine reaches: --url is what phones call the server.", c.URL)
	}
	c.say("%s has %d slips to print and cut. Whoever has the file can be any of these people: print it, then remove it.", file.name, len(slips))
	return nil
}

// slip is what a new person is handed. An area is told with the one it lies in.
func slip(u operator.ImportedUser, areas zoufang.Areas, base string) qrcodes.Slip {
	out := qrcodes.Slip{Name: u.User.Name, Role: u.User.Role.Label().Zh}
	for _, id := range u.User.Areas {
		name := areas[id].Name
		if above := id.Above(); len(above) > 0 {
			name = areas[above[0]].Name + name
		}
		out.Areas = append(out.Areas, name)
	}
	if u.Code.Code != "" {
		out.Page, out.Link = base+"/phone/", phoneLink(base, u.Code.Code)
		out.Code, out.Until = u.Code.Code, u.Code.Expires
	} else {
		out.Page, out.Login, out.Password = base+"/staff/", u.User.Login, u.Password
	}
	return out
}
