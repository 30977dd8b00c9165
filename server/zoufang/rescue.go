package main

import (
	"context"
	"os"

	"zoufang"
	"zoufang/server/rescue"
)

func rescueImport(ctx context.Context, c *call) (any, error) {
	f, err := os.Open(c.args[0])
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return with(ctx, c.read, func(s *store) (any, error) {
		m := rescue.Importer{Records: s, Accounts: s, Blobs: s.blobs, Now: c.now, By: zoufang.SystemUser()}
		done, err := m.Import(ctx, f)
		if err != nil {
			return nil, err
		}
		if done.Cut {
			c.say("The file ends early: what was whole was taken. Copy it from the phone again, if it is there.")
		}
		if !done.Proven {
			c.say("The phone did not sign for the file, or is shut out: its lines wait for a person's word (held list).")
		}
		return done, nil
	})
}
