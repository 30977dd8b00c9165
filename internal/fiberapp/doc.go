// Package fiberapp owns how this program runs Fiber: what must be set, and what
// Fiber and fasthttp must not be left to do by themselves.
//
// It hands on an app in which a body is read by who asked for it alone: whole, by
// Whole, or as it comes, by Open. Both are bounded by who asks (Known), are paid
// for from a budget of bytes and end when too little comes; and whatever a handler
// leaves unread never becomes the next request on the connection. Listen bounds
// the connections themselves.
package fiberapp
