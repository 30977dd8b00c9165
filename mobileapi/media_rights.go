package mobileapi

import (
	"slices"

	"zoufang"
	"zoufang/storage"
)

// reader decides which media one caller may read, on one snapshot. To all others
// a medium does not exist.
type reader struct {
	v     storage.View
	who   caller
	scope zoufang.Scope
}

func newReader(v storage.View, who caller) (*reader, error) {
	all, err := v.Areas()
	if err != nil {
		return nil, err
	}
	return &reader{v, who, all.ScopeOf(who.User)}, nil
}

// find gives a medium that is stored and that the caller may read, or nil: the
// device that sent it, users whose commits name it, and who may read a record
// that names it.
func (r *reader) find(d zoufang.Digest) (*storage.Medium, error) {
	m, err := r.v.Medium(d)
	if err != nil || m == nil {
		return nil, err
	}
	names, err := r.v.Names(d)
	if err != nil {
		return nil, err
	}
	if slices.Contains(names.Devices, r.who.Device.ID) || slices.Contains(names.Users, r.who.User.ID) {
		return m, nil
	}
	for _, id := range names.Records {
		record, err := r.v.Record(id)
		if err != nil {
			return nil, err
		}
		if record != nil && r.reads(record) {
			return m, nil
		}
	}
	return nil, nil
}

// reads follows the feeds: what a phone would be sent it may read. Scope.Areas is
// empty for who reads no records.
func (r *reader) reads(record *zoufang.Record) bool {
	if slices.Contains(r.scope.Areas, record.Area) {
		return true
	}
	k := zoufang.KindOf(record.Kind)
	return k != nil && k.Public && slices.Contains(r.scope.Above, record.Area)
}
