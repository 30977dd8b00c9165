package main

import (
	"context"
	"fmt"
	"io"
	"os"

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
			return nil, fmt.Errorf("%s: %w", c.args[0], err)
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
