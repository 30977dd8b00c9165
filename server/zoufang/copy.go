package main

import (
	"context"
	"fmt"

	"zoufang/server/backup"
)

// settings is the word for the stores that the environment names.
const settings = "settings"

type copied struct {
	backup.Copied
	Verified any `json:"verified"`
}

// copyStore copies everything from one kind of store to the other and verifies it.
func copyStore(ctx context.Context, c *call) (any, error) {
	if err := need("from", c.From); err != nil {
		return nil, err
	}
	if c.From == c.To {
		return nil, usagef("--from and --to are the same")
	}
	from, err := c.at(c.From)
	if err != nil {
		return nil, err
	}
	to, err := c.at(c.To)
	if err != nil {
		return nil, err
	}
	return with(ctx, from.read, func(source *store) (any, error) {
		return with(ctx, to.filling, func(target *store) (any, error) {
			old, err := from.place(source)
			if err != nil {
				return nil, err
			}
			fresh, err := to.place(target)
			if err != nil {
				return nil, err
			}
			done, err := backup.Copy(ctx, old, fresh)
			if err != nil {
				return nil, err
			}
			report, err := to.verify(ctx, target)
			return copied{done, report}, err
		})
	})
}

// at is the call as if the store were the one that place names.
func (c *call) at(place string) (*call, error) {
	other := *c
	if place == settings {
		if !c.Production.inUse() {
			return nil, usagef("ZOUFANG_MONGODB_URI and ZOUFANG_S3_ENDPOINT say what “settings” are; they are not set")
		}
		return &other, nil
	}
	other.Production, other.Data, other.Keys = production{}, place, ""
	if _, err := other.exists(); err != nil {
		return nil, fmt.Errorf("--from or --to: %w", err)
	}
	return &other, nil
}
