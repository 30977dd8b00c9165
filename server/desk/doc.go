// Package desk owns what an office reads and decides, as plain values and
// functions: lists, records as people read them, their history, held lines, the
// phones of its people; and decisions as lines that go through sync/intake like a
// phone's. It knows no HTTP; pages and the API show what it gives and ask it.
//
// Everything is bound to the reader's areas: what lies outside does not exist
// there. What does not come about is a [Refusal], whose words are its reader's.
package desk
