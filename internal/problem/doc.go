// Package problem owns what the server says when it cannot do what was asked:
// RFC 9457 replies with a stable code, from one catalogue, made in one place.
//
// Handlers return Of(code), or any other error; Handler turns it into the reply.
// A reply never tells more than the catalogue does: no cause, no value that was
// sent, nothing of a person.
package problem
