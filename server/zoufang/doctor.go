package main

import (
	"context"
	"fmt"
	"os"
	"strings"
	"time"

	"zoufang/internal/space"
	"zoufang/storage"
)

// finding is one thing the doctor looked at.
type finding struct {
	Check string `json:"check"`
	State string `json:"state"`
	Is    string `json:"is"`
	Do    string `json:"do,omitempty"` // what to do about it
}

// The states. One bad finding and the program ends with 1.
const (
	fine = "ok"
	warn = "warn"
	bad  = "bad"
)

// doctor looks at what the service stands on. It changes nothing but an object or
// two of its own in the bucket, which it takes away again.
func doctor(ctx context.Context, c *call) (any, error) {
	d := &diagnosis{now: c.now}
	d.address(c.URL)
	s, err := c.read(ctx)
	if err != nil {
		d.add("store", bad, err.Error(), "nothing works until this does: see the runbook")
		return d.end(c)
	}
	defer s.Close()
	d.add("store", fine, "opens", "")
	d.keys(c, s)
	d.room(c.space(s))
	if err := d.meta(ctx, s); err != nil {
		return nil, err
	}
	if s.file == nil {
		err = d.production(ctx, c, s)
	} else {
		d.directory(c.Data)
	}
	if err != nil {
		return nil, err
	}
	return d.end(c)
}

type diagnosis struct {
	now   func() time.Time
	found []finding
}

func (d *diagnosis) add(check, state, is, do string) {
	if state == fine {
		do = ""
	}
	d.found = append(d.found, finding{check, state, is, do})
}

// judge adds a finding that is fine or else as bad as said.
func (d *diagnosis) judge(check string, ok bool, otherwise, is, do string) {
	if ok {
		otherwise = fine
	}
	d.add(check, otherwise, is, do)
}

func (d *diagnosis) end(c *call) (any, error) {
	for _, f := range d.found {
		c.say("%-4s  %-20s %s", f.State, f.Check, f.Is)
		if f.Do != "" {
			c.say("      %-20s → %s", "", f.Do)
		}
	}
	for _, f := range d.found {
		if f.State == bad {
			return d.found, errFaults
		}
	}
	return d.found, nil
}

func (d *diagnosis) address(url string) {
	d.judge("tls", strings.HasPrefix(url, "https://"), warn, "the public address is "+url,
		"phones need https: put a reverse proxy with a certificate in front and set --url and --proxies")
}

// keys looks at who may read the keyring.
func (d *diagnosis) keys(c *call, s *store) {
	if s.file == nil && c.Keys == "" {
		d.add("keyring", fine, "in the bucket, as "+keyring, "")
		return
	}
	info, err := os.Stat(c.keysFile())
	if err != nil {
		d.add("keyring", bad, "cannot be read", "put it back, from where you keep a copy")
		return
	}
	d.judge("keyring", info.Mode().Perm()&0o077 == 0, bad, fmt.Sprintf("%s, mode %04o", c.keysFile(), info.Mode().Perm()), "chmod 600 "+c.keysFile())
}

// clockApart is how far clocks may differ before receipts look odd to people.
const clockApart = 30 * time.Second

// staleBackup is when a backup should have run again, with a day's grace.
const staleBackup = 48 * time.Hour

func (d *diagnosis) meta(ctx context.Context, s *store) error {
	m, err := storage.ReadMeta(ctx, s)
	if err != nil {
		return err
	}
	ahead := time.UnixMilli(m.Clock).Sub(d.now())
	is := "not ahead of this machine"
	if ahead > 0 {
		is = fmt.Sprintf("%s ahead of this machine", ahead.Round(time.Millisecond))
	}
	d.judge("stored clock", ahead < clockApart, bad, is,
		"this machine's clock is behind, or one that wrote was ahead: set clocks by NTP; until time catches up, receipts carry the stored time")
	if m.SafeAt == 0 {
		d.add("backup", warn, "there is none yet in this epoch: phones keep everything they sent", "serve --backup-dir DIR, or run zoufang backup")
		return nil
	}
	age := d.now().Sub(time.UnixMilli(m.SafeAt))
	d.judge("backup", age < staleBackup, warn, fmt.Sprintf("the last verified one began %s ago", age.Round(time.Minute)), "look why the scheduled one failed; run zoufang backup")
	return nil
}

// The free disk below which it warns, and below which writes will soon fail.
const (
	diskLow   = 0.15
	diskEmpty = 0.05
)

func (d *diagnosis) disk(check string, free, total float64) {
	if total <= 0 {
		return
	}
	share := free / total
	state := fine
	switch {
	case share < diskEmpty:
		state = bad
	case share < diskLow:
		state = warn
	}
	d.add(check, state, fmt.Sprintf("%.1f GB free of %.1f (%.0f %%)", free/1e9, total/1e9, 100*share), "make room or add disk; what is full refuses writes, and phones keep their work until then")
}

// room tells what is still taken in.
func (d *diagnosis) room(w *space.Watch) {
	level, room, err := w.Now()
	if err != nil {
		d.add("room", warn, err.Error(), "without it nothing is refused before the disk is full")
		return
	}
	if room.Total <= 0 {
		return
	}
	state := map[space.Level]string{space.Ample: fine, space.NoMedia: warn, space.NoLines: bad}[level]
	d.add("room", state, w.Words(level, room), "make room or add disk; see --media-floor and --lines-floor")
}

func (d *diagnosis) directory(dir string) {
	room, err := space.Disk(dir)
	if err != nil {
		d.add("disk", bad, "cannot be asked", "is "+dir+" mounted?")
		return
	}
	d.disk("disk", float64(room.Free), float64(room.Total))
	info, err := os.Stat(dir)
	d.judge("directory", err == nil && info.Mode().Perm()&0o007 == 0, bad, dir+" is closed to others", "chmod 700 "+dir)
}
