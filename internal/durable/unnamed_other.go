//go:build !linux

package durable

import "errors"

// CreateUnnamed is Create: there are no files without a name.
func CreateUnnamed(dir, pattern string) (*File, error) { return Create(dir, pattern) }

func (f *File) name(string) error { return errors.New("a file without a name") }
