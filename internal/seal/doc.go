// Package seal owns the keyring that what is stored is sealed with: one file of
// AES-256-GCM keys, never in the database and never in a backup beside the data.
//
// It hands on a Ring that seals and opens bytes under a label, and moves keys
// between rings, so that a restored store can be read by the server it is
// restored to. Whoever loses the file loses what was sealed.
package seal
