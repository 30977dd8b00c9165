// Package e2e owns the tests of the phone protocol from outside: the program as it
// is built, its command line and HTTP. Every rule of the protocol has a test here
// that fails when the rule is broken, and every odd rule the story it comes from.
// It hands on nothing.
//
// The tests run in two halves: on a data directory each, and, with
// ZOUFANG_TEST_STORES=production, on a database and a bucket each.
//
// The tests know the wire and the commands, and nothing of how they are served;
// only where time has to pass is the server run within the test, on a clock that
// can be put forward, and where a snapshot is put back behind the program's back
// the stores are written to directly. What every reply owes (no-store, a problem
// with a code) is held to in the transport that all of them use.
package e2e
