// Package rescue takes in rescue files: what a phone had not yet sent, sealed,
// carried to the office by hand because the phone is locked, broken or offline.
//
// It reads the file as a stream, opens it with the server's recovery key, has the
// lines judged in the name of the phone's user and stores the media they name. A
// file whose phone did not sign for its key, or is shut out, proves nobody's name:
// all its lines are held for a person's word. Taking a file in twice changes
// nothing.
//
// What was begun on the phone and not submitted, drafts and their media, nobody has
// said yet: it is read, handed on to whoever brings the file in, and stored nowhere.
// Of all else it hands on counts alone.
package rescue
