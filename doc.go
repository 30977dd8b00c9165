// Package zoufang holds the domain of the field data service in plain words:
// areas, records, the table of kinds, commits, people and their rights.
//
// It imports nothing of ours and does no I/O. Everything that syncs is a
// [Record]; a record only ever changes through a [Commit]; what a commit does
// to a record is decided in package fieldsync (folder sync), and whether it may
// is judged in sync/intake from the tables kept here.
package zoufang
