package main

import (
	"context"
	"io"
	"path/filepath"
	"strings"

	"zoufang/internal/durable"
	"zoufang/internal/sheet"
	"zoufang/server/operator"
)

func formImport(ctx context.Context, c *call) (any, error) {
	return c.list(ctx, func(s *store, f io.Reader) (any, []sheet.Fault, error) {
		usual := strings.TrimSuffix(filepath.Base(c.args[0]), filepath.Ext(c.args[0]))
		done, err := s.operator(c.now).ImportForm(ctx, f, usual)
		if err == nil && len(done.Faults) == 0 {
			c.tellLeft(done)
		}
		return done, done.Faults, err
	})
}

func formExport(ctx context.Context, c *call) (any, error) {
	return with(ctx, c.read, func(s *store) (any, error) {
		to := c.args[1]
		f, err := durable.Create(filepath.Dir(to), filepath.Base(to)+".new-*")
		if err != nil {
			return nil, err
		}
		defer f.Drop()
		done, err := s.operator(c.now).ExportForm(ctx, c.args[0], f)
		if err == nil {
			err = f.Give(filepath.Base(to))
		}
		if err != nil {
			return nil, err
		}
		c.tellLeft(done)
		return done, nil
	})
}

func (c *call) tellLeft(done operator.ImportedForm) {
	for _, l := range done.LeftOut {
		c.say("第 %d 行：%s", l.Row, l.What)
	}
}
