// Package storage owns the ports that records, accounts and media are kept
// behind, with every promise an adapter makes written in the comments here, and
// the stored forms that all adapters share (codec.go, seal.go).
//
// Storage never merges. It hands the present state to a function and stores what
// the function leaves; adapters own atomicity and may run the function again.
// The contract suite is storage/storagetest.
package storage
