// Package tokens owns what proves who asks: access tokens for phones and staff
// (JWT), the stateless nonces a phone signs, and the signatures of its key.
//
// It hands on ids that were proved, never people: whether a device or a person
// may still do anything is looked up by whoever asks. Its keys are secrets of the
// purpose "token" in storage.Accounts, shared by all copies of the server.
package tokens
