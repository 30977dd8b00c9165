// Package fiberapp owns how this program runs Fiber: what must be set, and what
// Fiber and fasthttp must not be left to do by themselves.
//
// It hands on an app whose requests are whole or honest about not being so: a
// body is in memory and bounded before a handler runs, or is read through Stream
// by the few routes that asked; and whatever a handler leaves unread never
// becomes the next request on the connection.
package fiberapp
