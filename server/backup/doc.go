// Package backup owns what is kept of a store outside it: how a backup is
// written, read back, put into an empty store of either kind again, made on time,
// and how one store is copied into another. It knows stores by their ports alone.
//
// A backup is one logical form for all stores: a stream of what storage.Dump
// gives, in the clear inside its encryption and so readable without the keyring of
// the store it came from. The stream (frame.go) ends in counts and a hash, so that
// one cut short is told from a whole one; then it is compressed and encrypted (age).
//
//	FILE                      one backup, media and all
//
// or, in a Target, sets that share their media:
//
//	key.json                  which key everything here is encrypted to
//	zoufang-<UTC time>.zfb    one backup without its media
//	zoufang-<UTC time>.ok     the same was read back whole, with all its media
//	backup-media/ab/<digest>  each medium, encrypted once, never removed here
//	lease/<number>            who is at it
//
// No name here is one that a store uses, and a place in which a store lies is
// refused. A place is one installation's (installation.go), for good. Sets of one
// epoch are counted and removed by the store of that epoch alone: those from before
// a restore stay until somebody removes them, and two stores that came of one
// backup do each other no harm.
//
// Whoever writes has a lease, and looks again whether it is still the last before a
// set is said to be whole, before anything is called safe and before anything is
// removed: a server that stood still, or whose clock is wrong, may have been taken
// for dead.
//
// The key is a public one (the server cannot read its own backups) or a passphrase.
// What a run writes is read back, decrypted and checked before anything is called
// safe. With a public key a second recipient, made for the run and kept in memory
// alone, is what makes that possible; once it is forgotten, older media can only be
// held to the hash at their end, which binds ciphertext and digest.
//
// Memory stays small whatever is backed up: media are streamed, four at once, and
// what is remembered of each is 41 bytes (three million of them: 123 MB). A stream
// that somebody made up cannot name more media than its own length allows.
package backup
