// Package phone is a phone without a screen: a complete client of the phone protocol, for the simulator, the end-to-end
// tests and the benchmark.
//
// It owns what a phone owns: its key, the lines its user saved, its table of rows, the media it has not yet got rid of,
// and the rules by which these may be sent, trusted and forgotten. It keeps all of it in memory. It hands on what the
// server said, unchanged: rows as the bytes that came, refusals as *Problem.
//
// It is written from the protocol alone and shares no code with the server, so that an error in one is not hidden by the
// same error in the other.
package phone
