package mobileapi

import (
	"zoufang"
	"zoufang/storage"
)

// readable gives those of the media that are stored and that the caller may read, on
// one snapshot: the device that sent one, users whose commits name it, and who may read
// a record that names it. The last follows the feeds: what a phone would be sent it may
// read. To all others a medium does not exist.
func readable(v storage.View, who caller, media ...zoufang.Digest) ([]storage.Medium, error) {
	all, err := v.Areas()
	if err != nil {
		return nil, err
	}
	scope := all.ScopeOf(who.User) // its Areas are empty for who reads no records
	return v.Readable(storage.Reader{User: who.User.ID, Device: who.Device.ID, Areas: scope.Areas, Above: scope.Above}, media...)
}
