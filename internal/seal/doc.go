// Package seal owns the keyring that what is stored is sealed with: AES-256-GCM
// keys in one file, or in a place that several servers share; never in the
// database and never in a backup beside the data.
//
// It hands on a Ring that seals and opens bytes under a label, and moves keys
// between rings, so that a restored store can be read by the server it is
// restored to. Whoever loses the ring loses what was sealed.
package seal
