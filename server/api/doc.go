// Package api owns the API for programs and the console (/api/v1): JSON over
// server/desk, one list of routes (routes.go), and the OpenAPI document that follows
// from it. What is shown and decided is the desk's; here are tokens, addresses,
// parameters, shapes, bounds.
//
// huma reads parameters and bodies by the types of the handlers and writes the
// document; who asks, how often, with how large a body, and what a reply says when
// something does not come about are settled around it, in the house's own places.
package api
