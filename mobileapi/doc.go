// Package mobileapi owns the phone protocol on HTTP: who a phone is, one round of
// sync, held lines, last wills and media.
//
// It hands what a phone sent to sync/intake and to storage, and decides nothing
// about records itself. What it answers is the protocol's to the letter; every
// refusal is a problem with a stable code.
package mobileapi
