package minioblob

import (
	"context"
	"errors"

	"zoufang/storage"
)

// Cell is one small file that several servers read and change: a keyring can be
// kept in it.
type Cell struct {
	files *Files
	name  string
}

// Cell gives the file of that name as a Cell.
func (f *Files) Cell(name string) *Cell { return &Cell{f, name} }

// Load gives the bytes and the version they have; no bytes and version "" when
// there are none yet.
func (c *Cell) Load(ctx context.Context) (data []byte, version string, err error) {
	data, version, err = c.files.Read(ctx, c.name)
	if errors.Is(err, storage.ErrNotFound) {
		return nil, "", nil
	}
	return data, version, err
}

// Store replaces what has that version ("": there is nothing yet), or does
// nothing and gives false when it is another by now.
func (c *Cell) Store(ctx context.Context, data []byte, version string) (bool, error) {
	var err error
	if version == "" {
		err = c.files.Create(ctx, c.name, data)
	} else {
		_, err = c.files.Replace(ctx, c.name, data, version)
	}
	if errors.Is(err, storage.ErrTaken) {
		return false, nil
	}
	return err == nil, err
}
