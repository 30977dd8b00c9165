package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"time"

	"zoufang"
	"zoufang/internal/sheet"
)

// list runs an import of the file that the command names. What it returns tells its
// faults; they end the program with 1. A dry run makes no store.
func (c *call) list(ctx context.Context, do func(*store, io.Reader) (result any, faults []sheet.Fault, err error)) (any, error) {
	f, err := os.Open(c.args[0])
	if err != nil {
		return nil, err
	}
	defer f.Close()
	if there, err := c.exists(); err != nil {
		return nil, err
	} else if c.DryRun && !there && !c.Production.inUse() {
		if c.Data, err = os.MkdirTemp("", "zoufang-trial-"); err != nil {
			return nil, err
		}
		defer os.RemoveAll(c.Data)
		c.Keys = ""
	}
	return with(ctx, c.writing, func(s *store) (any, error) {
		result, faults, err := do(s, f)
		if err != nil {
			return result, fmt.Errorf("%s: %w", c.args[0], err)
		}
		for _, f := range faults {
			c.say("第 %d 行 %s“%s”：%s", f.Row, f.Column, f.Value, f.What)
		}
		if len(faults) > 0 {
			c.say("什么都没有写入；改好后再试。")
			return result, errFaults
		}
		return result, nil
	})
}

func areaImport(ctx context.Context, c *call) (any, error) {
	return c.list(ctx, func(s *store, f io.Reader) (any, []sheet.Fault, error) {
		done, err := s.operator(c.now).ImportAreas(ctx, f, c.DryRun)
		if err == nil && len(done.Faults) == 0 && !c.DryRun {
			err = c.publishContent(ctx, s)
		}
		return done, done.Faults, err
	})
}

func rosterImport(ctx context.Context, c *call) (any, error) {
	if err := need("area", c.Area); err != nil {
		return nil, err
	}
	return c.list(ctx, func(s *store, f io.Reader) (any, []sheet.Fault, error) {
		done, err := s.operator(c.now).ImportRoster(ctx, f, zoufang.AreaID(c.Area), c.DryRun)
		return done, done.Faults, err
	})
}

func rosterUndo(ctx context.Context, c *call) (any, error) {
	return with(ctx, c.read, func(s *store) (any, error) { return s.operator(c.now).UndoRoster(ctx, c.args[0]) })
}

type importedUsers struct {
	Users  []importedUser `json:"users"`
	Faults []sheet.Fault  `json:"faults"`
}

type importedUser struct {
	ID       zoufang.UserID `json:"id"`
	Name     string         `json:"name"`
	Login    string         `json:"login,omitempty"`
	Password string         `json:"password,omitempty"`
	URL      string         `json:"url,omitempty"`
}

func userImport(ctx context.Context, c *call) (any, error) {
	if err := c.reach(); err != nil {
		return nil, err
	}
	file, err := c.slipFile()
	if err != nil {
		return nil, err
	}
	defer file.drop()
	return c.list(ctx, func(s *store, f io.Reader) (any, []sheet.Fault, error) {
		users, faults, err := s.operator(c.now).ImportUsers(ctx, f, time.Duration(c.Days)*24*time.Hour, c.DryRun)
		out := importedUsers{Users: []importedUser{}, Faults: append([]sheet.Fault{}, faults...)}
		for _, u := range users {
			one := importedUser{u.User.ID, u.User.Name, u.User.Login, u.Password, ""}
			if u.Code.Code != "" {
				one.URL = phoneLink(c.URL, u.Code.Code)
			}
			out.Users = append(out.Users, one)
		}
		if len(users) == 0 {
			return out, faults, err
		}
		c.say("Passwords and codes are shown this once. The codes are good for %d days, each for one phone.", c.Days)
		if err != nil {
			c.say("zoufang: %v", err)
		}
		if file != nil {
			failed := c.printSlips(ctx, s, file, users)
			if failed != nil {
				c.say("zoufang: the slips are not printed: %v", failed)
			}
			err = errors.Join(err, failed)
		}
		if err != nil {
			c.say("Standard output has the accounts that are open now.")
			err = errFaults // what was handed out must reach a person, whatever failed
		}
		return out, faults, err
	})
}
